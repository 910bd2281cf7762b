namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

/// <summary>What one run of a drain came to.</summary>
internal sealed record Drained(double Seconds, int Succeeded, int Rejected, double PodSeconds, int AttemptsP50, int AttemptsP99, int Pods)
{
    public static Drained Of(Model model)
    {
        int[] attempts = [.. model.Attempts.Order()];
        return new(model.Time.Now, model.Succeeded, model.Rejected, model.Function.PodSeconds, attempts[attempts.Length / 2], attempts[attempts.Length * 99 / 100], model.Function.Pods);
    }

    public bool IsOver => Succeeded == Scenarios.Messages;

    public double RejectedPart => (double)Rejected / Succeeded;
}

/// <summary>The runs that issue and ADR name, each one made from a seed alone.</summary>
internal static class Scenarios
{
    public const int Messages = 1_500;

    public static readonly int[] Seeds = [.. Enumerable.Range(1, 9)];

    /// <summary>10 pods x 5 slots, 2 s: ideal 60 s.</summary>
    public static Drained Fixed(Model model, int workers = 1)
    {
        model.Function.Scale(10);
        return Drain(model, workers);
    }

    /// <summary>1 pod, and 10 after one evaluation: the depth says at once how many are needed.</summary>
    public static Drained ByDepth(Model model, double evaluatedAt = 15)
    {
        model.Function.Scale(1);
        model.Time.In(evaluatedAt, () => model.ScaleUp(10, 0));
        return Drain(model, 1);
    }

    /// <summary>The published benchmark: 1 to 10 pods, by what is in flight.</summary>
    public static Drained ByCapacity(Model model, double startSeconds, int workers = 1)
    {
        model.Function.Scale(1);
        model.ScaleByCapacity(startSeconds);
        return Drain(model, workers);
    }

    /// <summary>50 slots, 5 after 10 s, 50 again 20 s later.</summary>
    public static Followed Drop(Model model, bool kill)
    {
        model.Function.Scale(10);
        model.Join();
        model.Enqueue(1_000_000);
        Until(model, 10);
        int before = model.Rejected;
        if (kill)
        {
            model.Kill(1);
        }
        else
        {
            model.Function.Scale(1);
        }

        ModelWorker worker = model.Workers[0];
        double down = Wait(model, () => worker.Inflight <= 5, 20);
        Until(model, 13);
        int rejected = model.Rejected - before;
        Until(model, 30);
        model.Function.Scale(10);
        double up = Wait(model, () => model.Function.Running >= 48, 20);
        return new(down, rejected, up);
    }

    /// <returns>The mean in-flight calls of each worker over the last <paramref name="window"/> of the seconds after the last one joined.</returns>
    public static double[] Split(Model model, int workers, double seconds, double window = 30)
    {
        model.Function.Scale(10);
        model.Enqueue(1_000_000);
        for (int i = 0; i < workers; i++)
        {
            model.Join();
            Until(model, model.Time.Now + 5);
        }

        Until(model, model.Time.Now + seconds - window);
        double[] sums = new double[workers];
        for (int i = 0; i < window * 10; i++)
        {
            Until(model, model.Time.Now + 0.1);
            for (int w = 0; w < workers; w++)
            {
                sums[w] += model.Workers[w].Inflight / (window * 10);
            }
        }

        return sums;
    }

    /// <returns>Seconds until 300 calls run.</returns>
    public static double Unlimited(Model model, double service)
    {
        model.Function.Service = service;
        model.Function.Scale(1);
        ModelWorker worker = model.Join();
        model.Enqueue(10_000_000);
        return Wait(model, () => worker.Limit.Limit >= 300 && worker.Inflight >= 300, 10);
    }

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(Seeds.Length / 2);

    public static Model Make(int seed, Policy policy = Policy.Adaptive, bool jitter = false, bool blind = false, int slots = 5) =>
        new(seed, new ModelFunction(new Random(seed + 1)) { PicksBlindly = blind, Slots = slots }) { Policy = policy, Jitter = jitter };

    /// <summary>1 when all parts are equal, 1/n when one has all.</summary>
    public static double Jain(double[] parts) => Math.Pow(parts.Sum(), 2) / (parts.Length * parts.Sum(part => part * part));

    public static void Until(Model model, double at) => model.Time.RunUntil(() => false, at);

    public static double Wait(Model model, Func<bool> reached, double most)
    {
        double from = model.Time.Now;
        return model.Time.RunUntil(reached, from + most) ? model.Time.Now - from : double.PositiveInfinity;
    }

    private static Drained Drain(Model model, int workers)
    {
        for (int i = 0; i < workers; i++)
        {
            model.Join();
        }

        model.Enqueue(Messages);
        model.Time.RunUntil(() => model.IsDrained, 3_600);
        return Drained.Of(model);
    }
}

/// <param name="Down">Seconds until no more than the new capacity runs.</param>
/// <param name="Rejected">In the first 3 s after the drop.</param>
/// <param name="Up">Seconds until 48 of 50 slots run.</param>
internal sealed record Followed(double Down, int Rejected, double Up);
