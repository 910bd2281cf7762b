using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Callback;

/// <summary>
/// Takes a finished delivery in, posts its answer to the callback, and passes it to Ack whatever comes of it: a failing
/// callback has a small retry budget of its own and never runs the function again.
/// </summary>
internal sealed class CallbackPoster(HttpMessageInvoker client, CallbackOptions options, TimerWheel wheel, ITargetBlock<AckCommand> acks, EngineMetrics metrics, ILogger log, Random random, CancellationToken abort)
{
    /// <summary>Answers of a receiver are read up to here, then the connection is closed.</summary>
    private const int AnswerBytes = 64 * 1024;

    /// <summary>Not a status: our own address policy refused the connection.</summary>
    private const int Blocked = -1;

    private ITargetBlock<Delivery> _again = DataflowBlock.NullTarget<Delivery>();

    /// <summary>Where a delivery comes back to when its callback's wait is over: this room's own block.</summary>
    public void ReturnTo(ITargetBlock<Delivery> block) => _again = block;

    /// <summary>One try. Never throws for what the network can do.</summary>
    public async Task PostAsync(Delivery delivery)
    {
        if (!options.Allowed.Allows(Encoding.UTF8.GetString(delivery.Envelope.CallbackUrl)))
        {
            Block(delivery, "not in allowed_callback_urls");
            return;
        }

        if (delivery.CallbackAttempts++ == 0 && delivery.Response.TooLarge)
        {
            metrics.Dropped("response_too_large");
        }

        metrics.CallbackStarted();
        int status = await TryPostAsync(delivery).ConfigureAwait(false);
        metrics.CallbackFinished();
        if (status is > 0 and < 400)
        {
            if (log.IsEnabled(LogLevel.Information))
            {
                log.PostedResult(CallId(delivery), Function(delivery), Url(delivery), status);
            }

            Settle(delivery, CallbackOutcome.Delivered);
        }
        else if (status == Blocked)
        {
            Block(delivery, "denied address");
        }
        else if (abort.IsCancellationRequested)
        {
            // We were told to stop at once. The function has run, its lease runs out, and it will be called back again.
            metrics.CallbackSettled(CallbackOutcome.Abandoned);
        }
        else if (IsRetryable(status) && delivery.CallbackAttempts <= options.RetryAttempts)
        {
            TimeSpan wait = Backoff.Wait(options.InitialRetryWait, options.MaxRetryWait, delivery.CallbackAttempts, JitterMode.Equal, random);
            log.CallbackRetry(CallId(delivery), Function(delivery), Url(delivery), status, wait.TotalSeconds);
            wheel.Schedule(new Wait(this, delivery), wait);
        }
        else
        {
            log.CallbackFailed(CallId(delivery), Function(delivery), Url(delivery), status, status == 0 ? "no answer" : "status");
            Settle(delivery, IsRetryable(status) ? CallbackOutcome.Exhausted : CallbackOutcome.Refused);
        }
    }

    private async Task<int> TryPostAsync(Delivery delivery)
    {
        try
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(abort);
            deadline.CancelAfter(options.Timeout);
            using HttpRequestMessage request = CallbackRequest.Build(delivery, await delivery.Response.ReadAsync().ConfigureAwait(false), options.UserAgent, options.MaxResponseBytes);
            using HttpResponseMessage response = await client.SendAsync(request, deadline.Token).ConfigureAwait(false);
            await DrainAsync(response, deadline.Token).ConfigureAwait(false);
            return (int)response.StatusCode;
        }
        catch (Exception exception)
        {
            log.CallbackError(CallId(delivery), Url(delivery), exception.Message);
            return CallbackBlockedException.IsIn(exception) ? Blocked : 0;
        }
    }

    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        byte[] buffer = new byte[4096];
        Stream body = response.Content.ReadAsStream(CancellationToken.None);
        int total = 0;
        int read;
        while (total < AnswerBytes && (read = await body.ReadAsync(buffer, deadline).ConfigureAwait(false)) > 0)
        {
            total += read;
        }
    }

    // Ours to refuse, so never tried again: the function has run and its message ends here.
    private void Block(Delivery delivery, string reason)
    {
        log.CallbackBlocked(CallId(delivery), Function(delivery), Url(delivery), reason);
        Settle(delivery, CallbackOutcome.Blocked);
    }

    // The last look at the delivery: once its ack is posted it belongs to somebody else.
    private void Settle(Delivery delivery, CallbackOutcome outcome)
    {
        metrics.CallbackSettled(outcome);
        delivery.State = DeliveryState.Answered;
        acks.Post(AckCommand.Ack(delivery));
    }

    private static bool IsRetryable(int status) => status is 0 or 408 or 425 or 429 or >= 500;

    private static string CallId(Delivery delivery) => Encoding.UTF8.GetString(delivery.Envelope.CallId);

    private static string Function(Delivery delivery) => Encoding.UTF8.GetString(delivery.Envelope.Function);

    // Never the query: it may carry a secret.
    private static string Url(Delivery delivery)
    {
        ReadOnlySpan<byte> url = delivery.Envelope.CallbackUrl;
        int query = url.IndexOfAny((byte)'?', (byte)'#');
        return Encoding.UTF8.GetString(query < 0 ? url : url[..query]);
    }

    /// <summary>A callback's wait on the wheel; its delivery stays held, its lease kept.</summary>
    private sealed class Wait(CallbackPoster poster, Delivery delivery) : WheelEntry
    {
        protected internal override void OnDue() => poster._again.Post(delivery);
    }
}
