using CsCheck;
using Paddlewheel.Engine.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class FinishedSequencesTests
{
    // Near each other, at the edges of the window, and far beyond it.
    private static readonly Gen<ulong> Step = Gen.OneOf(Gen.ULong[0, 70], Gen.ULong[FinishedSequences.Window - 70, FinishedSequences.Window + 70], Gen.ULong[0, 5UL * FinishedSequences.Window]);

    [Fact]
    public void Contains_AnyOrder_WhatWasAddedWithinTheWindowOfTheHighest() =>
        Gen.Select(Step, Gen.Bool).Array[1, 60].Sample(
            steps =>
            {
                FinishedSequences finished = new();
                HashSet<ulong> added = [];
                ulong highest = 0;
                foreach ((ulong step, bool back) in steps)
                {
                    ulong sequence = back ? highest - Math.Min(step, highest) : highest + step;
                    if (sequence == 0)
                    {
                        continue;
                    }

                    finished.Add(sequence);
                    added.Add(sequence);
                    highest = Math.Max(highest, sequence);
                    foreach (ulong near in added.SelectMany(static one => new[] { one - 1, one, one + 1, one + FinishedSequences.Window }))
                    {
                        bool expected = added.Contains(near) && highest - near < FinishedSequences.Window;
                        Assert.Equal(expected, finished.Contains(near));
                    }
                }
            },
            iter: 300, threads: 1);

    [Fact]
    public void Clear_NothingIsKnown()
    {
        FinishedSequences finished = new();
        finished.Add(7);
        finished.Clear();
        Assert.False(finished.Contains(7));
        finished.Add(3);
        Assert.True(finished.Contains(3));
        Assert.False(finished.Contains(7));
    }
}
