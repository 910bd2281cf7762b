using System.Text.RegularExpressions;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.House;

/// <summary>The table of limits in the operations document: its settings, defaults, metrics and reasons are those of the code.</summary>
public sealed partial class LimitDocumentTests
{
    private static readonly string[] Rows = [.. Section().Match(Repository.Read("docs/operations.md")).Value.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    [Theory]
    [InlineData("max_message_bytes")]
    [InlineData("max_message_depth")]
    [InlineData("max_response_bytes")]
    [InlineData("max_headers")]
    [InlineData("max_header_bytes")]
    [InlineData("callback_max_inflight")]
    [InlineData("callback_timeout")]
    [InlineData("callback_retry_attempts")]
    [InlineData("allowed_callback_urls")]
    [InlineData("drain_timeout")]
    [InlineData("metrics_port")]
    [InlineData("ingress_port")]
    [InlineData("bind_address")]
    [InlineData("max_inflight")]
    [InlineData("upstream_timeout")]
    [InlineData("connect_timeout")]
    [InlineData("quarantine_margin")]
    [InlineData("retry_after_ceiling")]
    public void Limit_OfASetting_HasItsRow(string setting) => Assert.Contains(Rows, row => row.Contains($"`{setting}`", StringComparison.Ordinal));

    [Fact]
    public void Defaults_InTheTable_AreTheCodes()
    {
        HostOptions defaults = new();
        foreach (Match match in Rows.SelectMany(static row => Default().Matches(row)))
        {
            Setting setting = Assert.Single(Settings.All, setting => setting.Name == match.Groups[1].Value);
            Assert.Null(setting.Apply(defaults, Plain(match)));
            Assert.Equal(setting.Show(new HostOptions()), setting.Show(defaults));
        }
    }

    [Fact]
    public void Metrics_InTheTable_Exist()
    {
        string[] reasons = [.. Enum.GetValues<EnvelopeError>().Select(EnvelopeErrors.Slug), "response_too_large", "no_room", "drain_cut"];
        Assert.All(Rows.SelectMany(static row => Metric().Matches(row)), static match => Assert.Contains(MetricCatalogue.All, entry => entry.Name == match.Groups[1].Value));
        Assert.All(
            Rows.Where(static row => row.Contains("paddlewheel_dropped_total", StringComparison.Ordinal)).SelectMany(static row => Reason().Matches(row)),
            match => Assert.Contains(match.Groups[1].Value, reasons));
    }

    // As people write it: "8 MiB", "65,536", "1 m".
    private static string Plain(Match match)
    {
        long number = long.Parse(match.Groups[2].Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        return match.Groups[3].Value switch
        {
            "MiB" => $"{number << 20}",
            "KiB" => $"{number << 10}",
            "s" or "m" or "h" => number + match.Groups[3].Value,
            _ => $"{number}",
        };
    }

    [GeneratedRegex(@"^## Limits$.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"`([a-z_]+)` = ([0-9][0-9,]*)(?: (MiB|KiB|s|m|h)\b)?")]
    private static partial Regex Default();

    [GeneratedRegex(@"`(paddlewheel_[a-z_]+)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"reason=""([a-z_]+)""")]
    private static partial Regex Reason();
}
