using System.Runtime.CompilerServices;

namespace Paddlewheel.Engine.Invoke;

/// <summary>Reads an answer's body that nobody asked for, so that its connection can be used again. One per slot.</summary>
internal sealed class ResponseDrain
{
    /// <summary>A longer body is not read to its end: its connection is closed instead.</summary>
    private const int MostBytes = 1024 * 1024;

    private byte[] _buffer = [];

    /// <summary>Completes at once when the whole body has come with the answer's head, as a small one does.</summary>
    public ValueTask ReadAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        if (_buffer.Length == 0)
        {
            _buffer = new byte[4096];
        }

        Stream body = response.Content.ReadAsStream(CancellationToken.None);
        long total = 0;
        while (true)
        {
            ValueTask<int> reading = body.ReadAsync(_buffer, deadline);
            if (!reading.IsCompletedSuccessfully)
            {
                return ReadOnAsync(reading, body, total, deadline);
            }

            int read = reading.Result;
            total += read;
            if (read == 0 || total > MostBytes)
            {
                return default;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadOnAsync(ValueTask<int> reading, Stream body, long total, CancellationToken deadline)
    {
        int read;
        while ((read = await reading.ConfigureAwait(false)) > 0 && (total += read) <= MostBytes)
        {
            reading = body.ReadAsync(_buffer, deadline);
        }
    }
}
