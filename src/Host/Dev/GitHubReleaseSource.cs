using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Paddlewheel.Host.Dev;

/// <summary>Downloads the official release, checks its SHA-256 before anything of it is opened, and takes the one file out of it.</summary>
internal sealed class GitHubReleaseSource(GitHubRelease? release = null, Uri? url = null) : NatsServerSource
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WholeTimeout = TimeSpan.FromMinutes(3);

    private readonly GitHubRelease? _release = release ?? GitHubRelease.All.FirstOrDefault(r => r.Platform == GitHubRelease.ThisPlatform);

    public override string Name => "the official release";

    public override async Task<string> FetchAsync(string staging, Action<string> say, CancellationToken cancellationToken)
    {
        if (_release is null)
        {
            throw new NatsServerUnavailableException($"no pinned release for {GitHubRelease.ThisPlatform}");
        }

        string archive = Path.Combine(staging, "archive");
        try
        {
            await DownloadAsync(url ?? _release.Url, archive, say, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new NatsServerUnavailableException($"{(url ?? _release.Url).Host} cannot be reached ({e.Message})", e);
        }

        string sum;
        await using (FileStream file = File.OpenRead(archive))
        {
            sum = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }

        if (sum != _release.Sha256)
        {
            throw new NatsServerUnavailableException($"the download's SHA-256 is {sum} and not the pinned {_release.Sha256}; it was thrown away");
        }

        string target = Path.Combine(staging, NatsServerBinary.FileName);
        if (_release.Archive == "zip")
        {
            FromZip(archive, target);
        }
        else
        {
            await FromTarAsync(archive, target, cancellationToken);
        }

        return File.Exists(target) ? target : throw new NatsServerUnavailableException("the archive holds no nats-server");
    }

    private async Task DownloadAsync(Uri from, string target, Action<string> say, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout };
        using var client = new HttpClient(handler) { Timeout = WholeTimeout };
        say($"nats-server: downloading {GitHubRelease.Version} for {_release!.Platform} from {from.Host}");
        using HttpResponseMessage response = await client.GetAsync(from, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        long? total = response.Content.Headers.ContentLength;
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(WholeTimeout);
        await using Stream body = await response.Content.ReadAsStreamAsync(whole.Token);
        await using FileStream file = File.Create(target);
        byte[] buffer = new byte[81920];
        long done = 0, nextTold = 25;
        for (int n; (n = await body.ReadAsync(buffer, whole.Token)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, n), whole.Token);
            done += n;
            if (total is > 0 && done * 100 / total.Value >= nextTold)
            {
                say($"nats-server: {nextTold} % of {total.Value / 1e6:F1} MB");
                nextTold += 25;
            }
        }
    }

    private static async Task FromTarAsync(string archive, string target, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(archive);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            // Only the name's last part is used: an entry cannot write outside the folder.
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && Path.GetFileName(entry.Name) == "nats-server")
            {
                await entry.ExtractToFileAsync(target, overwrite: true, cancellationToken);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(target, (UnixFileMode)0b111_101_101);
                }

                return;
            }
        }
    }

    private static void FromZip(string archive, string target)
    {
        using ZipArchive zip = ZipFile.OpenRead(archive);
        zip.Entries.FirstOrDefault(static e => e.Name == NatsServerBinary.FileName)?.ExtractToFile(target, overwrite: true);
    }
}
