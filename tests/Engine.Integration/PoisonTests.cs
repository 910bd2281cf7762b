using System.Text;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Messages that cannot be read are terminated once, with a reason and a count; their neighbours do not notice.</summary>
[Trait("Category", "fast")]
public sealed class PoisonTests
{
    private static readonly string[] Poison =
    [
        "",
        " ",
        "not json at all",
        "{",
        "[]",
        "null",
        "\uFEFF{\"Function\":\"echo\"",
        """{"Method":"POST"}""",
        """{"Method":"POST","Function":""}""",
        """{"Method":"POST","Function":42}""",
        """{"Method":"POST","Function":"../../system/functions"}""",
        """{"Method":"POST","Function":"echo","Body":"%%%"}""",
        """{"Method":"POST","Function":"echo","Body":{}}""",
        """{"Method":"POST","Function":"echo","Header":["x"]}""",
        """{"Method":"POST","Function":"echo","Path":"/../../system/functions"}""",
        new string('[', 10_000),
        """{"Function":"echo","Header":""" + string.Concat(Enumerable.Repeat("{\"a\":", 5_000)),
    ];

    [Fact(Timeout = Timeouts.Short)]
    public async Task Unreadable_BetweenGoodOnes_IsTerminatedAndCounted()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "4"));
        string subject = site.Queue.SubjectOf("echo");
        foreach (string poison in Poison)
        {
            await site.Queue.PublishAsync("echo", 5, stop);
            await site.Queue.PublishRawAsync(subject, Encoding.UTF8.GetBytes(poison), stop);
        }

        await site.Queue.PublishRawAsync(subject, [0xff, 0xfe, 0x00, 0x7b], stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(20), stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.Equal(0, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(Poison.Length + 1, page.Sum("paddlewheel_outcomes_total", ("outcome", "poison")));
        Assert.Equal(Poison.Length + 1, worker.Log.Where(static l => l.Contains("Message terminated", StringComparison.Ordinal)).Count);
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task Mutated_AThousandTimes_TheWorkerLivesAndGoodOnesPass()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "8"), ("max_retry_attempts", "0"), ("callback_retry_attempts", "0"));
        const int Seed = 20250724;
        var random = new Random(Seed);
        string subject = site.Queue.SubjectOf("echo");
        foreach (int[] some in Enumerable.Range(0, 1000).Chunk(100))
        {
            byte[][] mutants = [.. some.Select(_ => Mutated(Call.To("echo", site.Callbacks.Url).ToJson(), random))];
            await Task.WhenAll(mutants.Select(mutant => site.Queue.PublishRawAsync(subject, mutant, stop)));
        }

        await site.Queue.PublishAsync("echo", 100, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);

        // A mutant that is still well formed runs as what it says, so only the good ones can be accounted for.
        Assert.Empty(site.Queue.Accounts.Against(site.Functions).Lost);
        Assert.False(worker.HasExited, $"seed {Seed}");
        Assert.All(site.Functions.Arrived.Snapshot(), static call => Assert.Equal("POST", call.Method));
    }

    private static byte[] Mutated(byte[] json, Random random)
    {
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(json.Length);
            switch (random.Next(3))
            {
                case 0:
                    json[at] = (byte)random.Next(256);
                    break;
                case 1:
                    json = [.. json.AsSpan(0, at)];
                    if (json.Length == 0)
                    {
                        return json;
                    }

                    break;
                default:
                    json = [.. json.AsSpan(0, at), (byte)random.Next(256), .. json.AsSpan(at)];
                    break;
            }
        }

        return json;
    }
}
