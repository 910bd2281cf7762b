using NATS.Client.JetStream;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// The one place that polls: for a state inside another process, which can only be asked for. What happens in this process is
/// waited for by signal (<see cref="Watch{T}"/>).
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is null, and fails with the last answer when <paramref name="within"/> has passed.</summary>
    /// <param name="what">The state hoped for, in words.</param>
    /// <param name="whyNot">Null when the state is there, otherwise what is seen instead.</param>
    public static async Task ReachesAsync(string what, Func<CancellationToken, Task<string?>> whyNot, TimeSpan within, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        string? seen = "nothing was asked yet";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        using var timer = new PeriodicTimer(Pause);
        try
        {
            do
            {
                try
                {
                    seen = await whyNot(limit.Token);
                }
                catch (NatsJSApiNoResponseException e)
                {
                    // The question or its answer was lost, which is no answer to what is hoped for.
                    seen = e.Message;
                }

                if (seen is null)
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan waited = TimeProvider.System.GetElapsedTime(start);
            throw new TimeoutException($"not reached within {waited.TotalSeconds:F1} s: {what}; last seen: {seen}");
        }
    }

    /// <inheritdoc cref="ReachesAsync"/>
    public static Task IsTrueAsync(string what, Func<CancellationToken, Task<bool>> condition, TimeSpan within, CancellationToken cancellationToken) =>
        ReachesAsync(what, async token => await condition(token) ? null : "false", within, cancellationToken);
}
