using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Tests.Configuration;
using Paddlewheel.Engine.Tests.House;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

/// <summary>The figures of ADR 7 are what the model gives; <c>UPDATE_DOCS=1</c> writes them.</summary>
public sealed class AdaptiveTableTests
{
    private const string Record = "docs/adr/0007-adaptive-concurrency.md";
    private const string From = "<!-- results: written by a test -->\n";
    private const string To = "<!-- end of results -->\n";

    [Fact]
    public void Record_Results_AreThoseOfTheModel()
    {
        string text = Repository.Read(Record);
        int from = text.IndexOf(From, StringComparison.Ordinal) + From.Length;
        int to = text.IndexOf(To, StringComparison.Ordinal);
        RepositoryDocument.Check(Record, text[..from] + Render() + text[to..]);
    }

    private static string Render()
    {
        StringBuilder text = new("\n| Drain of 1,500 calls of 2 s | s | 429 answers | per success | attempts p50 / p99 | replica-seconds |\n|---|---:|---:|---:|---:|---:|\n");
        Drains(text, "10 x 5 slots", (model, workers) => Scenarios.Fixed(model, workers));
        Drains(text, "10 replicas 15 s after the start", (model, _) => Scenarios.ByDepth(model), many: false);
        Drains(text, "capacity autoscaler, 3 s to start", (model, workers) => Scenarios.ByCapacity(model, 3, workers));
        Row(text, "10 x 5 slots, gateway picks replicas blindly: adaptive", seed => Scenarios.Fixed(Scenarios.Make(seed, blind: true)));
        Row(text, "10 x 5 slots, gateway picks replicas blindly: greedy, jitter", seed => Scenarios.Fixed(Scenarios.Make(seed, Policy.Greedy, jitter: true, blind: true)));

        text.Append("\n| 50 slots to 5 and back | down, s | 429 answers | up, s |\n|---|---:|---:|---:|\n");
        foreach (bool kill in (bool[])[false, true])
        {
            Followed[] runs = [.. Scenarios.Seeds.Select(seed => Scenarios.Drop(Scenarios.Make(seed), kill))];
            text.Append(CultureInfo.InvariantCulture, $"| {(kill ? "replicas killed" : "replicas drained")} | {Span(runs, run => run.Down)} | {Span(runs, run => run.Rejected, "F0")} | {Span(runs, run => run.Up)} |\n");
        }

        text.Append("\n| Workers that join 5 s apart, 50 slots | Jain's index of the mean of 30 s, after 60 s | after 120 s | of the second and third minute | slots in use |\n|---|---:|---:|---:|---:|\n");
        foreach (int workers in (int[])[2, 3, 5])
        {
            double[][][] splits = [.. (((double, double)[])[(60, 30), (120, 30), (180, 120)]).Select(((double Seconds, double Window) of) => Scenarios.Seeds.Select(seed => Scenarios.Split(Scenarios.Make(seed), workers, of.Seconds, of.Window)).ToArray())];
            text.Append(CultureInfo.InvariantCulture, $"| {workers} | {string.Join(" | ", splits.Select(split => Span(split, Scenarios.Jain, "F2")))} | {Span(splits[^1], split => split.Sum())} |\n");
        }

        text.Append("\n| Unlimited function, ceiling 300 | s until 300 run |\n|---|---:|\n");
        foreach (double service in (double[])[0.001, 0.02, 0.2, 2])
        {
            double[] runs = [.. Scenarios.Seeds.Select(seed => Scenarios.Unlimited(Scenarios.Make(seed, slots: 100_000), service))];
            text.Append(CultureInfo.InvariantCulture, $"| calls of {service * 1000} ms | {Span(runs, run => run, "F2")} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static void Drains(StringBuilder text, string name, Func<Model, int, Drained> run, bool many = true)
    {
        Row(text, $"{name}: best possible", seed => run(Scenarios.Make(seed, Policy.Oracle), 1));
        Row(text, $"{name}: adaptive", seed => run(Scenarios.Make(seed), 1));
        foreach (int workers in many ? (int[])[2, 3, 5] : [])
        {
            Row(text, $"{name}: adaptive, {workers} workers", seed => run(Scenarios.Make(seed), workers));
        }

        Row(text, $"{name}: greedy, jitter", seed => run(Scenarios.Make(seed, Policy.Greedy, jitter: true), 1));
        Row(text, $"{name}: greedy, no jitter", seed => run(Scenarios.Make(seed, Policy.Greedy), 1));
    }

    private static void Row(StringBuilder text, string name, Func<int, Drained> run)
    {
        Drained[] runs = [.. Scenarios.Seeds.Select(run)];
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {(runs[0].IsOver ? Span(runs, it => it.Seconds) : "not over in an hour")} | {Middle(runs, it => it.Rejected)} | {Middle(runs, it => it.RejectedPart, "P1")} | {Middle(runs, it => it.AttemptsP50)} / {Middle(runs, it => it.AttemptsP99)} | {Middle(runs, it => it.PodSeconds)} |\n");
    }

    private static string Middle<T>(T[] runs, Func<T, double> of, string format = "N0") =>
        Scenarios.Median(runs.Select(of)).ToString(format, CultureInfo.InvariantCulture);

    private static string Span<T>(T[] runs, Func<T, double> of, string format = "F1") =>
        string.Create(CultureInfo.InvariantCulture, $"{Middle(runs, of, format)} ({runs.Min(of).ToString(format, CultureInfo.InvariantCulture)} to {runs.Max(of).ToString(format, CultureInfo.InvariantCulture)})");
}
