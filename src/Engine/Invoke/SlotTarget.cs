using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>Where a slot's calls go: the last URI again when function, path and query are the last ones, or the one that they make.</summary>
internal sealed class SlotTarget(byte[] prefix, TargetCache targets)
{
    private byte[] _written = new byte[1024];
    private byte[] _parts = new byte[256];
    private int _function;
    private int _path;
    private int _query;
    private Uri? _last;

    /// <summary>False with the reason when the message's path leads somewhere else, see <see cref="FunctionPath"/>.</summary>
    public bool TryGet(Envelope envelope, out Uri target, out EnvelopeError error)
    {
        error = EnvelopeError.None;
        if (_last is { } last && IsLast(envelope))
        {
            target = last;
            return true;
        }

        int most = FunctionPath.MaxBytes(prefix.Length, envelope);
        if (_written.Length < most)
        {
            _written = new byte[most];
        }

        if (!FunctionPath.TryWrite(prefix, envelope, _written, out int written, out error))
        {
            target = null!;
            return false;
        }

        target = targets.Get(_written.AsSpan(0, written));
        Remember(envelope, target);
        return true;
    }

    private bool IsLast(Envelope envelope)
    {
        ReadOnlySpan<byte> parts = _parts;
        return envelope.Function.SequenceEqual(parts[.._function])
            && envelope.Path.SequenceEqual(parts.Slice(_function, _path))
            && envelope.QueryString.SequenceEqual(parts.Slice(_function + _path, _query));
    }

    private void Remember(Envelope envelope, Uri target)
    {
        (_function, _path, _query) = (envelope.Function.Length, envelope.Path.Length, envelope.QueryString.Length);
        int length = _function + _path + _query;
        if (_parts.Length < length)
        {
            _parts = new byte[length];
        }

        envelope.Function.CopyTo(_parts);
        envelope.Path.CopyTo(_parts.AsSpan(_function));
        envelope.QueryString.CopyTo(_parts.AsSpan(_function + _path));
        _last = target;
    }
}
