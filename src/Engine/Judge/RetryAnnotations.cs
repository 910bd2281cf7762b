using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Judge;

/// <summary>The annotations of one function that change its retries (contract 4.1), as they stand in the envelope; empty = absent.</summary>
internal readonly ref struct RetryAnnotations
{
    public const string AttemptsKey = "com.openfaas.retry.attempts";
    public const string CodesKey = "com.openfaas.retry.codes";
    public const string MinWaitKey = "com.openfaas.retry.min_wait";
    public const string MaxWaitKey = "com.openfaas.retry.max_wait";

    public ReadOnlySpan<byte> Attempts { get; init; }

    public ReadOnlySpan<byte> Codes { get; init; }

    public ReadOnlySpan<byte> MinWait { get; init; }

    public ReadOnlySpan<byte> MaxWait { get; init; }

    public bool IsEmpty => Attempts.IsEmpty && Codes.IsEmpty && MinWait.IsEmpty && MaxWait.IsEmpty;

    public static RetryAnnotations Of(Envelope envelope)
    {
        envelope.TryGetAnnotation("com.openfaas.retry.attempts"u8, out ReadOnlySpan<byte> attempts);
        envelope.TryGetAnnotation("com.openfaas.retry.codes"u8, out ReadOnlySpan<byte> codes);
        envelope.TryGetAnnotation("com.openfaas.retry.min_wait"u8, out ReadOnlySpan<byte> minWait);
        envelope.TryGetAnnotation("com.openfaas.retry.max_wait"u8, out ReadOnlySpan<byte> maxWait);
        return new RetryAnnotations { Attempts = attempts, Codes = codes, MinWait = minWait, MaxWait = maxWait };
    }

    /// <summary>Bytes that <see cref="WriteKey"/> needs.</summary>
    public int KeyBytes(ReadOnlySpan<byte> function) =>
        (5 * sizeof(ushort)) + function.Length + Attempts.Length + Codes.Length + MinWait.Length + MaxWait.Length;

    /// <summary>Function and values in a row, each after its length: no two different sets give the same bytes.</summary>
    public void WriteKey(ReadOnlySpan<byte> function, Span<byte> key)
    {
        key = Put(function, key);
        key = Put(Attempts, key);
        key = Put(Codes, key);
        key = Put(MinWait, key);
        Put(MaxWait, key);
    }

    private static Span<byte> Put(ReadOnlySpan<byte> part, Span<byte> key)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(key, (ushort)part.Length);
        part.CopyTo(key[sizeof(ushort)..]);
        return key[(sizeof(ushort) + part.Length)..];
    }
}
