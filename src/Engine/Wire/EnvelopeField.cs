using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>The keys of a QueueRequest (contract 2.1).</summary>
internal enum EnvelopeField
{
    Unknown,
    Header,
    Host,
    Body,
    Method,
    Path,
    QueryString,
    Function,
    QueueName,
    Annotations,
    Labels,
    Environment,
    CallbackUrl,
}

/// <summary>The keys of Go's url.URL.</summary>
internal enum CallbackField
{
    Unknown,
    Scheme,
    Opaque,
    User,
    Host,
    Path,
    Fragment,
    RawQuery,
    RawPath,
    RawFragment,
    ForceQuery,
    OmitHost,
}

/// <summary>
/// Key matching as Go does it: an exact match first, else without regard to case. No two keys differ by case only, so one
/// comparison gives both.
/// </summary>
internal static class EnvelopeKeys
{
    public static EnvelopeField Envelope(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when Is(key, "Body"u8) => EnvelopeField.Body,
        4 when Is(key, "Path"u8) => EnvelopeField.Path,
        4 when Is(key, "Host"u8) => EnvelopeField.Host,
        6 when Is(key, "Header"u8) => EnvelopeField.Header,
        6 when Is(key, "Method"u8) => EnvelopeField.Method,
        6 when Is(key, "Labels"u8) => EnvelopeField.Labels,
        8 when Is(key, "Function"u8) => EnvelopeField.Function,
        9 when Is(key, "QueueName"u8) => EnvelopeField.QueueName,
        11 when Is(key, "QueryString"u8) => EnvelopeField.QueryString,
        11 when Is(key, "CallbackUrl"u8) => EnvelopeField.CallbackUrl,
        11 when Is(key, "Annotations"u8) => EnvelopeField.Annotations,
        11 when Is(key, "Environment"u8) => EnvelopeField.Environment,
        _ => EnvelopeField.Unknown,
    };

    public static CallbackField Callback(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when Is(key, "Host"u8) => CallbackField.Host,
        4 when Is(key, "Path"u8) => CallbackField.Path,
        4 when Is(key, "User"u8) => CallbackField.User,
        6 when Is(key, "Scheme"u8) => CallbackField.Scheme,
        6 when Is(key, "Opaque"u8) => CallbackField.Opaque,
        7 when Is(key, "RawPath"u8) => CallbackField.RawPath,
        8 when Is(key, "RawQuery"u8) => CallbackField.RawQuery,
        8 when Is(key, "Fragment"u8) => CallbackField.Fragment,
        8 when Is(key, "OmitHost"u8) => CallbackField.OmitHost,
        10 when Is(key, "ForceQuery"u8) => CallbackField.ForceQuery,
        11 when Is(key, "RawFragment"u8) => CallbackField.RawFragment,
        _ => CallbackField.Unknown,
    };

    /// <summary>A key spelled as Go spells it.</summary>
    public static EnvelopeField Exact(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("Body"u8) => EnvelopeField.Body,
        4 when key.SequenceEqual("Path"u8) => EnvelopeField.Path,
        4 when key.SequenceEqual("Host"u8) => EnvelopeField.Host,
        6 when key.SequenceEqual("Header"u8) => EnvelopeField.Header,
        6 when key.SequenceEqual("Method"u8) => EnvelopeField.Method,
        6 when key.SequenceEqual("Labels"u8) => EnvelopeField.Labels,
        8 when key.SequenceEqual("Function"u8) => EnvelopeField.Function,
        9 when key.SequenceEqual("QueueName"u8) => EnvelopeField.QueueName,
        11 when key.SequenceEqual("QueryString"u8) => EnvelopeField.QueryString,
        11 when key.SequenceEqual("CallbackUrl"u8) => EnvelopeField.CallbackUrl,
        11 when key.SequenceEqual("Annotations"u8) => EnvelopeField.Annotations,
        11 when key.SequenceEqual("Environment"u8) => EnvelopeField.Environment,
        _ => EnvelopeField.Unknown,
    };

    /// <summary>A key of the callback spelled as Go spells it.</summary>
    public static CallbackField ExactCallback(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("Host"u8) => CallbackField.Host,
        4 when key.SequenceEqual("Path"u8) => CallbackField.Path,
        4 when key.SequenceEqual("User"u8) => CallbackField.User,
        6 when key.SequenceEqual("Scheme"u8) => CallbackField.Scheme,
        6 when key.SequenceEqual("Opaque"u8) => CallbackField.Opaque,
        7 when key.SequenceEqual("RawPath"u8) => CallbackField.RawPath,
        8 when key.SequenceEqual("RawQuery"u8) => CallbackField.RawQuery,
        8 when key.SequenceEqual("Fragment"u8) => CallbackField.Fragment,
        8 when key.SequenceEqual("OmitHost"u8) => CallbackField.OmitHost,
        10 when key.SequenceEqual("ForceQuery"u8) => CallbackField.ForceQuery,
        11 when key.SequenceEqual("RawFragment"u8) => CallbackField.RawFragment,
        _ => CallbackField.Unknown,
    };

    private static bool Is(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(key, name);
}
