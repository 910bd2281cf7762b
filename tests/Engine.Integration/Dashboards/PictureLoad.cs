using Paddlewheel.Engine.Integration.Support;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// A few minutes of a queue's life for the picture: steady calls, a burst, refused callbacks, unreadable messages, a restart of NATS,
/// and one replica that stands still for longer than its leases last.
/// </summary>
internal sealed class PictureLoad(Site site, WorkerProcess second, int seconds)
{
    private const int EchoPerSecond = 20;
    private const int SleepPerSecond = 6;
    private const int BurstOfSleep = 1200;
    private const int Unreadable = 5;

    /// <summary>Seconds that <paramref name="second"/> stands still: more than <c>ack_wait</c>.</summary>
    private const int Pause = 14;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int second = 0; second < seconds && await timer.WaitForNextTickAsync(stop); second++)
        {
            await EventAsync(second, stop);
            await site.Queue.PublishAsync(Steady(second), stop);
            await site.Queue.PublishRawAsync("old.requests", Call.To("echo").ToJson(), stop);
            await BusySite.CallFunctionsAsync(site, stop);
        }
    }

    private IEnumerable<Envelope> Steady(int second)
    {
        // A slow wave, so that a rate can be seen to follow it.
        double wave = 1 + (0.5 * Math.Sin(second * Math.PI / 45));
        for (int i = 0; i < EchoPerSecond * wave; i++)
        {
            yield return Call.To("echo", i % 5 == 0 ? site.Callbacks.Url : null);
        }

        for (int i = 0; i < SleepPerSecond; i++)
        {
            yield return Call.To("sleep");
        }

        yield return Call.To("flaky");
        yield return Call.To("flaky");
        if (second % 4 == 0)
        {
            yield return Call.To("broken");
            yield return Call.To("nobody");
        }
    }

    private async Task EventAsync(int now, CancellationToken stop)
    {
        if (now == At(0.2))
        {
            await site.Queue.PublishAsync("sleep", BurstOfSleep, stop);
        }
        else if (now == At(0.45))
        {
            site.Callbacks.Refuse(count: 30, status: 500);
        }
        else if (now == At(0.5))
        {
            for (int i = 0; i < Unreadable; i++)
            {
                await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), Envelope.Text("not json"), stop);
            }
        }
        else if (now == At(0.55))
        {
            for (int i = 0; i < 60; i++)
            {
                await site.Queue.PublishRawAsync("old.requests", Call.To("flaky").ToJson(), stop);
            }
        }
        else if (now == At(0.65))
        {
            await site.Nats.StopAsync(stop);
            await site.Nats.UpAsync(stop);
        }
        else if (now == At(0.75))
        {
            second.Signal(Signals.Freeze);
        }
        else if (now == At(0.75) + Pause)
        {
            second.Signal(Signals.Thaw);
        }
    }

    private int At(double part) => (int)(seconds * part);
}
