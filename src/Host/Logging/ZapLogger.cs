using Microsoft.Extensions.Logging;

namespace Paddlewheel.Host.Logging;

/// <summary>One category of <see cref="ZapLoggerProvider"/>. Below the level nothing is made and nothing is locked.</summary>
internal sealed class ZapLogger : ILogger
{
    private readonly ZapLoggerProvider _provider;
    private readonly string _category;

    public ZapLogger(ZapLoggerProvider provider, string category)
    {
        _provider = provider;

        // The last part is enough to find the source of a line; generic names keep their brackets out of it.
        var name = category.AsSpan();
        var generic = name.IndexOfAny('`', '<', '[');
        name = generic < 0 ? name : name[..generic];
        _category = name[(name.LastIndexOf('.') + 1)..].ToString();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= _provider.Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _provider.Write(logLevel, _category, eventId, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>>, exception);
        }
    }
}
