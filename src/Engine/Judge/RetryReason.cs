namespace Paddlewheel.Engine.Judge;

/// <summary>Why a delivery is tried again; a label of metrics and logs.</summary>
internal enum RetryReason : byte
{
    /// <summary>The status is among the retried ones.</summary>
    Status,

    /// <summary>The platform answered, not the function (<c>X-OpenFaaS-Internal</c>).</summary>
    Internal,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>No connection.</summary>
    Connect,

    /// <summary>The connection broke before the answer was whole.</summary>
    Reset,

    /// <summary>The answer was not HTTP.</summary>
    Protocol,
}
