namespace Paddlewheel.Engine.Publish;

/// <summary>A function's name as a caller writes it, <c>name</c> or <c>name.namespace</c> (contract 13.2).</summary>
internal static class FunctionName
{
    /// <summary>Longest name taken: a DNS name's own limit.</summary>
    public const int MaxLength = 253;

    /// <summary>Letters, digits, dash, underscore and dots between them; starts and ends with a letter or digit.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return false;
        }

        char previous = '\0';
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && (c is not ('-' or '_' or '.') || (c == '.' && previous == '.')))
            {
                return false;
            }

            previous = c;
        }

        return true;
    }

    /// <summary>Name and namespace; what follows the last dot is the namespace, as the provider reads it.</summary>
    public static (string Name, string Namespace) Split(string function, string defaultNamespace)
    {
        int dot = function.LastIndexOf('.');
        return dot < 0 ? (function, defaultNamespace) : (function[..dot], function[(dot + 1)..]);
    }
}
