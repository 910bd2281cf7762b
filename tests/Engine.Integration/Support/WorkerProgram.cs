using System.Diagnostics;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Where the built worker is, and the three variables that any process needs.</summary>
internal static class WorkerProgram
{
    private const string Name = "jetstream-queue-worker";

    /// <summary>Fills in program and a clean environment, as <c>env -i</c> would.</summary>
    public static void Describe(ProcessStartInfo start)
    {
        // The Host is a referenced project, so its executable lies beside this assembly.
        string executable = Path.Combine(AppContext.BaseDirectory, Name);
        string? root = DotnetRoot();
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        start.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/";
        if (root is not null)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        if (File.Exists(executable))
        {
            start.FileName = executable;
        }
        else
        {
            start.FileName = root is null ? "dotnet" : Path.Combine(root, "dotnet");
            start.ArgumentList.Add(executable + ".dll");
        }
    }

    // <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll
    private static string? DotnetRoot()
    {
        string? runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);
        string? root = string.IsNullOrEmpty(runtime) ? null : Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        return root is not null && File.Exists(Path.Combine(root, "dotnet")) ? root : null;
    }
}
