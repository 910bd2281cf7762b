namespace Paddlewheel.Engine.Wire;

/// <summary>The words for an <see cref="EnvelopeError"/>: constants, so that no byte of a hostile message reaches a log or a label.</summary>
internal static class EnvelopeErrors
{
    /// <summary>One line for people: the TERM reason, the log and the dead letter.</summary>
    public static string Reason(EnvelopeError error) => error switch
    {
        EnvelopeError.None => "well formed",
        EnvelopeError.TooLarge => "message is larger than the limit",
        EnvelopeError.NotJson => "message is not valid JSON",
        EnvelopeError.TooDeep => "message is nested too deeply",
        EnvelopeError.WrongType => "a field of the message has the wrong JSON type",
        EnvelopeError.MissingFunction => "message names no function",
        EnvelopeError.BadFunctionName => "function name is not valid",
        EnvelopeError.BadMethod => "method is not valid",
        EnvelopeError.BadBody => "body is not valid base64",
        EnvelopeError.TooManyHeaders => "message has too many headers",
        EnvelopeError.HeadersTooLarge => "headers of the message are too large",
        EnvelopeError.TooManyEntries => "message has too many annotations, labels or environment entries",
        EnvelopeError.BadCallbackUrl => "callback URL is not an absolute http or https URL",
        EnvelopeError.BadPath => "path or query is not safe to forward",
        EnvelopeError.Quarantined => "quarantined: delivered far more often than its retries explain",
        EnvelopeError.Cancelled => "cancelled",
        _ => "message is not valid",
    };

    /// <summary>The metric label for the same fact: lower case, underscores, stable across releases.</summary>
    public static string Slug(EnvelopeError error) => error switch
    {
        EnvelopeError.None => "none",
        EnvelopeError.TooLarge => "too_large",
        EnvelopeError.NotJson => "not_json",
        EnvelopeError.TooDeep => "too_deep",
        EnvelopeError.WrongType => "wrong_type",
        EnvelopeError.MissingFunction => "missing_function",
        EnvelopeError.BadFunctionName => "bad_function_name",
        EnvelopeError.BadMethod => "bad_method",
        EnvelopeError.BadBody => "bad_body",
        EnvelopeError.TooManyHeaders => "too_many_headers",
        EnvelopeError.HeadersTooLarge => "headers_too_large",
        EnvelopeError.TooManyEntries => "too_many_entries",
        EnvelopeError.BadCallbackUrl => "bad_callback_url",
        EnvelopeError.BadPath => "bad_path",
        EnvelopeError.Quarantined => "quarantined",
        EnvelopeError.Cancelled => "cancelled",
        _ => "invalid",
    };
}
