using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Logging;
using Xunit;

namespace Paddlewheel.Engine.Tests.Logging;

public sealed class ZapLoggerTests : IDisposable
{
    private const string Category = "Paddlewheel.Engine.Pipeline.QueueWorker";
    private const string CallId = "6a7b1d0c-3c1e-4a55-9f0e-6f6f6f6f6f6f";
    private readonly MemoryStream _output = new();
    private static readonly DateTimeOffset Now = new(2025, 3, 24, 11, 15, 50, 979, TimeSpan.Zero);

    private ZapLoggerProvider? _provider;

    public void Dispose()
    {
        _provider?.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData("2022-07-20T08:46:23.611Z")]
    public void Console_Starting_IsTheLineOfTheContract(string time)
    {
        Logger(LogEncoding.Console, time).Starting(5, "faas-request", "faas-workers");

        Assert.Equal("2022-07-20T08:46:23.611Z\tinfo\tQueueWorker/Starting\tStarting\t{\"maxInflight\": 5, \"stream\": \"faas-request\", \"durable\": \"faas-workers\"}\n", Output());
    }

    [Fact]
    public void Console_InvokeAndInvoked_AreTheLinesOfTheContract()
    {
        var logger = Logger(LogEncoding.Console, "2025-03-24T11:15:50.977Z");
        logger.Invoke(CallId, "clock", 1);
        logger.Invoked(CallId, "clock", 1, 429, 0.002106761);
        logger.PostedResult(CallId, "clock", "http://gateway.openfaas:8080/function/printer", 202);

        Assert.Equal(
            $"2025-03-24T11:15:50.977Z\tinfo\tQueueWorker/Invoke\tInvoke\t{{\"callId\": \"{CallId}\", \"function\": \"clock\", \"delivery\": 1}}\n"
            + $"2025-03-24T11:15:50.977Z\tinfo\tQueueWorker/Invoked\tInvoked\t{{\"callId\": \"{CallId}\", \"function\": \"clock\", \"delivery\": 1, \"status\": 429, \"duration\": 0.002106761}}\n"
            + $"2025-03-24T11:15:50.977Z\tinfo\tQueueWorker/PostedResult\tPosted result\t{{\"callId\": \"{CallId}\", \"function\": \"clock\", \"url\": \"http://gateway.openfaas:8080/function/printer\", \"status\": 202}}\n",
            Output());
    }

    [Fact]
    public void Console_MessageWithAValue_ReadsAsTheContractSays()
    {
        Logger(LogEncoding.Console, "2025-03-24T11:15:50Z").MetricsServer(8081);

        Assert.Contains("\tStarting metrics server on port 8081\t{\"port\": 8081}\n", Output(), StringComparison.Ordinal);
    }

    [Fact]
    public void Console_NoFields_EndsAfterTheMessage()
    {
        Logger(LogEncoding.Console, "2025-03-24T11:15:50Z").Ready();

        Assert.Equal("2025-03-24T11:15:50.000Z\tinfo\tQueueWorker/Ready\tReady\n", Output());
    }

    [Fact]
    public void Json_Invoked_HasTheKeysOfProduction()
    {
        Logger(LogEncoding.Json, "2025-03-24T11:15:50.977Z").Invoked(CallId, "clock", 1, 200, 0.25);

        Assert.Equal($"{{\"level\":\"info\",\"ts\":1742814950.977,\"caller\":\"QueueWorker/Invoked\",\"msg\":\"Invoked\",\"callId\":\"{CallId}\",\"function\":\"clock\",\"delivery\":1,\"status\":200,\"duration\":0.25}}\n", Output());
    }

    [Theory]
    [InlineData("a\nFORGED\tline")]
    [InlineData("\u001b[31m\"\\\u0000\u007f\u0085\u2028\u202eé😀")]
    public void HostileText_StaysInsideItsLine(string hostile)
    {
        foreach (var encoding in Enum.GetValues<LogEncoding>())
        {
            _output.SetLength(0);
            Logger(encoding, "2025-03-24T11:15:50Z").Invoke(CallId, hostile + '\ud800', 1);

            var text = Output();
            Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
            Assert.DoesNotContain(text[..^1], c => char.IsControl(c) && c != '\t');
            using var fields = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
            Assert.Equal(hostile + '\ufffd', fields.RootElement.GetProperty("function").GetString());
        }
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1234567.25, "1234567.25")]
    [InlineData(0.0000001, "1E-07")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"+Inf\"")]
    public void Number_IsValidJson(double number, string expected)
    {
        Logger(LogEncoding.Json, "2025-03-24T11:15:50Z").DrainDone(number, 0);

        Assert.Contains($"\"duration\":{expected},", Output(), StringComparison.Ordinal);
        using var parsed = JsonDocument.Parse(Output());
    }

    [Fact]
    public void Exception_IsAFieldOnTheSameLine()
    {
        foreach (var encoding in Enum.GetValues<LogEncoding>())
        {
            _output.SetLength(0);
            Logger(encoding, "2025-03-24T11:15:50Z").BlockFaulted("judge", new InvalidOperationException("first\nsecond"));

            Assert.Equal(Output().Length - 1, Output().IndexOf('\n', StringComparison.Ordinal));
            using var fields = JsonDocument.Parse(Output()[Output().IndexOf('{', StringComparison.Ordinal)..]);
            Assert.Equal("judge", fields.RootElement.GetProperty("block").GetString());
            Assert.StartsWith("System.InvalidOperationException: first\nsecond", fields.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LevelOff_WritesNothingAndAllocatesNothing()
    {
        var logger = Logger(LogEncoding.Console, "2025-03-24T11:15:50Z");
        logger.PullStatus("s", "d", 404, "No Messages");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            logger.PullStatus("s", "d", 404, "No Messages");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("", Output());
    }

    [Fact]
    public void ClosedOutput_DoesNotStopTheCaller()
    {
        var logger = Logger(LogEncoding.Console, "2025-03-24T11:15:50Z");
        _output.Dispose();

        Assert.Null(Record.Exception(() => logger.Ready()));
    }

    [Fact]
    public async Task ManyThreads_LinesAreWhole()
    {
        var logger = Logger(LogEncoding.Json, "2025-03-24T11:15:50Z");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 250; i++)
                {
                    logger.Invoke(CallId, "clock", i);
                }
            },
            TestContext.Current.CancellationToken)));

        var lines = Output().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1000, lines.Length);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
    }

    [Theory]
    [InlineData("console", "2025-03-24T11:15:50.979Z\tinfo\tjetstream-queue-worker/Invoked\tInvoked\t{\"callId\": \"" + CallId + "\", \"function\": \"clock\", \"delivery\": 1, \"status\": 429, \"duration\": 0.002106761}\n")]
    [InlineData("json", "{\"level\":\"info\",\"ts\":1742814950.979,\"caller\":\"jetstream-queue-worker/Invoked\",\"msg\":\"Invoked\",\"callId\":\"" + CallId + "\",\"function\":\"clock\",\"delivery\":1,\"status\":429,\"duration\":0.002106761}\n")]
    public void Invocations_FromBytes_AreTheLinesOfTheContract(string encoding, string expected)
    {
        Provider(Enum.Parse<LogEncoding>(encoding, ignoreCase: true), "2025-03-24T11:15:50.979Z").Invocations.Invoked(Now, Encoding.UTF8.GetBytes(CallId), "clock"u8, 1, 429, 0.002106761);

        Assert.Equal(expected, Output());
    }

    [Fact]
    public void Invocations_HostileBytes_StayInsideTheirLine()
    {
        Provider(LogEncoding.Console, "2025-03-24T11:15:50.979Z").Invocations.Invoke(Now, "a\n\"b\\"u8, "f\u001b[31m"u8, 2);

        Assert.EndsWith("{\"callId\": \"a\\n\\\"b\\\\\", \"function\": \"f\\u001b[31m\", \"delivery\": 2}\n", Output(), StringComparison.Ordinal);
    }

    [Fact]
    public void Invocations_ManyLines_AllocateNothing()
    {
        byte[] callId = Encoding.UTF8.GetBytes(CallId);
        using ZapLoggerProvider provider = new(Stream.Null, LogEncoding.Console, LogLevel.Information, TimeProvider.System);
        IInvocationLog log = provider.Invocations;
        for (int i = 0; i < 2_000; i++)
        {
            log.Invoked(DateTimeOffset.UnixEpoch, callId, "clock"u8, 1, 200, 0.001);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            log.Invoked(DateTimeOffset.UnixEpoch, callId, "clock"u8, 1, 200, 0.001);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Ledger_EventIds_AreNeverUsedTwice()
    {
        var ids = typeof(Log).GetMethods().SelectMany(method => method.GetCustomAttributes(typeof(LoggerMessageAttribute), false))
            .Cast<LoggerMessageAttribute>().Select(attribute => attribute.EventId).ToArray();

        Assert.True(ids.Length > 30);
        Assert.Distinct(ids);
    }

    private ILogger Logger(LogEncoding encoding, string time) => Provider(encoding, time).CreateLogger(Category);

    private ZapLoggerProvider Provider(LogEncoding encoding, string time) =>
        _provider = new ZapLoggerProvider(_output, encoding, LogLevel.Information, new FixedTime(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    private string Output()
    {
        _provider!.Flush();
        return Encoding.UTF8.GetString(_output.ToArray());
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
