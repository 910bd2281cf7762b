using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Nats;

/// <summary>What an operator can do about a connection that cannot be made, from the cause in words.</summary>
internal static class ConnectRemedy
{
    public static string For(string reason, HostOptions options)
    {
        if (NamesAFile(reason, options))
        {
            return "mount the file, whole and readable by user 10001, or correct the variable that names it";
        }

        if (Says("authorization") || Says("authentication") || Says("nonce"))
        {
            return NatsCredentials.AreGiven(options)
                ? $"the server does not take the {Way(options)}: correct it, or the server's users; the worker reads files again by itself"
                : "this server asks for credentials: set nats_creds_file, nats_nkey_file, nats_token_file, or nats_user with nats_password_file";
        }

        if (Says("does not support TLS"))
        {
            return "the server has no TLS: give it a certificate, or unset nats_tls, nats_tls_insecure and the nats_tls_*_file variables";
        }

        if (Says("NameMismatch"))
        {
            return "the certificate is for another host: set nats_host to a name in it, or give the server one for this name";
        }

        if (Says("TLS") || Says("certificate"))
        {
            return "set nats_tls_ca_file to the authority of the server's certificate, and nats_tls_cert_file with nats_tls_key_file where the server asks for ours";
        }

        return Says("refused") ? "start the server, or correct nats_host and nats_port"
            : Says("not known") || Says("no such host") || Says("name resolution") ? "correct nats_host; inside a cluster it is NAME.NAMESPACE"
            : "look whether the server runs, whether nats_host and nats_port are right, and whether a network policy is in the way; a worker waits for it";

        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private static string Way(HostOptions options) =>
        options.NatsCredsFile.Length > 0 ? "user in nats_creds_file"
        : options.NatsNKeyFile.Length > 0 ? "key in nats_nkey_file"
        : options.NatsTokenFile.Length > 0 ? "token in nats_token_file"
        : options.NatsToken.Length > 0 ? "token in nats_token"
        : options.NatsPasswordFile.Length > 0 ? "nats_user with the password in nats_password_file"
        : "nats_user with nats_password";

    private static bool NamesAFile(string reason, HostOptions options) =>
        new[] { options.NatsCredsFile, options.NatsNKeyFile, options.NatsTokenFile, options.NatsPasswordFile, options.NatsTlsCaFile, options.NatsTlsCertFile, options.NatsTlsKeyFile }
            .Any(file => file.Length > 0 && reason.Contains(file, StringComparison.Ordinal));
}
