using System.Net.Sockets;
using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Invoke;

/// <summary>What it was that ended a call without an answer.</summary>
internal static class CallFailure
{
    /// <summary>The deadline's word comes first: what it cut looks like any other broken connection.</summary>
    public static InvocationError Of(Exception exception, Deadline deadline)
    {
        if (deadline.HasPassed)
        {
            return InvocationError.Timeout;
        }

        if (deadline.IsCancelled)
        {
            return InvocationError.Cancelled;
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => InvocationError.Connect,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => InvocationError.Protocol,
            OperationCanceledException => InvocationError.Connect,
            HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => InvocationError.Protocol,
            HttpRequestException or IOException or SocketException => InvocationError.Reset,
            _ => InvocationError.Protocol,
        };
    }
}
