using System.Globalization;
using System.Net;
using System.Text;

namespace Paddlewheel.Engine.Simulation;

/// <summary>The gateway and the functions behind it, as one process reaches them; counts what that process runs at once (I4).</summary>
internal sealed class ModelGateway(Scenario scenario, RunBook book, ISimNetwork network, SimWorker worker) : HttpMessageHandler
{
    private readonly MemoryStream _body = new();
    private int _open;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int id = int.Parse(request.RequestUri!.AbsolutePath.AsSpan("/function/f".Length), CultureInfo.InvariantCulture);
        SimMessage message = scenario.Messages[id];
        CheckBody(request, id);
        if (++_open > scenario.MaxInflight)
        {
            book.Fail($"I4: {_open} calls at once of one replica, allowed are {scenario.MaxInflight}");
        }

        int run = book.Started(id, worker.Process);
        worker.CallStarted(id);
        TaskCompletionSource<HttpResponseMessage> answer = new();
        network.After(message.Duration, worker, () =>
        {
            _open--;
            Complete(answer, message.Answer(run), run);
        });
        return answer.Task;
    }

    protected override void Dispose(bool disposing)
    {
        _body.Dispose();
        base.Dispose(disposing);
    }

    // I2: what was published is what runs.
    private void CheckBody(HttpRequestMessage request, int id)
    {
        _body.SetLength(0);
        Task copying = request.Content!.CopyToAsync(_body);
        if (!copying.IsCompletedSuccessfully || Encoding.ASCII.GetString(_body.GetBuffer(), 0, (int)_body.Length) != "body of " + id.ToString(CultureInfo.InvariantCulture))
        {
            book.Fail($"I2: the body of message {id} is not what was published");
        }
    }

    private static void Complete(TaskCompletionSource<HttpResponseMessage> answer, FunctionAnswer function, int run)
    {
        if (function.IsReset)
        {
            answer.SetException(new HttpRequestException("reset", new IOException("reset")));
            return;
        }

        HttpResponseMessage response = new((HttpStatusCode)function.Status) { Content = new ByteArrayContent([]) };
        response.Headers.TryAddWithoutValidation("X-Sim-Run", run.ToString(CultureInfo.InvariantCulture));
        if (function.RetryAfterSeconds >= 0)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", function.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture));
        }

        answer.SetResult(response);
    }
}
