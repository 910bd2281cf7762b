using Paddlewheel.Engine.Lanes;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

/// <summary>More lanes at work than slots, in virtual time: every lane has its turn, and no slot is idle for long while one could use it.</summary>
public sealed class ManyLanesTests
{
    private const int Slots = 64;
    private const int CallMs = 10;

    [Fact]
    public void Turns_MoreLanesThanSlots_OneCallEachInTheOrderOfTheirWaiting()
    {
        LaneModel model = new(Slots, CallMs, lanes: 200);
        model.Publish(Enumerable.Range(0, 200).SelectMany(static lane => Enumerable.Repeat(lane, 50)));
        model.Run(200);

        // Two hundred lanes and 64 slots: a round is over when every lane has had a call.
        int[] calls = [.. Enumerable.Range(0, 200).Select(model.StartedOf)];
        Assert.True(calls.Min() > 0 && calls.Max() - calls.Min() <= 2, $"{calls.Min()} to {calls.Max()} calls of a lane");
        Assert.True(model.MostHeld <= Slots * 3 / 2, $"{model.MostHeld} held");
    }

    // A thousand functions with a call each, and one with five hundred.
    [Fact]
    public void Turns_ShortWork_WhatIsGivenBackIsDealtOnAtOnce()
    {
        LaneModel model = new(Slots, CallMs, lanes: 1001);
        model.Publish(Enumerable.Range(0, 1000).Concat(Enumerable.Repeat(1000, 500)));
        int took = model.RunUntilEmpty(2000);

        // With no slot ever idle, 1,500 calls take 235 ms.
        Assert.True(took < 470, $"{took} ms");
        Assert.True(model.MostHeld <= Slots * 3 / 2, $"{model.MostHeld} held");
    }

    // A busy server answers late: more than the free slots must be on the way then, or they wait for it.
    [Fact]
    public void Turns_PullsTakeLongerThanCalls_SlotsAreUsedAllTheSame()
    {
        LaneModel model = new(Slots, CallMs, lanes: 1000, tripMs: 40);
        model.Publish(Enumerable.Range(0, 1000).SelectMany(static lane => Enumerable.Repeat(lane, 4)));
        int took = model.RunUntilEmpty(6000);

        // With 64 messages on the way or running at a time, 4,000 take 3.2 s.
        Assert.True(took < 2000, $"{took} ms");
    }

    // Long calls: a lane with a backlog must not be given more because the others' calls run.
    [Fact]
    public void Turns_LongCalls_NothingWaitsHereForASlot()
    {
        LaneModel model = new(8, callMs: 500, lanes: 40);
        model.Publish(Enumerable.Range(0, 40).SelectMany(static lane => Enumerable.Repeat(lane, 3)));
        int took = model.RunUntilEmpty(20_000);
        Assert.Equal(8, model.MostHeld);
        Assert.True(took < 120 / 8 * 500 * 1.1, $"{took} ms");
    }

    // What the document's table measures: 400 calls a second by Zipf's law over 2,000 functions, four slots' work.
    [Fact]
    public void Zipf_FourSlotsOfWork_NoRankWaitsLong()
    {
        const int Lanes = 2000;
        LaneModel model = new(Slots, CallMs, Lanes, listeners: 256);
        Random random = new(1);
        double[] upTo = new double[Lanes];
        for (int rank = 0; rank < Lanes; rank++)
        {
            upTo[rank] = (rank == 0 ? 0 : upTo[rank - 1]) + (1.0 / (rank + 1));
        }

        for (int ms = 0; ms < 3000; ms++)
        {
            if (ms % 5 < 2)
            {
                int found = Array.BinarySearch(upTo, random.NextDouble() * upTo[^1]);
                model.Publish([found < 0 ? ~found : found]);
            }

            model.Run(1);
        }

        model.RunUntilEmpty(1000);
        foreach ((int from, int to) in new[] { (0, 1), (1, 10), (10, 100), (100, Lanes) })
        {
            int[] waits = [.. model.Waits.Where(wait => wait.Lane >= from && wait.Lane < to).Select(static wait => wait.Ms).Order()];
            Assert.True(waits[waits.Length * 95 / 100] <= 110, $"ranks {from + 1} to {to}: p95 {waits[waits.Length * 95 / 100]} ms of {waits.Length}");
        }
    }
}
