using System.Globalization;
using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A real ingress beside a site, used for nothing but cancelling.</summary>
internal sealed class Cancels : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(15) };

    private readonly WorkerProcess _ingress;
    private readonly Uri _url;

    private Cancels(WorkerProcess ingress, Uri url)
    {
        _ingress = ingress;
        _url = url;
    }

    public static async Task<Cancels> StartAsync(Site site, CancellationToken cancellationToken)
    {
        int port = FreePort.Next();
        Uri url = new("http://127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture));
        WorkerProcess ingress = WorkerProcess.Start(site.Environment(("ingress_port", port.ToString(CultureInfo.InvariantCulture))), "ingress");
        Cancels cancels = new(ingress, url);
        await Eventually.ReachesAsync("the ingress is ready", token => cancels.WhyNotReadyAsync(token), TimeSpan.FromSeconds(30), cancellationToken);
        return cancels;
    }

    /// <summary>Cancels a call as its caller does; fails unless that is accepted.</summary>
    public async Task CancelAsync(string callId, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await Http.DeleteAsync(new Uri(_url, "/async-function/" + Uri.EscapeDataString(callId)), cancellationToken);
        Assert.True((int)response.StatusCode == 202, $"{response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public ValueTask DisposeAsync() => _ingress.DisposeAsync();

    private async Task<string?> WhyNotReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(_url, "/readyz"), cancellationToken);
            return response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }
}
