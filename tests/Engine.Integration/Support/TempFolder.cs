namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A folder of this test's own, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("paddlewheel-test-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A killed process may still be writing its last page; a test must not fail for a leftover folder.
        }
    }
}
