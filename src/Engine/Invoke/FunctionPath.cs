using System.Buffers;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The URL a queued call goes to. Its path and query are hostile input: a dot segment, however it is spelled, would reach
/// another function or the gateway's own API with the worker's credentials.
/// </summary>
internal static class FunctionPath
{
    // RFC 3986 pchar and the slash; the percent sign is looked at on its own.
    private static readonly SearchValues<byte> PathKept = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/"u8);

    // A query goes as the client sent it, a signature may depend on it; only what would end it early or is no ASCII is encoded.
    private static readonly SearchValues<byte> QueryKept = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%[]{}|\\^`"u8);

    // Without one of these there is nothing to look for.
    private static readonly SearchValues<byte> Suspicious =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(b => (byte)b), .. ".%\\"u8]);

    /// <summary>Bytes that surely hold the URL: each byte of path and query may become three.</summary>
    public static int MaxBytes(int prefixLength, Envelope envelope) =>
        prefixLength + envelope.Function.Length + (3 * (envelope.Path.Length + envelope.QueryString.Length)) + 2;

    /// <summary>
    /// Writes prefix, function, path and query. Encoded bytes of the path stay as they came, <c>%2F</c> above all; no slash
    /// is added to an empty path. False with the reason when the result could leave the function's prefix, or when
    /// <paramref name="destination"/> is shorter than <see cref="MaxBytes"/>.
    /// </summary>
    /// <param name="prefix">Absolute URL up to the function's name, like <c>http://gateway:8080/function/</c>.</param>
    /// <param name="envelope">A message read without error.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/>.</param>
    /// <param name="written">Bytes of URL, all ASCII if the prefix is.</param>
    /// <param name="error">Why not.</param>
    public static bool TryWrite(
        ReadOnlySpan<byte> prefix, Envelope envelope, Span<byte> destination, out int written, out EnvelopeError error)
    {
        written = 0;
        var path = envelope.Path;
        var query = envelope.QueryString.TrimStart((byte)'?');
        error = FunctionName.IsValid(envelope.Function) ? EnvelopeError.None : EnvelopeError.BadFunctionName;
        if (error != EnvelopeError.None)
        {
            return false;
        }

        if (!IsSafe(path) || HasControl(query))
        {
            error = EnvelopeError.BadPath;
            return false;
        }

        if (destination.Length < MaxBytes(prefix.Length, envelope))
        {
            error = EnvelopeError.TooLarge;
            return false;
        }

        Copy(prefix, destination, ref written);
        Copy(envelope.Function, destination, ref written);
        if (!path.IsEmpty)
        {
            if (path[0] != (byte)'/')
            {
                destination[written++] = (byte)'/';
            }

            Encode(path, PathKept, destination, ref written);
        }

        if (!query.IsEmpty)
        {
            destination[written++] = (byte)'?';
            Encode(query, QueryKept, destination, ref written);
        }

        return true;
    }

    /// <summary>
    /// Whether no segment is a dot segment after one decoding, an encoded slash counting as a separator: the gateway cleans
    /// the decoded path. Back-slashes and control characters are refused in either spelling.
    /// </summary>
    private static bool IsSafe(ReadOnlySpan<byte> path) => !path.ContainsAny(Suspicious) || HasNoDotSegment(path);

    private static bool HasNoDotSegment(ReadOnlySpan<byte> path)
    {
        int dots = 0;
        int length = 0;
        while (!path.IsEmpty)
        {
            int used = GoUrl.TryTriplet(path, out byte value) ? 3 : 1;
            value = used == 3 ? value : path[0];
            path = path[used..];
            if (value is < 0x20 or 0x7F or (byte)'\\')
            {
                return false;
            }

            if (value == (byte)'/')
            {
                if (IsDotSegment(dots, length))
                {
                    return false;
                }

                dots = 0;
                length = 0;
                continue;
            }

            dots += value == (byte)'.' ? 1 : 0;
            length++;
        }

        return !IsDotSegment(dots, length);
    }

    private static bool IsDotSegment(int dots, int length) => length is 1 or 2 && dots == length;

    private static bool HasControl(ReadOnlySpan<byte> text) =>
        text.Contains((byte)0x7F) || text.IndexOfAnyInRange((byte)0x00, (byte)0x1F) >= 0;

    private static void Copy(ReadOnlySpan<byte> text, Span<byte> destination, ref int written)
    {
        text.CopyTo(destination[written..]);
        written += text.Length;
    }

    private static void Encode(ReadOnlySpan<byte> text, SearchValues<byte> kept, Span<byte> destination, ref int written)
    {
        while (!text.IsEmpty)
        {
            int run = text.IndexOfAnyExcept(kept);
            run = run < 0 ? text.Length : run;
            Copy(text[..run], destination, ref written);
            text = text[run..];
            if (text.IsEmpty)
            {
                return;
            }

            if (GoUrl.TryTriplet(text, out _))
            {
                Copy(text[..3], destination, ref written);
                text = text[3..];
                continue;
            }

            destination[written++] = (byte)'%';
            destination[written++] = GoUrl.Hex(text[0] >> 4);
            destination[written++] = GoUrl.Hex(text[0] & 15);
            text = text[1..];
        }
    }
}
