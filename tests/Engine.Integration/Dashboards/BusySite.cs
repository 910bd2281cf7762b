using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// A site on which everything happens that a panel or an alert asks about: retries, exhausted and unreadable messages, callbacks that
/// arrive and that are refused, a second stream with a consumer that has a limit.
/// </summary>
internal static class BusySite
{
    /// <summary>An older stream, made by hand, that the worker serves beside its own.</summary>
    public const string OldStream = "faas-request";

    /// <summary>A queue whose worker runs in function mode.</summary>
    private const string ByFunction = "by-function";

    private const string OldSubject = "old.requests";
    private const int OldLimit = 40;

    public static async Task<Site> StartAsync(CancellationToken stop)
    {
        Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(new StreamConfig(OldStream, [OldSubject]) { Retention = StreamConfigRetention.Limits }, stop);
        var limited = new ConsumerConfig("faas-workers") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1, MaxAckPending = OldLimit };
        await site.Queue.JetStream.CreateConsumerAsync(OldStream, limited, stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        site.Functions.On("broken", Behaviours.Always(500));
        site.Functions.On("sleep", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));
        return site;
    }

    /// <summary>The worker's settings: retries that are over soon, a depth that is fresh.</summary>
    public static (string Name, string Value)[] Settings { get; } =
        [("max_inflight", "20"), ("max_retry_attempts", "2"), ("depth_interval", "1s"), ("ack_wait", "10s"), ("callback_retry_attempts", "1"), ("callback_initial_retry_wait", "200ms")];

    /// <summary>A worker of another queue, in function mode, so that there is something to see by function.</summary>
    public static Task<WorkerProcess> StartFunctionsAsync(Site site, CancellationToken stop, params (string Name, string Value)[] changes) =>
        site.StartFunctionWorkerAsync(stop, [.. Settings, ("queue_name", ByFunction), ("nats_stream", ByFunction), .. changes]);

    /// <summary>A call of each of two functions on that queue.</summary>
    public static async Task CallFunctionsAsync(Site site, CancellationToken stop)
    {
        foreach (string function in (string[])["echo", "sleep"])
        {
            await site.Queue.PublishRawAsync($"{ByFunction}.{function}.openfaas-fn", Call.To(function).ToJson(), stop);
        }
    }

    /// <summary>One of each: a call on the old stream, a callback, a refusal, a retry, a failure for good, an unreadable message.</summary>
    public static async Task OneOfEachAsync(Site site, CancellationToken stop)
    {
        await site.Queue.PublishRawAsync(OldSubject, Call.To("echo").ToJson(), stop);
        await site.Queue.PublishAsync(Call.To("echo", site.Callbacks.Url), stop);
        await site.Queue.PublishAsync(Call.To("nobody"), stop);
        await site.Queue.PublishAsync(Call.To("flaky"), stop, tries: 2);
        await site.Queue.PublishAsync(Call.To("broken"), stop, tries: 3);
        await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), Envelope.Text("not json"), stop);
    }
}
