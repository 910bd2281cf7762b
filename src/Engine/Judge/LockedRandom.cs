namespace Paddlewheel.Engine.Judge;

/// <summary>One source of chance for many slots: <see cref="Random"/> itself may be used by one thread only.</summary>
internal sealed class LockedRandom(Random inner) : Random
{
    private readonly Lock _gate = new();

    public override long NextInt64(long maxValue)
    {
        lock (_gate)
        {
            return inner.NextInt64(maxValue);
        }
    }

    public override double NextDouble()
    {
        lock (_gate)
        {
            return inner.NextDouble();
        }
    }
}
