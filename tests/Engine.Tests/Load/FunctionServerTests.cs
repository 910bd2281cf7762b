using System.Net;
using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class FunctionServerTests
{
    [Fact]
    public async Task Server_CallThatFailsFirst_SucceedsTheNextTime()
    {
        CallBook book = new(1);
        await using FunctionServer server = new(book, [new FunctionBehaviour("flaky") { FailsFirst = 1 }, new FunctionBehaviour("other")]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(server, "function/flaky", 0));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(server, "function/flaky", 0));
        Assert.Equal((2, 2, 0), (book.Runs(0), server["flaky"].Runs, server["other"].Runs));
    }

    [Fact]
    public async Task Server_CallBeyondTheCapacity_IsTurnedAwayAndIsNoRun()
    {
        CallBook book = new(2);
        FunctionBehaviour full = new("full") { Capacity = 1, Takes = TimeSpan.FromSeconds(1) };
        await using FunctionServer server = new(book, [full]);
        Task<HttpStatusCode> first = CallAsync(server, "function/full", 0);
        while (server["full"].Running == 0)
        {
            await Task.Yield();
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync(server, "function/full", 1));
        Assert.Equal(HttpStatusCode.OK, await first);
        Assert.Equal((1, 0, 1), (book.Runs(0), book.Runs(1), server["full"].Rejected));
    }

    [Fact]
    public async Task Server_Callback_IsBookedAsOne()
    {
        CallBook book = new(1);
        await using FunctionServer server = new(book, [new FunctionBehaviour("echo")]);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(server, "callback", 0));
        Assert.Equal((0, 1), (book.Runs(0), book.CalledBack));
        Assert.Empty(book.CallbackProblems());
    }

    private static async Task<HttpStatusCode> CallAsync(FunctionServer server, string path, int call)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server.Url, path)) { Content = new ByteArrayContent(new byte[20_000]) };
        request.Headers.Add("X-Call-Id", FunctionServer.CallIdPrefix + call.ToString("D10", System.Globalization.CultureInfo.InvariantCulture));
        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
