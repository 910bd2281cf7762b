using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Tests.Deliveries;

/// <summary>Stands where the ack loop stands, and writes down what it is given.</summary>
internal sealed class AckList
{
    public AckList() => Target = new InlineBlock<AckCommand>(Commands.Add);

    public ITargetBlock<AckCommand> Target { get; }

    public List<AckCommand> Commands { get; } = [];

    public int Count(AckKind kind) => Commands.Count(command => command.Kind == kind);
}
