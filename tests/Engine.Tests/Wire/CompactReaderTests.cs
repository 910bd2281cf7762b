using System.Text;
using CsCheck;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

/// <summary>The short way and the thorough one are one reader: the same answer, field for field, for any bytes.</summary>
public sealed class CompactReaderTests
{
    private static readonly EnvelopeLimits[] AllLimits =
    [
        Reading.Limits,
        Reading.Limits with { MaxHeaders = 3 },
        Reading.Limits with { MaxHeaderBytes = 60 },
        Reading.Limits with { MaxDepth = 2 },
        Reading.Limits with { MaxDepth = 3 },
    ];

    // Values a producer may write, and a few that nobody should.
    private static readonly Gen<string> Text = Gen.OneOf(
        "", "a", "cows", "fn.ns", "/x/", "POST", "e30=", "YWI=", "YWL=", "YR==", "YW\\nI=", "Y Q=", "*/*", "a=b\\u0026c=\\u003c", "\\ud83d\\ude00", "\\ud800",
        "\\\"q\\\\\\/\\b\\f\\n\\r\\t", "\\x", "\\u12", "\\", "é😀", "a\nb", "\u007f", new string('v', 70), "0123456789abcde", "0123456789abcdef", "0123456789abcdef0", "http", "cb.example:80", "%2Fa");

    private static readonly Gen<string> Name = Gen.OneOf("Accept", "X-Call-Id", "x-call-id", "X-A", "X-B", "X-C", "A", "B", "", "X-\\u0041", "é");

    private static readonly Gen<string> Quoted = Text.Select(text => $"\"{text}\"");

    private static readonly Gen<string> Scalar = Gen.Frequency((20, Quoted), (2, Gen.Const("null")), (1, Gen.OneOf("true", "1", "{}", "[]", " \"a\"", "nul")));

    private static readonly Gen<string> Header = Gen.Frequency(
        (20, Rows(Gen.Frequency((20, Quoted.Array[1, 3].Select(values => $"[{string.Join(',', values)}]")), (1, Gen.OneOf("null", "[]", "[null]", "[1]", "\"a\""))))),
        (1, Gen.OneOf("null", "[]", "{}")));

    private static readonly Gen<string> Map = Gen.Frequency((10, Rows(Scalar)), (1, Gen.OneOf("null", "{}", "[]")));

    private static readonly Gen<string> Callback = Gen.Frequency(
        (10, Gen.Select(Gen.OneOf("Scheme", "Host", "Path", "RawPath", "RawQuery", "Fragment", "RawFragment", "Opaque", "User", "ForceQuery", "OmitHost", "host", "Other"), Gen.Frequency((8, Scalar), (2, Gen.OneOf("true", "false"))), (key, value) => $"\"{key}\":{value}").Array[0, 6]
            .Select(fields => $$"""{"Scheme":"http","Host":"a"{{string.Concat(fields.Select(field => "," + field))}}}""")),
        (2, Gen.OneOf("null", "\"http://a/b?c\"", "\"ftp://a\"", "\"\"", "{}")));

    private static readonly Gen<string> Field = Gen.Frequency(
        (6, Gen.Select(Gen.OneOf("Host", "Body", "Method", "Path", "QueryString", "Function", "QueueName", "function", "BODY", "Other", "Meth\\u006fd"), Scalar, (key, value) => $"\"{key}\":{value}")),
        (4, Header.Select(value => "\"Header\":" + value)),
        (2, Gen.Select(Gen.OneOf("Annotations", "Labels", "Environment", "labels"), Map, (key, value) => $"\"{key}\":{value}")),
        (1, Callback.Select(value => "\"CallbackUrl\":" + value)));

    private static readonly Gen<string> Message = Gen.Select(Field.Array[0, 8], Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf(" ", "\n", "}", "x"))))
        .Select((fields, end) => $$"""{"Function":"f"{{string.Concat(fields.Select(field => "," + field))}}}""" + end);

    [Fact]
    public void Read_RandomMessages_AsTheThoroughReader()
    {
        int quick = 0;
        int good = 0;
        Message.Sample(
            message =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(message);
                quick += IsCompact(bytes) ? 1 : 0;
                good += Same(bytes) ? 1 : 0;
            },
            iter: 20_000, threads: 1);

        // The short way, the other way and poison must all be common, or this compares nothing.
        Assert.InRange(quick, 1_000, 19_000);
        Assert.InRange(good, 1_000, 19_000);
    }

    [Fact]
    public void Read_MutatedMessages_AsTheThoroughReader()
    {
        var random = new Random(20_261_124);
        byte[] sample = Encoding.UTF8.GetBytes(Reading.Sample);
        for (int i = 0; i < 20_000; i++)
        {
            Same(EnvelopeMutationTests.Mutate(sample, random));
        }
    }

    [Fact]
    public void Read_EveryCutAndEveryByte_AsTheThoroughReader()
    {
        byte[] sample = Encoding.UTF8.GetBytes("""{"Header":{"A":["b","\u0041"]},"Body":"e30=","Path":"/é","Function":"f","CallbackUrl":null}""");
        for (int at = 0; at < sample.Length; at++)
        {
            Same(sample[..at]);
            for (int value = 0; value < 256; value++)
            {
                byte[] changed = [.. sample];
                changed[at] = (byte)value;
                Same(changed);
            }
        }
    }

    [Fact]
    public void Read_WhatProducersWrite_TakesTheShortWay()
    {
        Assert.True(IsCompact(Encoding.UTF8.GetBytes(Reading.Sample)));
        Assert.True(IsCompact(Encoding.UTF8.GetBytes(
            """{"Header":null,"Host":"","Body":null,"Method":"POST","Path":"/é\u0026","QueryString":"a=1\u0026b=2","Function":"figlet","QueueName":"","Annotations":{"a":"b"},"CallbackUrl":null}""")));
    }

    [Theory]
    [InlineData(""" {"Function":"f"}""")]
    [InlineData("""{"function":"f"}""")]
    [InlineData("""{"Function":"f","Function":"g"}""")]
    [InlineData("""{"Function":"f","Header":{"A":["1"],"A":["2"]}}""")]
    public void Read_AnythingUnusual_LeavesTheMessageAsItCame(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.False(IsCompact(bytes));
        Assert.Equal(json, Encoding.UTF8.GetString(bytes));
        Assert.True(Same(bytes));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("YQ==", true)]
    [InlineData("YR==", true)]
    [InlineData("\\n\\r\\nYQ==", true)]
    [InlineData("Pz8\\/", true)]
    [InlineData("\\u0059WJj", true)]
    [InlineData("YW\\u0047=", true)]
    [InlineData("YW\\u0044=", true)]
    [InlineData("Y\\u0057==", true)]
    [InlineData("YQ=", false)]
    [InlineData("A*AA", false)]
    [InlineData("\n\n\n\n", false)]
    [InlineData("AAA\\", false)]
    [InlineData("AA\\\"A", false)]
    [InlineData("\u0001AAA", false)]
    [InlineData("    ", false)]
    public void Read_BodyOddBehindWhatIsDecoded_AsTheThoroughReader(string end, bool good)
    {
        // Pieces of 4096 digits are decoded before the end is looked at.
        foreach (int digits in (int[])[0, 4, 4092, 4096, 4100, 8192, 12_288])
        {
            string random = Convert.ToBase64String(RandomBytes(digits / 4 * 3));
            Assert.Equal(good, Same(Encoding.UTF8.GetBytes($$"""{"Function":"f","Body":"{{random}}{{end}}","Path":"/x"}""")));
        }
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static Gen<string> Rows(Gen<string> value) =>
        Gen.Select(Name, value, (name, content) => $"\"{name}\":{content}").Array[1, 6].Select(rows => $$"""{{{string.Join(',', rows)}}}""");

    private static bool IsCompact(byte[] message)
    {
        var store = new TextStore();
        store.Attach(message);
        var content = default(EnvelopeContent);
        return new CompactReader(message, store, new EnvelopeTables(), Reading.Limits).TryRead(ref content);
    }

    /// <summary>Reads both ways under all limits; whether the message is good under the usual ones.</summary>
    private static bool Same(byte[] message)
    {
        foreach (var limits in AllLimits)
        {
            var one = new Envelope();
            var other = new Envelope();
            string answer = one.Read([.. message], message.Length, limits) + " " + Describe(one);
            string expected = other.ReadThoroughly([.. message], message.Length, limits) + " " + Describe(other);
            Assert.True(answer == expected, $"{Encoding.Latin1.GetString(message)}\n{answer}\n{expected}");
        }

        return new Envelope().Read([.. message], message.Length, Reading.Limits) == EnvelopeError.None;
    }

    private static string Describe(Envelope envelope)
    {
        var text = new StringBuilder();
        Add(envelope.Function);
        Add(envelope.Path);
        Add(envelope.QueryString);
        Add(envelope.Method);
        Add(envelope.Host);
        Add(envelope.QueueName);
        Add(envelope.Body.Span);
        Add(envelope.CallbackUrl);
        Add(envelope.CallId);
        for (int row = 0; row < envelope.HeaderCount; row++)
        {
            Add(envelope.HeaderName(row));
            Add(envelope.HeaderValue(row));
        }

        foreach (string key in (string[])["", "A", "X-A", "X-B", "com.openfaas.retry.attempts", "é", "Accept"])
        {
            byte[] name = Encoding.UTF8.GetBytes(key);
            text.Append(envelope.TryGetAnnotation(name, out var value)).Append(envelope.TryGetLabel(name, out var label)).Append(envelope.TryGetEnvironment(name, out var variable));
            Add(value);
            Add(label);
            Add(variable);
        }

        return text.ToString();

        void Add(ReadOnlySpan<byte> bytes) => text.Append(Convert.ToHexString(bytes)).Append('|');
    }
}
