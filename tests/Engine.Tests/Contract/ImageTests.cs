using System.Xml.Linq;
using Paddlewheel.Engine.Tests.House;
using Xunit;

namespace Paddlewheel.Engine.Tests.Contract;

/// <summary>What a chart's pod needs of the image: a name on PATH, a user without rights, no home (contract 1.1, 1.2).</summary>
public sealed class ImageTests
{
    private const string Executable = "jetstream-queue-worker";

    [Fact]
    public void Executable_HasTheNameTheChartsCall() => Assert.Equal(
        Executable, XDocument.Parse(Repository.Read("src/Host/Host.csproj")).Descendants("AssemblyName").Single().Value);

    [Fact]
    public void Dockerfile_BothFlavours_PutItOnThePath()
    {
        string text = Repository.Read("Dockerfile");

        Assert.Contains($"cp /published/{Executable} /image/usr/local/bin/", text, StringComparison.Ordinal);
        Assert.Contains($"/image/usr/local/bin/{Executable};", text, StringComparison.Ordinal);
        Assert.Contains("PATH=/usr/local/sbin:/usr/local/bin:", text, StringComparison.Ordinal);
        Assert.Contains($"ENTRYPOINT [\"{Executable}\"]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerfile_RunsAsTheProUserWithoutADiagnosticsSocket()
    {
        string[] lines = Repository.Lines("Dockerfile");

        Assert.Equal("USER 10001", lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("DOTNET_EnableDiagnostics=0", StringComparison.Ordinal));
        Assert.Contains("EXPOSE 8081", lines);
    }
}
