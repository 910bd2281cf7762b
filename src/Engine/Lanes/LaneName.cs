using System.Text;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Which function a lane serves, as its messages say: the subject is never trusted for it (contract 2.2). A subject that
/// carries more than one function is served all the same, but counts for none of them.
/// </summary>
internal sealed class LaneName(string queue, string defaultNamespace, EngineMetrics metrics)
{
    private readonly LaneMetrics _unnamed = metrics.ForQueue(queue);
    private volatile State _state = new([], "", null, IsMixed: false);

    /// <summary><c>name.namespace</c>, or empty while it is unknown and for ever when the subject is mixed.</summary>
    public string Label => _state.Label;

    public bool IsMixed => _state.IsMixed;

    public LaneMetrics Metrics => _state.Metrics ?? _unnamed;

    /// <summary>A message of this lane names its function.</summary>
    /// <param name="function">The envelope's name, with or without namespace.</param>
    public void Meet(ReadOnlySpan<byte> function)
    {
        State state = _state;
        if (!state.IsMixed && !function.SequenceEqual(state.Spelling))
        {
            Learn(state, function);
        }
    }

    private void Learn(State state, ReadOnlySpan<byte> function)
    {
        string name = Encoding.UTF8.GetString(function);
        string label = name.Contains('.', StringComparison.Ordinal) ? name : name + "." + defaultNamespace;
        bool isMixed = state.Label.Length > 0 && state.Label != label;
        _state = isMixed
            ? new State([], "", null, IsMixed: true)
            : new State(function.ToArray(), label, metrics.ForFunction(queue, label), IsMixed: false);
    }

    private sealed record State(byte[] Spelling, string Label, LaneMetrics? Metrics, bool IsMixed);
}
