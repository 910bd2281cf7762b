namespace Paddlewheel.Host.Verbs;

/// <summary>What <c>help</c> prints.</summary>
internal static class Usage
{
    public const string Text = """
        jetstream-queue-worker: runs queued function calls from NATS JetStream.

        usage: jetstream-queue-worker [command] [flags]

        commands
          worker    the queue worker; also without a command
          dev       everything on this machine: nats-server, ingress, worker and sample functions
          ingress   takes POST /async-function/NAME and queues it
          check     reads the configuration, looks at what it points to, says every problem and its fix
                    (exit code 0 fine, 2 configuration wrong, 3 something it points to is not usable)
          health    asks the worker on this machine how it is: exit code 0 or 1 (-ready: does it take work;
                    -ingress: the ingress instead)
          version   prints the version
          help      prints this

        flags
          -license-file=PATH, -pprof=true   accepted for the charts that pass them, and ignored
          -nats-token-file=PATH             file with the NATS token

        Everything else is set in the environment: see docs/configuration.md.
        A first signal (SIGTERM, Ctrl-C) drains; a second one stops at once.
        """;
}
