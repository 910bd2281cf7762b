using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>
/// A container as the main chart's pod with the Pro overrides makes it (contract 1.1 and 1.2): command without a path, read-only
/// root, user 10001, no capabilities, no new privileges, the licence secret mounted.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    /// <summary>What both charts put into <c>command</c>.</summary>
    private const string Command = $"[\"jetstream-queue-worker\",\"{WorkerProcess.LicenseFlag}\"]";

    private static readonly HttpClient Http = new() { BaseAddress = new Uri("http://127.0.0.1:8081"), Timeout = TimeSpan.FromSeconds(5) };

    private readonly string _id;

    private Container(string id, int process) => (_id, Process) = (id, process);

    /// <summary>The worker's process id on this machine.</summary>
    public int Process { get; }

    /// <summary>Resident memory now, bytes.</summary>
    public long Resident => Status("VmRSS:");

    /// <summary>Resident memory at most since the start, bytes.</summary>
    public long ResidentMost => Status("VmHWM:");

    /// <summary>Everything is made ready but the program is not executed yet, so that its start can be timed.</summary>
    public static async Task<Container> PrepareAsync(string image, IReadOnlyDictionary<string, string> environment, string secret, bool readOnly, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            "create", "--network", "host", "--no-healthcheck", "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1000:1000",
            "--user", "10001", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--entrypoint", Command,
            "--volume", secret + ":/var/secrets/license:ro",
            "--add-host", ImageSite.NatsHost + ":127.0.0.1", "--add-host", ImageSite.GatewayHost + ":127.0.0.1",
        ];
        if (readOnly)
        {
            // podman would put writable memory over /tmp and /run otherwise, which Kubernetes does not.
            arguments.AddRange(["--read-only", "--read-only-tmpfs=false"]);
        }

        foreach ((string name, string value) in environment)
        {
            arguments.AddRange(["--env", $"{name}={value}"]);
        }

        string id = await ImageEngine.RunAsync(cancellationToken, [.. arguments, image]);
        await ImageEngine.RunAsync(cancellationToken, "init", id);
        string process = await ImageEngine.RunAsync(cancellationToken, "inspect", "--format", "{{.State.Pid}}", id);
        return new Container(id, int.Parse(process, CultureInfo.InvariantCulture));
    }

    /// <summary>Starts it; returns the moments of exec and of readiness, as timestamps.</summary>
    public async Task<(long Executed, long Ready)> StartAsync(CancellationToken cancellationToken)
    {
        Task<string> start = ImageEngine.RunAsync(cancellationToken, "start", _id);
        long executed = await MomentAsync(() => Task.FromResult(Executes()), cancellationToken);
        long ready = await MomentAsync(async () => await AnswersAsync("/readyz", cancellationToken), cancellationToken);
        await start;
        return (executed, ready);
    }

    /// <summary>Runs a program inside, without a shell; its exit code and what it said.</summary>
    public async Task<(int Code, string Said)> ExecAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        (int code, string output, string error) = await ImageEngine.TryAsync(cancellationToken, ["exec", _id, .. arguments]);
        return (code, output + error);
    }

    public Task<string> LogAsync(CancellationToken cancellationToken) => LogOfAsync(_id, cancellationToken);

    /// <summary>Files that differ from the image's, one a line, besides what the engine itself puts there.</summary>
    public async Task<string[]> ChangedAsync(CancellationToken cancellationToken) =>
        [.. (await ImageEngine.RunAsync(cancellationToken, "diff", _id)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Files that the process holds open, as the kernel names them.</summary>
    public string[] OpenFiles() =>
        [.. Directory.EnumerateFiles($"/proc/{Process}/fd").Select(static fd => new FileInfo(fd).LinkTarget ?? "").Where(static target => target.StartsWith('/')).Distinct()];

    /// <summary>SIGTERM as a pod gets it; the exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        await ImageEngine.RunAsync(cancellationToken, "kill", "--signal", "TERM", _id);
        return int.Parse(await ImageEngine.RunAsync(cancellationToken, "wait", _id), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(await LogOfAsync(_id, CancellationToken.None));
        await ImageEngine.RunAsync(CancellationToken.None, "rm", "--force", "--time", "0", _id);
    }

    private static async Task<string> LogOfAsync(string id, CancellationToken cancellationToken)
    {
        (_, string output, string error) = await ImageEngine.TryAsync(cancellationToken, "logs", id);
        return output + error;
    }

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(path, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>When something became true, to about a millisecond.</summary>
    private static async Task<long> MomentAsync(Func<Task<bool>> happened, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!await happened())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }

        return TimeProvider.System.GetTimestamp();
    }

    /// <summary>Until then the process is the runtime's own.</summary>
    private bool Executes() => new FileInfo($"/proc/{Process}/exe").LinkTarget?.EndsWith("/jetstream-queue-worker", StringComparison.Ordinal) == true;

    private long Status(string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{Process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
        CultureInfo.InvariantCulture);
}
