namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// The constants of the adaptive limit. The rules are published (contract 7.3), their constants are not: these are ours,
/// reasoned and measured in ADR 7.
/// </summary>
internal sealed record AdaptiveRules
{
    /// <summary>
    /// How long a raised limit must be in full use without a rejection to count as accepted. A rejection takes milliseconds
    /// where a call takes seconds, so growth need not wait for the first answer. 50 ms to 1 s.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Rejections that arrive later than a third of <see cref="Settle"/> stretch it to three of their own times, up to this.</summary>
    public TimeSpan LongestSettle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time from a rejection to the next attempt above the known maximum (rule 5). The time is drawn anew each time between this and <see cref="LongestProbe"/>.</summary>
    public TimeSpan ShortestProbe { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time to the next probe: with the growth that follows it is how late new capacity is noticed.</summary>
    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much the step may be of the limit once probes are accepted one after the other (rule 3): it doubles from 1 up to this part. 0 to 1.</summary>
    public double LargestStep { get; init; } = 0.25;

    /// <summary>The step may be this big in any case, so that small limits grow fast too. Calls.</summary>
    public int SmallStep { get; init; } = 8;

    /// <summary>What remains after each rejection that follows another without an accepted call between them (rule 4). 0.5 to 0.9.</summary>
    public double Cut { get; init; } = 0.75;

    /// <summary>The safety margin below the maximum (rule 4) while nobody else takes what is left free, as part of the limit. 0 to 0.1.</summary>
    public double MarginAlone { get; init; } = 0.02;

    /// <summary>The margin while other workers take what is left free: it is what makes unequal replicas equal. 0.05 to 0.3.</summary>
    public double MarginContested { get; init; } = 0.15;

    /// <summary>How long the margin stays free before it is taken back. 200 ms to <see cref="ShortestProbe"/>.</summary>
    public TimeSpan MarginHeld { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What one look at the margin weighs in the belief that there are others. 0.05 to 0.5.</summary>
    public double Belief { get; init; } = 0.2;

    /// <summary>A limit that was not in full use for this long is knowledge no more: it shrinks to what was used, and grows from there as at the start.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it stays free while others are there: long enough for one of their probes to find it. <see cref="MarginHeld"/> to 5 s.</summary>
    public TimeSpan MarginHeldContested { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The largest step while others are there: not one of them shall take all that gets free. Calls, 1 to 8.</summary>
    public int StepContested { get; init; } = 2;

    /// <summary>Calls that may be out with nothing known of them: what a sudden loss of capacity costs in rejections. 4 to 16.</summary>
    public int Scouts { get; init; } = 8;

    /// <summary>The same as a part of the limit, for big ones. 0 to 0.5.</summary>
    public double ScoutPart { get; init; } = 0.15;
}
