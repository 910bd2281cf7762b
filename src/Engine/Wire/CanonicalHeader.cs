using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>Go's CanonicalMIMEHeaderKey: <c>x-call-id</c> is written <c>X-Call-Id</c>.</summary>
internal static class CanonicalHeader
{
    /// <summary>A name that is no RFC 9110 token stays as it is, as in Go.</summary>
    public static string Name(string name) => HttpToken.IsValid(Encoding.UTF8.GetBytes(name))
        ? string.Create(name.Length, name, static (target, source) =>
        {
            bool upper = true;
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = upper ? char.ToUpperInvariant(source[i]) : char.ToLowerInvariant(source[i]);
                upper = source[i] == '-';
            }
        })
        : name;
}
