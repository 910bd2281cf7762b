using System.Numerics;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// What a delivery's reply subject says about it. Version 1 has nine tokens, <c>$JS.ACK.stream.consumer.delivered.stream
/// sequence.consumer sequence.time.pending</c>; version 2 puts domain and account hash before the stream and may add tokens
/// at the end.
/// </summary>
/// <param name="StreamSequence">Sequence in the stream, from 1.</param>
/// <param name="ConsumerSequence">Sequence of this delivery in the consumer, from 1.</param>
/// <param name="DeliveryCount">1 on the first delivery of the message.</param>
/// <param name="TimestampNs">When the stream stored the message, nanoseconds since the Unix epoch.</param>
/// <param name="Pending">Messages the consumer has not delivered yet.</param>
internal readonly record struct AckSubject(
    ulong StreamSequence, ulong ConsumerSequence, int DeliveryCount, long TimestampNs, ulong Pending)
{
    private const int Version1Tokens = 9;
    private const int Version2Tokens = 11;

    // Tokens before the numbers: "$JS", "ACK", then (domain, account hash,) stream and consumer.
    private const int Version1Numbers = 4;
    private const int Version2Numbers = 6;

    public static bool TryParse(ReadOnlySpan<char> replyTo, out AckSubject subject) => TryParseAny(replyTo, out subject);

    public static bool TryParse(ReadOnlySpan<byte> replyTo, out AckSubject subject) => TryParseAny(replyTo, out subject);

    private static bool TryParseAny<T>(ReadOnlySpan<T> text, out AckSubject subject)
        where T : unmanaged, IBinaryInteger<T>
    {
        subject = default;
        var dot = T.CreateTruncating('.');
        int tokens = text.Count(dot) + 1;
        if (tokens < Version1Tokens || (tokens > Version1Tokens && tokens < Version2Tokens))
        {
            return false;
        }

        int skip = tokens == Version1Tokens ? Version1Numbers : Version2Numbers;
        for (int i = 0; i < skip; i++)
        {
            var token = Next(ref text, dot);
            if (token.IsEmpty || (i == 0 && !Is(token, "$JS"u8)) || (i == 1 && !Is(token, "ACK"u8)))
            {
                return false;
            }
        }

        if (!TryNumber(Next(ref text, dot), int.MaxValue, out ulong delivered)
            || !TryNumber(Next(ref text, dot), ulong.MaxValue, out ulong streamSequence)
            || !TryNumber(Next(ref text, dot), ulong.MaxValue, out ulong consumerSequence)
            || !TryNumber(Next(ref text, dot), long.MaxValue, out ulong time)
            || !TryNumber(Next(ref text, dot), ulong.MaxValue, out ulong pending)
            || delivered == 0 || streamSequence == 0 || consumerSequence == 0)
        {
            return false;
        }

        subject = new AckSubject(streamSequence, consumerSequence, (int)delivered, (long)time, pending);
        return true;
    }

    private static ReadOnlySpan<T> Next<T>(ref ReadOnlySpan<T> text, T dot)
        where T : unmanaged, IBinaryInteger<T>
    {
        int end = text.IndexOf(dot);
        var token = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return token;
    }

    private static bool Is<T>(ReadOnlySpan<T> token, ReadOnlySpan<byte> expected)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (token.Length != expected.Length)
        {
            return false;
        }

        for (int i = 0; i < token.Length; i++)
        {
            if (uint.CreateTruncating(token[i]) != expected[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber<T>(ReadOnlySpan<T> token, ulong max, out ulong value)
        where T : unmanaged, IBinaryInteger<T>
    {
        value = 0;
        foreach (var c in token)
        {
            uint digit = uint.CreateTruncating(c) - '0';
            if (digit > 9 || value > (max - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return !token.IsEmpty;
    }
}
