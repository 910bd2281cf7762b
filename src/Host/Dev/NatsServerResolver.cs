namespace Paddlewheel.Host.Dev;

/// <summary>
/// Finds a nats-server for <c>dev</c> and for the tests: <c>NATS_SERVER</c>, then <c>PATH</c>, then the per-user cache, then
/// the official release for this platform, then Debian's own package. Nothing is installed and nothing needs root.
/// </summary>
internal sealed class NatsServerResolver(ResolverPlaces places, Action<string>? say = null, TimeProvider? time = null)
{
    private const string WhatToDo =
        "install nats-server (https://docs.nats.io/running-a-nats-service/introduction/installation) or set NATS_SERVER to its path";

    private readonly Action<string> _say = say ?? (static _ => { });
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The resolver of this machine.</summary>
    /// <param name="say">Receives one line of progress at a time.</param>
    public static NatsServerResolver OfThisMachine(Action<string>? say = null) => new(ResolverPlaces.OfThisMachine(), say);

    /// <summary>The first place that has a nats-server which runs here.</summary>
    /// <exception cref="NatsServerUnavailableException">One sentence: what was tried and what to do.</exception>
    public async Task<NatsServerBinary> ResolveAsync(CancellationToken cancellationToken = default)
    {
        if (!string.IsNullOrEmpty(places.Named))
        {
            return Told(await NatsServerBinary.ProbeAsync(places.Named, cancellationToken), "NATS_SERVER")
                ?? throw new NatsServerUnavailableException(
                    $"NATS_SERVER is '{places.Named}', which is not a nats-server that runs here: correct it or unset it.");
        }

        foreach (string folder in (places.SearchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Told(await NatsServerBinary.ProbeAsync(Path.Combine(folder, NatsServerBinary.FileName), cancellationToken), "PATH") is { } found)
            {
                return found;
            }
        }

        return await FromCacheAsync("current", places.Sources, cancellationToken);
    }

    /// <summary>Debian's build of one suite, cached apart: the compatibility run uses <c>bookworm</c>, which serves 2.9.10.</summary>
    public Task<NatsServerBinary> ResolveDebianAsync(string suite, CancellationToken cancellationToken = default) =>
        FromCacheAsync("debian-" + suite, [new DebianPackageSource([suite])], cancellationToken);

    private async Task<NatsServerBinary> FromCacheAsync(string entry, IReadOnlyList<NatsServerSource> sources, CancellationToken cancellationToken)
    {
        string target = Path.Combine(places.Cache, entry, NatsServerBinary.FileName);
        if (Told(await NatsServerBinary.ProbeAsync(target, cancellationToken), "cache") is { } cached)
        {
            return cached;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NatsServerUnavailableException(
                $"no nats-server was found, and the cache folder {places.Cache} cannot be made ({e.Message}): {WhatToDo}, or set XDG_CACHE_HOME to a folder you can write.", e);
        }

        using IDisposable hold = await CacheLock.TakeAsync(places.Cache, _say, _time, cancellationToken);

        // Whoever held the lock before us may have filled the cache.
        return Told(await NatsServerBinary.ProbeAsync(target, cancellationToken), "cache")
            ?? await FetchAsync(target, sources, cancellationToken);
    }

    private async Task<NatsServerBinary> FetchAsync(string target, IReadOnlyList<NatsServerSource> sources, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (NatsServerSource source in sources)
        {
            string staging = Path.Combine(places.Cache, ".staging-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(staging);
            try
            {
                string fetched = await source.FetchAsync(staging, _say, cancellationToken);
                if (await NatsServerBinary.ProbeAsync(fetched, cancellationToken) is null)
                {
                    throw new NatsServerUnavailableException("the program fetched does not run on this machine");
                }

                // A rename on one disk is atomic: a reader sees no file or the whole file.
                File.Move(fetched, target, overwrite: true);
                return Told(await NatsServerBinary.ProbeAsync(target, cancellationToken), source.Name)
                    ?? throw new NatsServerUnavailableException($"{target} vanished while it was used");
            }
            catch (NatsServerUnavailableException e)
            {
                _say($"nats-server: {source.Name}: {e.Message}");
                reasons.Add($"{source.Name}: {e.Message}");
            }
            finally
            {
                Directory.Delete(staging, recursive: true);
            }
        }

        string tried = reasons.Count == 0 ? "" : $" ({string.Join("; ", reasons)})";
        throw new NatsServerUnavailableException($"no nats-server was found and none could be fetched{tried}: {WhatToDo}.");
    }

    private NatsServerBinary? Told(NatsServerBinary? found, string where)
    {
        if (found is not null)
        {
            _say($"nats-server: {found.Version} from {where} ({found.Path})");
        }

        return found;
    }
}
