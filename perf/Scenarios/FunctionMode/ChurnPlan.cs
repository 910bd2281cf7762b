namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// What changes when, and which function a call is of: all of it follows from the settings, so that a run can be repeated. Function
/// mode has most of the time, because only there lanes come and go.
/// </summary>
/// <param name="length">How long calls are sent.</param>
/// <param name="replaceEvery">A worker leaves so often, and another one has come before.</param>
/// <param name="alive">Functions that are called at one time.</param>
/// <param name="functionEvery">So often one function goes and another comes.</param>
internal sealed class ChurnPlan(TimeSpan length, TimeSpan replaceEvery, int alive, TimeSpan functionEvery)
{
    /// <summary>Parts of the time after which the mode changes: function, static, function again.</summary>
    private const double ToStatic = 0.45, ToFunction = 0.6;

    /// <summary>Names there are for every function that is called at one time: a function that went comes back, after its lane is gone.</summary>
    public const int NamesPerAlive = 4;

    public const string FirstMode = "function";

    public int Names => alive * NamesPerAlive;

    /// <summary>Every function is away for so long before it is called again; its lane must be able to go in that time.</summary>
    public TimeSpan Away => functionEvery * (Names - alive);

    /// <summary>In the order of their time; a replacement that would meet a change of the mode is left out, for all workers are replaced then.</summary>
    public IReadOnlyList<ChurnStep> Steps
    {
        get
        {
            List<ChurnStep> steps = [new(length * ToStatic, "static"), new(length * ToFunction, "function")];
            for (TimeSpan at = replaceEvery; at < length; at += replaceEvery)
            {
                if (steps.TrueForAll(step => !step.IsSwitch || (step.At - at).Duration() >= replaceEvery / 2))
                {
                    steps.Add(new(at, null));
                }
            }

            return [.. steps.OrderBy(static step => step.At)];
        }
    }

    /// <summary>The function of a call that is sent so long after the start: one of those that are alive then, each as often as the others.</summary>
    public int FunctionAt(TimeSpan at, int call) => ((int)(at / functionEvery) + (call % alive)) % Names;
}

/// <param name="At">Since the start.</param>
/// <param name="Mode">The mode to go to, all workers one after another; null when one worker takes another's place.</param>
internal sealed record ChurnStep(TimeSpan At, string? Mode)
{
    public bool IsSwitch => Mode is not null;
}
