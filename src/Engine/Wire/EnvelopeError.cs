namespace Paddlewheel.Engine.Wire;

/// <summary>Why a message can never become an invocation. Every value but <see cref="None"/> and <see cref="Cancelled"/> means poison.</summary>
internal enum EnvelopeError
{
    /// <summary>The message is well formed.</summary>
    None,

    /// <summary>More bytes than the limit.</summary>
    TooLarge,

    /// <summary>Not one JSON value: empty, cut short, trailing bytes, a byte order mark.</summary>
    NotJson,

    /// <summary>Nested deeper than the limit.</summary>
    TooDeep,

    /// <summary>A known key holds a value of another JSON type.</summary>
    WrongType,

    /// <summary>No function is named.</summary>
    MissingFunction,

    /// <summary>The function's name could leave its URL segment or its subject token.</summary>
    BadFunctionName,

    /// <summary>The method is not an RFC 9110 token.</summary>
    BadMethod,

    /// <summary>The body is not padded standard base64.</summary>
    BadBody,

    /// <summary>More header values than the limit.</summary>
    TooManyHeaders,

    /// <summary>Header names and values hold more bytes than the limit.</summary>
    HeadersTooLarge,

    /// <summary>More annotations, labels or environment entries than the header limit.</summary>
    TooManyEntries,

    /// <summary>The callback is not an absolute http or https URL with a host.</summary>
    BadCallbackUrl,

    /// <summary>The path or query holds a dot segment, a back-slash or a control character.</summary>
    BadPath,

    /// <summary>Well formed, but delivered far more often than its retries explain: it kills or outlives its workers.</summary>
    Quarantined,

    /// <summary>Well formed, but its call was cancelled.</summary>
    Cancelled,
}
