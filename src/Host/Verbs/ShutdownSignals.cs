using System.Runtime.InteropServices;

namespace Paddlewheel.Host.Verbs;

/// <summary>SIGTERM and SIGINT: the first asks for a drain, the second for the end of it.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public ShutdownSignals() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Received), PosixSignalRegistration.Create(PosixSignal.SIGINT, Received)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Completes with the first signal.</summary>
    public async Task WaitAsync() => await Task.Delay(Timeout.Infinite, Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _abort.Dispose();
    }

    private void Received(PosixSignalContext context)
    {
        // The default action would end the process in the middle of its work.
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            _stop.Cancel();
        }
        else
        {
            _abort.Cancel();
        }
    }
}
