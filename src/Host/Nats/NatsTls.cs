using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NATS.Client.Core;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Nats;

/// <summary>TLS towards NATS. Files are read at every connect, so a renewed certificate is picked up by the next reconnect.</summary>
internal static class NatsTls
{
    public static NatsTlsOpts From(HostOptions options) => !options.NatsUsesTls
        ? NatsTlsOpts.Default
        : new NatsTlsOpts
        {
            // The default mode falls back to clear text when the server does not offer TLS.
            Mode = TlsMode.Require,
            CertFile = NullIfEmpty(options.NatsTlsCertFile),
            KeyFile = NullIfEmpty(options.NatsTlsKeyFile),
            InsecureSkipVerify = options.NatsTlsInsecure,
            ConfigureClientAuthentication = tls => TrustAsync(tls, options),
        };

    // By policy and not by the client's CaFile: the client checks in a callback of its own, and then a refusal does not say
    // whether the name, the date or the authority is wrong.
    private static async ValueTask TrustAsync(SslClientAuthenticationOptions tls, HostOptions options)
    {
        if (options.NatsTlsCaFile.Length == 0 || options.NatsTlsInsecure)
        {
            return;
        }

        string pem = await File.ReadAllTextAsync(options.NatsTlsCaFile);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        if (policy.CustomTrustStore.Count == 0)
        {
            throw new InvalidDataException($"{options.NatsTlsCaFile} holds no certificate");
        }

        tls.CertificateChainPolicy = policy;
    }

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;
}
