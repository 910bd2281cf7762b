using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Many seeds of the real decision code against a model of JetStream, functions and callback receivers. A seed that fails is
/// printed; to see it again, line by line: <c>PADDLEWHEEL_SEED=n dotnet run --project tests/Engine.Simulation</c>. More or
/// other seeds: <c>PADDLEWHEEL_SEEDS=from-to</c>.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly (int From, int To) Seeds = SeedsFrom(Environment.GetEnvironmentVariable("PADDLEWHEEL_SEEDS"));

    [Fact]
    public void EverySeed_AllInvariantsHold()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("PADDLEWHEEL_SEED"), CultureInfo.InvariantCulture, out int one))
        {
            new Simulation(one, Variant.Sound, Console.Out).Run();
            return;
        }

        ConcurrentBag<Simulation> done = [];
        ConcurrentDictionary<int, string> failed = [];
        Parallel.For(Seeds.From, Seeds.To + 1, (seed, loop) =>
        {
            Simulation simulation = new(seed, Variant.Sound);
            try
            {
                simulation.Run();
                done.Add(simulation);
            }
            catch (Exception exception)
            {
                failed[seed] = exception.Message;
                loop.Break();
            }
        });

        if (!failed.IsEmpty)
        {
            int seed = failed.Keys.Min();
            Assert.Fail($"PADDLEWHEEL_SEED={seed}: {failed[seed]}{Environment.NewLine}{LastLines(seed)}");
        }

        // A simulation in which nothing happens proves nothing.
        long steps = done.Sum(simulation => (long)simulation.Steps);
        output.WriteLine($"{done.Count} seeds, {steps} steps; longest idle gap without faults {done.Max(one => one.Longest.AtRest)}, after the last fault {done.Max(one => one.Longest.AfterFault)}; longest way to a success {done.Max(one => one.Longest.ToSuccess)}; {done.Sum(one => one.FalseAlarms)} inboxes given up for nothing");
        Assert.True(steps > 100L * done.Count, $"only {steps} steps");

        // A retry that waited through a pause or an outage longer than its lease must not be asked for: another worker has it by
        // then, and a late NAK starts one more copy.
        Assert.True(done.Sum(simulation => simulation.StaleNaks) == 0, "late NAKs");
    }

    [Fact]
    public void SameSeed_SameTrace()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }
    }

    // Each by the rule that it breaks; a lease that is not kept breaks several.
    [Theory]
    [InlineData(Variant.NoRegistry, "I3")]
    [InlineData(Variant.AckBeforeInvoke, "I6")]
    [InlineData(Variant.NoLeaseKeeper, "I")]
    [InlineData(Variant.NoBackoff, "I5")]
    [InlineData(Variant.NoSlots, "I4")]
    [InlineData(Variant.AckInsteadOfRetry, "I6")]
    [InlineData(Variant.AckBeforeCallback, "I6")]
    [InlineData(Variant.CallbackRerunsFunction, "I7")]
    [InlineData(Variant.CallbackPerTry, "I7")]
    [InlineData(Variant.LostCredit, "I8")]
    internal void BrokenVariant_IsCaught(Variant variant, string invariant)
    {
        ConcurrentBag<string> caught = [];
        Parallel.For(1, 101, seed =>
        {
            try
            {
                new Simulation(seed, variant).Run();
            }
            catch (SimulationFailedException exception)
            {
                caught.Add(exception.Message);
            }
        });

        int named = caught.Count(message => message.StartsWith(invariant, StringComparison.Ordinal));
        output.WriteLine($"{variant}: caught by {caught.Count} of 100 seeds, {named} of them by {invariant}");
        Assert.True(named >= 5, $"{variant}: caught by {caught.Count} of 100 seeds, {named} of them by {invariant}");
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
        string[] parts = (text ?? "1-1500").Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
