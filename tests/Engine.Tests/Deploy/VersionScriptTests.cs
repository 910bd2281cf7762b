using System.Diagnostics;
using Paddlewheel.Engine.Tests.House;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deploy;

/// <summary><c>eng/version</c> in a git repository of its own, by the table of docs/release.md.</summary>
public sealed class VersionScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("paddlewheel-version-").FullName;

    public VersionScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "eng"));
        File.Copy(Path.Combine(Repository.Root, "eng/version"), Path.Combine(_folder, "eng/version"));
        File.WriteAllText(Path.Combine(_folder, "Directory.Build.props"), "<VersionPrefix>0.7.0</VersionPrefix>");
    }

    [Fact]
    public void Version_WithoutGit_IsThePrefix() => Assert.Equal((0, "0.7.0"), Run("bash", "eng/version"));

    [Fact]
    public void Version_AtAndAfterTags_FollowsTheTable()
    {
        Run("git", "init", "--quiet");
        Commit();
        Assert.Equal((0, "0.7.0-dev.1"), Run("bash", "eng/version"));
        Run("git", "tag", "v1.2.3");
        Assert.Equal((0, "1.2.3"), Run("bash", "eng/version"));
        Commit();
        Commit();
        Assert.Equal((0, "1.2.4-dev.2"), Run("bash", "eng/version"));
        Run("git", "tag", "v1.3.0-rc.1");
        Assert.Equal((0, "1.3.0-rc.1"), Run("bash", "eng/version"));
        Commit();
        Assert.Equal((0, "1.3.0-rc.1.dev.1"), Run("bash", "eng/version"));
    }

    [Theory]
    [InlineData("v1.2.3", 0, "1.2.3")]
    [InlineData("v1.2.3-rc.1", 0, "1.2.3-rc.1")]
    [InlineData("v1.2", 1, "")]
    [InlineData("1.2.3", 1, "")]
    [InlineData("v1.2.3;id", 1, "")]
    public void Version_OfATag_IsTheTagOrAnError(string tag, int code, string expected) => Assert.Equal((code, expected), Run("bash", "eng/version", tag));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Commit() =>
        Assert.Equal(0, Run("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--allow-empty", "--message", "one").Code);

    private (int Code, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // Nobody's own settings, and no repository above the folder.
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(_folder);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }
}
