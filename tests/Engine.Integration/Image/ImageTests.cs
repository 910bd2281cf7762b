using System.Text.Json;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>Both flavours of the image as the main chart runs them (contract 1): what they are made of, and that they work and write nothing.</summary>
[Trait("Category", "image")]
public sealed class ImageTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Also run by itself before the others: there it may fetch, while they have no network.</summary>
    [Fact]
    public async Task NatsServer_OfTheTests_IsAtHand() => Assert.NotEmpty(await NatsBinaries.NewestAsync(TestContext.Current.CancellationToken));

    [Fact]
    public void Limits_InTheDocument_AreTheGates()
    {
        IEnumerable<(string, string, int)> gates = ImageLimits.All.SelectMany(static it => new (string, string, int)[]
        {
            (it.Flavour, "layer", it.LayerMegabytes),
            (it.Flavour, "exec to ready, quickest", it.ReadyMilliseconds),
            (it.Flavour, "exec to first call, quickest", it.FirstCallMilliseconds),
            (it.Flavour, "RSS idle", it.IdleMegabytes),
            (it.Flavour, "RSS at most, 50 in flight, 64 KiB", it.LoadedMebibytes),
        });
        Assert.Equal(gates.Order(), ImageReport.Stated().Order());
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("aot")]
    [InlineData("jit")]
    public async Task Configuration_OfTheImage_IsWhatTheChartsNeed(string flavour)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string image = ImageEngine.Image(flavour);

        JsonElement config = JsonElement.Parse(await ImageEngine.RunAsync(stop, "image", "inspect", image))[0];

        Assert.Equal("10001", config.GetProperty("Config").GetProperty("User").GetString());
        Assert.Equal(["jetstream-queue-worker"], config.GetProperty("Config").GetProperty("Entrypoint").EnumerateArray().Select(static it => it.GetString()));
        Assert.Equal(["CMD", "jetstream-queue-worker", "health"], config.GetProperty("Healthcheck").GetProperty("Test").EnumerateArray().Select(static it => it.GetString()));
        JsonElement labels = config.GetProperty("Labels");
        Assert.All(
            new[] { "title", "description", "licenses", "version", "revision" },
            name => Assert.NotEmpty(labels.GetProperty("org.opencontainers.image." + name).GetString()!));
        double layer = await ImageEngine.LayerBytesAsync(flavour, stop) / 1e6;
        ImageReport.Add(flavour, "layer", layer, "MB", ImageLimits.Of(flavour).LayerMegabytes);
        Assert.InRange(layer, 1, ImageLimits.Of(flavour).LayerMegabytes);
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("aot")]
    [InlineData("jit")]
    public async Task Pod_OfTheMainChart_RunsTellsItsHealthAndDrains(string flavour)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ImageSite site = await ImageSite.StartAsync(ImageEngine.Image(flavour), stop);
        await using Container worker = await site.PrepareAsync(stop);
        await worker.StartAsync(stop);

        await site.Queue.PublishAsync("echo", 200, stop);
        await site.Queue.SettledAsync(Soon, stop);

        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
        Assert.Equal((0, ""), await worker.ExecAsync(stop, "jetstream-queue-worker", "health"));
        Assert.Equal((0, ""), await worker.ExecAsync(stop, "jetstream-queue-worker", "health", "-ready"));
        Assert.NotEqual(0, (await worker.ExecAsync(stop, "sh", "-c", "true")).Code);
        Assert.DoesNotContain("ConfigurationWarning", await worker.LogAsync(stop), StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync(stop));
    }

    /// <summary>On a root that could be written, so that a write shows instead of failing unseen.</summary>
    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("aot")]
    [InlineData("jit")]
    public async Task Root_ThatCouldBeWritten_IsNot(string flavour)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ImageSite site = await ImageSite.StartAsync(ImageEngine.Image(flavour), stop);
        await using Container worker = await site.PrepareAsync(stop, readOnly: false);
        string[] before = await worker.ChangedAsync(stop);
        await worker.StartAsync(stop);
        await site.Queue.PublishAsync("echo", 50, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(before, await worker.ChangedAsync(stop));
        Assert.DoesNotContain(worker.OpenFiles(), static file => file.StartsWith("/tmp", StringComparison.Ordinal) || file.StartsWith("/dev/shm", StringComparison.Ordinal));
        Assert.Equal(0, await worker.TerminateAsync(stop));
    }
}
