using System.Net;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Options;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Ingress;
using Paddlewheel.Host.Nats;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

/// <summary>DELETE at the ingress, against a real server.</summary>
public sealed class CancelRouteTests(IngressFixture fixture) : IClassFixture<IngressFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/async-function/5bf8aa57-7cbb", "5bf8aa57-7cbb")]
    [InlineData("/async-function/a%2Fb?x=1", "a/b")]
    [InlineData("/async-function/a.b", "a.b")]
    [InlineData("/async-function/100%25", "100%")]
    [InlineData("http://h:1/async-function/one", "one")]
    [InlineData("/async-function/", null)]
    [InlineData("/async-function", null)]
    [InlineData("/async-function/echo/5bf8aa57", null)]
    [InlineData("/async-function/a%20b", null)]
    [InlineData("/async-function/a%C3%A4", null)]
    public void TryParse_Target_IsItsIdOrNone(string target, string? id)
    {
        bool parsed = CancelHandler.TryParse(target, out string callId);
        Assert.Equal(id is not null, parsed);
        if (parsed)
        {
            Assert.Equal(id, callId);
        }
    }

    [Fact]
    public void TryParse_TooLong_IsNone()
    {
        Assert.True(CancelHandler.TryParse("/async-function/" + new string('a', CallIdentity.MaxLength), out _));
        Assert.False(CancelHandler.TryParse("/async-function/" + new string('a', CallIdentity.MaxLength + 1), out _));
    }

    [Fact]
    public async Task Delete_AnyId_Is202AndItsKeyIsInTheBucket()
    {
        string plain = "call-" + Guid.NewGuid(), other = "call." + Guid.NewGuid();
        foreach (string id in new[] { plain, other, plain })
        {
            using HttpResponseMessage response = await fixture.Client.DeleteAsync("/async-function/" + id, Token);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal(id, Assert.Single(response.Headers.GetValues("X-Call-Id")));
            Assert.Equal(0, response.Content.Headers.ContentLength);
        }

        StreamInfo bucket = (await fixture.JetStream.GetStreamAsync("KV_paddlewheel-cancelled", new StreamInfoRequest { SubjectsFilter = ">" }, Token)).Info;
        Assert.Contains("$KV.paddlewheel-cancelled." + plain, bucket.State.Subjects!.Keys);
        Assert.Contains("$KV.paddlewheel-cancelled." + CallKey.Of(other), bucket.State.Subjects!.Keys);
        Assert.Equal((TimeSpan.FromHours(24), 1L), (bucket.Config.MaxAge, bucket.Config.MaxMsgsPerSubject));
        Assert.All(bucket.State.Subjects.Values, static messages => Assert.Equal(1, messages));
    }

    [Fact]
    public async Task Delete_NoId_Is400()
    {
        using HttpResponseMessage response = await fixture.Client.DeleteAsync("/async-function/echo/call", Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("CALL-ID", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_NatsIsAway_Is503WithRetryAfter()
    {
        // Never connected.
        await using NatsConnection nats = new(NatsOptions.From(new HostOptions { NatsHost = "127.0.0.1", NatsPort = 1 }));
        await using IngressServer ingress = await IngressServer.StartAsync(nats, new EngineOptions(), new HttpPlace("the ingress", "ingress_port", "127.0.0.1", 0), gateway: null, TimeProvider.System);
        using HttpResponseMessage response = await fixture.Client.DeleteAsync(new Uri(ingress.Url, "/async-function/one"), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("NATS is not connected", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
