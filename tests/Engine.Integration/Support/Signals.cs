using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Signals as Kubernetes sends them.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Goes on after <see cref="Freeze"/>.</summary>
    public const int Thaw = 18;

    /// <summary>SIGSTOP: the process stands still, its connections stay open and its kernel answers for it.</summary>
    public const int Freeze = 19;

    /// <summary>Sends <paramref name="signal"/>; a process that has just gone is not an error.</summary>
    public static void Send(Process process, int signal)
    {
        if (!process.HasExited)
        {
            _ = SendTo(process.Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendTo(int pid, int signal);
}
