namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Messages for the tests whose accounts compare bodies: the body is the call id.</summary>
internal static class Call
{
    public static Envelope To(
        string function, Uri? callback = null, IReadOnlyDictionary<string, string>? annotations = null, string? callId = null)
    {
        string id = callId ?? Guid.NewGuid().ToString();
        return new Envelope
        {
            Function = function,
            CallId = id,
            Body = Envelope.Text(id),
            Callback = callback,
            Annotations = annotations ?? new Dictionary<string, string>(),
        };
    }
}
