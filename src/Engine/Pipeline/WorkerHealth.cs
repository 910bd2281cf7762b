namespace Paddlewheel.Engine.Pipeline;

/// <summary>What <c>/readyz</c> and <c>/healthz</c> say, and why.</summary>
internal sealed class WorkerHealth
{
    private volatile string _reason = "starting";
    private volatile string _note = "";
    private volatile bool _isAlive = true;

    /// <summary>True while the worker takes messages.</summary>
    public bool IsReady => _reason.Length == 0;

    /// <summary>False when only a restart helps.</summary>
    public bool IsAlive => _isAlive;

    /// <summary>Why the worker is not ready; empty when it is.</summary>
    public string Reason => _reason;

    /// <summary>What a person should know of a worker that is ready all the same; empty when nothing.</summary>
    public string Note
    {
        get => _note;
        set => _note = value;
    }

    public void NotReady(string reason) => _reason = reason;

    public void Ready() => _reason = "";

    public void Dead(string reason)
    {
        _reason = reason;
        _isAlive = false;
    }
}
