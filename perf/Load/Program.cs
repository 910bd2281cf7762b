using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Load;

/// <summary>Load on the real worker: a child process between a real nats-server and a function server in this process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (!LoadOptions.TryParse(arguments, out LoadOptions options, out string problem))
        {
            Console.Error.WriteLine(problem);
            Console.Error.WriteLine(LoadOptions.Usage);
            return 2;
        }

        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            LoadResult result = options.Scenario == "rate"
                ? await RateScenario.RunAsync(options, stop.Token)
                : await DrainScenario.RunAsync(options, stop.Token);
            await Report.WriteAsync(result, options.Out);
            return result.Problems.Count == 0 ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted");
            return 130;
        }
        catch (Exception e) when (e is NatsServerUnavailableException or LoadException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}

/// <summary>The run itself could not be done; what the worker did wrong is in the result instead.</summary>
internal sealed class LoadException(string message) : Exception(message);
