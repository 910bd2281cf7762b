using System.Reflection;

namespace Paddlewheel.Host.Verbs;

/// <summary>What was built: the version, and the commit when the build knew it.</summary>
internal static class BuildInfo
{
    private static readonly string[] Parts =
        (typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    public static string Version => Parts[0];

    /// <summary>Full commit id, or "unknown".</summary>
    public static string Commit => Parts.Length > 1 ? Parts[1] : "unknown";
}
