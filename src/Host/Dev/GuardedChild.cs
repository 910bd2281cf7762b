using System.ComponentModel;
using System.Diagnostics;

namespace Paddlewheel.Host.Dev;

/// <summary>
/// A child process in its own session that dies with this process. Its own session, because Ctrl-C goes to the whole
/// group and a nats-server that leaves first takes the worker's last acks with it. Both wishes need util-linux
/// (<c>setsid</c>, <c>setpriv</c>); where it is missing the child is started plainly.
/// </summary>
internal sealed class GuardedChild
{
    private static readonly string[] SystemFolders = ["/usr/bin", "/bin"];

    private readonly Lock _gate = new();
    private readonly Queue<string> _lastLines = new();

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GuardedChild(Process process) => _process = process;

    public int Pid { get; private set; }

    /// <summary>Completes with the exit code when the child is gone, whatever ended it.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>What the child said last, one line; empty when it said nothing.</summary>
    public string LastWords
    {
        get
        {
            lock (_gate)
            {
                return string.Join(" | ", _lastLines);
            }
        }
    }

    public static async Task<GuardedChild> StartAsync(string program, IReadOnlyList<string> arguments)
    {
        var started = new TaskCompletionSource<GuardedChild>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The parent-death signal follows the thread that forked, not the process, so that thread stays until the child ends.
        new Thread(() => Run(program, arguments, started)) { IsBackground = true, Name = "child " + Path.GetFileName(program) }.Start();
        return await started.Task;
    }

    /// <summary>SIGKILL, or what the platform has for it.</summary>
    public void Kill()
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // Gone already: what was wanted.
        }
    }

    private static void Run(string program, IReadOnlyList<string> arguments, TaskCompletionSource<GuardedChild> started)
    {
        try
        {
            string[] command = [.. Guards(), program, .. arguments];
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            using var process = new Process { StartInfo = start };
            var child = new GuardedChild(process);
            process.OutputDataReceived += child.Heard;
            process.ErrorDataReceived += child.Heard;
            process.Start();
            child.Pid = process.Id;
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            started.SetResult(child);
            process.WaitForExit();
            child._exited.SetResult(process.ExitCode);
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            started.TrySetException(new NatsServerUnavailableException($"{program} cannot be started ({e.Message}).", e));
        }
    }

    private static string[] Guards()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        string[] setsid = OnPath("setsid") is { } s ? [s] : [];
        string[] setpriv = OnPath("setpriv") is { } p ? [p, "--pdeathsig", "KILL"] : [];
        return [.. setsid, .. setpriv];
    }

    private static string? OnPath(string name) =>
        SystemFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private void Heard(object sender, DataReceivedEventArgs line)
    {
        if (string.IsNullOrWhiteSpace(line.Data))
        {
            return;
        }

        lock (_gate)
        {
            if (_lastLines.Count == 3)
            {
                _lastLines.Dequeue();
            }

            _lastLines.Enqueue(line.Data.Trim());
        }
    }
}
