namespace Paddlewheel.Engine.Tests.Judge;

/// <summary>Chance at a chosen point of its range: 0 = the least value, 1 = the largest that the range allows.</summary>
internal sealed class StubRandom(double point) : Random
{
    public int Asked { get; private set; }

    public override long NextInt64(long maxValue)
    {
        Asked++;
        return point >= 1 ? maxValue - 1 : (long)(point * (maxValue - 1));
    }
}
