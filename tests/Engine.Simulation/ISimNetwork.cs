using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>What a worker can do to the world around it.</summary>
internal interface ISimNetwork
{
    void Pull(SimWorker worker, int lane, int pull, int batch);

    /// <summary>The lane's inbox is given up for a new one: what was asked for is void once the server knows.</summary>
    void Unsubscribe(SimWorker worker, int lane);

    void Answer(SimWorker worker, string replyTo, AckKind kind, TimeSpan delay);

    /// <summary>Does it later, if the process still lives then; after a pause if it stands still.</summary>
    void After(TimeSpan delay, SimWorker worker, Action action);

    /// <summary>The message behind a lane's stream sequence.</summary>
    int MessageOf(int lane, ulong sequence);
}
