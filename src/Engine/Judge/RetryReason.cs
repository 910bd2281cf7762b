namespace Paddlewheel.Engine.Judge;

/// <summary>Why a delivery is tried again; a metric label.</summary>
internal enum RetryReason : byte
{
    /// <summary>The function's status is in the list of codes.</summary>
    Status,

    /// <summary>The platform failed, as the header <c>X-OpenFaaS-Internal</c> says (contract 4.1, type 1).</summary>
    Internal,

    /// <summary>No answer within the upstream timeout.</summary>
    Timeout,

    /// <summary>No connection.</summary>
    Connect,

    /// <summary>The connection broke before the answer was complete.</summary>
    Reset,

    /// <summary>What came back was not HTTP.</summary>
    Protocol,
}
