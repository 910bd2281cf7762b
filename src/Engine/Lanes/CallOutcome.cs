namespace Paddlewheel.Engine.Lanes;

/// <summary>What the end of a call says about the function's capacity.</summary>
internal enum CallOutcome : byte
{
    /// <summary>2xx: there was room, and the limit may rise (rule 2 of contract 7.3).</summary>
    Succeeded,

    /// <summary>Any other answer of the function itself: there was room.</summary>
    Accepted,

    /// <summary>429, the only rejection (rule 7).</summary>
    Rejected,

    /// <summary>5xx, timeout, transport: says nothing about room.</summary>
    Failed,
}
