namespace Paddlewheel.Perf.Scenarios;

/// <summary>Lines for whoever watches; on standard error, so that standard output is the report.</summary>
internal sealed class Progress(string what, int total)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long _saidAt = TimeProvider.System.GetTimestamp();
    private int _saidCount;

    public static void Say(string line) => Console.Error.WriteLine(line);

    /// <summary>Says how far it is, at most once a second.</summary>
    public void At(int count)
    {
        long now = TimeProvider.System.GetTimestamp();
        TimeSpan since = TimeProvider.System.GetElapsedTime(_saidAt, now);
        if (since < TimeSpan.FromSeconds(1))
        {
            return;
        }

        Say($"{TimeProvider.System.GetElapsedTime(_started, now).TotalSeconds,6:F1} s  {what} {count:N0} of {total:N0}, {(count - _saidCount) / since.TotalSeconds:N0}/s");
        (_saidAt, _saidCount) = (now, count);
    }
}
