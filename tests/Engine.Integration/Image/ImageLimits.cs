namespace Paddlewheel.Engine.Integration.Image;

/// <summary>What an image may cost; docs/image.md holds the same figures, and a test compares them.</summary>
/// <param name="Flavour">The build argument <c>FLAVOUR</c>.</param>
/// <param name="LayerMegabytes">Our layer on top of the base, uncompressed, 10^6 bytes.</param>
/// <param name="ReadyMilliseconds">From exec to <c>/readyz</c> 200, the quickest of the starts: what the machine's other load adds is not the image's.</param>
/// <param name="FirstCallMilliseconds">From exec to the first call at a function, with a message waiting; the quickest of the starts.</param>
/// <param name="IdleMegabytes">Resident memory without work, 10^6 bytes.</param>
/// <param name="LoadedMebibytes">Most resident memory at max_inflight 50 with 64 KiB bodies, 2^20 bytes.</param>
internal sealed record ImageLimits(string Flavour, int LayerMegabytes, int ReadyMilliseconds, int FirstCallMilliseconds, int IdleMegabytes, int LoadedMebibytes)
{
    public static readonly ImageLimits[] All =
    [
        new("aot", LayerMegabytes: 40, ReadyMilliseconds: 200, FirstCallMilliseconds: 250, IdleMegabytes: 40, LoadedMebibytes: 120),
        new("jit", LayerMegabytes: 5, ReadyMilliseconds: 2500, FirstCallMilliseconds: 2500, IdleMegabytes: 120, LoadedMebibytes: 160),
    ];

    public static ImageLimits Of(string flavour) => All.Single(limits => limits.Flavour == flavour);
}
