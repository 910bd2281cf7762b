namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// How many messages to hold beyond the free slots: completions per second times two pull round trips (Little's law), or times
/// <see cref="LeastAhead"/> if that is longer. Nothing behind slow functions, so that no message waits here while another replica
/// is free; just enough behind fast ones.
/// </summary>
/// <remarks>Owned by one lane's pull lock. Rates are smoothed over about five samples.</remarks>
internal sealed class Prefetch(int limit, TimeProvider time)
{
    private const double Smoothing = 0.2;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// So much work is held ahead at least. With one call at a time, round trips alone would be one pull for each message; on a full
    /// machine a pull's answer comes several times later than the mean, and every slot that it finds asleep has to be woken.
    /// </summary>
    private static readonly TimeSpan LeastAhead = TimeSpan.FromMilliseconds(5);

    /// <summary>If calls suddenly take longer, what is held ahead waits for so many of them.</summary>
    private const int PerSlot = 4;

    /// <summary>With one slot a limit of four would be a pull for every other message.</summary>
    private const int LeastLimit = 8;

    /// <summary>5 ms of work are fewer, unless NATS is far away and there are as many slots; an empty place costs 5 KiB.</summary>
    private const int EnoughLimit = 1024;

    private double _perSecond;
    private double _roundTripSeconds = 0.001;
    private long _sampledAt = time.GetTimestamp();
    private long _sampledCount;

    /// <summary>Messages to hold beyond the free slots now, 0 to the limit.</summary>
    public int Current { get; private set; }

    /// <summary>Most messages to hold beyond the free slots while <c>consumer_pull_max_messages</c> sets no other bound (docs/operations.md).</summary>
    public static int DefaultLimit(int maxInflight) => (int)Math.Max(maxInflight, Math.Clamp((long)PerSlot * maxInflight, LeastLimit, EnoughLimit));

    /// <summary>Most messages to hold beyond the free slots of a consumer with this limit, which all replicas share: a quarter of it.</summary>
    /// <param name="maxAckPending">The consumer's <c>max_ack_pending</c>; 0 or less is none.</param>
    public static int MostOf(long maxAckPending) => maxAckPending <= 0 ? int.MaxValue : (int)Math.Min(maxAckPending / 4, int.MaxValue);

    /// <summary>Takes a sample when the last one is old enough.</summary>
    public void Observe(long completed, long now)
    {
        TimeSpan elapsed = time.GetElapsedTime(_sampledAt, now);
        if (elapsed < SampleEvery)
        {
            return;
        }

        double perSecond = (completed - _sampledCount) / elapsed.TotalSeconds;
        _perSecond += (perSecond - _perSecond) * (elapsed > TimeSpan.FromSeconds(1) ? 1 : Smoothing);
        (_sampledAt, _sampledCount) = (now, completed);
        Current = (int)Math.Min(limit, Math.Ceiling(_perSecond * Math.Max(2 * _roundTripSeconds, LeastAhead.TotalSeconds)));
        if (_perSecond * _roundTripSeconds < 0.05)
        {
            Current = 0;
        }
    }

    /// <summary>A pull's first message came while the stream had more: that took one round trip.</summary>
    public void ObserveRoundTrip(long sentAt, long now)
    {
        TimeSpan took = time.GetElapsedTime(sentAt, now);
        if (took < LongestRoundTrip)
        {
            _roundTripSeconds += (took.TotalSeconds - _roundTripSeconds) * Smoothing;
        }
    }
}
