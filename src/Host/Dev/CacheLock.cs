namespace Paddlewheel.Host.Dev;

/// <summary>One process at a time may fill the cache: parallel test processes on a fresh machine would otherwise fetch it several times over.</summary>
internal static class CacheLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock; the operating system frees it when its holder dies, so it can never be left behind.</summary>
    public static async Task<IDisposable> TakeAsync(string cache, Action<string> say, TimeProvider time, CancellationToken cancellationToken)
    {
        string path = Path.Combine(cache, ".lock");
        bool told = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told)
                {
                    told = true;
                    say("nats-server: another process is fetching it; waiting");
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
