using System.Buffers;

namespace Paddlewheel.Engine.Wire;

/// <summary>What a producer says to have a function invoked: the input of <see cref="EnvelopeWriter"/>.</summary>
internal sealed class EnvelopeFields
{
    /// <summary>Function name, <c>name</c> or <c>name.namespace</c>.</summary>
    public required string Function { get; init; }

    public string Method { get; init; } = "POST";

    public string? Path { get; init; }

    /// <summary>Raw query without the question mark.</summary>
    public string? QueryString { get; init; }

    public string? Host { get; init; }

    public string? QueueName { get; init; }

    public ReadOnlySequence<byte> Body { get; init; }

    /// <summary>Header rows; a name may come several times, its values keep their order.</summary>
    public IList<KeyValuePair<string, string>> Header { get; init; } = [];

    /// <summary>Absolute http or https URL, or null for no callback.</summary>
    public Uri? CallbackUrl { get; init; }

    public IDictionary<string, string>? Annotations { get; init; }

    public IDictionary<string, string>? Labels { get; init; }

    public IDictionary<string, string>? Environment { get; init; }
}
