using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>One site with one worker for a class of tests that look at single messages; each test names its own functions and calls.</summary>
public sealed class ContractSite : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    internal Site Site { get; private set; } = null!;

    internal WorkerProcess Worker { get; private set; } = null!;

    /// <summary>Queues a message and waits for the function's answer.</summary>
    internal async Task<Invocation> RunAsync(Envelope message, CancellationToken stop) => await RunAsync(message.Function, message.ToJson(), message.CallId, stop);

    /// <summary>Queues bytes as they are and waits for the answer of the call they make.</summary>
    internal async Task<Invocation> RunAsync(string function, byte[] message, string callId, CancellationToken stop)
    {
        await Site.Queue.PublishRawAsync(Site.Queue.SubjectOf(function), message, stop);
        return await Site.Functions.Ended.FirstAsync($"call {callId}", call => call.CallId == callId, Soon, stop);
    }

    /// <summary>The callback of a call, past or future.</summary>
    internal Task<ReceivedCallback> CallbackAsync(string callId, CancellationToken stop) =>
        Site.Callbacks.Received.FirstAsync($"callback of {callId}", callback => callback.CallId == callId, Soon, stop);

    public async ValueTask InitializeAsync()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Site = await Site.StartAsync(stop);
        Worker = await Site.StartWorkerAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Site.DisposeAsync();
    }
}
