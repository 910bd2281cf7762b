namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Milliseconds after which a test is broken rather than slow.</summary>
internal static class Timeouts
{
    public const int Short = 60_000;
    public const int Medium = 180_000;

    /// <summary>For amounts that may be asked for in full.</summary>
    public const int Full = 3_600_000;
}
