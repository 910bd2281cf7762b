using System.Globalization;
using Xunit;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Many seeds of the real decision code against a model of JetStream. A seed that fails is printed; to see it again, line by
/// line: <c>PADDLEWHEEL_SEED=n dotnet run --project tests/Engine.Simulation</c>. More or other seeds:
/// <c>PADDLEWHEEL_SEEDS=from-to</c>.
/// </summary>
public sealed class SimulationTests
{
    private static readonly (int From, int To) Seeds = SeedsFrom(Environment.GetEnvironmentVariable("PADDLEWHEEL_SEEDS"));

    [Fact]
    public void EverySeed_AllInvariantsHold()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("PADDLEWHEEL_SEED"), CultureInfo.InvariantCulture, out int seed))
        {
            new Simulation(seed, Variant.Sound, Console.Out).Run();
            return;
        }

        long steps = 0;
        for (seed = Seeds.From; seed <= Seeds.To; seed++)
        {
            Simulation simulation = new(seed, Variant.Sound);
            try
            {
                simulation.Run();
                steps += simulation.Steps;
            }
            catch (Exception exception)
            {
                Assert.Fail($"PADDLEWHEEL_SEED={seed}: {exception.Message}{Environment.NewLine}{LastLines(seed)}");
            }
        }

        // A simulation in which nothing happens proves nothing.
        Assert.True(steps > 100 * (Seeds.To - Seeds.From + 1L), $"only {steps} steps");
    }

    [Fact]
    public void SameSeed_SameTrace()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }
    }

    [Theory]
    [InlineData(Variant.NoRegistry)]
    [InlineData(Variant.AckBeforeInvoke)]
    [InlineData(Variant.NoLeaseKeeper)]
    [InlineData(Variant.NoBackoff)]
    [InlineData(Variant.NoSlots)]
    [InlineData(Variant.AckInsteadOfRetry)]
    internal void BrokenVariant_IsCaught(Variant variant)
    {
        int caught = 0;
        for (int seed = 1; seed <= 100; seed++)
        {
            try
            {
                new Simulation(seed, variant).Run();
            }
            catch (SimulationFailedException)
            {
                caught++;
            }
        }

        Assert.True(caught >= 10, $"{variant}: caught by {caught} of 100 seeds");
    }

    // A retry that waited on the wheel through a pause or an outage longer than its lease must not be asked for: another
    // worker has it by then, and a late NAK starts one more copy.
    [Fact]
    public void EverySeed_NobodyNaksWhatItHasLost()
    {
        for (int seed = 1; seed <= 500; seed++)
        {
            Simulation simulation = new(seed, Variant.Sound);
            simulation.Run();
            Assert.True(simulation.StaleNaks == 0, $"PADDLEWHEEL_SEED={seed}: {simulation.StaleNaks} late NAKs");
        }
    }

    // Free slots and waiting messages, no fault, and still nothing comes: the ledger counts credit on a pull that the server
    // has filled long ago, because it books messages on the oldest pull while the server deals them out in turn.
    [Fact]
    public void EverySeed_WithoutFaults_NoSlotIsFreeWhileWorkWaits()
    {
        for (int seed = 1; seed <= 500; seed++)
        {
            Simulation simulation = new(seed, Variant.Sound);
            simulation.Run();
            Assert.True(simulation.LongestIdle < TimeSpan.FromSeconds(1), $"PADDLEWHEEL_SEED={seed}: idle for {simulation.LongestIdle}");
        }
    }

    private static string LastLines(int seed)
    {
        string[] lines = TraceOf(seed).Split(Environment.NewLine);
        return string.Join(Environment.NewLine, lines.TakeLast(60));
    }

    private static string TraceOf(int seed)
    {
        StringWriter trace = new(CultureInfo.InvariantCulture);
        try
        {
            new Simulation(seed, Variant.Sound, trace).Run();
        }
        catch (SimulationFailedException exception)
        {
            trace.WriteLine(exception.Message);
        }

        return trace.ToString();
    }

    private static (int From, int To) SeedsFrom(string? text)
    {
        string[] parts = (text ?? "1-5000").Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
