namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A function that is held until the test opens the gate.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Behaviour Behaviour => async (call, gone) =>
    {
        await _open.Task.WaitAsync(gone);
        return new Answer(200) { Body = call.Body };
    };

    public void Open() => _open.TrySetResult();
}
