using Paddlewheel.Engine.Options;

namespace Paddlewheel.Host.Configuration;

/// <summary>How log lines are written (contract 9).</summary>
internal enum LogEncoding
{
    /// <summary>Tab-separated, for people.</summary>
    Console,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>Everything an operator may set: the engine's options and what only the process around it needs. An empty string is "not set".</summary>
internal sealed class HostOptions
{
    /// <summary>What the engine gets.</summary>
    public EngineOptions Engine { get; } = new();

    public string NatsHost { get; set; } = "nats.openfaas";

    /// <summary>1 to 65,535; the main chart sends it only for an external NATS.</summary>
    public int NatsPort { get; set; } = 4222;

    /// <summary>URL of the server, without credentials.</summary>
    public string NatsUrl => NatsHost.Contains(':', StringComparison.Ordinal) && NatsHost[0] != '['
        ? $"nats://[{NatsHost}]:{NatsPort}"
        : $"nats://{NatsHost}:{NatsPort}";

    public string NatsUser { get; set; } = "";

    public string NatsPassword { get; set; } = "";

    public string NatsPasswordFile { get; set; } = "";

    public string NatsToken { get; set; } = "";

    public string NatsTokenFile { get; set; } = "";

    /// <summary>File with an NKey seed.</summary>
    public string NatsNKeyFile { get; set; } = "";

    /// <summary>File with a JWT and its seed, as the NATS tools write it.</summary>
    public string NatsCredsFile { get; set; } = "";

    /// <summary>Demand TLS even when no certificate is named.</summary>
    public bool NatsTls { get; set; }

    /// <summary>Skip the check of the server's certificate.</summary>
    public bool NatsTlsInsecure { get; set; }

    public string NatsTlsCaFile { get; set; } = "";

    public string NatsTlsCertFile { get; set; } = "";

    public string NatsTlsKeyFile { get; set; } = "";

    /// <summary>TLS is demanded, by name or through one of its files.</summary>
    public bool NatsUsesTls => NatsTls || NatsTlsInsecure || NatsTlsCaFile.Length > 0 || NatsTlsCertFile.Length > 0;

    public bool Debug { get; set; }

    public LogEncoding LogEncoding { get; set; } = LogEncoding.Console;

    /// <summary>0 takes a free port.</summary>
    public int MetricsPort { get; set; } = 8081;

    /// <summary>0 takes a free port.</summary>
    public int IngressPort { get; set; } = 8080;

    /// <summary>Address that the HTTP listeners bind; empty is all of them.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>As asked; empty names the queue after <c>nats_stream</c> (contract 1.3).</summary>
    public string QueueName { get; set; } = "";
}
