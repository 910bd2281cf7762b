namespace Paddlewheel.Engine.Options;

/// <summary>How consumers come to be (contract 7.1).</summary>
public enum ScalingMode
{
    /// <summary>One shared consumer, first in first out.</summary>
    Static,

    /// <summary>One consumer per function with queued work.</summary>
    Function,
}

/// <summary>Shape of a backoff's random part (contract 4.3); an empty setting means <see cref="Exponential"/>.</summary>
public enum JitterMode
{
    /// <summary>The exponential delay itself.</summary>
    Exponential,

    /// <summary>Random between 0 and the exponential delay.</summary>
    Full,

    /// <summary>Random between half and the whole of the exponential delay.</summary>
    Equal,
}
