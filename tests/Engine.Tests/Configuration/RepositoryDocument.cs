using Xunit;

namespace Paddlewheel.Engine.Tests.Configuration;

/// <summary>A document that is written from the code: compared, or rewritten when UPDATE_DOCS=1.</summary>
internal static class RepositoryDocument
{
    public static void Check(string relativePath, string expected)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Engine.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new FileNotFoundException("Engine.sln is in no parent folder of the tests.");
        }

        var path = Path.Combine(root, relativePath);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }
}
