namespace Paddlewheel.Engine.Deliveries;

/// <summary>Which room holds a delivery. It moves forward only, and leaves once: ack, nak or term.</summary>
internal enum DeliveryState
{
    /// <summary>In the pool.</summary>
    Free,

    /// <summary>Received, waiting for a slot.</summary>
    Waiting,

    /// <summary>A slot is calling the function.</summary>
    Invoking,

    /// <summary>The function is done; its result is on the way to the callback's receiver.</summary>
    CallingBack,

    /// <summary>Its answer is decided and queued for the server.</summary>
    Answered,
}
