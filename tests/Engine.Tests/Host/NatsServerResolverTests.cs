using Paddlewheel.Host.Dev;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

public sealed class NatsServerResolverTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly List<string> _said = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolve_Named_WinsOverPathAndCache()
    {
        ResolverPlaces places = Places() with { Named = _folder.Program("9.0.1", "named", "server") };
        _folder.Program("9.0.2", "path", "nats-server");
        _folder.Program("9.0.3", "cache", "current", "nats-server");

        Assert.Equal("9.0.1", (await Resolver(places).ResolveAsync(Token)).Version);
    }

    [Fact]
    public async Task Resolve_NamedDoesNotRun_FailsAndNamesTheVariable()
    {
        ResolverPlaces places = Places(new FakeSource("9.0.4")) with { Named = _folder.At("nothing") };

        var e = await Assert.ThrowsAsync<NatsServerUnavailableException>(() => Resolver(places).ResolveAsync(Token));

        Assert.Contains("NATS_SERVER is '" + _folder.At("nothing"), e.Message, StringComparison.Ordinal);
        Assert.Contains("correct it or unset it", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_OnPath_WinsOverCache()
    {
        _folder.Program("9.0.2", "path", "nats-server");
        _folder.Program("9.0.3", "cache", "current", "nats-server");

        Assert.Equal("9.0.2", (await Resolver(Places()).ResolveAsync(Token)).Version);
    }

    [Fact]
    public async Task Resolve_PathEntryIsNoProgram_GoesOn()
    {
        Directory.CreateDirectory(_folder.At("path"));
        await File.WriteAllTextAsync(_folder.At("path", "nats-server"), "not a program", Token);
        _folder.Program("9.0.3", "cache", "current", "nats-server");

        Assert.Equal("9.0.3", (await Resolver(Places()).ResolveAsync(Token)).Version);
    }

    [Fact]
    public async Task Resolve_NothingFound_AsksSourcesInOrderAndKeepsTheResult()
    {
        var first = new FakeSource(null);
        var second = new FakeSource("9.0.5");

        NatsServerBinary found = await Resolver(Places(first, second)).ResolveAsync(Token);
        NatsServerBinary again = await Resolver(Places(first, second)).ResolveAsync(Token);

        Assert.Equal(("9.0.5", _folder.At("cache", "current", "nats-server")), (found.Version, found.Path));
        Assert.Equal(found, again);
        Assert.Equal((1, 1), (first.Asked, second.Asked));
        Assert.Contains(_said, static line => line.Contains("fake has nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolve_EverythingFails_SaysEachReasonAndWhatToDo()
    {
        var e = await Assert.ThrowsAsync<NatsServerUnavailableException>(() => Resolver(Places(new FakeSource(null))).ResolveAsync(Token));

        Assert.Contains("fake has nothing", e.Message, StringComparison.Ordinal);
        Assert.Contains("set NATS_SERVER to its path", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder.At("cache"), ".staging-*"));
    }

    [Fact]
    public async Task Resolve_ManyAtOnce_FetchOnce()
    {
        var source = new FakeSource("9.0.6");

        NatsServerBinary[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Resolver(Places(source)).ResolveAsync(Token))));

        Assert.All(all, static found => Assert.Equal("9.0.6", found.Version));
        Assert.Equal(1, source.Asked);
    }

    [Fact]
    public void Mirror_Deb822AndOneLine_FindsDebianAndSkipsComments()
    {
        Directory.CreateDirectory(_folder.At("sources.list.d"));
        File.WriteAllText(_folder.At("sources.list"), "# deb http://old.example/debian bookworm main\ndeb https://apt.example/other x main\n");
        File.WriteAllText(_folder.At("sources.list.d", "debian.sources"), "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n");

        Assert.Equal("http://mirror.example/debian", DebianPackageSource.Mirror(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private ResolverPlaces Places(params NatsServerSource[] sources) =>
        new() { SearchPath = _folder.At("path"), Cache = _folder.At("cache"), Sources = sources };

    private NatsServerResolver Resolver(ResolverPlaces places) => new(places, line =>
    {
        lock (_said)
        {
            _said.Add(line);
        }
    });

    private sealed class FakeSource(string? version) : NatsServerSource
    {
        private int _asked;

        public int Asked => _asked;

        public override string Name => "fake";

        public override Task<string> FetchAsync(string staging, Action<string> say, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (version is null)
            {
                throw new NatsServerUnavailableException("fake has nothing");
            }

            string path = System.IO.Path.Combine(staging, "fetched");
            Folder.WriteProgram(path, version);
            return Task.FromResult(path);
        }
    }
}
