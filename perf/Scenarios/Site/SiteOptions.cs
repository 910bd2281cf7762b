namespace Paddlewheel.Perf.Scenarios;

/// <summary>How a site is made.</summary>
internal sealed record SiteOptions
{
    /// <summary>Calls that will be made at most: the size of the book.</summary>
    public required int Calls { get; init; }

    public required IReadOnlyList<FunctionBehaviour> Functions { get; init; }

    /// <summary>Bytes of a call's body.</summary>
    public int Body { get; init; } = 1024;

    /// <summary><c>file</c> or <c>memory</c>.</summary>
    public string Storage { get; init; } = "file";

    /// <summary>nats-servers, and replicas of the stream.</summary>
    public int NatsNodes { get; init; } = 1;

    public int MaxInflight { get; init; } = 64;

    /// <summary>Worker executable; empty is the one that was built with this program.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Over what the site itself sets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Calls that the publisher leaves out though they count as published: sabotage, to see a run fail.</summary>
    public int Lose { get; init; }

    /// <summary>
    /// The layout made by hand, stream <c>faas-request</c> and durable <c>faas-workers</c>, instead of <c>OF_load</c>: what any worker that
    /// takes <c>nats_stream</c> and <c>nats_durable</c> can serve.
    /// </summary>
    public bool OlderLayout { get; init; }
}
