namespace Paddlewheel.Host.Dev;

/// <summary>No nats-server could be had, or it did not start. The message is one sentence that also says what to do.</summary>
internal sealed class NatsServerUnavailableException : Exception
{
    public NatsServerUnavailableException()
    {
    }

    public NatsServerUnavailableException(string message)
        : base(message)
    {
    }

    public NatsServerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
