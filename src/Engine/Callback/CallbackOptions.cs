namespace Paddlewheel.Engine.Callback;

/// <summary>What the callback room needs to know; units and ranges stand at the engine's options.</summary>
internal sealed record CallbackOptions(TimeSpan Timeout, int RetryAttempts, TimeSpan InitialRetryWait, TimeSpan MaxRetryWait, int MaxResponseBytes, string UserAgent, CallbackAllowList Allowed)
{
    public static CallbackOptions From(Options.EngineOptions options) => new(
        options.CallbackTimeout,
        options.CallbackRetryAttempts,
        options.CallbackInitialRetryWait,
        options.CallbackMaxRetryWait,
        options.MaxResponseBytes,
        "queue-worker/" + options.Version,
        CallbackAllowList.From(options.AllowedCallbackUrls));
}
