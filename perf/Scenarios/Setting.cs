using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>One setting of a scenario, given as <c>--name VALUE</c>. Results with different settings are not comparable, so all of them stand in the result.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Default">What it is when nobody says.</param>
/// <param name="What">For the usage text, with the unit.</param>
internal sealed record Setting(string Name, string Default, string What)
{
    /// <summary>The value of the gate's short form; null is the default.</summary>
    public string? Quick { get; init; }

    /// <summary>What is wrong with a value, in words; null when nothing is.</summary>
    public required Func<string, string?> Check { get; init; }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Setting Number(string name, int value, string what, int? quick = null, int least = 0) => new(name, Text(value), what)
    {
        Quick = quick is { } number ? Text(number) : null,
        Check = text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least ? null : $"a number of at least {least} is needed",
    };

    /// <summary>A number of at least 0, with a point if need be.</summary>
    public static Setting Decimal(string name, string value, string what) => new(name, value, what)
    {
        Check = static text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? null : "a number is needed",
    };

    /// <summary>Any text but none.</summary>
    public static Setting Text(string name, string value, string what) => new(name, value, what) { Check = static text => text.Length > 0 ? null : "something is needed" };

    /// <summary>Whole numbers of at least 1 with commas.</summary>
    public static Setting Numbers(string name, string value, string what, string? quick = null) => new(name, value, what)
    {
        Quick = quick,
        Check = static text => text.Split(',').All(static part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0) ? null : "numbers with commas are needed",
    };

    /// <summary>One of these words; the first is the default.</summary>
    public static Setting OneOf(string name, string what, params string[] words) => new(name, words[0], what)
    {
        Check = text => words.Contains(text, StringComparer.Ordinal) ? null : "one of these is needed: " + string.Join(", ", words),
    };

    /// <summary>A file that is there; empty when nobody says.</summary>
    public static Setting File(string name, string what) => new(name, "", what) { Check = static text => System.IO.File.Exists(text) ? null : "there is no such file" };

    /// <summary>Names and values for the worker's environment: <c>a=1,b=2</c>.</summary>
    public static Setting Pairs(string name, string value, string what) => new(name, value, what)
    {
        Check = static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries).All(static pair => pair.IndexOf('=', StringComparison.Ordinal) > 0) ? null : "name=value pairs with commas are needed",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
