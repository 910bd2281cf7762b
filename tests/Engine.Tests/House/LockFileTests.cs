using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace Paddlewheel.Engine.Tests.House;

/// <summary>The native flavour has a lock file of its own, which an ordinary restore does not refresh.</summary>
public sealed class LockFileTests
{
    private const string Compiler = "Microsoft.DotNet.ILCompiler";
    private static readonly string[] OfTheSdk = ["Microsoft.NET.ILLink.Tasks", Compiler];

    [Fact]
    public void NativeLockFile_EveryPackage_IsTheOneOfTheOrdinaryLockFile()
    {
        string[] ordinary = [.. Resolved("src/Host/packages.lock.json").Select(it => $"{it.Key} {it.Value}").Order(StringComparer.Ordinal)];
        string[] native = [.. Resolved("src/Host/packages.aot.lock.json").Where(it => it.Key != Compiler).Select(it => $"{it.Key} {it.Value}").Order(StringComparer.Ordinal)];
        Assert.NotEmpty(ordinary);
        Assert.Equal(ordinary, native);
    }

    [Fact]
    public void LockFiles_NativeTools_AreTheVersionOfDirectoryBuildTargets()
    {
        string version = XDocument.Parse(Repository.Read("Directory.Build.targets")).Descendants("NativeToolsVersion").Single().Value;
        string[] found = [.. Repository.Files(".lock.json").SelectMany(file => Resolved(file)).Where(it => OfTheSdk.Contains(it.Key)).Select(it => it.Value).Distinct()];
        Assert.Equal([version], found);
    }

    private static Dictionary<string, string> Resolved(string file)
    {
        using JsonDocument document = JsonDocument.Parse(Repository.Read(file));
        return document.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(it => it.Value.TryGetProperty("resolved", out _))
            .ToDictionary(it => it.Name, it => it.Value.GetProperty("resolved").GetString()!);
    }
}
