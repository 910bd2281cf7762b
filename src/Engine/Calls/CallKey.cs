using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// A call id as a key. Ids of letters, digits, <c>-</c> and <c>_</c>, a UUID among them, are their own key; any other is <c>=</c> and its
/// bytes in base64url, since a key has few characters and dots would part it.
/// </summary>
internal static class CallKey
{
    /// <summary>Longest id that is taken from a key, bytes: no caller's id is longer than a quarter of it.</summary>
    public const int MostBytes = 512;

    private const char Encoded = '=';
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <param name="callId">Not empty.</param>
    public static string Of(string callId) =>
        callId.AsSpan().ContainsAnyExcept(Plain) ? Encoded + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(callId)) : callId;

    /// <summary>The id of a key; null when it is none. A key that somebody wrote by hand, with a dot in it, is its own id.</summary>
    public static byte[]? ToCallId(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || key.Length > 2 * MostBytes)
        {
            return null;
        }

        byte[]? id = null;
        if (key[0] != Encoded)
        {
            id = Encoding.UTF8.GetBytes(key.ToString());
        }
        else if (Base64Url.IsValid(key[1..]))
        {
            id = Base64Url.DecodeFromChars(key[1..]);
        }

        return id is { Length: > 0 and <= MostBytes } ? id : null;
    }
}
