using System.Globalization;

namespace Paddlewheel.Perf.Kernels;

/// <summary>One file of callgrind: everything counted since the one before it.</summary>
/// <param name="Number">From 1, in the order of time.</param>
/// <param name="Instructions">The counted instructions in it.</param>
internal readonly record struct CallgrindPart(int Number, long Instructions);

/// <summary>
/// callgrind begins a new part whenever a counted loop begins: the first holds nothing, then come two for each kernel, the second
/// one with twice the runs.
/// </summary>
internal static class CallgrindParts
{
    /// <summary>Reads <c>part:</c> and <c>totals:</c> of callgrind's format, version 1.</summary>
    public static CallgrindPart Parse(IEnumerable<string> lines)
    {
        long number = -1, total = -1;
        foreach (string line in lines)
        {
            _ = TryNumber(line, "part:", ref number) || TryNumber(line, "totals:", ref total);
        }

        return number > 0 && total >= 0 ? new((int)number, total) : throw new GateException("a file of callgrind without part or totals");
    }

    /// <summary>Instructions per run: the difference between the two loops, so that whatever both of them pay once is in neither.</summary>
    public static SortedDictionary<string, double> PerRun(IReadOnlyList<string> kernels, IEnumerable<CallgrindPart> parts, int runs)
    {
        CallgrindPart[] inOrder = [.. parts.OrderBy(part => part.Number)];
        if (kernels.Count == 0 || inOrder.Length != (2 * kernels.Count) + 1)
        {
            throw new GateException($"callgrind wrote {inOrder.Length} parts for {kernels.Count} kernels: it did not find the loop, or the program ended early");
        }

        SortedDictionary<string, double> counts = new(StringComparer.Ordinal);
        for (int i = 0; i < kernels.Count; i++)
        {
            long more = inOrder[(2 * i) + 2].Instructions - inOrder[(2 * i) + 1].Instructions;
            if (more <= 0)
            {
                throw new GateException($"{kernels[i]}: twice the runs took no more instructions");
            }

            counts.Add(kernels[i], Math.Round(more / (double)runs, 1));
        }

        return counts;
    }

    private static bool TryNumber(string line, string label, ref long number)
    {
        if (!line.StartsWith(label, StringComparison.Ordinal) || !long.TryParse(line.AsSpan(label.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long read))
        {
            return false;
        }

        number = read;
        return true;
    }
}
