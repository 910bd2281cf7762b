namespace Paddlewheel.Engine.Lanes;

/// <summary>What a mode serves: one lane, or the lanes of all functions.</summary>
internal interface ILaneSource
{
    /// <summary>True while messages can come.</summary>
    bool IsReady { get; }

    /// <summary>What is missing; empty when ready.</summary>
    string Reason { get; }

    /// <summary>Serves until <paramref name="stop"/>; returns when no message can come any more.</summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>The connection is back: nothing asked for before will come.</summary>
    void ConnectionBack();
}
