using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// Keeps this worker's knowledge of cancelled calls: hears of new ones as they come, and at its start and after every reconnect reads
/// those that are there. Makes nothing on the server. Nothing that fails here stops the worker: it goes on without, and says so.
/// </summary>
/// <param name="nats">The connection, open when <see cref="RunAsync"/> is called.</param>
/// <param name="prefix">Of JetStream's subjects, as the client has it.</param>
/// <param name="cancelled">What slots ask.</param>
/// <param name="found">Told each id that is new while calls may run: ends the call if it runs or waits here. On any thread.</param>
/// <param name="metrics">The worker's metrics.</param>
/// <param name="log">Where lines go.</param>
/// <param name="time">The clock.</param>
internal sealed class CancelWatch(NatsConnection nats, string prefix, CancelledCalls cancelled, Action<byte[]> found, EngineMetrics metrics, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The client keeps subscriptions only for as long as somebody else does.
    private CancelSubscription? _subscription;
    private int _refused;
    private int _saidSo;
    private int _full;
    private int _failures;

    /// <summary>Ends with the first look, whatever came of it: what was cancelled before is known before the first message comes.</summary>
    public Task Known => _known.Task;

    /// <summary>Runs until <paramref name="stop"/>. Calls that run are cancelled also after that, for as long as there is a connection.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        nats.ServerError += (_, args) =>
        {
            if (CancelledBucket.IsRefusedIn(args.Error))
            {
                Refused(args.Error);
            }

            return ValueTask.CompletedTask;
        };
        bool isKnown = false;
        while (!stop.IsCancellationRequested)
        {
            Task again = _again.Task;
            if (!isKnown)
            {
                // Somebody may have allowed it meanwhile.
                Volatile.Write(ref _refused, 0);
                isKnown = await TryLookAsync(stop).ConfigureAwait(false) || Volatile.Read(ref _refused) == 1;
                _known.TrySetResult();
            }

            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(again, Task.Delay(isKnown ? PruneEvery : Backoff(), time, waiting.Token)).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
            if (again.IsCompleted)
            {
                isKnown = false;
                _again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            cancelled.Prune();
            metrics.SetCancelledIds(cancelled.Count);
        }

        _known.TrySetResult();
    }

    /// <summary>The connection is back: what was cancelled meanwhile was told to nobody here.</summary>
    public void ConnectionBack() => _again.TrySetResult();

    private async Task<bool> TryLookAsync(CancellationToken stop)
    {
        try
        {
            if (_subscription is null)
            {
                // Before the look, so that nothing falls between the two.
                CancelSubscription subscription = new(nats, Heard);
                await nats.AddSubAsync(subscription, stop).ConfigureAwait(false);
                _subscription = subscription;
            }

            await LookAsync(stop).ConfigureAwait(false);
            _failures = 0;
            return true;
        }
        catch (Exception) when (stop.IsCancellationRequested || Volatile.Read(ref _refused) == 1)
        {
            return false;
        }
        catch (Exception exception)
        {
            _failures++;
            log.CancelledUnknown(exception.Message, Backoff().TotalSeconds);
            return false;
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        for (int read = 0; ;)
        {
            NatsMsg<byte[]> answer = await nats.RequestAsync<byte[], byte[]>(
                $"{prefix}.STREAM.INFO.{CancelledBucket.Stream}", CancelledPage.Request(read), requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop).ConfigureAwait(false);
            CancelledPage page = CancelledPage.Read(answer.Data);
            if (page.Problem.Length > 0)
            {
                throw new NatsException(page.Problem);
            }

            if (page.IsThere)
            {
                cancelled.Age = page.Age > TimeSpan.Zero ? page.Age : CancelledBucket.Age;
            }

            page.CallIds.ForEach(Heard);
            read += page.Keys;
            if (page.Keys == 0 || read >= page.Total)
            {
                return;
            }
        }
    }

    private void Heard(byte[] callId)
    {
        bool isNew = cancelled.Add(callId, out bool pushedOut);
        metrics.SetCancelledIds(cancelled.Count);
        if (pushedOut && Interlocked.Exchange(ref _full, 1) == 0)
        {
            log.CancelledFull(CancelledCalls.Limit);
        }

        // Before the first look is over nothing runs here, and one that was known has ended whatever it could.
        if (isNew && _known.Task.IsCompleted)
        {
            found(callId);
        }
    }

    private void Refused(string error)
    {
        Volatile.Write(ref _refused, 1);
        if (Interlocked.Exchange(ref _saidSo, 1) == 0)
        {
            log.CancellationRefused(error);
        }

        // The server does not answer what it refuses.
        _known.TrySetResult();
    }

    private TimeSpan Backoff() => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(_failures, 10)) / 2, LongestWait.TotalSeconds));
}
