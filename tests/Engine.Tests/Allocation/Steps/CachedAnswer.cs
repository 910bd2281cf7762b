using System.Net;

namespace Paddlewheel.Perf.Steps;

/// <summary>A function that has answered already, always with the same object: nothing of an HTTP client is counted.</summary>
internal sealed class CachedAnswer : HttpMessageHandler
{
    private readonly Task<HttpResponseMessage> _answer = Task.FromResult(new HttpResponseMessage { Content = new NoBody() });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _answer;

    // Read and disposed again and again.
    private sealed class NoBody : HttpContent
    {
        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Stream.Null;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return true;
        }

#pragma warning disable CA2215 // Once disposed it could not be read again.
        protected override void Dispose(bool disposing)
        {
        }
#pragma warning restore CA2215
    }
}
