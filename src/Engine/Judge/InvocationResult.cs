namespace Paddlewheel.Engine.Judge;

/// <summary>How a call failed when no complete response came back.</summary>
internal enum InvocationError : byte
{
    /// <summary>There is a response.</summary>
    None,

    /// <summary>No answer within the upstream timeout.</summary>
    Timeout,

    /// <summary>No connection: refused, unreachable, name not found, TLS.</summary>
    Connect,

    /// <summary>The connection broke before the answer was complete.</summary>
    Reset,

    /// <summary>What came back was not HTTP.</summary>
    Protocol,

    /// <summary>There is a response, judged as any other, but its body was too large to keep.</summary>
    ResponseTooLarge,

    /// <summary>We ended the call ourselves; it says nothing about the function.</summary>
    Cancelled,
}

/// <summary>One call's outcome: all that the judge looks at.</summary>
internal record struct InvocationResult
{
    /// <summary>HTTP status; after a transport error the one that callbacks and logs show: 504 for a timeout, else 503.</summary>
    public int Status { get; set; }

    public InvocationError Error { get; set; }

    /// <summary>The response carries <c>X-OpenFaaS-Internal</c> (contract 4.2).</summary>
    public bool Internal { get; set; }

    public RetryAfter RetryAfter { get; set; }

    /// <summary>From sending the request to the last byte of the response, or to the failure.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The result of a call without a response.</summary>
    public static InvocationResult Failed(InvocationError error, TimeSpan duration) => new()
    {
        Status = error == InvocationError.Timeout ? 504 : 503,
        Error = error,
        Duration = duration,
    };
}
