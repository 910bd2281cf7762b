using System.Net;
using System.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The request of one slot, used again for every message. Headers change only when the message's header names do; values are
/// written by <see cref="HeaderValues"/>. After any failure the slot makes a new one: what an aborted send still holds is
/// never used again.
/// </summary>
internal sealed class SlotRequest : HttpRequestMessage
{
    private static readonly byte[] AnyAccept = "*/*"u8.ToArray();
    private readonly SlotContent _content = new();
    private readonly HeaderPlan _plan = new();
    private readonly string _userAgent;
    private byte[] _names = new byte[512];
    private int _namesLength = -1;
    private byte[] _scratch = new byte[512];

    public SlotRequest(string userAgent)
        : base(HttpMethod.Post, (Uri?)null)
    {
        Version = HttpVersion.Version11;
        Content = _content;
        _userAgent = userAgent;
    }

    /// <summary>Writes this request's header values.</summary>
    public HeaderValues Values { get; } = new();

    /// <summary>Makes this the request for the delivery. The delivery must stay where it is until <see cref="End"/>.</summary>
    public void Begin(Delivery delivery, Uri target)
    {
        RequestUri = target;
        _content.Set(delivery.Envelope.Body);
        Envelope envelope = delivery.Envelope;
        if (_plan.Fits(envelope, out int longest))
        {
            Values.Resume(envelope, longest);
            return;
        }

        Choose(envelope);
    }

    /// <summary>The message is leaving: nothing of it stays reachable from here.</summary>
    public void End()
    {
        Values.End();
        _content.Release();
    }

    /// <summary>Judges every row anew and makes the header list that follows, unless it stands already.</summary>
    private void Choose(Envelope envelope)
    {
        Values.Begin(envelope);
        _plan.Begin();
        int length = 0;
        bool replaceAccept = false;
        bool hasConnection = envelope.TryGetHeader("Connection"u8, out _);
        for (int row = 0; row < envelope.HeaderCount; row++)
        {
            ReadOnlySpan<byte> name = envelope.HeaderName(row);
            HeaderFate ofName = HeaderRules.OfName(name);
            HeaderFate fate = HeaderRules.WithValue(ofName, envelope.HeaderValue(row));
            _plan.Add(name, ofName, fate);
            if (fate == HeaderFate.ReplaceAccept)
            {
                replaceAccept = true;
            }
            else if (fate == HeaderFate.Forward && !(hasConnection && IsNamedByConnection(envelope, name)))
            {
                Values.Add(row);
                Append(name, ref length);
            }
        }

        if (hasConnection)
        {
            // Its value decides about the others.
            _plan.Forget();
        }

        if (replaceAccept)
        {
            Append(AnyAccept, ref length);
        }

        if (length != _namesLength || !_scratch.AsSpan(0, length).SequenceEqual(_names.AsSpan(0, length)))
        {
            Rebuild(envelope, length, replaceAccept);
        }
    }

    // The header may come more than once; every value of it names headers that are not to be passed on (RFC 9110 7.6.1).
    private static bool IsNamedByConnection(Envelope envelope, ReadOnlySpan<byte> name)
    {
        for (int row = 0; row < envelope.HeaderCount; row++)
        {
            if (Ascii.EqualsIgnoreCase(envelope.HeaderName(row), "Connection"u8) && HeaderRules.IsListedIn(envelope.HeaderValue(row), name))
            {
                return true;
            }
        }

        return false;
    }

    private void Append(ReadOnlySpan<byte> name, ref int length)
    {
        if (length + name.Length + 1 > _scratch.Length)
        {
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, length + name.Length + 1));
        }

        name.CopyTo(_scratch.AsSpan(length));
        length += name.Length;
        _scratch[length++] = (byte)'\n';
    }

    private void Rebuild(Envelope envelope, int length, bool replaceAccept)
    {
        (_names, _scratch) = (_scratch, _names);
        _namesLength = length;
        Headers.Clear();
        _content.Headers.Clear();
        Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        if (replaceAccept)
        {
            Headers.TryAddWithoutValidation("Accept", "*/*");
        }

        int at = 0;
        for (int place = 0; place < Values.Count; place++)
        {
            int end = _names.AsSpan(at, length - at).IndexOf((byte)'\n');
            ReadOnlySpan<byte> name = _names.AsSpan(at, end);
            at += end + 1;
            string text = Encoding.ASCII.GetString(name);
            string token = HeaderValues.Token(place);
            if (HeaderRules.IsContentHeader(name))
            {
                _content.Headers.TryAddWithoutValidation(text, token);
            }
            else
            {
                Headers.TryAddWithoutValidation(text, token);
            }
        }

        _content.LengthChanged();
    }
}
