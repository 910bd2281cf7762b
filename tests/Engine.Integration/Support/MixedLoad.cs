namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A day in a queue's life: mostly quick calls, some that fail once, some unknown, some slow, a few that hang once.</summary>
internal sealed class MixedLoad
{
    private readonly int _flakyEvery;
    private readonly int _missingEvery;
    private readonly int _slowEvery;
    private readonly int _hangingEvery;

    private MixedLoad(int flakyEvery, int missingEvery, int slowEvery, int hangingEvery) =>
        (_flakyEvery, _missingEvery, _slowEvery, _hangingEvery) = (flakyEvery, missingEvery, slowEvery, hangingEvery);

    public static MixedLoad ForFiftyAtOnce { get; } = new(flakyEvery: 25, missingEvery: 40, slowEvery: 30, hangingEvery: 200);

    /// <summary>One hanging call holds up everything behind it, so there are few.</summary>
    public static MixedLoad ForOneAtATime { get; } = new(flakyEvery: 25, missingEvery: 40, slowEvery: 100, hangingEvery: 700);

    public void Install(FunctionServer functions)
    {
        functions.On("quick", Behaviours.Echo);
        functions.On("flaky", Behaviours.First(1, Behaviours.Always(500), then: Behaviours.Echo));
        functions.On("slow", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200)));
        functions.On("hanging", Behaviours.First(1, Behaviours.Hang, then: Behaviours.Echo));
    }

    public IEnumerable<Envelope> Messages(int count) => Enumerable.Range(1, count).Select(i => Call.To(FunctionOf(i)));

    /// <summary>Invocations that a message needs: those that fail once need two.</summary>
    public int Tries(Envelope message) => message.Function is "flaky" or "hanging" ? 2 : 1;

    private string FunctionOf(int i) =>
        i % _hangingEvery == 0 ? "hanging"
        : i % _missingEvery == 0 ? "missing"
        : i % _slowEvery == 0 ? "slow"
        : i % _flakyEvery == 0 ? "flaky"
        : "quick";
}
