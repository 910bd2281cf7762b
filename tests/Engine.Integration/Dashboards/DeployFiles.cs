namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>Where the repository lies from here.</summary>
internal static class DeployFiles
{
    private static readonly Lazy<string> Root = new(static () =>
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Engine.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder ?? throw new FileNotFoundException("Engine.sln is in no parent folder of the tests.");
    });

    public static string Path(string relative) => System.IO.Path.Combine(Root.Value, relative);
}
