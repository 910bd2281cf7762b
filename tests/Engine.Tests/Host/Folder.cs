using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

/// <summary>A folder that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("paddlewheel-test-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a stand-in program that says a version as nats-server does.</summary>
    public string Program(string version, params string[] parts)
    {
        string path = At(parts);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        WriteProgram(path, version);
        return path;
    }

    public static void WriteProgram(string path, string version)
    {
        File.WriteAllText(path, $"#!/bin/sh\necho 'nats-server: v{version}'\n");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in is a shell script");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
