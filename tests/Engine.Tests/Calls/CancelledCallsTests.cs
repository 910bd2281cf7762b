using System.Text;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Tests.Timing;
using Paddlewheel.Engine.Wire;
using Paddlewheel.Perf.Steps;
using Xunit;

namespace Paddlewheel.Engine.Tests.Calls;

/// <summary>What is remembered of cancelled calls: bounded in number and in age.</summary>
public sealed class CancelledCallsTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Holds_AnIdThatWasAdded_AndNoOther()
    {
        CancelledCalls calls = new(_clock);
        Assert.True(Add(calls, "one"));
        Assert.True(calls.Holds("one"u8));
        Assert.False(calls.Holds("on"u8));
        Assert.False(calls.Holds(""u8));
    }

    [Fact]
    public void Holds_OfAMessage_LooksAtItsCallId()
    {
        CancelledCalls calls = new(_clock);
        Bench bench = new();
        Delivery first = bench.Take(SampleMessages.Call(call: 1), 1), second = bench.Take(SampleMessages.Call(call: 2), 2);
        Envelope none = new();
        byte[] message = """{"Function":"echo"}"""u8.ToArray();
        Assert.Equal(EnvelopeError.None, none.Read(message, message.Length, SampleMessages.Limits));
        Assert.False(calls.Holds(first.Envelope));

        calls.Add(first.Envelope.CallId.ToArray(), out _);
        Assert.Equal((true, false, false), (calls.Holds(first.Envelope), calls.Holds(second.Envelope), calls.Holds(none)));
    }

    [Fact]
    public void Add_BeyondTheLimit_PushesTheOldestOut()
    {
        CancelledCalls calls = new(_clock, limit: 2);
        calls.Add("one"u8.ToArray(), out bool first);
        calls.Add("two"u8.ToArray(), out bool second);
        calls.Add("three"u8.ToArray(), out bool third);
        Assert.Equal((false, false, true), (first, second, third));
        Assert.Equal((false, true, true), (calls.Holds("one"u8), calls.Holds("two"u8), calls.Holds("three"u8)));
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public void Add_Again_IsNotNewButYoungAgain()
    {
        CancelledCalls calls = new(_clock, limit: 2);
        Add(calls, "one");
        Add(calls, "two");
        Assert.False(Add(calls, "one"));
        Add(calls, "three");
        Assert.Equal((true, false), (calls.Holds("one"u8), calls.Holds("two"u8)));
    }

    [Fact]
    public void Prune_LetsGoOfWhatIsTooOld()
    {
        CancelledCalls calls = new(_clock) { Age = TimeSpan.FromHours(1) };
        Add(calls, "old");
        Add(calls, "again");
        _clock.Move(TimeSpan.FromMinutes(40));
        Add(calls, "again");
        Add(calls, "young");
        _clock.Move(TimeSpan.FromMinutes(19));
        calls.Prune();
        Assert.Equal(3, calls.Count);

        _clock.Move(TimeSpan.FromMinutes(2));
        calls.Prune();
        Assert.Equal((false, true, true, 2), (calls.Holds("old"u8), calls.Holds("again"u8), calls.Holds("young"u8), calls.Count));

        _clock.Move(TimeSpan.FromHours(1));
        calls.Prune();
        Assert.Equal(0, calls.Count);
    }

    private static bool Add(CancelledCalls calls, string id) => calls.Add(Encoding.ASCII.GetBytes(id), out _);
}
