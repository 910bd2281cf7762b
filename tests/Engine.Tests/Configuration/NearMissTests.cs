using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Configuration;

/// <summary>Names with a slip in them are noticed; other programs' variables are none of ours.</summary>
public sealed class NearMissTests
{
    [Theory]
    [InlineData("max_inflihgt", "max_inflight")]
    [InlineData("max-inflight", "max_inflight")]
    [InlineData("MAX_INFLIGHT", "max_inflight")]
    [InlineData("akc_wait", "ack_wait")]
    [InlineData("bakcoff", "backoff")]
    [InlineData("gateway_ulr", "gateway_url")]
    [InlineData("retry_http_code", "retry_http_codes")]
    [InlineData("nats_streams", "nats_stream")]
    [InlineData("alowed_callback_urls", "allowed_callback_urls")]
    [InlineData("back_of", null)]
    [InlineData("ackwait", "ack_wait")]
    [InlineData("NATS_PORT", null)]
    [InlineData("PATH", null)]
    [InlineData("HOSTNAME", null)]
    public void Read_NameThatIsNearlyASetting_Warns(string name, string? meant)
    {
        var warnings = ConfigurationReader.Read(new Dictionary<string, string?> { [name] = "5" }).Warnings;

        if (meant is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.Contains($"did you mean {meant}?", Assert.Single(warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Find_OneSlipInAnySetting_IsNoticed()
    {
        foreach (string name in Settings.All.Select(static setting => setting.Name).Where(static name => name.Length >= 6 && !name.StartsWith("nats_", StringComparison.Ordinal)))
        {
            for (var at = 1; at < name.Length; at++)
            {
                string swapped = name[..(at - 1)] + name[at] + name[at - 1] + name[(at + 1)..];
                foreach (string slip in new[] { name.Remove(at, 1), name.Insert(at, "q"), name[..at] + 'q' + name[(at + 1)..], swapped })
                {
                    if (!Array.Exists(Settings.All, setting => setting.Name == slip))
                    {
                        Assert.True(NearMisses.Find([slip]).Any(), $"{slip}, of {name}");
                    }
                }
            }
        }
    }
}
