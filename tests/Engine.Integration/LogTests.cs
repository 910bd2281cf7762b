using System.Text.Json;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The lines people search for, and what must never be in any line (contract 9).</summary>
[Trait("Category", "fast")]
public sealed class LogTests
{
    private const string Secret = "s3cr3t-never-logged";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Console_OneCall_HasTheContractsLines()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "5"));
        Envelope call = Call.To("echo", site.Callbacks.Url, callId: "5a8b7b4c-0000-4000-8000-0123456789ab");
        await site.Queue.PublishAsync(call, stop);

        string invoke = await worker.LineAsync("\tInvoke\t", stop);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\tinfo\t[^\t]+\tInvoke\t\\{.*\\}$", invoke);
        Assert.EndsWith($$"""{"callId": "{{call.CallId}}", "function": "echo", "delivery": 1}""", invoke, StringComparison.Ordinal);

        JsonElement invoked = Fields(await worker.LineAsync("\tInvoked\t", stop));
        Assert.Equal(call.CallId, invoked.GetProperty("callId").GetString());
        Assert.Equal("echo", invoked.GetProperty("function").GetString());
        Assert.Equal(1, invoked.GetProperty("delivery").GetInt32());
        Assert.Equal(200, invoked.GetProperty("status").GetInt32());
        Assert.InRange(invoked.GetProperty("duration").GetDouble(), 0, 10);

        JsonElement posted = Fields(await worker.LineAsync("\tPosted result\t", stop));
        Assert.Equal(call.CallId, posted.GetProperty("callId").GetString());
        Assert.Equal(202, posted.GetProperty("status").GetInt32());
        Assert.StartsWith(site.Callbacks.Url.ToString().TrimEnd('/'), posted.GetProperty("url").GetString(), StringComparison.Ordinal);

        JsonElement starting = Fields(await worker.LineAsync("\tStarting\t", stop));
        Assert.Equal(5, starting.GetProperty("maxInflight").GetInt32());
        Assert.Equal("OF_faas-request", starting.GetProperty("stream").GetString());
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Json_EveryLine_IsOneObjectWithTheUsualKeys()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("log_encoding", "json"));
        Envelope call = Call.To("echo");
        await site.Queue.PublishAsync(call, stop);
        JsonElement invoked = JsonElement.Parse(await worker.LineAsync("\"Invoked\"", stop));

        Assert.Equal(call.CallId, invoked.GetProperty("callId").GetString());
        Assert.Equal(200, invoked.GetProperty("status").GetInt32());
        Assert.All(worker.Log.Snapshot(), static line =>
        {
            JsonElement entry = JsonElement.Parse(line);
            Assert.Equal(JsonValueKind.String, entry.GetProperty("level").ValueKind);
            Assert.Equal(JsonValueKind.Number, entry.GetProperty("ts").ValueKind);
            Assert.Equal(JsonValueKind.String, entry.GetProperty("msg").ValueKind);
        });
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Contents_OfACall_AreNeverLogged(string debug)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("leaky", Behaviours.First(1, Behaviours.Always(Answer.Text(Secret, 500)), then: Behaviours.Always(Answer.Text(Secret).With("X-Token", Secret))));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("debug", debug), ("callback_retry_attempts", "1"), ("callback_initial_retry_wait", "100ms"));
        string subject = site.Queue.SubjectOf("leaky");
        await site.Queue.PublishRawAsync(subject, Envelope.Text($"{{\"Body\": \"{Secret}\", oops"), stop);
        await site.Queue.PublishRawAsync(subject, SecretCall("nobody", site.Callbacks.Url).ToJson(), stop);
        await site.Queue.PublishRawAsync(subject, SecretCall("leaky", site.Callbacks.Url).ToJson(), stop);
        await site.Queue.PublishRawAsync(subject, SecretCall("leaky", new Uri($"http://127.0.0.1:{FreePort.Next()}/")).ToJson(), stop);
        await site.Callbacks.Received.CountAsync("two callbacks", 2, Soon, stop);
        await worker.LineAsync("Callback failed", stop);

        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(30), stop));
        Assert.All(worker.Log.Snapshot(), static line => Assert.DoesNotContain(Secret, line, StringComparison.OrdinalIgnoreCase));

        static Envelope SecretCall(string function, Uri callback) => new()
        {
            Function = function,
            CallId = Guid.NewGuid().ToString(),
            Body = Envelope.Text(Secret),
            QueryString = "token=" + Secret,
            Headers = [("Authorization", "Bearer " + Secret), ("Cookie", Secret)],
            Callback = new Uri(callback, "/cb?sig=" + Secret),
        };
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task CallId_WithControlCharacters_CannotForgeALine()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        Envelope call = Call.To("echo", callId: "abc\n2025-03-24T11:15:50.977Z\tinfo\tforged\tForged\t{}");
        await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), call.ToJson(), stop);
        await site.Queue.SettledAsync(Soon, stop);
        await site.Queue.PublishAsync("echo", 1, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(0, await worker.TerminateAsync(Soon, stop));
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("\tForged\t", StringComparison.Ordinal));
    }

    private static JsonElement Fields(string line) => JsonElement.Parse(line[line.LastIndexOf('\t')..]);
}
