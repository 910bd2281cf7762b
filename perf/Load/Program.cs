using System.Runtime.InteropServices;
using Paddlewheel.Host.Dev;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>Load on the real worker: child processes between a real nats-server and a function server in this process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            // The workers are children: they have to go first.
            context.Cancel = true;
            stop.Cancel();
        });
        try
        {
            return await Commands.RunAsync(arguments, stop.Token);
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
