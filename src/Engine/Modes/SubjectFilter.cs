namespace Paddlewheel.Engine.Modes;

/// <summary>Whether a subject passes a consumer's filter, by NATS' rules: <c>*</c> is one token, <c>&gt;</c> at the end is one or more.</summary>
internal static class SubjectFilter
{
    public static bool Matches(string filter, ReadOnlySpan<char> subject)
    {
        ReadOnlySpan<char> pattern = filter;
        while (true)
        {
            ReadOnlySpan<char> want = Next(ref pattern, out bool lastWanted);
            if (want is ">")
            {
                return true;
            }

            ReadOnlySpan<char> token = Next(ref subject, out bool last);
            if (want is not "*" && !want.SequenceEqual(token))
            {
                return false;
            }

            if (lastWanted || last)
            {
                return lastWanted && last;
            }
        }
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> text, out bool last)
    {
        int dot = text.IndexOf('.');
        last = dot < 0;
        ReadOnlySpan<char> token = last ? text : text[..dot];
        text = last ? [] : text[(dot + 1)..];
        return token;
    }
}
