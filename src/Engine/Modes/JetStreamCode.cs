namespace Paddlewheel.Engine.Modes;

/// <summary>JetStream's error codes that mean: another consumer reads this already.</summary>
internal static class JetStreamCode
{
    /// <summary>"multiple non-filtered consumers not allowed on workqueue stream".</summary>
    public const int MultipleUnfiltered = 10099;

    /// <summary>"consumer already exists", with other settings.</summary>
    public const int AlreadyExists = 10148;

    /// <summary>"consumer does not exist", to an update.</summary>
    public const int DoesNotExist = 10149;

    /// <summary>"filtered consumer not unique on workqueue stream".</summary>
    public const int FilterNotUnique = 10100;
}
