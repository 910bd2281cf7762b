using System.Globalization;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// How much of everything a run does. <c>PADDLEWHEEL_LONG=1</c> asks for the full amounts; each amount also has a variable of its
/// own, such as <c>PADDLEWHEEL_RESTARTS=100</c>.
/// </summary>
public static class Amounts
{
    /// <summary>The full amounts were asked for; also the condition of tests that only make sense in full.</summary>
    public static bool InFull => Environment.GetEnvironmentVariable("PADDLEWHEEL_LONG") is "1" or "true";

    /// <summary>Messages through the main chart's environment.</summary>
    public static int MainChartMessages => Of("PADDLEWHEEL_MAIN_MESSAGES", moderate: 10_000, full: 10_000);

    /// <summary>Messages through the queue-worker chart's environment, which runs one invocation at a time.</summary>
    public static int QueueChartMessages => Of("PADDLEWHEEL_QUEUE_MESSAGES", moderate: 2_000, full: 10_000);

    /// <summary>SIGTERM restarts under load.</summary>
    public static int Restarts => Of("PADDLEWHEEL_RESTARTS", moderate: 15, full: 100);

    /// <summary>Kills of the worker under load.</summary>
    public static int Kills => Of("PADDLEWHEEL_KILLS", moderate: 8, full: 50);

    /// <summary>Restarts and kills of nats-server under load, each.</summary>
    public static int ServerRestarts => Of("PADDLEWHEEL_SERVER_RESTARTS", moderate: 2, full: 20);

    /// <summary>Deletions of the consumer under load.</summary>
    public static int ConsumerDeletions => Of("PADDLEWHEEL_CONSUMER_DELETIONS", moderate: 3, full: 20);

    /// <summary>Functions with work at one time, function mode.</summary>
    public static int Functions => Of("PADDLEWHEEL_FUNCTIONS", moderate: 300, full: 2_000);

    /// <summary>Seconds of load for the picture of the dashboard; only with a Prometheus at hand.</summary>
    public static int PictureSeconds => Of("PADDLEWHEEL_PICTURE_SECONDS", moderate: 300, full: 300);

    private static int Of(string variable, int moderate, int full) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked > 0
            ? asked
            : InFull ? full : moderate;
}
