namespace Paddlewheel.Engine.Modes;

/// <summary>Many callers, one look at a time: each gets one that began after it asked, and shares it with all who asked meanwhile.</summary>
internal sealed class SharedLook(Func<CancellationToken, Task> look)
{
    private readonly Lock _gate = new();
    private Task _current = Task.CompletedTask;
    private Task? _next;

    public Task AfterNowAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            _next ??= BeginAfterAsync(_current, stop);
            return _next.WaitAsync(stop);
        }
    }

    private async Task BeginAfterAsync(Task current, CancellationToken stop)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            (_current, _next) = (_next!, null);
        }

        await look(stop).ConfigureAwait(false);
    }
}
