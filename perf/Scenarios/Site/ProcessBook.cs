using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>The kernel's book on a process: what it used, whatever it says itself.</summary>
internal readonly struct ProcessBook(int pid)
{
    // USER_HZ, which Linux fixes at 100 for everything it shows to programs.
    private const double TicksPerSecond = 100;

    /// <summary>Processor time so far, user and kernel.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // The name in brackets may hold spaces; after it come state (field 3) and so on: utime is 14, stime 15.
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
        }
    }

    /// <summary>Resident memory now and at most, KiB.</summary>
    public (long Now, long Peak) Rss => (Status("VmRSS:"), Status("VmHWM:"));

    private long Status(string name)
    {
        foreach (string line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
            }
        }

        return 0;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
