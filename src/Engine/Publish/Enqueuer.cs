using System.Buffers;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Publish;

/// <summary>
/// Puts a call on the queue: envelope, subject, de-duplication id, and the stream's acknowledgement before it says yes.
/// The id is call id and function together, because a callback to another async function keeps its call id (contract 2.2), and for
/// a callback also whose result it carries: a function may call back to itself.
/// </summary>
internal sealed class Enqueuer(NatsConnection nats, EngineOptions options, SubjectTemplate? template = null)
{
    /// <summary>JetStream's code for "message size exceeds maximum allowed".</summary>
    private const int MessageExceedsMaximum = 10054;

    private readonly NatsJSContext _stream = new(nats);
    private readonly SubjectTemplate _others = template ?? SubjectTemplate.Default;
    private readonly SubjectTemplate _template = template ?? (options.QueuePartitions > 1 ? SubjectTemplate.Partitioned : SubjectTemplate.Default);

    /// <summary>Largest envelope taken now, bytes: the smaller of the server's and the worker's limit.</summary>
    public int MaxEnvelopeBytes => nats.ServerInfo is { MaxPayload: > 0 } server
        ? (int)Math.Min(options.MaxMessageBytes, server.MaxPayload - HeaderAllowance)
        : options.MaxMessageBytes;

    /// <summary>The server counts our message header in its payload limit; call id and function name are bounded by the callers.</summary>
    private const int HeaderAllowance = 1024;

    public async Task<EnqueueResult> EnqueueAsync(EnvelopeFields fields, string callId, CancellationToken cancellationToken)
    {
        if (nats.ConnectionState != NatsConnectionState.Open)
        {
            return Unavailable("NATS is not connected");
        }

        var envelope = new ArrayBufferWriter<byte>(512 + (int)(fields.Body.Length * 4 / 3));
        EnvelopeWriter.Write(envelope, fields);
        int limit = MaxEnvelopeBytes;
        if (envelope.WrittenCount > limit)
        {
            return new EnqueueResult(EnqueueOutcome.TooLarge, 0, $"the message takes {envelope.WrittenCount} bytes on the queue and at most {limit} are allowed");
        }

        string queue = string.IsNullOrEmpty(fields.QueueName) ? options.QueueName : fields.QueueName;
        // Partitions are a matter of this worker's queue; what another one has is not known here.
        string subject = queue == options.QueueName
            ? _template.Render(queue, fields.Function, options.DefaultNamespace, options.QueuePartitions)
            : _others.Render(queue, fields.Function, options.DefaultNamespace);
        var publish = new NatsJSPubOpts { MsgId = callId + ":" + fields.Function + Origin(fields) };
        try
        {
            NatsResult<PubAckResponse> result = await _stream.TryPublishAsync(
                subject, envelope.WrittenMemory, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, publish, cancellationToken: cancellationToken);
            return result.Success ? Judge(result.Value) : Unavailable(Describe(result.Error, subject));
        }
        catch (Exception e) when (e is NatsException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Unavailable(Describe(e, subject));
        }
    }

    // Callbacks say whose result they are; a caller who says so too changes nothing but his own call's id.
    private static string Origin(EnvelopeFields fields)
    {
        foreach ((string name, string value) in fields.Header)
        {
            if (name.Equals("X-Function-Name", StringComparison.OrdinalIgnoreCase) && FunctionName.IsValid(Encoding.UTF8.GetBytes(value)))
            {
                return ":" + value;
            }
        }

        return "";
    }

    private static EnqueueResult Judge(PubAckResponse ack) => ack switch
    {
        { Error.ErrCode: MessageExceedsMaximum } => new EnqueueResult(EnqueueOutcome.TooLarge, 0, "the message is larger than the stream takes"),
        { Error: { } error } => Unavailable("the stream refused the message: " + (error.Description ?? error.Code.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        { Duplicate: true } => new EnqueueResult(EnqueueOutcome.Duplicate, ack.Seq, "this call id is already queued for this function"),
        _ => new EnqueueResult(EnqueueOutcome.Stored, ack.Seq, ""),
    };

    private static string Describe(Exception e, string subject) => e switch
    {
        NatsNoRespondersException or NatsJSPublishNoResponseException => $"no stream takes the subject {subject}; the queue's worker creates it when it starts",
        NatsNoReplyException or OperationCanceledException => "the stream did not acknowledge in time",
        _ => "NATS did not take the message: " + e.Message,
    };

    private static EnqueueResult Unavailable(string reason) => new(EnqueueOutcome.Unavailable, 0, reason);
}
