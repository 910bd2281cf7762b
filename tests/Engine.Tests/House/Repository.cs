namespace Paddlewheel.Engine.Tests.House;

/// <summary>The files of this repository, as they lie on disk; what a build writes does not count.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "out", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> Files(string extension, params string[] folders) =>
        [.. (folders.Length == 0 ? [""] : folders).SelectMany(folder => Walk(Path.Combine(Root, folder), extension)).Select(Relative).Order(StringComparer.Ordinal)];

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    private static IEnumerable<string> Walk(string folder, string extension)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        IEnumerable<string> here = Directory.EnumerateFiles(folder, "*" + extension);
        IEnumerable<string> below = Directory.EnumerateDirectories(folder).Where(child => !NotOurs.Contains(Path.GetFileName(child))).SelectMany(child => Walk(child, extension));
        return here.Concat(below);
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Engine.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new FileNotFoundException("Engine.sln is in no parent folder of the tests.");
    }
}
