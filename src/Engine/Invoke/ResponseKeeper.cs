using System.Net.Http.Headers;
using Paddlewheel.Engine.Deliveries;

namespace Paddlewheel.Engine.Invoke;

/// <summary>Keeps a whole answer for its callback: headers as they came, body up to a cap.</summary>
internal static class ResponseKeeper
{
    public static async ValueTask KeepAsync(HttpResponseMessage response, ResponseBody kept, int maxBytes, CancellationToken deadline)
    {
        kept.Clear();
        KeepHeaders(response.Headers.NonValidated, kept);
        KeepHeaders(response.Content.Headers.NonValidated, kept);
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            kept.MarkTooLarge();
            return;
        }

        Stream body = response.Content.ReadAsStream(CancellationToken.None);
        while (true)
        {
            Memory<byte> memory = kept.GetMemory(4096);
            int read = await body.ReadAsync(memory, deadline).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            if (kept.Length + read > maxBytes)
            {
                kept.MarkTooLarge();
                return;
            }

            kept.Advance(read);
        }

        await kept.CompleteAsync().ConfigureAwait(false);
    }

    private static void KeepHeaders(HttpHeadersNonValidated headers, ResponseBody kept)
    {
        foreach (KeyValuePair<string, HeaderStringValues> header in headers)
        {
            foreach (string value in header.Value)
            {
                kept.Headers.Add(new KeyValuePair<string, string>(header.Key, value));
            }
        }
    }
}
