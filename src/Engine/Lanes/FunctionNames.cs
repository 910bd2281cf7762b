using System.Buffers;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Finds out which function a subject is of before this replica has run one of its messages: every replica must report the
/// depth of every function (contract 7.2), and the subject's shape is not ours to guess.
/// </summary>
/// <remarks>One stream; the client's object for it only knows the name, so it is asked for once.</remarks>
internal sealed class FunctionNames(NatsJSContext jetStream, EnvelopeLimits limits)
{
    private INatsJSStream? _stream;

    /// <summary>Reads the newest message of the lane's subject and lets the lane know whose it is. A message that can't be read teaches nothing.</summary>
    public async Task LearnAsync(FunctionLane function, CancellationToken stop)
    {
        StreamMsgGetRequest request = new() { LastBySubj = function.Subject };
        _stream ??= await jetStream.GetStreamAsync(function.Lane.Stream, cancellationToken: stop).ConfigureAwait(false);
        StreamMsgGetResponse answer = await _stream.GetAsync(request, stop).ConfigureAwait(false);
        byte[] payload = answer.Message.Data.ToArray();
        Envelope envelope = new();
        if (envelope.Read(payload, payload.Length, limits) == EnvelopeError.None)
        {
            function.Lane.Name?.Meet(envelope.Function);
        }
    }
}
