namespace Paddlewheel.Perf.Steps;

/// <summary>A function that has answered already: the call costs nothing, so all that is counted is ours.</summary>
internal sealed class CachedAnswer : HttpMessageHandler
{
    private readonly Task<HttpResponseMessage> _answer;

    public CachedAnswer()
    {
        ByteArrayContent nothing = new([]);
        nothing.Headers.ContentLength = 0;
        _answer = Task.FromResult(new HttpResponseMessage { Content = nothing });
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _answer;
}
