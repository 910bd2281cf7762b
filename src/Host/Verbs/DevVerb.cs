using NATS.Client.Core;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Dev;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Ingress;
using Paddlewheel.Host.Nats;

namespace Paddlewheel.Host.Verbs;

/// <summary>Everything on loopback in one process tree. What is started last is stopped first, so a drain finds all it needs.</summary>
internal static class DevVerb
{
    private static readonly TimeSpan IngressStopTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> environment, TimeProvider time)
    {
        using var signals = new ShutdownSignals();
        try
        {
            return await RunAsync(environment, time, signals);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Ctrl-C while nats-server was fetched or started.
            return ExitCode.Done;
        }
    }

    private static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> environment, TimeProvider time, ShutdownSignals signals)
    {
        // Wrong settings are told before anything is fetched or started.
        if (Read(DevEnvironment.Over(environment, 4222, new Uri("http://127.0.0.1:8080"))) is null)
        {
            return ExitCode.Configuration;
        }

        NatsServerBinary binary = await NatsServerResolver.OfThisMachine(Say).ResolveAsync(signals.Stop);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(binary.Path, time: time, cancellationToken: signals.Stop);
        await using SampleFunctions functions = await SampleFunctions.StartAsync(Say, time);
        HostOptions options = Read(DevEnvironment.Over(environment, server.Port, functions.Url))!;
        options.Engine.Version = BuildInfo.Version;
        using ILoggerFactory logs = Logs.Create(options, time, out IInvocationLog invocations);

        var nats = new NatsConnection(NatsOptions.From(options));
        try
        {
            await nats.ConnectAsync();
            var place = new HttpPlace("the ingress", "ingress_port", options.BindAddress, options.IngressPort);
            await using IngressServer ingress = await IngressServer.StartAsync(nats, options.Engine, place, functions.Url, time);
            using var stopWorker = new CancellationTokenSource();
            var started = new TaskCompletionSource<(Uri Metrics, WorkerHealth Health)>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<int> worker = WorkerVerb.RunAsync(options, logs, invocations, time, stopWorker.Token, signals.Abort, (url, health) => started.SetResult((url, health)));
            Task welcome = WelcomeAsync(ingress.Url, server.Url, started.Task, time, stopWorker.Token);
            Task first = await Task.WhenAny(signals.WaitAsync(), worker, server.Exited);
            if (first == server.Exited)
            {
                Say($"nats-server ended by itself (exit code {await server.Exited}); stopping.");
            }
            else if (first != worker)
            {
                Say("draining");
            }

            await ingress.StopAsync(IngressStopTimeout);
            await stopWorker.CancelAsync();
            int code = await worker;
            await welcome;
            return first == server.Exited ? ExitCode.Failed : code;
        }
        finally
        {
            await WorkerVerb.CloseAsync(nats);
        }
    }

    /// <summary>Printed once the worker takes work: a call before that would find no stream.</summary>
    private static async Task WelcomeAsync(Uri ingress, string nats, Task<(Uri Metrics, WorkerHealth Health)> started, TimeProvider time, CancellationToken stop)
    {
        try
        {
            (Uri metrics, WorkerHealth health) = await started.WaitAsync(stop);
            while (!health.IsReady)
            {
                await Task.Delay(ReadyPoll, time, stop);
            }

            Say(Welcome.Render(ingress, metrics, nats));
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was ready.
        }
    }

    private static HostOptions? Read(Dictionary<string, string?> environment)
    {
        ConfigurationResult read = ConfigurationReader.Read(environment);
        if (read.Options is null)
        {
            Console.Error.Write(ProblemReport.Render(read.Problems));
        }

        return read.Options;
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
