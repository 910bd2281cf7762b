namespace Paddlewheel.Engine.Integration.Support;

/// <summary>The most that a count has been, kept by many threads at once.</summary>
internal static class Highest
{
    public static void Note(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            _ = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
