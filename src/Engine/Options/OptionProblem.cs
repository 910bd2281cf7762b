namespace Paddlewheel.Engine.Options;

/// <summary>One thing wrong with what an operator set: enough to fix it without reading anything else.</summary>
/// <param name="Name">Name of the setting as the operator writes it.</param>
/// <param name="Value">What was given; null when it must not be shown or nothing was given.</param>
/// <param name="Reason">Why it cannot be used, a clause without a full stop.</param>
/// <param name="Example">A value that works.</param>
public sealed record OptionProblem(string Name, string? Value, string Reason, string Example);
