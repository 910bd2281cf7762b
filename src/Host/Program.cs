using System.Collections;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Dev;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Verbs;

namespace Paddlewheel.Host;

/// <summary>Arguments and environment in, one verb run, an exit code out.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        SocketTuning.Apply();
        CommandLine line = CommandLine.Parse(args);
        if (line.Error is { } error)
        {
            await Console.Error.WriteLineAsync($"{error}; 'help' lists the commands.");
            return ExitCode.Configuration;
        }

        switch (line.Verb)
        {
            case Verb.Version:
                await Console.Out.WriteLineAsync($"jetstream-queue-worker {BuildInfo.Version} ({BuildInfo.Commit})");
                return ExitCode.Done;
            case Verb.Help:
                await Console.Out.WriteLineAsync(Usage.Text);
                return ExitCode.Done;
            default:
                break;
        }

        if (line.Verb is Verb.Worker or Verb.Ingress)
        {
            SocketTuning.StartThreads();
            RandomNumbers.Prepare();
        }

        try
        {
            return await RunAsync(line, TimeProvider.System);
        }
        catch (Exception e) when (e is StartupException or NatsServerUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RunAsync(CommandLine line, TimeProvider time)
    {
        IReadOnlyDictionary<string, string?> environment = line.Over(EnvironmentVariables());
        if (line.Verb == Verb.Dev)
        {
            return await DevVerb.RunAsync(environment, time);
        }

        ConfigurationResult read = ConfigurationReader.Read(environment);
        if (read.Options is not { } options)
        {
            await Console.Error.WriteAsync(ProblemReport.Render(read.Problems));
            return ExitCode.Configuration;
        }

        if (line.Verb == Verb.Check)
        {
            return await CheckVerb.RunAsync(options, [.. line.Warnings, .. read.Warnings], Console.Out);
        }

        if (line.Verb == Verb.Health)
        {
            return await HealthVerb.RunAsync(options, line.Flags, Console.Error);
        }

        options.Engine.Version = BuildInfo.Version;
        using ILoggerFactory logs = Logs.Create(options, time, out IInvocationLog invocations);
        ILogger log = logs.CreateLogger(Logs.Main);
        foreach (string warning in line.Warnings.Concat(read.Warnings))
        {
            log.ConfigurationWarning(warning);
        }

        return line.Verb == Verb.Ingress
            ? await IngressVerb.RunAsync(options, logs, time)
            : await WorkerVerb.RunAsync(options, logs, invocations, time);
    }

    private static Dictionary<string, string?> EnvironmentVariables()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value;
        }

        return variables;
    }
}
