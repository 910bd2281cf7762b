using System.Runtime.InteropServices;

namespace Paddlewheel.Host.Dev;

/// <summary>The one thing <see cref="System.Diagnostics.Process"/> lacks: asking a process to end instead of ending it.</summary>
internal static class UnixSignals
{
    private const int SigTerm = 15;

    /// <summary>Sends SIGTERM; false when the process is gone or the platform has no signals.</summary>
    public static bool Terminate(int pid) => !OperatingSystem.IsWindows() && Kill(pid, SigTerm) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int pid, int signal);
}
