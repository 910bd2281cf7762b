namespace Paddlewheel.Engine.Wire;

/// <summary>Where a piece of UTF-8 text lies in a <see cref="TextStore"/>.</summary>
/// <param name="Start">An offset into the message, or the complement of an offset into the scratch.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct TextRange(int Start, int Length)
{
    public bool IsEmpty => Length == 0;

    /// <summary>A part of this text, in the same place.</summary>
    public TextRange Slice(int offset, int length) => new(Start >= 0 ? Start + offset : Start - offset, length);

    /// <summary>The rest of this text from an offset on.</summary>
    public TextRange From(int offset) => Slice(offset, Length - offset);
}
