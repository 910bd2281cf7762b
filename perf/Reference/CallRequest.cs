using System.Net;

namespace Paddlewheel.Perf.Reference;

/// <summary>A request that is sent again for every message; an invoker allows that, an HttpClient would not.</summary>
internal sealed class CallRequest : HttpRequestMessage
{
    private readonly Payload _payload = new();

    public CallRequest(Uri function)
        : base(HttpMethod.Post, function)
    {
        Content = _payload;
        Headers.TryAddWithoutValidation("X-Call-Id", CallIdBytes.Token);
    }

    /// <summary>Writes this request's call id.</summary>
    public CallIdBytes CallId { get; } = new();

    public void Begin(ReadOnlyMemory<byte> message)
    {
        CallId.FindIn(message);
        _payload.Set(message);
    }

    private sealed class Payload : HttpContent
    {
        private ReadOnlyMemory<byte> _message;

        public void Set(ReadOnlyMemory<byte> message)
        {
            if (message.Length != _message.Length)
            {
                // .NET keeps the length as a boxed number: said only when it changes.
                Headers.ContentLength = message.Length;
            }

            _message = message;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _message.Length;
            return true;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            ValueTask writing = stream.WriteAsync(_message, cancellationToken);
            return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
        }
    }
}
