using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>The connection's life in words: waited for, there, lost, refused; always with the reason.</summary>
internal sealed class ServerConnection(NatsConnection nats, WorkerHealth health, EngineMetrics metrics, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A refusal is said at most this often: one missing permission may refuse something for every message.</summary>
    private static readonly TimeSpan RefusalEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long a refusal explains why nothing goes on.</summary>
    private static readonly TimeSpan RefusalCounts = TimeSpan.FromSeconds(30);
    private readonly ConnectionTrouble _trouble = ConnectionTrouble.Of(nats) ?? new ConnectionTrouble();
    private readonly Lock _gate = new();
    private string _refusal = "";
    private long _refused;
    private long _refusalSaid;
    private int _opened;
    private int _reconnecting;

    /// <summary>Why the connection is not open; empty when it is.</summary>
    public string Reason => nats.ConnectionState == NatsConnectionState.Open ? "" : With("not connected to NATS", _trouble.Reason);

    /// <summary>What the server refused lately on the open connection, such as a missing permission; empty when nothing.</summary>
    public string Refusal
    {
        get
        {
            lock (_gate)
            {
                return _refusal.Length > 0 && time.GetElapsedTime(_refused) < RefusalCounts ? _refusal : "";
            }
        }
    }

    /// <summary>
    /// NATS may come up after us: waits for it for ever, says so, and is not ready meanwhile. One connect at a time: two at once
    /// would stand in each other's way.
    /// </summary>
    /// <returns>False when <paramref name="stop"/> came first.</returns>
    public async Task<bool> OpenAsync(CancellationToken stop)
    {
        TimeSpan patience = TimeSpan.FromMilliseconds(250);
        Task connecting = nats.ConnectAsync().AsTask();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await connecting.WaitAsync(patience, time, stop).ConfigureAwait(false);
                _trouble.Clear();
                log.Connected(nats.ServerInfo?.Name ?? "", nats.ServerInfo?.Version ?? "");
                if (ServerVersion.Of(nats) < ServerVersion.SafeWorkQueue)
                {
                    log.OldServer(nats.ServerInfo?.Version ?? "");
                }

                return true;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception exception)
            {
                if (connecting.IsCompleted)
                {
                    _trouble.Note(exception);
                }

                string reason = _trouble.Reason.Length > 0 ? _trouble.Reason : "no connection yet";
                patience = TimeSpan.FromTicks(Math.Min(patience.Ticks * 2, LongestWait.Ticks));
                health.NotReady("waiting for NATS: " + reason);
                log.WaitingForNats(nats.Opts.Url, patience.TotalSeconds, reason);
                if (connecting.IsCompleted)
                {
                    await Task.Delay(patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    connecting = nats.ConnectAsync().AsTask();
                }
            }
        }

        return false;
    }

    /// <param name="lost">Called when an open connection has gone.</param>
    /// <param name="back">Called when it is there again; not for the first time.</param>
    /// <param name="stop">Ends reconnects of our own.</param>
    public void Watch(Action lost, Action back, CancellationToken stop)
    {
        nats.ConnectionOpened += (_, _) =>
        {
            _trouble.Clear();
            metrics.SetConnected(true);
            if (Interlocked.Increment(ref _opened) > 1)
            {
                metrics.Reconnected();
                log.Reconnected(nats.ServerInfo?.Name ?? "");
                back();
            }

            return ValueTask.CompletedTask;
        };
        nats.ConnectionDisconnected += (_, args) =>
        {
            metrics.SetConnected(false);
            lost();
            log.Disconnected(With(args.Message, _trouble.Reason));
            return ValueTask.CompletedTask;
        };
        nats.ReconnectFailed += (_, args) =>
        {
            log.WaitingForNats(args.Message, nats.Opts.ReconnectWaitMax.TotalSeconds, _trouble.Reason);
            return ValueTask.CompletedTask;
        };
        nats.ServerError += (_, args) =>
        {
            if (CancelledBucket.IsRefusedIn(args.Error))
            {
                // The worker does without; whoever asked says so.
                return ValueTask.CompletedTask;
            }

            if (args.Kind is NatsServerErrorKind.PermissionsViolation or NatsServerErrorKind.MaximumSubscriptionsExceeded)
            {
                Refused(args.Error);
                if (args.Error.Contains("Subscription", StringComparison.OrdinalIgnoreCase))
                {
                    _ = SubscribeAnewAsync(stop);
                }
            }
            else
            {
                _trouble.Note("the server says: " + args.Error);
            }

            return ValueTask.CompletedTask;
        };
    }

    private static string With(string what, string reason) => reason.Length == 0 ? what : $"{what}: {reason}";

    // The server forgets a subscription that it refused, and the client believes that it has it: the inbox of all requests would
    // stay deaf after the permission is granted. A new connection subscribes again.
    private async Task SubscribeAnewAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _reconnecting, 1) == 1)
        {
            return;
        }

        await Task.Delay(LongestWait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Exchange(ref _reconnecting, 0);
        if (stop.IsCancellationRequested || nats.ConnectionState != NatsConnectionState.Open)
        {
            return;
        }

        try
        {
            await nats.ReconnectAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NatsException or ObjectDisposedException or OperationCanceledException)
        {
            _trouble.Note(exception);
        }
    }

    private void Refused(string error)
    {
        lock (_gate)
        {
            _refused = time.GetTimestamp();
            bool say = _refusal.Length == 0 || time.GetElapsedTime(_refusalSaid) >= RefusalEvery;
            _refusal = error;
            if (!say)
            {
                return;
            }

            _refusalSaid = _refused;
        }

        log.Refused(error);
    }
}
