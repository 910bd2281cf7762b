using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Judge;

/// <summary>
/// The policy of each function: the worker's, with the function's annotations in place of single values (contract 4.1). An
/// annotation that cannot be read changes nothing and is reported. What was read once is remembered; any thread may ask.
/// </summary>
internal sealed class RetryPolicies
{
    // Longer than any name and four sensible values together; what is longer is read anew every time rather than remembered.
    private const int KeyBytesMax = 512;

    private readonly RetryPolicy _defaults;
    private readonly int _capacity;
    private readonly Action<string, string, string>? _invalid;
    private readonly Lock _missLock = new();
    private readonly ConcurrentDictionary<byte[], RetryPolicy> _known = new(BytesComparer.Instance);
    private readonly ConcurrentDictionary<byte[], RetryPolicy>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly HashSet<(string Function, string Annotation, string Value)> _reported = [];
    private int _count;

    /// <param name="defaults">The worker's own policy.</param>
    /// <param name="capacity">Most sets of annotations remembered; when full, all are forgotten and read again.</param>
    /// <param name="invalid">Told function, annotation and value of one that cannot be read, once each while it is remembered.</param>
    public RetryPolicies(RetryPolicy defaults, int capacity = 1024, Action<string, string, string>? invalid = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _defaults = defaults;
        _capacity = capacity;
        _invalid = invalid;
        _bySpan = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Sets of annotations remembered now, at most the capacity.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The policy for the function of <paramref name="envelope"/>. No annotations: the defaults, at once.</summary>
    public RetryPolicy Resolve(Envelope envelope) => Resolve(envelope.Function, RetryAnnotations.Of(envelope));

    public RetryPolicy Resolve(ReadOnlySpan<byte> function, in RetryAnnotations annotations)
    {
        if (annotations.IsEmpty)
            return _defaults;

        int length = annotations.KeyBytes(function);
        if (length > KeyBytesMax)
            return Read(function, annotations);

        Span<byte> key = stackalloc byte[KeyBytesMax];
        key = key[..length];
        annotations.WriteKey(function, key);
        return _bySpan.TryGetValue(key, out RetryPolicy? policy) ? policy : Remember(key, Read(function, annotations));
    }

    private RetryPolicy Remember(ReadOnlySpan<byte> key, RetryPolicy policy)
    {
        lock (_missLock)
        {
            if (_count >= _capacity)
            {
                _known.Clear();
                _count = 0;
            }

            if (_bySpan.TryAdd(key, policy))
                _count++;
        }

        return policy;
    }

    private RetryPolicy Read(ReadOnlySpan<byte> function, in RetryAnnotations annotations)
    {
        RetryPolicy policy = _defaults;
        if (!annotations.Attempts.IsEmpty)
        {
            if (TryReadInteger(annotations.Attempts, out int attempts))
                policy = policy with { Attempts = attempts };
            else
                Report(function, RetryAnnotations.AttemptsKey, annotations.Attempts);
        }

        if (!annotations.Codes.IsEmpty)
        {
            if (StatusSet.TryParse(annotations.Codes, out StatusSet? codes))
                policy = policy with { Codes = codes };
            else
                Report(function, RetryAnnotations.CodesKey, annotations.Codes);
        }

        if (!annotations.MinWait.IsEmpty)
        {
            if (TryReadWait(annotations.MinWait, out TimeSpan wait))
                policy = policy with { MinWait = wait };
            else
                Report(function, RetryAnnotations.MinWaitKey, annotations.MinWait);
        }

        if (!annotations.MaxWait.IsEmpty)
        {
            if (TryReadWait(annotations.MaxWait, out TimeSpan wait))
                policy = policy with { MaxWait = wait };
            else
                Report(function, RetryAnnotations.MaxWaitKey, annotations.MaxWait);
        }

        return policy;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    // Go's durations may be negative, a wait may not. A number without a unit is no duration (contract 4.5, row 12).
    private static bool TryReadWait(ReadOnlySpan<byte> text, out TimeSpan value) =>
        GoDuration.TryParse(text, out value) && value >= TimeSpan.Zero;

    private void Report(ReadOnlySpan<byte> function, string annotation, ReadOnlySpan<byte> value)
    {
        if (_invalid is null)
            return;

        // Cut: the value comes from outside and goes to a log.
        string shown = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 128)]);
        string name = Encoding.UTF8.GetString(function[..Math.Min(function.Length, 256)]);
        lock (_missLock)
        {
            if (_reported.Count >= _capacity)
                _reported.Clear();
            if (!_reported.Add((name, annotation, shown)))
                return;
        }

        _invalid(name, annotation, shown);
    }
}
