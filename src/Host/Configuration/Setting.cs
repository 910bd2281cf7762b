using System.Globalization;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Host.Configuration;

/// <summary>One environment variable: how it is read, and what the document says about it.</summary>
internal sealed record Setting
{
    public required string Name { get; init; }

    /// <summary>Kind of value, as the document names it.</summary>
    public required string Kind { get; init; }

    public required string Example { get; init; }

    /// <summary>One sentence without a full stop.</summary>
    public required string Meaning { get; init; }

    /// <summary>What holds when the variable is empty, taken from fresh options.</summary>
    public required Func<HostOptions, string> Show { get; init; }

    /// <summary>Puts a value into the options; returns why it cannot, or null.</summary>
    public required Func<HostOptions, string, string?> Apply { get; init; }

    /// <summary>Older names of the same setting (contract 1.4).</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>The value must never be shown.</summary>
    public bool Secret { get; init; }

    public static Setting Text(string name, string example, string meaning, Func<HostOptions, string> get, Action<HostOptions, string> set) => new()
    {
        Name = name,
        Kind = "text",
        Example = example,
        Meaning = meaning,
        Show = get,
        Apply = (options, value) => Done(set, options, value),
    };

    public static Setting Number(string name, string example, string meaning, Func<HostOptions, int> get, Action<HostOptions, int> set) => new()
    {
        Name = name,
        Kind = "number",
        Example = example,
        Meaning = meaning,
        Show = options => get(options).ToString(CultureInfo.InvariantCulture),
        Apply = (options, value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Done(set, options, number)
            : "it is not a whole number in range",
    };

    public static Setting Duration(string name, string example, string meaning, Func<HostOptions, TimeSpan> get, Action<HostOptions, TimeSpan> set) => new()
    {
        Name = name,
        Kind = "duration",
        Example = example,
        Meaning = meaning,
        Show = options => GoDuration.Format(get(options)),
        Apply = (options, value) => GoDuration.TryParse(value, out var duration, bareSeconds: true)
            ? Done(set, options, duration)
            : "it is not a duration: a number with a unit (ns, us, ms, s, m, h)",
    };

    public static Setting Flag(string name, string meaning, Func<HostOptions, bool> get, Action<HostOptions, bool> set) => new()
    {
        Name = name,
        Kind = "true or false",
        Example = "true",
        Meaning = meaning,
        Show = options => get(options) ? "true" : "false",
        Apply = (options, value) => value.ToUpperInvariant() switch
        {
            "1" or "T" or "TRUE" => Done(set, options, true),
            "0" or "F" or "FALSE" => Done(set, options, false),
            _ => "it is neither true nor false",
        },
    };

    public static Setting Choice<T>(string name, string meaning, Func<HostOptions, T> get, Action<HostOptions, T> set)
        where T : struct, Enum
    {
        var names = string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();
        return new()
        {
            Name = name,
            Kind = names,
            Example = Enum.GetNames<T>()[0].ToLowerInvariant(),
            Meaning = meaning,
            Show = options => get(options).ToString().ToLowerInvariant(),

            // Enum.TryParse also takes numbers, which nobody means here.
            Apply = (options, value) => char.IsAsciiLetter(value[0]) && Enum.TryParse<T>(value, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
                ? Done(set, options, chosen)
                : $"it is none of {names}",
        };
    }

    /// <summary>Texts separated by commas; blanks around them do not count.</summary>
    public static Setting List(string name, string kind, string example, string meaning, Func<HostOptions, IReadOnlyList<string>> get, Action<HostOptions, IReadOnlyList<string>> set) => new()
    {
        Name = name,
        Kind = kind,
        Example = example,
        Meaning = meaning,
        Show = options => string.Join(',', get(options)),
        Apply = (options, value) => Done(set, options, value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    };

    private static string? Done<T>(Action<HostOptions, T> set, HostOptions options, T value)
    {
        set(options, value);
        return null;
    }
}
