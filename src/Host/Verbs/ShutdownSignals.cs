using System.Runtime.InteropServices;

namespace Paddlewheel.Host.Verbs;

/// <summary>SIGTERM and SIGINT: the first asks for a drain, the second for the end of it.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    /// <summary>Wrappers such as <c>timeout</c> signal the process and then its whole group: that is one wish, not two.</summary>
    private static readonly TimeSpan SameWish = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long? _first;

    public ShutdownSignals(TimeProvider time)
    {
        _time = time;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Received), PosixSignalRegistration.Create(PosixSignal.SIGINT, Received)];
    }

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
        bool first;
        lock (_gate)
        {
            first = _first is null;
            _first ??= _time.GetTimestamp();
            if (!first && _time.GetElapsedTime(_first.Value) < SameWish)
            {
                return;
            }
        }

        (first ? _stop : _abort).Cancel();
    }
}
