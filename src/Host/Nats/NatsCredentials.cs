using NATS.Client.Core;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Nats;

/// <summary>
/// Who we are to NATS. Files are read at every connect, so a rotated secret is picked up by the next reconnect: the client
/// itself would read them once.
/// </summary>
internal static class NatsCredentials
{
    /// <summary>Whether anything but the connection itself has to be shown.</summary>
    public static bool AreGiven(HostOptions options) =>
        options.NatsCredsFile.Length > 0 || options.NatsNKeyFile.Length > 0 || options.NatsTokenFile.Length > 0 || options.NatsToken.Length > 0 || options.NatsUser.Length > 0;

    /// <summary>
    /// The credential, as soon as it can be read: a secret that is mounted late is waited for, and named meanwhile. Thrown out
    /// of a connect, the failure would be hidden behind "cannot connect".
    /// </summary>
    public static async ValueTask<NatsAuthCred> WaitForAsync(HostOptions options, Action<string>? unreadable, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ReadAsync(options, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                unreadable?.Invoke(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    /// <summary>The credential as it stands now.</summary>
    public static async ValueTask<NatsAuthCred> ReadAsync(HostOptions options, CancellationToken cancellationToken)
    {
        if (options.NatsCredsFile.Length > 0)
        {
            return NatsAuthCred.FromCreds(await CredsAsync(options.NatsCredsFile, cancellationToken));
        }

        if (options.NatsNKeyFile.Length > 0)
        {
            return NatsAuthCred.FromNkey(await SeedAsync(options.NatsNKeyFile, cancellationToken));
        }

        if (options.NatsTokenFile.Length > 0)
        {
            return NatsAuthCred.FromToken(await SecretAsync(options.NatsTokenFile, cancellationToken));
        }

        if (options.NatsToken.Length > 0)
        {
            return NatsAuthCred.FromToken(options.NatsToken);
        }

        string password = options.NatsPasswordFile.Length > 0 ? await SecretAsync(options.NatsPasswordFile, cancellationToken) : options.NatsPassword;
        return NatsAuthCred.FromUserInfo(options.NatsUser, password);
    }

    /// <summary>Editors and shells end a file with a line end that is no part of the secret.</summary>
    private static async Task<string> SecretAsync(string path, CancellationToken cancellationToken)
    {
        string secret = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        return secret.Length > 0 ? secret : throw new InvalidDataException($"{path} is empty");
    }

    /// <summary>Read here and not by the client, so that a file that is missing or cut short is waited for and named.</summary>
    private static async Task<string> CredsAsync(string path, CancellationToken cancellationToken)
    {
        string text = await File.ReadAllTextAsync(path, cancellationToken);
        return text.Contains("BEGIN NATS USER JWT", StringComparison.Ordinal) && text.Contains("BEGIN USER NKEY SEED", StringComparison.Ordinal)
            ? text
            : throw new InvalidDataException($"{path} holds no NATS user JWT with its seed");
    }

    /// <summary>A seed file may hold the public key and comments too; user seeds begin with SU.</summary>
    private static async Task<string> SeedAsync(string path, CancellationToken cancellationToken)
    {
        string[] lines = await File.ReadAllLinesAsync(path, cancellationToken);
        return lines.Select(static line => line.Trim()).FirstOrDefault(static line => line.StartsWith("SU", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"{path} holds no user seed (a line that begins with SU)");
    }
}
