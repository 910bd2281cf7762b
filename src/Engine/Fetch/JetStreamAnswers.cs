using System.Buffers;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// What the server answers to a start. The first answer of a kind has its reader built, of some twenty types; done while the
/// connection is being made, the first message does not wait for it.
/// </summary>
internal static class JetStreamAnswers
{
    public static void Prepare()
    {
        Read<StreamInfoResponse>("""{"config":{"name":"","retention":"workqueue","storage":"file","discard":"old"},"created":"2026-01-01T00:00:00Z","state":{"first_ts":"2026-01-01T00:00:00Z"}}"""u8);
        Read<ConsumerListResponse>("""{"total":1,"offset":0,"limit":256,"consumers":[{"stream_name":"","name":"","created":"2026-01-01T00:00:00Z","config":{"ack_policy":"explicit","deliver_policy":"all","replay_policy":"instant","ack_wait":1},"delivered":{},"ack_floor":{}}]}"""u8);
        NatsJSJsonSerializer<ConsumerListRequest>.Default.Serialize(new ArrayBufferWriter<byte>(), new ConsumerListRequest());
    }

    private static void Read<T>(ReadOnlySpan<byte> answer) => NatsJSJsonSerializer<T>.Default.Deserialize(new ReadOnlySequence<byte>(answer.ToArray()));
}
