namespace Paddlewheel.Host.Configuration;

/// <summary>What the executable is asked to be.</summary>
internal enum Verb
{
    /// <summary>The drop-in worker; also without a verb.</summary>
    Worker,

    /// <summary>Everything on one machine.</summary>
    Dev,

    /// <summary>Accepts calls over HTTP.</summary>
    Ingress,

    /// <summary>Checks the configuration and what it points to.</summary>
    Check,

    /// <summary>Asks a running process how it is.</summary>
    Health,

    /// <summary>Prints the version.</summary>
    Version,

    /// <summary>Prints the usage.</summary>
    Help,
}

/// <summary>
/// The arguments. The original's charts pass <c>-license-file=...</c> and may pass more (contract 1.1), so a flag that is not known
/// is warned about and passed over; a word that is not a verb is an error.
/// </summary>
internal sealed class CommandLine
{
    private CommandLine(Verb verb, IReadOnlyDictionary<string, string> flags, IReadOnlyList<string> warnings, string? error) =>
        (Verb, Flags, Warnings, Error) = (verb, flags, warnings, error);

    public Verb Verb { get; }

    /// <summary>Flags by name without dashes; a flag without <c>=</c> has an empty value.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Why nothing can be run, or null.</summary>
    public string? Error { get; }

    public static CommandLine Parse(string[] args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var warnings = new List<string>();
        Verb? verb = null;
        string? error = null;
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith('-') || arg.Trim('-').Length == 0)
            {
                Verb? word = arg switch
                {
                    "worker" => Verb.Worker,
                    "dev" => Verb.Dev,
                    "ingress" => Verb.Ingress,
                    "check" => Verb.Check,
                    "health" => Verb.Health,
                    "version" => Verb.Version,
                    "help" => Verb.Help,
                    _ => null,
                };
                error ??= word is null ? $"'{arg}' is not a command" : verb is not null ? $"'{arg}' is one command too many" : null;
                verb ??= word;
                continue;
            }

            var body = arg.TrimStart('-');
            var equals = body.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? body : body[..equals];
            var value = equals < 0 ? "" : body[(equals + 1)..];

            // Go's flag package also takes the value of these as the next argument.
            if (equals < 0 && name is "license-file" or "nats-token-file" && i + 1 < args.Length && !args[i + 1].StartsWith('-'))
            {
                value = args[++i];
            }

            flags[name] = value;
            if (name is "version" or "v")
            {
                verb = Verb.Version;
            }
            else if (name is "help" or "h")
            {
                verb = Verb.Help;
            }
            else if (name is not ("license-file" or "pprof" or "nats-token-file") && (verb != Verb.Health || name is not ("ingress" or "ready")))
            {
                warnings.Add($"the flag -{name} is not known and is ignored");
            }
        }

        return new(verb ?? Verb.Worker, flags, warnings, error);
    }

    /// <summary>The environment with what the flags say put over it.</summary>
    public IReadOnlyDictionary<string, string?> Over(IReadOnlyDictionary<string, string?> environment) =>
        Flags.TryGetValue("nats-token-file", out var path) && path.Length > 0
            ? new Dictionary<string, string?>(environment, StringComparer.Ordinal) { ["nats_token_file"] = path }
            : environment;
}
