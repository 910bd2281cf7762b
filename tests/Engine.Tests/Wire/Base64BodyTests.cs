using System.Text;
using CsCheck;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class Base64BodyTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("YQ==", "a")]
    [InlineData("YWI=", "ab")]
    [InlineData("YWJj", "abc")]
    [InlineData("YWJjZA==", "abcd")]
    [InlineData(@"YW\nJj\r\n", "abc")]
    [InlineData(@"YW\nI=\n", "ab")]
    [InlineData(@"YQ=\n=", "a")]
    [InlineData(@"\u0059WJj", "abc")]
    [InlineData(@"Pz8\/", "???")]
    [InlineData("Pj4+", ">>>")]
    [InlineData("YWL=", "ab")]
    [InlineData("YR==", "a")] // Go's StdEncoding is not strict about the unused bits.
    public void Read_StandardPadded_Decodes(string body, string expected) =>
        Assert.Equal(expected, Reading.Good($$"""{"Function":"f","Body":"{{body}}"}""").Body.Span.Text());

    [Theory]
    [InlineData("YQ")]
    [InlineData("YQ=")]
    [InlineData("Y")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("YQ==YQ==")]
    [InlineData("YWJj=")]
    [InlineData("Y===")]
    [InlineData("Y Q=")]
    [InlineData("YQ== ")]
    [InlineData(@"YQ==\t")]
    [InlineData("Pz8_")]
    [InlineData("Pj4-")]
    [InlineData("YéQ=")]
    [InlineData(@"YQ\u0000=")]
    public void Read_AnythingElse_IsBadBody(string body) =>
        Assert.Equal(EnvelopeError.BadBody, Reading.Read($$"""{"Function":"f","Body":"{{body}}"}""", out _));

    [Fact]
    public void Read_BadBodyBehindTheFirstPiece_IsBadBody()
    {
        string piece = new('A', 4096);
        Assert.Equal(EnvelopeError.BadBody, Reading.Read($$"""{"Function":"f","Body":"{{piece[2..]}}==AA=="}""", out _));
        Assert.Equal(EnvelopeError.BadBody, Reading.Read($$"""{"Function":"f","Body":"{{piece}}A*AA"}""", out _));
    }

    [Fact]
    public void Decode_AnyBytes_ComeBack() =>
        Gen.Byte.Array[0, 10_000].Sample(
            bytes =>
            {
                byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
                return Base64Body.TryDecodeInPlace(text, out int length) && text.AsSpan(0, length).SequenceEqual(bytes);
            },
            iter: 500);

    [Fact]
    public void Decode_WithLineBreaks_ComesBack() =>
        Gen.Byte.Array[0, 6_000].Sample(
            bytes =>
            {
                byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks));
                return Base64Body.TryDecodeInPlace(text, out int length) && text.AsSpan(0, length).SequenceEqual(bytes);
            },
            iter: 200);
}
