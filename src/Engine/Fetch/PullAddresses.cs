namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// The subjects of one subscription's pulls: where they are asked for, and an inbox per pull number, so that a status says
/// which pull it ends. Made once per subscription; a pull costs no string.
/// </summary>
internal sealed class PullAddresses
{
    private readonly string[] _inboxes;

    /// <param name="inboxPrefix">Prefix of this connection's inboxes.</param>
    /// <param name="stream">Stream name.</param>
    /// <param name="consumer">Consumer name.</param>
    public PullAddresses(string inboxPrefix, string stream, string consumer)
    {
        Inbox = $"{inboxPrefix}.pull-{Guid.NewGuid():N}";
        Next = $"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}";
        _inboxes = [.. Enumerable.Range(0, PullLedger.MaxPulls).Select(pull => $"{Inbox}.{pull}")];
    }

    /// <summary>The inbox without its last token.</summary>
    public string Inbox { get; }

    /// <summary>The subject of a pull request.</summary>
    public string Next { get; }

    /// <param name="pull">Number of a pull, 0 to <see cref="PullLedger.MaxPulls"/> - 1.</param>
    public string InboxOf(int pull) => _inboxes[pull];
}
