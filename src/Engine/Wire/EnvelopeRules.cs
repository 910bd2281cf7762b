namespace Paddlewheel.Engine.Wire;

/// <summary>What a message must say beyond being well-formed JSON. The path is judged where the URL is built.</summary>
internal static class EnvelopeRules
{
    /// <summary>Judges the fields once all keys are read, as a later key may have replaced an earlier one.</summary>
    public static EnvelopeError Judge(TextStore store, ref EnvelopeContent content)
    {
        content.Function = WithoutSlashes(store, content.Function);
        if (content.Function.IsEmpty)
        {
            return EnvelopeError.MissingFunction;
        }

        if (!FunctionName.IsValid(store[content.Function]))
        {
            return EnvelopeError.BadFunctionName;
        }

        if (!content.Method.IsEmpty && !HttpToken.IsValid(store[content.Method]))
        {
            return EnvelopeError.BadMethod;
        }

        return content.Callback.IsEmpty || content.Callback.TryWrite(store, out content.CallbackText)
            ? EnvelopeError.None
            : EnvelopeError.BadCallbackUrl;
    }

    /// <summary>As the open-source worker builds its URL: slashes around the name mean nothing.</summary>
    private static TextRange WithoutSlashes(TextStore store, TextRange name)
    {
        var text = store[name];
        int start = text.IndexOfAnyExcept((byte)'/');
        return start < 0 ? default : name.Slice(start, text.LastIndexOfAnyExcept((byte)'/') + 1 - start);
    }
}
