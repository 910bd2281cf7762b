using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Wire;

/// <summary>What one message may cost before it counts as poison.</summary>
/// <param name="MaxBytes">Bytes of the whole message.</param>
/// <param name="MaxDepth">Nested objects and arrays; the top-level object is depth 1.</param>
/// <param name="MaxHeaders">Header values; annotations, labels and environment may each have as many entries.</param>
/// <param name="MaxHeaderBytes">Bytes of all header names and values together, unescaped.</param>
internal readonly record struct EnvelopeLimits(int MaxBytes, int MaxDepth, int MaxHeaders, int MaxHeaderBytes)
{
    public static EnvelopeLimits From(EngineOptions options) => new(options.MaxMessageBytes, options.MaxMessageDepth, options.MaxHeaders, options.MaxHeaderBytes);
}
