using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The switch of ADR 10 is read once, by the runtime, at the first socket: only the process itself shows whether it was in time.</summary>
public sealed class SocketThreadTests
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("", true)]
    [InlineData("0", false)]
    public async Task SocketThreads_UnlessTheOperatorSaysNo_AreOnePerCore(string value, bool onePerCore)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "threads are read from /proc");
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Dictionary<string, string> environment = site.Environment();
        if (value.Length > 0)
        {
            environment[Variable] = value;
        }

        await using WorkerProcess worker = WorkerProcess.Start(environment);
        await worker.ReadyAsync(stop);

        int threads = worker.Threads.Count(static name => name == ".NET Sockets");
        Assert.Equal(onePerCore ? Math.Min(Environment.ProcessorCount, 2) : 1, Math.Min(threads, 2));
    }
}
