using System.Buffers;
using System.Globalization;
using System.Net;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Host.Configuration;

/// <summary>Ranges of the process's own settings, and ways to sign in that exclude each other.</summary>
internal static class HostOptionsValidator
{
    private static readonly SearchValues<char> QueueCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static IReadOnlyList<OptionProblem> Validate(HostOptions o)
    {
        var problems = new List<OptionProblem>();
        if (Uri.CheckHostName(o.NatsHost) == UriHostNameType.Unknown)
        {
            problems.Add(new("nats_host", o.NatsHost, "it must be one host name or address, without scheme and port", "nats.openfaas"));
        }

        if (o.QueueName.AsSpan().ContainsAnyExcept(QueueCharacters))
        {
            problems.Add(new("queue_name", o.QueueName, "only a-z, 0-9, '-' and '_' may stand in it", "slow-jobs"));
        }

        if (o.BindAddress.Length > 0 && !IPAddress.TryParse(o.BindAddress, out _))
        {
            problems.Add(new("bind_address", o.BindAddress, "it is not an IP address", "127.0.0.1"));
        }

        Range(problems, "nats_port", o.NatsPort, 1, 65_535, "4222");
        Range(problems, "metrics_port", o.MetricsPort, 0, 65_535, "8081");
        Range(problems, "ingress_port", o.IngressPort, 0, 65_535, "8080");
        SignIn(problems, o);
        return problems;
    }

    private static void SignIn(List<OptionProblem> problems, HostOptions o)
    {
        Both(problems, "nats_password_file", o.NatsPassword, o.NatsPasswordFile, "nats_password");
        Both(problems, "nats_token_file", o.NatsToken, o.NatsTokenFile, "nats_token");
        var password = o.NatsPassword.Length > 0 || o.NatsPasswordFile.Length > 0;
        if (o.NatsUser.Length > 0 != password)
        {
            problems.Add(password
                ? new("nats_user", null, "a password is given without a user", "worker")
                : new("nats_password_file", null, "nats_user is given without a password", "/var/secrets/nats/password"));
        }

        string[] ways =
        [
            .. o.NatsUser.Length > 0 || password ? ["nats_user"] : Array.Empty<string>(),
            .. o.NatsToken.Length > 0 || o.NatsTokenFile.Length > 0 ? ["nats_token_file"] : Array.Empty<string>(),
            .. o.NatsNKeyFile.Length > 0 ? ["nats_nkey_file"] : Array.Empty<string>(),
            .. o.NatsCredsFile.Length > 0 ? ["nats_creds_file"] : Array.Empty<string>(),
        ];
        if (ways.Length > 1)
        {
            problems.Add(new(ways[^1], null, $"one way to sign in is enough, given are {string.Join(", ", ways)}", "set one of them"));
        }

        if (o.NatsTlsCertFile.Length > 0 != o.NatsTlsKeyFile.Length > 0)
        {
            problems.Add(o.NatsTlsCertFile.Length > 0
                ? new("nats_tls_key_file", null, "nats_tls_cert_file is given without its key", "/var/secrets/nats/tls.key")
                : new("nats_tls_cert_file", null, "nats_tls_key_file is given without its certificate", "/var/secrets/nats/tls.crt"));
        }
    }

    private static void Both(List<OptionProblem> problems, string fileName, string value, string file, string name)
    {
        if (value.Length > 0 && file.Length > 0)
        {
            problems.Add(new(fileName, file, $"{name} is set as well", "set one of them"));
        }
    }

    private static void Range(List<OptionProblem> problems, string name, int value, int least, int most, string example)
    {
        if (value < least || value > most)
        {
            problems.Add(new(name, value.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"it must be from {least} to {most}"), example));
        }
    }
}
