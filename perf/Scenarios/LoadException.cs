namespace Paddlewheel.Perf.Scenarios;

/// <summary>The run itself could not be done; what the worker did wrong is in the result instead.</summary>
internal sealed class LoadException(string message) : Exception(message);
