using System.Runtime.InteropServices;

namespace Paddlewheel.Host.Dev;

/// <summary>
/// The pinned official release. The sums are those of the release's own SHA256SUMS as several public manifests repeat them;
/// raise version and sums together. A wrong sum can only refuse a download, never accept one.
/// </summary>
internal sealed record GitHubRelease(string Platform, string Archive, string Sha256)
{
    /// <summary>The version that the OpenFaaS chart of May 2026 ships.</summary>
    public const string Version = "2.14.0";

    /// <summary>Platforms with a published sum.</summary>
    public static readonly IReadOnlyList<GitHubRelease> All =
    [
        new("linux-amd64", "tar.gz", "3d8b74dfad39af184c765a6dd120441ed1c648d6672eddf6b304f222661251b8"),
        new("linux-arm64", "tar.gz", "ce7dc5f7d97b70dabc38b13157fed28d7d06227860676143c15c62c5c297996c"),
        new("darwin-amd64", "tar.gz", "c307afaa5810dea24bfe5bb0cd895ddc7c47946f359823336ef3be1a41bdddfa"),
        new("darwin-arm64", "tar.gz", "36f28cf166e5ae5dd88d700a609c810b97ffad641e0c51b49cf8fae25fb3fac7"),
        new("windows-amd64", "zip", "09ba382669cc4df390f97f16f08481f040eef0bb17ca5f2d71104b4be4cd613a"),
    ];

    /// <summary>Name of the platform this process runs on, as the release names it.</summary>
    public static string ThisPlatform
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            string processor = RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "amd64",
                Architecture.Arm64 => "arm64",
                var other => other.ToString().ToLowerInvariant(),
            };
            return $"{system}-{processor}";
        }
    }

    public Uri Url => new($"https://github.com/nats-io/nats-server/releases/download/v{Version}/nats-server-v{Version}-{Platform}.{Archive}");
}
