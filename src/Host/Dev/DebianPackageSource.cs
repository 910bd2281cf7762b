using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Paddlewheel.Host.Dev;

/// <summary>
/// Debian's own package from the mirror this machine already uses, through a private apt folder: no root, nothing
/// installed, the machine's sources untouched. Suites are asked one by one, so a mirror without the newest still serves.
/// </summary>
internal sealed partial class DebianPackageSource(IReadOnlyList<string> suites) : NatsServerSource
{
    public static readonly IReadOnlyList<string> NewestFirst = ["forky", "trixie", "bookworm"];

    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    public override string Name => "Debian's package";

    public override async Task<string> FetchAsync(string staging, Action<string> say, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new NatsServerUnavailableException("needs Linux");
        }

        string mirror = Mirror("/etc/apt")
            ?? throw new NatsServerUnavailableException("this machine's apt sources name no Debian mirror");

        string reason = "";
        foreach (string suite in suites)
        {
            say($"nats-server: asking {new Uri(mirror).Host} for Debian's package ({suite})");
            string folder = Path.Combine(staging, suite);
            try
            {
                string found = await FromSuiteAsync(mirror, suite, folder, cancellationToken);
                if (await NatsServerBinary.ProbeAsync(found, cancellationToken) is not null)
                {
                    return found;
                }

                reason = $"{suite}: its build does not run here";
            }
            catch (NatsServerUnavailableException e)
            {
                reason = $"{suite}: {e.Message}";
            }
        }

        throw new NatsServerUnavailableException(reason);
    }

    /// <summary>The first Debian mirror in the apt sources below <paramref name="apt"/>, both formats; null when there is none.</summary>
    internal static string? Mirror(string apt)
    {
        string parts = Path.Combine(apt, "sources.list.d");
        IEnumerable<string> files = [Path.Combine(apt, "sources.list"), .. Directory.Exists(parts) ? Directory.GetFiles(parts).Order(StringComparer.Ordinal).ToArray() : []];
        return files
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Where(static line => !line.TrimStart().StartsWith('#'))
            .Select(static line => MirrorUrl().Match(line))
            .FirstOrDefault(static match => match.Success)?.Value;
    }

    [GeneratedRegex(@"https?://\S+/debian/?(?=\s|$)")]
    private static partial Regex MirrorUrl();

    private static async Task<string> FromSuiteAsync(string mirror, string suite, string folder, CancellationToken cancellationToken)
    {
        foreach (string part in (string[])["lists/partial", "cache/archives/partial", "etc/preferences.d", "etc/sources.list.d", "state", "deb", "root"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        string signed = File.Exists(Keyring) ? $"[signed-by={Keyring}] " : "";
        await File.WriteAllTextAsync(Path.Combine(folder, "etc/sources.list"), $"deb {signed}{mirror} {suite} main\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "status"), "", cancellationToken);
        string config = Path.Combine(folder, "apt.conf");

        // The machine's own way to its mirror (proxy, validity checks), and none of its hooks.
        string machine = await RunAsync("apt-config", ["dump"], null, null, cancellationToken);
        IEnumerable<string> acquire = machine.Split('\n').Where(static line => line.StartsWith("Acquire::", StringComparison.Ordinal));
        await File.WriteAllTextAsync(config, string.Join('\n', acquire) + $"""

            Dir::State "{folder}/state";
            Dir::State::lists "{folder}/lists";
            Dir::State::status "{folder}/status";
            Dir::Cache "{folder}/cache";
            Dir::Etc "{folder}/etc";
            Dir::Etc::parts "{folder}/none";
            Acquire::Languages "none";
            APT::Sandbox::User "";

            """, cancellationToken);
        await RunAsync("apt-get", ["-qq", "update"], folder, config, cancellationToken);
        await RunAsync("apt-get", ["-qq", "download", "nats-server"], Path.Combine(folder, "deb"), config, cancellationToken);
        string package = Directory.EnumerateFiles(Path.Combine(folder, "deb"), "nats-server_*.deb").FirstOrDefault()
            ?? throw new NatsServerUnavailableException("the mirror has no nats-server package");
        string root = Path.Combine(folder, "root");
        await RunAsync("dpkg", ["-x", package, root], folder, null, cancellationToken);
        return Directory.EnumerateFiles(root, "nats-server", SearchOption.AllDirectories)
            .FirstOrDefault(static path => Path.GetFileName(Path.GetDirectoryName(path)) is "bin" or "sbin")
            ?? throw new NatsServerUnavailableException("the package holds no nats-server");
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string? folder, string? aptConfig, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        if (aptConfig is not null)
        {
            start.Environment["APT_CONFIG"] = aptConfig;
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            string said = await errors;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output
                : throw new NatsServerUnavailableException($"{program} {arguments[^1]}: {said.Trim().Split('\n')[^1]}");
        }
        catch (Win32Exception e)
        {
            throw new NatsServerUnavailableException($"{program} is not on this machine", e);
        }
    }
}
