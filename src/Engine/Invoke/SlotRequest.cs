using System.Net;
using Paddlewheel.Engine.Deliveries;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The request of one slot, used again for every message: its header collection stays as it was made, what differs is in
/// <see cref="Block"/>. After any failure the slot makes a new one: what an aborted send still holds is never used again.
/// </summary>
internal sealed class SlotRequest : HttpRequestMessage
{
    private readonly SlotContent _content = new();

    public SlotRequest(string userAgent)
        : base(HttpMethod.Post, (Uri?)null)
    {
        Version = HttpVersion.Version11;
        Content = _content;
        Block = new HeaderBlock(userAgent);
        Headers.TryAddWithoutValidation("User-Agent", HeaderBlock.Token);
    }

    /// <summary>Writes this request's header lines.</summary>
    public HeaderBlock Block { get; }

    /// <summary>Makes this the request for the delivery. The delivery must stay where it is until <see cref="End"/>.</summary>
    public void Begin(Delivery delivery, Uri target)
    {
        RequestUri = target;
        _content.Set(delivery.Envelope.Body);
        Block.Begin(delivery.Envelope);
    }

    /// <summary>The message is leaving: nothing of it stays reachable from here.</summary>
    public void End()
    {
        Block.End();
        _content.Release();
    }
}
