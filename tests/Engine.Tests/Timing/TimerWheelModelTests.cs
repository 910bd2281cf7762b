using CsCheck;
using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

/// <summary>The wheel against the simplest thing that is surely right: a list of due times, searched from end to end.</summary>
public sealed class TimerWheelModelTests
{
    private enum Kind
    {
        Schedule,
        Cancel,
        Move,
    }

    [Fact]
    public void Wheel_AnyHistory_FiresWhatAListWouldInTheSameOrder()
    {
        Gen<long> span = Gen.OneOf(Gen.Long[-5, 80], Gen.Long[0, 5_000], Gen.Long[0, 400_000], Gen.Long[0, 1L << 31], Gen.Long[0, 1L << 35]);
        Gen<(Kind Kind, int Id, long Micros, int Burst)> step = Gen.Select(
            Gen.Enum<Kind>(),
            Gen.Int[0, 15],
            Gen.Select(span, Gen.Long[0, 999], (ms, us) => (ms * 1000) + us),
            Gen.Int[1, 6]);

        step.Array[1, 150].Sample(Run, iter: 3_000);
    }

    private static void Run((Kind Kind, int Id, long Micros, int Burst)[] history)
    {
        HandClock clock = new(10_000_000); // one unit = one TimeSpan tick: the model reckons in these
        long origin = clock.Timestamp;
        TimerWheel wheel = new(clock);
        List<int> fired = [];
        Probe[] probes = [.. Enumerable.Range(0, 16).Select(id => new Probe(self => fired.Add(self.Id)) { Id = id })];
        List<(long Due, int Id)> model = [];

        foreach ((Kind kind, int id, long micros, int burst) in history)
        {
            bool armed = model.Exists(entry => entry.Id == id);
            Assert.Equal(armed, probes[id].IsArmed);
            switch (kind)
            {
                case Kind.Schedule when !armed:
                    wheel.Schedule(probes[id], TimeSpan.FromMicroseconds(micros));
                    long now = clock.Timestamp - origin;
                    long due = micros <= 0 ? (now / 10_000) + 1 : (now + (micros * 10) + 9_999) / 10_000;
                    model.Insert(model.FindLastIndex(entry => entry.Due <= due) + 1, (due, id));
                    break;
                case Kind.Schedule:
                    Assert.Throws<InvalidOperationException>(() => wheel.Schedule(probes[id], TimeSpan.Zero));
                    break;
                case Kind.Cancel:
                    Assert.Equal(armed, wheel.Cancel(probes[id]));
                    model.RemoveAll(entry => entry.Id == id);
                    break;
                default:
                    clock.MoveRaw(Math.Max(0, micros) * 10);
                    long tick = (clock.Timestamp - origin) / 10_000;
                    int[] expected = [.. model.TakeWhile(entry => entry.Due <= tick).Take(burst).Select(entry => entry.Id)];
                    fired.Clear();
                    Assert.Equal(expected.Length, wheel.Advance(clock.Timestamp, burst));
                    Assert.Equal(expected, fired);
                    model.RemoveRange(0, expected.Length);
                    break;
            }

            Assert.Equal(model.Count, wheel.Count);
            Assert.Equal(model.Count > 0, wheel.TryGetNextDue(out long next));
            if (model.Count > 0)
                Assert.True(next <= origin + (model[0].Due * 10_000), "the bound is later than the next due entry");
        }
    }
}
