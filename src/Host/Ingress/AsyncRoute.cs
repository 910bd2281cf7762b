using System.Text;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Host.Ingress;

/// <summary>The parts of <c>/async-function/NAME[.NAMESPACE][/PATH]</c> (contract 13.2).</summary>
internal readonly record struct AsyncRoute(string Function, string? Path)
{
    public const string Prefix = "/async-function/";

    /// <summary>Is this path ours at all? The bare prefix is, so that a forgotten name gets an answer that says so.</summary>
    public static bool IsOurs(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) || path.Length == Prefix.Length - 1 && Prefix.StartsWith(path, StringComparison.Ordinal);

    /// <summary>Reads a decoded path. False: <paramref name="problem"/> is the sentence for the caller.</summary>
    public static bool TryParse(string path, out AsyncRoute route, out string problem)
    {
        route = default;
        string rest = path.Length > Prefix.Length ? path[Prefix.Length..] : "";
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? rest : rest[..slash];
        if (!FunctionName.IsValid(Encoding.UTF8.GetBytes(name)))
        {
            problem = name.Length == 0
                ? "name a function: /async-function/NAME"
                : "the function name may hold letters, digits, '-', '_' and single dots, and starts with a letter or digit";
            return false;
        }

        // The server leaves an encoded slash alone; the contract stores the path decoded (Go's URL.Path).
        string after = slash < 0 ? "" : rest[slash..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (Climbs(after))
        {
            problem = "the path may not hold '.' or '..' segments, backslashes or control characters";
            return false;
        }

        problem = "";
        route = new AsyncRoute(name, after.Length <= 1 ? null : after);
        return true;
    }

    private static bool Climbs(string path)
    {
        foreach (char c in path)
        {
            if (c is '\\' or < ' ' or '\x7F')
            {
                return true;
            }
        }

        foreach (Range segment in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(segment) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }
}
