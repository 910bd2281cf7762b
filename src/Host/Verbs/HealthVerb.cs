using System.Globalization;
using System.Net;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Verbs;

/// <summary>
/// Asks a worker or an ingress on this machine how it is, for an image without a shell: <c>HEALTHCHECK</c> and compose run it beside
/// the process, with the same environment. Kubernetes asks over HTTP itself.
/// </summary>
internal static class HealthVerb
{
    /// <summary>Flags: the ingress instead of the worker; <c>/readyz</c> instead of <c>/healthz</c>.</summary>
    public const string IngressFlag = "ingress";

    /// <inheritdoc cref="IngressFlag"/>
    public const string ReadyFlag = "ready";

    /// <summary>Docker waits 30 s unless told otherwise; an answer from loopback that takes longer than this is no sign of health.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>0 when the answer is 200; otherwise 1, with the reason on <paramref name="error"/>.</returns>
    public static async Task<int> RunAsync(HostOptions options, IReadOnlyDictionary<string, string> flags, TextWriter error)
    {
        string? where = Where(options, flags);
        if (where is null)
        {
            await error.WriteLineAsync("the port is 0, so nobody can know where to ask; set a fixed one");
            return ExitCode.Failed;
        }

        // A proxy of the environment has no say about loopback.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri(where));
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return ExitCode.Done;
            }

            await error.WriteLineAsync($"{where} answered {(int)response.StatusCode}: {(await response.Content.ReadAsStringAsync()).Trim()}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"{where} does not answer: {(e is HttpRequestException ? e.Message : $"nothing within {Patience.TotalSeconds:F0} s")}");
        }

        return ExitCode.Failed;
    }

    /// <summary>The address to ask, or null when the port is chosen at the start.</summary>
    public static string? Where(HostOptions options, IReadOnlyDictionary<string, string> flags)
    {
        int port = IsSet(flags, IngressFlag) ? options.IngressPort : options.MetricsPort;
        string path = IsSet(flags, ReadyFlag) ? "readyz" : "healthz";
        return port == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"http://{Host(options.BindAddress)}:{port}/{path}");
    }

    /// <summary>Whoever listens on all addresses answers on loopback.</summary>
    private static string Host(string bindAddress) => IPAddress.TryParse(bindAddress, out IPAddress? address)
        ? address.Equals(IPAddress.Any) ? "127.0.0.1"
            : address.Equals(IPAddress.IPv6Any) ? "[::1]"
            : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()
        : "127.0.0.1";

    private static bool IsSet(IReadOnlyDictionary<string, string> flags, string name) => flags.TryGetValue(name, out string? value) && value is "" or "true" or "1";
}
