namespace Paddlewheel.Engine.Simulation;

/// <summary>What goes wrong, and when.</summary>
internal enum FaultKind
{
    /// <summary>The process is gone with everything in it; a new one starts a little later.</summary>
    Crash,

    /// <summary>The next answer to the server never arrives.</summary>
    LostAnswer,

    /// <summary>The server delivers something again that is being worked on.</summary>
    Redelivery,

    /// <summary>New consumer leaders: every pull is void, and the server says so.</summary>
    LeaderChange,

    /// <summary>The connection breaks, what is on the way is lost, and it comes back later.</summary>
    Disconnect,

    /// <summary>The process stands still.</summary>
    Pause,

    /// <summary>The server forgets a worker's pulls and says nothing.</summary>
    SilentPulls,

    /// <summary>The server restarts: every connection breaks; what is pending stays pending.</summary>
    ServerRestart,

    /// <summary>A graceful restart. Not a fault: nothing may be lost and nothing may run twice.</summary>
    Drain,
}

/// <param name="Kind">What happens.</param>
/// <param name="At">Ticks after the start.</param>
/// <param name="Worker">Whom it hits.</param>
/// <param name="Duration">Ticks that it lasts, if it lasts.</param>
internal readonly record struct Fault(FaultKind Kind, long At, int Worker, long Duration);
