using System.Buffers;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Publish;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>Writes calls as the gateway does. One at a time: whoever publishes on several threads takes one publisher for each.</summary>
internal sealed class Publisher(NatsConnection nats, SiteOptions options)
{
    private readonly ArrayBufferWriter<byte> _message = new(8192);
    private readonly byte[] _body = [.. Enumerable.Range(0, options.Body).Select(static i => (byte)('a' + (i % 26)))];
    private readonly Dictionary<string, string> _subjects = new(StringComparer.Ordinal);
    private readonly NatsJSContext _jetStream = new(nats);

    /// <summary>Where results are posted; null is nowhere.</summary>
    public Uri? Callback { get; set; }

    /// <summary>Calls published by this one, those left out on purpose not among them.</summary>
    public int Published { get; private set; }

    /// <summary>A call's id.</summary>
    public static string CallId(int call) => FunctionServer.CallIdPrefix + call.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>Hands one call to the connection: it is on its way, not yet stored.</summary>
    public ValueTask PublishAsync(int call, string function, CancellationToken stop)
    {
        if (!TryWrite(call, function))
        {
            return default;
        }

        return nats.PublishAsync(Subject(function), _message.WrittenMemory, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: stop);
    }

    /// <summary>Publishes one call and waits until it is stored; with it, everything this connection sent before.</summary>
    public async Task StoreAsync(int call, string function, CancellationToken stop)
    {
        if (TryWrite(call, function))
        {
            PubAckResponse ack = await _jetStream.PublishAsync(Subject(function), _message.WrittenMemory, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: stop);
            ack.EnsureSuccess();
        }
    }

    private bool TryWrite(int call, string function)
    {
        if (call < options.Lose)
        {
            return false;
        }

        _message.ResetWrittenCount();
        EnvelopeWriter.Write(_message, new EnvelopeFields
        {
            Function = function,
            QueueName = Queue.Name,
            Host = "127.0.0.1:8080",
            Body = new ReadOnlySequence<byte>(_body),
            CallbackUrl = Callback,
            Header =
            [
                new("Accept", "*/*"),
                new("Content-Type", "application/octet-stream"),
                new("User-Agent", "curl/8.5.0"),
                new("X-Call-Id", CallId(call)),
                new("X-Start-Time", "1753700000000000000"),
            ],
        });
        Published++;
        return true;
    }

    private string Subject(string function)
    {
        if (!_subjects.TryGetValue(function, out string? subject))
        {
            subject = options.OlderLayout ? Queue.OlderStream : SubjectTemplate.Default.Render(Queue.Name, function, "openfaas-fn");
            _subjects.Add(function, subject);
        }

        return subject;
    }
}
