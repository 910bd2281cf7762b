using System.Text;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>One request as a function saw it.</summary>
internal sealed class Invocation
{
    public required string Function { get; init; }

    public required string CallId { get; init; }

    /// <summary>From 1: how often this call id reached this server.</summary>
    public required int Attempt { get; init; }

    public required string Method { get; init; }

    /// <summary>What followed the function's name; empty when nothing did.</summary>
    public required string Path { get; init; }

    /// <summary>Without the question mark.</summary>
    public required string Query { get; init; }

    public required IReadOnlyDictionary<string, string[]> Headers { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Ticks of <see cref="TimeProvider.System"/>.</summary>
    public required long Arrived { get; init; }

    /// <summary>Ticks of <see cref="TimeProvider.System"/>, taken before the answer is written; 0 while it runs.</summary>
    public long Ended { get; set; }

    /// <summary>The worker gave up, or went away, before the answer.</summary>
    public bool Aborted { get; set; }

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The header's one value; empty when absent.</summary>
    public string Header(string name) => Headers.TryGetValue(name, out string[]? values) ? string.Join(',', values) : "";

    /// <summary>From this arrival to the other's.</summary>
    public TimeSpan Until(Invocation later) => TimeProvider.System.GetElapsedTime(Arrived, later.Arrived);
}
