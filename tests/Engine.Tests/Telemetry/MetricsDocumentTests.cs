using System.Text;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Telemetry;

public sealed class MetricsDocumentTests
{
    [Fact]
    public void Document_ListsEveryMetricAndNoOther() => RepositoryDocument.Check("docs/metrics.md", Render());

    private static string Render()
    {
        var text = new StringBuilder("""
            # Metrics

            Served as Prometheus text on `metrics_port` (8081) under `/metrics`. A test writes this file from the code; do not edit it.

            The first five names, with their types and labels, are those of the image that this worker replaces and never change.
            `function_name` is empty where one consumer serves every function. `process_*` and `dotnet_*` come from the runtime.

            | Name | Type | Labels | What it says |
            |---|---|---|---|

            """);
        foreach (var entry in MetricCatalogue.All)
        {
            var labels = entry.Labels.Length == 0 ? "" : "`" + string.Join("`, `", entry.Labels) + "`";
            text.Append("| `").Append(entry.Name).Append("` | ").Append(entry.Type).Append(" | ").Append(labels).Append(" | ").Append(entry.Help).Append(" |\n");
        }

        return text.ToString();
    }
}
