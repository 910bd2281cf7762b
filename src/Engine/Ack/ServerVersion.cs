using NATS.Client.Core;

namespace Paddlewheel.Engine.Ack;

/// <summary>What the connected server can do, by the version in its INFO line.</summary>
internal static class ServerVersion
{
    /// <summary>The first that takes a TERM with a reason.</summary>
    public static readonly Version TermReason = new(2, 10, 4);

    /// <summary>Below it a kill -9 can reset a work-queue stream.</summary>
    public static readonly Version SafeWorkQueue = new(2, 11, 2);

    /// <summary>The first that can pause a consumer.</summary>
    public static readonly Version ConsumerPause = new(2, 11, 0);

    private static readonly Version Unknown = new(0, 0);
    private static string? _text;
    private static Version _version = Unknown;

    /// <summary>The connected server's version; 0.0 while there is none.</summary>
    public static Version Of(NatsConnection nats)
    {
        string? text = nats.ServerInfo?.Version;
        if (!ReferenceEquals(text, _text))
        {
            _version = Parse(text);
            _text = text;
        }

        return _version;
    }

    /// <summary>Reads <c>2.15.1</c>, also with a suffix such as <c>-beta.1</c>.</summary>
    public static Version Parse(string? text)
    {
        string numbers = (text ?? "").Split('-', '+')[0];
        return Version.TryParse(numbers, out Version? version) ? version : Unknown;
    }
}
