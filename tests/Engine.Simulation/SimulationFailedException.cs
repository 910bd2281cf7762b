namespace Paddlewheel.Engine.Simulation;

/// <summary>An invariant does not hold.</summary>
internal sealed class SimulationFailedException(string message) : Exception(message);
