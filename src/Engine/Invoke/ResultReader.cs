using System.Net.Http.Headers;
using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Invoke;

/// <summary>Reads of an answer's head what the judge wants to know. A success is nobody's business: its headers are not looked at.</summary>
internal static class ResultReader
{
    public static InvocationResult Read(HttpResponseMessage response)
    {
        InvocationResult result = new() { Status = (int)response.StatusCode };
        if (result.Status < 400)
        {
            return result;
        }

        HttpHeadersNonValidated headers = response.Headers.NonValidated;
        result.Internal = headers.Contains("X-OpenFaaS-Internal");
        if (headers.TryGetValues("Retry-After", out HeaderStringValues values))
        {
            foreach (string value in values)
            {
                result.RetryAfter = RetryAfter.Parse(value);
                break;
            }
        }

        return result;
    }
}
