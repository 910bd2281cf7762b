namespace Paddlewheel.Engine.Integration.Support;

/// <summary>How many calls truly ran at one time when some of them were given up by the worker.</summary>
internal static class Overlap
{
    /// <summary>
    /// The most calls at one time. A server learns of a caller that hung up only later, and by then the worker's next call may have
    /// arrived; so a call that was given up counts until the worker's deadline and not until the server noticed.
    /// </summary>
    /// <param name="calls">Calls that have all ended.</param>
    /// <param name="deadline">The worker's longest call.</param>
    public static int Most(IEnumerable<Invocation> calls, TimeSpan deadline)
    {
        // The worker's clock starts when it writes the request, which is before the request has arrived here.
        long allowed = (long)((deadline - TimeSpan.FromMilliseconds(250)).TotalSeconds * TimeProvider.System.TimestampFrequency);
        var edges = new List<(long At, int Step)>();
        foreach (Invocation call in calls)
        {
            long ended = call.Aborted ? Math.Min(call.Ended, call.Arrived + allowed) : call.Ended;
            edges.Add((call.Arrived, 1));
            edges.Add((ended, -1));
        }

        int running = 0;
        int most = 0;
        foreach ((_, int step) in edges.OrderBy(static e => e.At).ThenBy(static e => e.Step))
        {
            running += step;
            most = Math.Max(most, running);
        }

        return most;
    }
}
