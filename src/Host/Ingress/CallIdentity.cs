namespace Paddlewheel.Host.Ingress;

/// <summary>The call id: kept when the caller sends one, made otherwise, always returned (contract 13.2).</summary>
internal static class CallIdentity
{
    public const string Header = "X-Call-Id";

    /// <summary>Longest id taken; it becomes part of the de-duplication id.</summary>
    public const int MaxLength = 128;

    /// <summary>Whether an id can be kept, and so could have been given.</summary>
    public static bool IsValid(string callId)
    {
        if (callId.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (char c in callId)
        {
            if (c is <= ' ' or >= '\x7F')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>False when the caller's own id cannot be kept; the caller must know, because retries rely on it.</summary>
    public static bool TryTake(string? sent, out string callId)
    {
        callId = string.IsNullOrEmpty(sent) ? Guid.NewGuid().ToString() : sent;
        return IsValid(callId);
    }
}
