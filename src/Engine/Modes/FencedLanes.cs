using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Modes;

/// <summary>
/// Serves what consumers of the other mode still have, one more lane each, so that they empty with or without the workers that
/// made them; and removes one when nothing up to its fence is stored any more.
/// </summary>
internal sealed class FencedLanes(LaneOptions options, LaneFactory factory, StreamBook book, ModeKeeper modes, NatsJSContext jetStream, ILogger log, TimeProvider time) : ILaneSource
{
    /// <summary>More would take the pulls of the lanes that have new work; they take turns.</summary>
    public const int MostAtOnce = 16;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TurnTakes = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Served> _served = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lastServed = new(StringComparer.Ordinal);

    /// <summary>Never in the way of readiness.</summary>
    public bool IsReady => true;

    public string Reason => "";

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookEvery, time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
                await LookAsync(stop).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                if (!stop.IsCancellationRequested)
                {
                    log.ModeUnknown(options.Stream, exception.Message);
                }
            }
        }

        await Task.WhenAll(_served.Values.Select(static s => s.Running)).ConfigureAwait(false);
    }

    public void ConnectionBack()
    {
        foreach (Served served in _served.Values.ToArray())
        {
            served.Supervisor.ConnectionBack();
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        foreach ((string name, Served ended) in _served.Where(static s => s.Value.Running.IsCompleted).ToArray())
        {
            _served.Remove(name);
            factory.Retire(ended.Supervisor);
        }

        if (!modes.IsInForce)
        {
            return;
        }

        IReadOnlyList<ConsumerInfo> fenced = modes.Fenced;
        List<string> pending = [];
        foreach (ConsumerInfo info in fenced)
        {
            if (ModeNames.ReadFence(info).UpTo < modes.FirstStored)
            {
                await RemoveAsync(info, stop).ConfigureAwait(false);
            }
            else if (info.NumAckPending > 0)
            {
                pending.Add(info.Name);
            }
            else if (_served.TryGetValue(info.Name, out Served? done))
            {
                done.Supervisor.Park();
            }
        }

        Serve(pending, stop);
    }

    // Nothing up to its fence is stored: whoever still believes in the fence is right about everything that can come.
    private async Task RemoveAsync(ConsumerInfo info, CancellationToken stop)
    {
        if (await jetStream.TryDeleteConsumerAsync(options.Stream, info.Name, stop).ConfigureAwait(false))
        {
            log.ConsumerRemoved(options.Stream, info.Name);
        }
    }

    private void Serve(List<string> pending, CancellationToken stop)
    {
        long now = time.GetTimestamp();
        foreach (string name in pending.Where(name => !_served.ContainsKey(name)).OrderBy(name => _lastServed.GetValueOrDefault(name)).ToArray())
        {
            if (_served.Count >= MostAtOnce)
            {
                // Somebody waits: those that have nothing in hand make room.
                foreach (Served served in _served.Values.Where(s => time.GetElapsedTime(s.Since, now) > TurnTakes))
                {
                    served.Supervisor.Park();
                }

                return;
            }

            LaneOptions lane = options.ForFenced(name);
            LaneSupervisor supervisor = factory.NewSupervisor(lane, factory.NewLane(lane, book, null));
            _served[name] = new Served(supervisor, supervisor.RunAsync(stop), now);
            _lastServed[name] = now;
        }
    }

    private sealed record Served(LaneSupervisor Supervisor, Task Running, long Since);
}
