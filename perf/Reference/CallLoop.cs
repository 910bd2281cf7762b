using NATS.Client.Core;

namespace Paddlewheel.Perf.Reference;

/// <summary>One slot, for as long as the program runs: takes a message, posts it, answers it.</summary>
internal sealed class CallLoop(NatsConnection nats, HttpMessageInvoker http, Uri function, MessageRing ring, Puller puller)
{
    private static readonly ReadOnlyMemory<byte> Ack = "+ACK"u8.ToArray();

    private readonly MessageRing.Waiter _waiter = new();

    public async Task RunAsync()
    {
        using CallRequest request = new(function);
        while (true)
        {
            Message message = await ring.ReadAsync(_waiter).ConfigureAwait(false);
            request.Begin(message.Payload);
            using (HttpResponseMessage response = await http.SendAsync(request, CancellationToken.None).ConfigureAwait(false))
            {
                if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength != 0)
                {
                    throw new InvalidOperationException($"the function answered {(int)response.StatusCode}; this loop knows only 200 without a body");
                }
            }

            await nats.PublishAsync(message.ReplyTo, Ack, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default).ConfigureAwait(false);
            ring.Return(message);
            await puller.PullAsync().ConfigureAwait(false);
        }
    }
}
