using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class ReplicasTests
{
    private readonly Replicas _replicas = new(2);

    [Fact]
    public void Take_EverySlotTaken_Rejects()
    {
        _replicas.Scale(2, 0);
        Replicas.Replica?[] taken = [.. Enumerable.Range(0, 5).Select(_ => _replicas.Take())];
        Assert.Null(taken[4]);
        Assert.DoesNotContain(null, taken[..4]);
        _replicas.Leave(taken[0]!);
        Assert.Equal(3, _replicas.Running);
        Assert.NotNull(_replicas.Take());
    }

    // What a replica that is taken away still runs neither counts nor makes room.
    [Fact]
    public void Scale_Down_TheRestTakesNewCallsAtOnce()
    {
        _replicas.Scale(2, 0);
        Replicas.Replica[] taken = [.. Enumerable.Range(0, 4).Select(_ => _replicas.Take()!)];
        _replicas.Scale(1, 0);
        Assert.Equal(2, _replicas.Running);
        _replicas.Leave(taken[0]);
        Assert.NotNull(_replicas.Take());
        _replicas.Leave(taken[3]);
        Assert.Null(_replicas.Take());
    }

    [Fact]
    public void ReplicaSeconds_CountsEveryReplicaForAsLongAsItIsThere()
    {
        long second = TimeProvider.System.TimestampFrequency;
        _replicas.Scale(1, 10 * second);
        _replicas.Scale(4, 12 * second);
        _replicas.Scale(2, 15 * second);
        Assert.Equal(2 + 12 + 10, _replicas.ReplicaSeconds(20 * second), 6);
        Assert.Equal(4, _replicas.Most);
    }
}
