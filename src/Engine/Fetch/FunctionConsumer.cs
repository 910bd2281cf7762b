using System.Security.Cryptography;
using System.Text;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// The consumer of a function's lane: its name is derived from the subject alone, so that every replica finds the same one.
/// </summary>
internal static class FunctionConsumer
{
    /// <summary>What every such name begins with.</summary>
    public const string Prefix = "paddlewheel-fn-";

    /// <summary>Of the subject's own letters, for those who list consumers; the digest makes it unique.</summary>
    private const int MostLetters = 64;

    /// <summary>A consumer's name may hold no dot, wildcard, slash or space; the digest keeps <c>a.b</c> and <c>a-b</c> apart.</summary>
    public static string NameOf(string subject)
    {
        StringBuilder name = new(Prefix, Prefix.Length + MostLetters + 9);
        foreach (char letter in subject.AsSpan(0, Math.Min(subject.Length, MostLetters)))
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        }

        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(subject));
        return name.Append('-').Append(Convert.ToHexStringLower(digest, 0, 4)).ToString();
    }

    public static bool IsOne(string consumer) => consumer.StartsWith(Prefix, StringComparison.Ordinal);
}
