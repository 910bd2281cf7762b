using System.Buffers;

namespace Paddlewheel.Engine.Wire;

/// <summary>RFC 9110 5.6.2: what a method or a header name is made of.</summary>
internal static class HttpToken
{
    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static bool IsValid(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);
}
