namespace Paddlewheel.Host.Endpoints;

/// <summary>The process cannot start as it was asked to. The message is one sentence that also says what to do; the exit code is 1.</summary>
internal sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
