using System.Globalization;
using System.Text;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>The gate's verdict as Markdown: one row for each scenario, and every problem in full below.</summary>
internal sealed class GateTable
{
    private readonly StringBuilder _rows = new();
    private readonly StringBuilder _problems = new();
    private int _scenarios;

    /// <summary>Scenarios that found a problem or could not be run.</summary>
    public int Failed { get; private set; }

    /// <param name="scenario">Its name.</param>
    /// <param name="result">What it gave; null when it could not be run.</param>
    /// <param name="failure">Why it could not be run.</param>
    /// <param name="took">All of it, with starting and stopping.</param>
    public void Add(string scenario, ScenarioResult? result, string? failure, TimeSpan took)
    {
        string[] problems = [.. result?.Problems ?? [], .. failure is null ? Array.Empty<string>() : [failure]];
        bool isWell = problems.Length == 0 && result is not null;
        _scenarios++;
        Failed += isWell ? 0 : 1;
        string Cell(string figure) => result?.Figures.Find(it => it.Name.EndsWith(figure, StringComparison.Ordinal))?.Text ?? "-";
        _rows.AppendLine(CultureInfo.InvariantCulture, $"| {scenario} | {(isWell ? "ok" : "FAILED")} | {Cell("runs measured")} | {Cell("messages/s")} | {Cell("worker CPU, us/run")} | {Cell(", p99, ms")} | {Cell("RSS at most, MiB")} | {took.TotalSeconds:F1} |");
        foreach (string problem in problems)
        {
            _problems.Append("- ").Append(scenario).Append(": ").AppendLine(problem);
        }
    }

    public override string ToString() => $"""
        ## Load gate

        | scenario | verdict | runs | messages/s | CPU, us/run | p99, ms | RSS, MiB | took, s |
        |---|---|---:|---:|---:|---:|---:|---:|
        {_rows}
        {(Failed == 0 ? $"{_scenarios} scenarios: {MarkdownReport.AllWell}" : $"{Failed} of {_scenarios} scenarios FAILED")}

        {_problems}
        """;
}
