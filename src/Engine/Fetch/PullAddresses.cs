namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// The subjects of one subscription's pulls: where they are asked for, and an inbox per pull number, so that a status says
/// which pull it ends. Each is made once per subscription: a pull costs no string.
/// </summary>
internal sealed class PullAddresses
{
    private const string Digits = "0123456789abcdef";

    private readonly string?[] _inboxes = new string?[PullLedger.Numbers];

    /// <param name="inboxPrefix">Prefix of this connection's inboxes.</param>
    /// <param name="stream">Stream name.</param>
    /// <param name="consumer">Consumer name.</param>
    public PullAddresses(string inboxPrefix, string stream, string consumer)
    {
        Inbox = $"{inboxPrefix}.pull-{Guid.NewGuid():N}";
        Next = $"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}";
    }

    /// <summary>The inbox without its last token.</summary>
    public string Inbox { get; }

    /// <summary>The subject of a pull request.</summary>
    public string Next { get; }

    /// <param name="pull">Number of a pull, 0 to <see cref="PullLedger.Numbers"/> - 1.</param>
    public string InboxOf(int pull) => _inboxes[pull] ??= $"{Inbox}.{Digits[pull]}";

    /// <summary>The pull whose inbox this is; -1 when it is no pull's.</summary>
    /// <param name="inbox">The inbox without its last token.</param>
    /// <param name="subject">Where a status came in.</param>
    public static int NumberOf(string inbox, string subject) => subject.Length == inbox.Length + 2 ? Digits.IndexOf(subject[^1], StringComparison.Ordinal) : -1;
}
