namespace Paddlewheel.Engine.Wire;

/// <summary>The maps of one envelope.</summary>
internal sealed class EnvelopeTables
{
    /// <summary>One row per header value, in wire order.</summary>
    public PairTable Headers { get; } = new();

    public PairTable Annotations { get; } = new();

    public PairTable Labels { get; } = new();

    public PairTable Environment { get; } = new();

    public void Clear()
    {
        Headers.Clear();
        Annotations.Clear();
        Labels.Clear();
        Environment.Clear();
    }
}

/// <summary>Where the single-valued fields of an envelope lie.</summary>
internal struct EnvelopeContent
{
    public TextRange Function;
    public TextRange Path;
    public TextRange QueryString;
    public TextRange Method;
    public TextRange Host;
    public TextRange QueueName;
    public TextRange Body;
    public TextRange CallbackText;
    public CallbackUrl Callback;
}
