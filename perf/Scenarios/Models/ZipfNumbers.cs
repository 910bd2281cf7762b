namespace Paddlewheel.Perf.Scenarios;

/// <summary>Draws ranks as Zipf's law has them: rank r as often as 1 / r^exponent.</summary>
internal sealed class ZipfNumbers
{
    private readonly double[] _upTo;
    private readonly Random _random;

    /// <param name="ranks">1 or more.</param>
    /// <param name="exponent">0 is all ranks alike; 1 is what words, towns and web pages have.</param>
    /// <param name="random">Seeded by whoever wants the same draws again.</param>
    public ZipfNumbers(int ranks, double exponent, Random random)
    {
        _random = random;
        _upTo = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++)
        {
            sum += Math.Pow(rank + 1, -exponent);
            _upTo[rank] = sum;
        }
    }

    /// <returns>A rank from 0 on.</returns>
    public int Next()
    {
        int found = Array.BinarySearch(_upTo, _random.NextDouble() * _upTo[^1]);
        return found < 0 ? ~found : found + 1 < _upTo.Length ? found + 1 : found;
    }
}
