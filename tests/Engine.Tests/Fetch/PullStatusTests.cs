using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class PullStatusTests
{
    // Every status a pull can end with, by the words a server uses.
    [Theory]
    [InlineData("100 Idle Heartbeat", 100, PullStatusKind.Heartbeat)]
    [InlineData("404 No Messages", 404, PullStatusKind.NoMessages)]
    [InlineData("408 Request Timeout", 408, PullStatusKind.Expired)]
    [InlineData("408 Interest Expired", 408, PullStatusKind.Expired)]
    [InlineData("408 Requests Pending", 408, PullStatusKind.Expired)]
    [InlineData("409 Leadership Change", 409, PullStatusKind.LeadershipChange)]
    [InlineData("409 Server Shutdown", 409, PullStatusKind.ServerShutdown)]
    [InlineData("409 Message Size Exceeds MaxBytes", 409, PullStatusKind.MaxBytes)]
    [InlineData("409 Batch Completed", 409, PullStatusKind.BatchCompleted)]
    [InlineData("409 Exceeded MaxWaiting", 409, PullStatusKind.MaxWaiting)]
    [InlineData("409 Exceeded MaxRequestBatch of 10", 409, PullStatusKind.MaxRequest)]
    [InlineData("409 Exceeded MaxRequestExpires of 1s", 409, PullStatusKind.MaxRequest)]
    [InlineData("409 Exceeded MaxRequestMaxBytes of 100", 409, PullStatusKind.MaxRequest)]
    [InlineData("409 Consumer Deleted", 409, PullStatusKind.ConsumerDeleted)]
    [InlineData("409 Consumer is push based", 409, PullStatusKind.PushConsumer)]
    [InlineData("400 Bad Request", 400, PullStatusKind.BadRequest)]
    [InlineData("412 Required Api Level", 412, PullStatusKind.ApiLevel)]
    [InlineData("423 Nats-Wrong-Pin-Id", 423, PullStatusKind.WrongPin)]
    [InlineData("503", 503, PullStatusKind.NoResponders)]
    [InlineData("503 No Responders Available For Request", 503, PullStatusKind.NoResponders)]
    [InlineData("409 Something New", 409, PullStatusKind.Unknown)]
    [InlineData("799 Whatever", 799, PullStatusKind.Unknown)]
    internal void Parse_ByName(string line, int code, PullStatusKind kind)
    {
        Assert.Equal(kind, Parse($"NATS/1.0 {line}\r\n\r\n", out int read, out string text));
        Assert.Equal(code, read);
        Assert.Equal(line.Length > 3 ? line[4..] : "", text);
    }

    [Fact]
    public void Parse_HeadersBehindTheLine_AreNotPartOfIt()
    {
        Assert.Equal(PullStatusKind.Expired, Parse("NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 7\r\nNats-Pending-Bytes: 0\r\n\r\n", out _, out string text));
        Assert.Equal("Request Timeout", text);
    }

    // Without a figure nothing is known; a pull that was refused at once had nothing yet.
    [Theory]
    [InlineData("408 Request Timeout\r\nNats-Pending-Messages: 7\r\nNats-Pending-Bytes: 9", 7)]
    [InlineData("408 Request Timeout\r\nNats-Pending-Bytes: 9\r\nNats-Pending-Messages:0", 0)]
    [InlineData("409 Batch Completed\r\nNats-Pending-Messages: 3", 3)]
    [InlineData("408 Request Timeout\r\nNats-Pending-Messages: many", -1)]
    [InlineData("408 Request Timeout", -1)]
    [InlineData("409 Leadership Change", -1)]
    [InlineData("408 Requests Pending", int.MaxValue)]
    [InlineData("404 No Messages", int.MaxValue)]
    public void Parse_WhatIsLeftOfThePull(string status, int left)
    {
        PullStatus.Parse(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes($"NATS/1.0 {status}\r\n\r\n")), out _, out _, out int read);
        Assert.Equal(left, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NATS/1.0\r\n\r\n")]
    [InlineData("NATS/1.0 \r\n\r\n")]
    [InlineData("NATS/1.0 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 409 Consumer Deleted\r\n\r\n")]
    public void Parse_Garbage_IsUnknown(string headers) => Assert.Equal(PullStatusKind.Unknown, Parse(headers, out _, out _));

    [Fact]
    public void Parse_Segments_AreReadAsOne()
    {
        ReadOnlySequence<byte> headers = Segments.Of("NATS/1.0 40"u8.ToArray(), "9 Consumer Del"u8.ToArray(), "eted\r\n\r\n"u8.ToArray());
        Assert.Equal(PullStatusKind.ConsumerDeleted, PullStatus.Parse(headers, out int code, out _, out _));
        Assert.Equal(409, code);
    }

    private static PullStatusKind Parse(string headers, out int code, out string text) =>
        PullStatus.Parse(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(headers)), out code, out text, out _);
}
