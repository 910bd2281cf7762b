namespace Paddlewheel.Engine.Modes;

/// <summary>JetStream's error codes that mean: another consumer reads this already.</summary>
internal static class JetStreamCode
{
    /// <summary>"multiple non-filtered consumers not allowed on workqueue stream".</summary>
    public const int MultipleUnfiltered = 10099;

    /// <summary>"filtered consumer not unique on workqueue stream".</summary>
    public const int FilterNotUnique = 10100;
}
