using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Perf.Steps;

internal static class JudgeSteps
{
    public const string Room = "Judge";

    public static IEnumerable<Step> All()
    {
        RetryPolicy policy = RetryPolicy.From(new EngineOptions { Backoff = JitterMode.Full });
        Random random = new(1);
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(56);
        InvocationResult ok = new() { Status = 200 };
        InvocationResult busy = new() { Status = 503 };
        InvocationResult told = new() { Status = 429, RetryAfter = RetryAfter.Parse("17") };
        InvocationResult gone = InvocationResult.Failed(InvocationError.Timeout, TimeSpan.FromSeconds(60));
        yield return new(Room, "decide: success", () => Step.Must(RetryJudge.Decide(policy, 1, ok, now, random).Kind == VerdictKind.Success));
        yield return new(Room, "decide: 503, full jitter", () => Step.Must(RetryJudge.Decide(policy, 3, busy, now, random).Kind == VerdictKind.Retry));
        yield return new(Room, "decide: 429 with Retry-After", () => Step.Must(RetryJudge.Decide(policy, 3, told, now, random).Delay.Ticks > 0));
        yield return new(Room, "decide: timeout", () => Step.Must(RetryJudge.Decide(policy, 3, gone, now, random).Kind == VerdictKind.Retry));
        yield return new(Room, "read Retry-After", () => Step.Must(RetryAfter.Parse("120".AsSpan()).Kind == RetryAfterKind.Seconds));

        TimeSpan initial = TimeSpan.FromSeconds(2), most = TimeSpan.FromMinutes(1);
        yield return new(Room, "backoff: exponential", () => Step.Must(Backoff.Wait(initial, most, 4, JitterMode.Exponential, random).Ticks > 0));
        yield return new(Room, "backoff: equal jitter", () => Step.Must(Backoff.Wait(initial, most, 4, JitterMode.Equal, random).Ticks > 0));

        Bench bench = new();
        RetryPolicies policies = new(policy);
        Delivery plain = bench.Take(SampleMessages.Call(), 1);
        Delivery annotated = bench.Take(SampleMessages.Call(annotations: true), 2);
        yield return new(Room, "policy: no annotations", () => Step.Must(policies.Resolve(plain.Envelope).Attempts == 100));
        yield return new(Room, "policy: annotations seen before", () => Step.Must(policies.Resolve(annotated.Envelope).Attempts == 7));

        int acked = 0;
        InlineBlock<AckCommand> acks = new(_ => acked++);
        JudgeBlock block = new(policies, acks, DataflowBlock.NullTarget<Delivery>(), DataflowBlock.NullTarget<Delivery>(), bench.Metrics, NullLogger.Instance, bench.Time, random);
        plain.Result = ok;
        yield return new(Room, "judge block: success to ack", () =>
        {
            plain.State = DeliveryState.Invoking;
            block.Accept(plain);
        });
    }
}
