using System.ComponentModel;
using System.Diagnostics;

namespace Paddlewheel.Host.Dev;

/// <summary>A nats-server that was found and that answered <c>--version</c>.</summary>
/// <param name="Path">Full path of the executable.</param>
/// <param name="Version">Without the leading v, such as <c>2.14.0</c>.</param>
internal sealed record NatsServerBinary(string Path, string Version)
{
    /// <summary>The file's name on this platform.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "nats-server.exe" : "nats-server";

    /// <summary>Runs <c>--version</c>: a file for another processor or an older libc is found out here, not later.</summary>
    public static async Task<NatsServerBinary?> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var start = new ProcessStartInfo(path, "--version") { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            int v = output.LastIndexOf('v');
            return process.ExitCode == 0 && v >= 0 ? new NatsServerBinary(path, output[(v + 1)..].Trim()) : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return null;
        }
    }
}
