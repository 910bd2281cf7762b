using System.Globalization;
using System.Net;

namespace Paddlewheel.Engine.Simulation;

/// <summary>The receiver of callbacks, as one process reaches it.</summary>
internal sealed class ModelReceiver(Scenario scenario, RunBook book, ISimNetwork network, SimWorker worker, Func<ReceiverMood> mood) : HttpMessageHandler
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int id = int.Parse(request.RequestUri!.AbsolutePath.AsSpan(1), CultureInfo.InvariantCulture);
        book.Posted(id, worker.Process, Number(request, "X-Function-Status"), Number(request, "X-Sim-Run"));
        ReceiverMood now = mood();
        worker.Trace($"posts the callback of {id}: the receiver is {now}");
        if (now == ReceiverMood.Down)
        {
            book.PostEnded(id, worker.Process, 0);
            return Task.FromException<HttpResponseMessage>(new HttpRequestException("refused"));
        }

        // The worker's own deadline decides whether an answer comes in time.
        TaskCompletionSource<HttpResponseMessage> answer = new();
        cancellationToken.Register(() =>
        {
            book.PostEnded(id, worker.Process, 0);
            answer.TrySetCanceled(cancellationToken);
        });
        if (now != ReceiverMood.Hanging)
        {
            int status = now switch { ReceiverMood.Failing => 503, ReceiverMood.Refusing => 404, _ => 200 };
            network.After(now == ReceiverMood.Slow ? scenario.Policy.CallbackTimeout * (scenario.Random.NextDouble() * 2) : Soon, worker, () => Complete(answer, id, status));
        }

        return answer.Task;
    }

    private void Complete(TaskCompletionSource<HttpResponseMessage> answer, int id, int status)
    {
        if (!answer.Task.IsCompleted)
        {
            book.PostEnded(id, worker.Process, status);
            answer.SetResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) });
        }
    }

    // A call that broke off has no answer to pass on, so no run either.
    private static int Number(HttpRequestMessage request, string header) =>
        request.Headers.NonValidated.TryGetValues(header, out var values) ? int.Parse(values.ToString(), CultureInfo.InvariantCulture) : -1;
}
