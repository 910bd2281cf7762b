namespace Paddlewheel.Host.Dev;

/// <summary>What <c>dev</c> prints once everything runs: where things are, and three commands to try.</summary>
internal static class Welcome
{
    public static string Render(Uri ingress, Uri metrics, string nats)
    {
        string at = ingress.GetLeftPart(UriPartial.Authority);
        string numbers = metrics.GetLeftPart(UriPartial.Authority);
        return $"""

            Ready.
              ingress    {at}/async-function/NAME
              functions  {at}/function/NAME    echo, sleep, flaky, busy
              metrics    {numbers}/metrics    also /healthz and /readyz
              NATS       {nats}

            Try in another terminal:

              A call with a callback (printed here):
                curl -i -d hello -H 'X-Callback-Url: {at}/callback' {at}/async-function/echo

              A call that fails twice, is retried and succeeds:
                curl -i -d hello -H 'X-Callback-Url: {at}/callback' {at}/async-function/flaky

              A burst of 1,000, and how many are done:
                curl --no-progress-meter -Z --parallel-max 50 -o /dev/null -d hello '{at}/async-function/echo?n=[1-1000]'
                curl -sS {numbers}/metrics | grep ^queue_worker

            Ctrl-C drains and stops everything; again stops at once.

            """;
    }
}
