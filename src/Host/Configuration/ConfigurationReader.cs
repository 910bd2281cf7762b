using Paddlewheel.Engine.Options;

namespace Paddlewheel.Host.Configuration;

/// <summary>What reading the environment gave. Options are there when nothing is wrong.</summary>
internal sealed record ConfigurationResult(HostOptions? Options, IReadOnlyList<OptionProblem> Problems, IReadOnlyList<string> Warnings);

/// <summary>Reads the environment through the table of <see cref="Settings"/>: empty means default, and every problem is found at once.</summary>
internal static class ConfigurationReader
{
    public static ConfigurationResult Read(IReadOnlyDictionary<string, string?> environment)
    {
        var options = new HostOptions();
        var problems = new List<OptionProblem>();
        var warnings = new List<string>();
        foreach (var setting in Settings.All)
        {
            var (name, value) = Find(setting, environment, warnings);
            if (value.Length > 0 && setting.Apply(options, value) is { } reason)
            {
                problems.Add(new(name, MayShow(setting, value) ? value : null, reason, setting.Example));
            }
        }

        foreach (var name in Settings.Ignored)
        {
            if (Value(environment, name).Length > 0)
            {
                warnings.Add($"{name} is from an older version and is ignored");
            }
        }

        Derive(options, warnings);
        problems.AddRange(HostOptionsValidator.Validate(options));

        // A value that could not be read left its default behind, and the name is already in the list.
        foreach (var problem in EngineOptionsValidator.Validate(options.Engine))
        {
            var inherited = problem.Name == "queue_name" && options.QueueName.Length == 0;
            if (!inherited && !problems.Exists(known => known.Name == problem.Name))
            {
                problems.Add(problem);
            }
        }

        warnings.AddRange(NearMisses.Find(environment.Keys));
        return new(problems.Count == 0 ? options : null, problems, warnings);
    }

    private static (string Name, string Value) Find(Setting setting, IReadOnlyDictionary<string, string?> environment, List<string> warnings)
    {
        var found = (setting.Name, Value: Value(environment, setting.Name));
        foreach (var alias in setting.Aliases)
        {
            var old = Value(environment, alias);
            if (old.Length == 0)
            {
                continue;
            }

            if (found.Value.Length == 0)
            {
                found = (alias, old);
                warnings.Add($"{alias} is an old name; use {setting.Name}");
            }
            else
            {
                warnings.Add($"{alias} is an old name and is ignored, because {setting.Name} is set");
            }
        }

        return found;
    }

    // What stands before an @ in a URL may be a password.
    private static bool MayShow(Setting setting, string value) => !setting.Secret && !value.Contains('@', StringComparison.Ordinal);

    private static string Value(IReadOnlyDictionary<string, string?> environment, string name) =>
        environment.TryGetValue(name, out var value) ? value?.Trim() ?? "" : "";

    private static void Derive(HostOptions options, List<string> warnings)
    {
        options.Engine.QueueName = options.QueueName.Length > 0 ? options.QueueName : options.Engine.LegacyStream;
        if (options.Engine.InitialRetryWait > options.Engine.MaxRetryWait)
        {
            warnings.Add("initial_retry_wait is longer than max_retry_wait, which holds from the first retry on");
        }

        if (options.Engine.TlsInsecure)
        {
            warnings.Add("tls_insecure: the certificates of callback hosts are not checked");
        }

        if (options.NatsTlsInsecure)
        {
            warnings.Add("nats_tls_insecure: the certificate of the NATS server is not checked");
        }
    }
}
