using System.Text;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class RetryJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy Defaults = RetryPolicy.From(new EngineOptions());

    // The table of contract 4.5; rows 11 and 12 are about annotations: see RetryPoliciesTests.
    [Theory]
    [InlineData(1, 200, false, null, null, false, "Success", 0)]
    [InlineData(2, 429, false, null, null, false, "Retry", 10)]
    [InlineData(3, 429, false, null, "500", false, "Refused", 0)]
    [InlineData(4, 500, true, null, "429", false, "Retry", 10)]
    [InlineData(5, 404, false, null, null, false, "Refused", 0)]
    [InlineData(6, 503, false, "30", null, false, "Retry", 30)]
    [InlineData(7, 503, false, "3", null, false, "Retry", 10)]
    [InlineData(8, 500, false, "30", null, false, "Retry", 10)]
    [InlineData(9, 429, false, "soon", null, false, "Retry", 10)]
    [InlineData(13, 401, true, null, null, false, "Refused", 0)]
    [InlineData(13, 401, true, null, null, true, "Retry", 10)]
    public void Decide_WorkedCase(int row, int status, bool fromPlatform, string? retryAfter, string? codes, bool literal, string kind, int seconds)
    {
        RetryPolicy policy = Defaults with { InternalLiteral = literal };
        if (codes is not null && StatusSet.TryParse(Encoding.UTF8.GetBytes(codes), out StatusSet? set))
            policy = policy with { Codes = set };
        InvocationResult result = new() { Status = status, Internal = fromPlatform, RetryAfter = RetryAfter.Parse(retryAfter) };

        Verdict verdict = RetryJudge.Decide(policy, 1, result, Now, new StubRandom(0));

        Assert.Equal((row, Enum.Parse<VerdictKind>(kind), TimeSpan.FromSeconds(seconds)), (row, verdict.Kind, verdict.Delay));
        Assert.Equal(0, verdict.Retries);
    }

    [Fact]
    public void Decide_WorkedCase10_OneTryAndThreeRetriesThenExhausted()
    {
        RetryPolicy policy = Defaults with { Attempts = 3 };
        int[] waits = [10, 20, 40];
        for (int delivery = 1; delivery <= 3; delivery++)
        {
            Verdict verdict = Decide(policy, delivery, 429);
            Assert.Equal(new Verdict(VerdictKind.Retry, TimeSpan.FromSeconds(waits[delivery - 1]), RetryReason.Status, delivery - 1), verdict);
        }

        Assert.Equal(new Verdict(VerdictKind.Exhausted, TimeSpan.Zero, RetryReason.Status, 3), Decide(policy, 4, 429));
    }

    // Row 14 and its kin: no codes list and no header is asked for when nothing came back.
    [Theory]
    [InlineData("Connect", 503, "Connect")]
    [InlineData("Reset", 503, "Reset")]
    [InlineData("Protocol", 503, "Protocol")]
    [InlineData("Timeout", 504, "Timeout")]
    public void Decide_WorkedCase14_TransportErrorIsRetriedWhateverTheCodes(string error, int shown, string reason)
    {
        InvocationResult result = InvocationResult.Failed(Enum.Parse<InvocationError>(error), TimeSpan.FromSeconds(1));
        RetryPolicy policy = Defaults with { Codes = new StatusSet([429]), Attempts = 1 };

        Verdict verdict = RetryJudge.Decide(policy, 1, result, Now, new StubRandom(0));
        Assert.Equal(shown, result.Status);
        Assert.Equal(new Verdict(VerdictKind.Retry, TimeSpan.FromSeconds(10), Enum.Parse<RetryReason>(reason), 0), verdict);
        Assert.Equal(VerdictKind.Exhausted, RetryJudge.Decide(policy, 2, result, Now, new StubRandom(0)).Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Decide_NoAttempts_OneTryOnly(int attempts)
    {
        Assert.Equal(VerdictKind.Exhausted, Decide(Defaults with { Attempts = attempts }, 1, 500).Kind);
        Assert.Equal(VerdictKind.Success, Decide(Defaults with { Attempts = attempts }, 1, 200).Kind);
    }

    [Fact]
    public void Decide_AllRetriesOfTheDefaults_TakeThreeHoursFourteenMinutesThirtySeconds()
    {
        TimeSpan sum = TimeSpan.Zero;
        int delivery = 1;
        for (Verdict verdict; (verdict = Decide(Defaults, delivery, 503)).Kind == VerdictKind.Retry; delivery++)
            sum += verdict.Delay;

        Assert.Equal((101, new TimeSpan(3, 14, 30)), (delivery, sum));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(424, false)]
    [InlineData(425, true)]
    [InlineData(426, false)]
    [InlineData(429, true)]
    [InlineData(499, false)]
    [InlineData(500, true)]
    [InlineData(501, true)]
    [InlineData(599, true)]
    public void Decide_InternalHeader_NarrowedUnlessLiteral(int status, bool narrowed)
    {
        RetryPolicy none = Defaults with { Codes = new StatusSet([]) };
        InvocationResult result = new() { Status = status, Internal = true };

        Verdict ours = RetryJudge.Decide(none, 1, result, Now, new StubRandom(0));
        Verdict literal = RetryJudge.Decide(none with { InternalLiteral = true }, 1, result, Now, new StubRandom(0));
        Assert.Equal(narrowed ? VerdictKind.Retry : VerdictKind.Refused, ours.Kind);
        Assert.Equal((VerdictKind.Retry, RetryReason.Internal), (literal.Kind, literal.Reason));
        Assert.Equal(VerdictKind.Refused, Decide(none, 1, status).Kind);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(299)]
    public void Decide_TwoHundreds_SuccessEvenIfListedOrInternal(int status)
    {
        InvocationResult result = new() { Status = status, Internal = true };
        RetryPolicy policy = Defaults with { Codes = new StatusSet([status]), InternalLiteral = true };
        Assert.Equal(VerdictKind.Success, RetryJudge.Decide(policy, 1, result, Now, new StubRandom(0)).Kind);
    }

    [Fact]
    public void Decide_Redirect_SuccessUnlessListed()
    {
        Assert.Equal(VerdictKind.Success, Decide(Defaults, 1, 302).Kind);
        Assert.Equal(VerdictKind.Retry, Decide(Defaults with { Codes = new StatusSet([302]) }, 1, 302).Kind);
    }

    [Fact]
    public void Decide_OddResults_NeverLoseAMessageSilently()
    {
        Assert.Equal(VerdictKind.Retry, RetryJudge.Decide(Defaults, 1, default, Now, new StubRandom(0)).Kind);
        Assert.Equal(VerdictKind.Refused, Decide(Defaults, 1, 999).Kind);
        InvocationResult tooLarge = new() { Status = 200, Error = InvocationError.ResponseTooLarge };
        Assert.Equal(VerdictKind.Success, RetryJudge.Decide(Defaults, 1, tooLarge, Now, new StubRandom(0)).Kind);
        InvocationResult cancelled = InvocationResult.Failed(InvocationError.Cancelled, default);
        Verdict verdict = RetryJudge.Decide(Defaults with { Attempts = 0 }, 5, cancelled, Now, new StubRandom(0));
        Assert.Equal((VerdictKind.Retry, TimeSpan.Zero), (verdict.Kind, verdict.Delay));
    }

    [Theory]
    [InlineData(429, "Sun, 01 Mar 2026 12:01:00 GMT", 60)]
    [InlineData(503, "Sun, 01 Mar 2026 12:01:00 GMT", 60)]
    [InlineData(500, "Sun, 01 Mar 2026 12:01:00 GMT", 10)]
    [InlineData(504, "60", 10)]
    [InlineData(408, "60", 10)]
    [InlineData(503, "Sun, 01 Mar 2026 11:59:00 GMT", 10)]
    [InlineData(503, "Sun, 01 Mar 2026 12:00:03 GMT", 10)]
    [InlineData(503, "0", 10)]
    [InlineData(503, "-60", 10)]
    [InlineData(503, "3600", 3_600)]
    [InlineData(503, "86400", 86_400)]
    [InlineData(503, "86401", 86_400)]
    [InlineData(503, "99999999999999999999", 86_400)]
    [InlineData(503, "Fri, 31 Dec 9999 23:59:59 GMT", 86_400)]
    public void Decide_RetryAfter_FloorCeilingAndStatuses(int status, string header, int seconds)
    {
        InvocationResult result = new() { Status = status, RetryAfter = RetryAfter.Parse(header) };
        StubRandom random = new(0);
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryJudge.Decide(Defaults, 1, result, Now, random).Delay);
    }

    [Fact]
    public void Decide_RetryAfter_ReplacesJitterAndIsNotAReasonByItself()
    {
        StubRandom random = new(0);
        InvocationResult result = new() { Status = 429, RetryAfter = RetryAfter.Parse("30") };
        RetryPolicy full = Defaults with { Jitter = JitterMode.Full };

        Assert.Equal(TimeSpan.FromSeconds(30), RetryJudge.Decide(full, 5, result, Now, random).Delay);
        Assert.Equal(0, random.Asked);
        RetryPolicy unlisted = full with { Codes = new StatusSet([500]) };
        Assert.Equal(VerdictKind.Refused, RetryJudge.Decide(unlisted, 1, result, Now, random).Kind);
        Assert.Equal(TimeSpan.Zero, Decide(full, 1, 429).Delay);
    }

    [Fact]
    public void Decide_LeastWaitAboveLongest_LongestWins()
    {
        RetryPolicy policy = Defaults with { MinWait = TimeSpan.FromSeconds(300) };
        Assert.Equal(TimeSpan.FromSeconds(120), Decide(policy, 1, 503).Delay);
        InvocationResult result = new() { Status = 503, RetryAfter = RetryAfter.Parse("1") };
        Assert.Equal(TimeSpan.FromSeconds(120), RetryJudge.Decide(policy, 1, result, Now, new StubRandom(0)).Delay);
    }

    [Fact]
    public void Decide_AllocatesNothing()
    {
        Random random = new(1);
        RetryPolicy policy = Defaults with { Jitter = JitterMode.Equal };
        DecideMany(policy, random, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecideMany(policy, random, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void DecideMany(RetryPolicy policy, Random random, int times)
        {
            for (int i = 0; i < times; i++)
                RetryJudge.Decide(policy, i, new InvocationResult { Status = 429 + (i & 127) }, Now, random);
        }
    }

    private static Verdict Decide(RetryPolicy policy, int delivery, int status) =>
        RetryJudge.Decide(policy, delivery, new InvocationResult { Status = status }, Now, new StubRandom(0));
}
