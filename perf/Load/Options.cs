namespace Paddlewheel.Perf.Load;

/// <summary>Options of the program itself, taken out before a scenario reads its own.</summary>
internal static class Options
{
    /// <summary>The value behind <paramref name="name"/>, both removed; null when it is not there.</summary>
    public static string? Take(ref string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        if (at < 0 || at + 1 >= arguments.Length)
        {
            return null;
        }

        string value = arguments[at + 1];
        arguments = [.. arguments[..at], .. arguments[(at + 2)..]];
        return value;
    }
}
