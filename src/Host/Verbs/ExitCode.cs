namespace Paddlewheel.Host.Verbs;

/// <summary>What the process says to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>Did what was asked, or drained after a signal.</summary>
    public const int Done = 0;

    /// <summary>Failed: a port in use, a block faulted, a server that cannot be started.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong; nothing was started.</summary>
    public const int Configuration = 2;

    /// <summary><c>check</c> only: the configuration is fine, what it points to is not.</summary>
    public const int Unusable = 3;
}
