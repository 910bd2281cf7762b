using System.Diagnostics;

namespace Paddlewheel.Perf.Kernels;

/// <summary>Runs this program once under callgrind, and takes the counts of its loops from what callgrind wrote.</summary>
internal static class Callgrind
{
    public const string CountVerb = "count";

    /// <summary>Stands before the name of the kernel whose two loops come next.</summary>
    public const string KernelMark = "kernel: ";

    // Counted.Repeat as the native compiler names it: callgrind knows functions by their symbols.
    private const string Loop = "Paddlewheel_Perf_Kernels_Paddlewheel_Perf_Kernels_Counted__Repeat";

    /// <summary>Instructions of one run of each kernel.</summary>
    public static SortedDictionary<string, double> Count(string valgrind, string program)
    {
        string folder = Directory.CreateTempSubdirectory("kernels").FullName;
        try
        {
            ProcessStartInfo start = new(valgrind)
            {
                ArgumentList =
                {
                    "--tool=callgrind", "--quiet", $"--callgrind-out-file={folder}/part", $"--toggle-collect={Loop}", $"--dump-before={Loop}", program, CountVerb,
                },
                RedirectStandardOutput = true,
            };

            // No collection may fall into a loop; and valgrind cannot reserve the 256 GB that the collector asks for by default.
            start.Environment["DOTNET_gcServer"] = "0";
            start.Environment["DOTNET_GCHeapHardLimit"] = "0x20000000";
            start.Environment["DOTNET_GCgen0size"] = "0x4000000";
            using Process process = Process.Start(start)!;
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new GateException($"{valgrind} ended with exit code {process.ExitCode}");
            }

            string[] kernels = [.. lines.Where(line => line.StartsWith(KernelMark, StringComparison.Ordinal)).Select(line => line[KernelMark.Length..].Trim())];
            return CallgrindParts.PerRun(kernels, Directory.GetFiles(folder).Select(file => CallgrindParts.Parse(File.ReadLines(file))), Counted.Runs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>Nothing was measured that could be compared.</summary>
internal sealed class GateException(string message) : Exception(message);
