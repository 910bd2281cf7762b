namespace Paddlewheel.Engine.Integration.Support;

/// <summary>What a function does with a call; <paramref name="gone"/> fires when the caller has hung up.</summary>
internal delegate Task<Answer> Behaviour(Invocation call, CancellationToken gone);

/// <summary>The functions of these tests.</summary>
internal static class Behaviours
{
    /// <summary>Answers the call's own body.</summary>
    public static Behaviour Echo { get; } = static (call, _) => Task.FromResult(new Answer(200) { Body = call.Body });

    /// <summary>Never answers; ends when the caller hangs up.</summary>
    public static Behaviour Hang { get; } = static async (_, gone) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, gone);
        return Answer.Ok;
    };

    /// <summary>Always this answer.</summary>
    public static Behaviour Always(Answer answer) => (_, _) => Task.FromResult(answer);

    /// <summary>Always this status.</summary>
    public static Behaviour Always(int status) => Always(Answer.Text($"status {status}", status));

    /// <summary>A function whose work takes this long.</summary>
    public static Behaviour Takes(TimeSpan duration) => async (call, gone) =>
    {
        await Task.Delay(duration, gone);
        return new Answer(200) { Body = call.Body };
    };

    /// <summary>A function whose work takes between the two, by the call id: the same call takes the same time again.</summary>
    public static Behaviour TakesBetween(TimeSpan least, TimeSpan most) => async (call, gone) =>
    {
        double part = new Random(StringComparer.Ordinal.GetHashCode(call.CallId)).NextDouble();
        await Task.Delay(least + (part * (most - least)), gone);
        return new Answer(200) { Body = call.Body };
    };

    /// <summary>The first <paramref name="attempts"/> of each call go one way, the rest the other.</summary>
    public static Behaviour First(int attempts, Behaviour first, Behaviour then) =>
        (call, gone) => call.Attempt <= attempts ? first(call, gone) : then(call, gone);
}
