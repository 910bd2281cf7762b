using System.Numerics;
using System.Runtime.CompilerServices;

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

    // One walk for the dots, one over the digits: at some 70 characters a call per token costs more than it finds.
    [SkipLocalsInit]
    private static bool TryParseAny<T>(ReadOnlySpan<T> text, out AckSubject subject)
        where T : unmanaged, IBinaryInteger<T>
    {
        subject = default;
        Span<int> dots = stackalloc int[Version2Tokens];
        int tokens = 1;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == T.CreateTruncating('.'))
            {
                if (tokens <= Version2Tokens)
                {
                    dots[tokens - 1] = i;
                }

                tokens++;
            }
        }

        if (tokens < Version1Tokens || (tokens > Version1Tokens && tokens < Version2Tokens))
        {
            return false;
        }

        if (tokens <= Version2Tokens)
        {
            // The last token ends where the text does.
            dots[tokens - 1] = text.Length;
        }

        int numbers = tokens == Version1Tokens ? Version1Numbers : Version2Numbers;
        if (dots[0] != 3 || !Is(text[..3], "$JS"u8) || dots[1] != 7 || !Is(text[4..7], "ACK"u8))
        {
            return false;
        }

        for (int i = 2; i < numbers; i++)
        {
            if (dots[i] == dots[i - 1] + 1)
            {
                return false;
            }
        }

        if (!TryNumber(text, dots, numbers, out ulong delivered) || delivered is 0 or > int.MaxValue
            || !TryNumber(text, dots, numbers + 1, out ulong streamSequence) || streamSequence == 0
            || !TryNumber(text, dots, numbers + 2, out ulong consumerSequence) || consumerSequence == 0
            || !TryNumber(text, dots, numbers + 3, out ulong time) || time > long.MaxValue
            || !TryNumber(text, dots, numbers + 4, out ulong pending))
        {
            return false;
        }

        subject = new AckSubject(streamSequence, consumerSequence, (int)delivered, (long)time, pending);
        return true;
    }

    private static bool Is<T>(ReadOnlySpan<T> token, ReadOnlySpan<byte> expected)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] != T.CreateTruncating(expected[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber<T>(ReadOnlySpan<T> text, ReadOnlySpan<int> dots, int token, out ulong value)
        where T : unmanaged, IBinaryInteger<T>
    {
        int start = dots[token - 1] + 1;
        ReadOnlySpan<T> digits = text[start..dots[token]];
        ulong number = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            uint digit = uint.CreateTruncating(digits[i]) - '0';

            // Nineteen digits always fit.
            if (digit > 9 || (i >= 19 && number > (ulong.MaxValue - digit) / 10))
            {
                value = 0;
                return false;
            }

            number = (number * 10) + digit;
        }

        value = number;
        return digits.Length > 0;
    }
}
