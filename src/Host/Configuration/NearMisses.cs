using System.Numerics;

namespace Paddlewheel.Host.Configuration;

/// <summary>Names in the environment that look like a setting with a slip in it. Only warns: other programs' variables are none of ours.</summary>
internal static class NearMisses
{
    private const int MostWarnings = 5;
    private const int ShortestName = 6;

    public static IEnumerable<string> Find(IEnumerable<string> names)
    {
        var known = Settings.All.SelectMany(setting => setting.Aliases.Prepend(setting.Name)).Concat(Settings.Ignored).ToHashSet(StringComparer.Ordinal);
        return names.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Meant: Meant(name)))
            .Where(pair => pair.Meant is not null)
            .Take(MostWarnings)
            .Select(pair => $"{pair.Name} is not a setting; did you mean {pair.Meant}?");
    }

    private static string? Meant(string name)
    {
        // Kubernetes puts NATS_PORT and the like into every pod beside a service of that name.
        if (name.Length < ShortestName || name.StartsWith("NATS_", StringComparison.Ordinal) || name.StartsWith("GATEWAY_", StringComparison.Ordinal))
        {
            return null;
        }

        string folded = name.ToLowerInvariant().Replace('-', '_');
        uint letters = Letters(folded);
        (string? meant, int least) = (null, int.MaxValue);
        foreach (Setting setting in Settings.All)
        {
            string known = setting.Name;
            int slips = known.Length < ShortestName ? 0 : known.Length < 10 ? 1 : 2;

            // A pod has dozens of variables, and this is on the way to its first call: lengths and letters rule nearly all out.
            if (Math.Abs(folded.Length - known.Length) <= slips && BitOperations.PopCount(letters ^ Letters(known)) <= 2 * slips
                && Distance(folded, known) is var distance && distance <= slips && distance < least)
            {
                (meant, least) = (known, distance);
            }
        }

        return meant;
    }

    /// <summary>Which letters a name has, a bit each: one slip changes two of them at most.</summary>
    private static uint Letters(string name)
    {
        uint letters = 0;
        foreach (char c in name)
        {
            letters |= 1u << (c & 31);
        }

        return letters;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours between two names: a swap is the commonest slip.</summary>
    internal static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1], above = new int[b.Length + 1], row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(above[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[b.Length];
    }
}
