using System.Buffers;

namespace Paddlewheel.Engine.Wire;

/// <summary>The names a function may have: one URL segment, whole subject tokens, with or without a namespace.</summary>
internal static class FunctionName
{
    /// <summary>Longest name accepted, in bytes: a DNS name's limit.</summary>
    public const int MaxBytes = 253;

    // Upper case and the underscore are no DNS label, but functions outside Kubernetes have them.
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    /// <summary>
    /// A letter or digit first, then letters, digits, <c>-</c>, <c>_</c> and single dots, none at the end: an empty token
    /// would be an invalid subject, and nothing here can climb out of a URL.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name.Length <= MaxBytes
        && char.IsAsciiLetterOrDigit((char)name[0])
        && name[^1] != (byte)'.'
        && !name.ContainsAnyExcept(Allowed)
        && name.IndexOf(".."u8) < 0;
}
