using System.Text;
using System.Text.Json;
using Paddlewheel.Engine.Calls;
using Xunit;

namespace Paddlewheel.Engine.Tests.Calls;

/// <summary>The server's answer about the bucket, as nats-server 2.9 and 2.15 write it.</summary>
public sealed class CancelledPageTests
{
    [Fact]
    public void Read_NoBucket_IsNoProblem()
    {
        CancelledPage page = CancelledPage.Read("""{"type":"io.nats.jetstream.api.v1.stream_info_response","total":0,"offset":0,"limit":0,"error":{"code":404,"err_code":10059,"description":"stream not found"}}"""u8);
        Assert.Equal((false, "", 0), (page.IsThere, page.Problem, page.Keys));
    }

    [Fact]
    public void Read_AnyOtherError_IsOne()
    {
        CancelledPage page = CancelledPage.Read("""{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}"""u8);
        Assert.Equal("503 JetStream system temporarily unavailable", page.Problem);
    }

    [Fact]
    public void Read_Keys_GivesTheirIdsTheAgeAndHowManyThereAre()
    {
        CancelledPage page = CancelledPage.Read(
            """
            {"type":"x","total":7,"offset":2,"limit":100000,
             "config":{"name":"KV_paddlewheel-cancelled","subjects":["$KV.paddlewheel-cancelled.>"],"max_age":86400000000000,"placement":{"tags":["max_age"]}},
             "created":"2026-01-01T00:00:00Z",
             "state":{"messages":4,"first_ts":"2026-01-01T00:00:00Z","subjects":{"$KV.paddlewheel-cancelled.one":1,"$KV.paddlewheel-cancelled.=YS5i":1,"$KV.paddlewheel-cancelled.=***":1,"elsewhere":1},"consumer_count":0},
             "cluster":{"leader":"n1"},"ts":"2026-01-01T00:00:00Z"}
            """u8);
        Assert.Equal((true, "", TimeSpan.FromHours(24)), (page.IsThere, page.Problem, page.Age));
        Assert.Equal(["one", "a.b"], page.CallIds.Select(Encoding.ASCII.GetString));
        Assert.Equal((4, 7L), (page.Keys, page.Total));
    }

    [Fact]
    public void Read_EmptyBucket_HasNoKeys()
    {
        CancelledPage page = CancelledPage.Read("""{"config":{"max_age":0},"state":{"messages":0,"subjects":null},"total":0}"""u8);
        Assert.Equal((true, 0, TimeSpan.Zero), (page.IsThere, page.Keys, page.Age));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"state\":{")]
    [InlineData("no")]
    public void Read_NoAnswer_Throws(string text) => Assert.ThrowsAny<JsonException>(() => CancelledPage.Read(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Request_IsWhatTheServerReads()
    {
        using JsonDocument request = JsonDocument.Parse(CancelledPage.Request(100_000));
        Assert.Equal(("$KV.paddlewheel-cancelled.>", 100_000), (request.RootElement.GetProperty("subjects_filter").GetString(), request.RootElement.GetProperty("offset").GetInt32()));
    }
}
