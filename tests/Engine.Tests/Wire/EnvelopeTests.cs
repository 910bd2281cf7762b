using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class EnvelopeTests
{
    [Fact]
    public void Read_GatewaySample_GivesEveryField()
    {
        var envelope = Reading.Good(Reading.Sample);

        Assert.Equal("cows", envelope.Function.Text());
        Assert.Equal("/resize", envelope.Path.Text());
        Assert.Equal("w=10", envelope.QueryString.Text());
        Assert.Equal("POST", envelope.Method.Text());
        Assert.Equal("127.0.0.1:8080", envelope.Host.Text());
        Assert.Equal("", envelope.QueueName.Text());
        Assert.Equal("{}", envelope.Body.Span.Text());
        Assert.Equal("f7e0-11", envelope.CallId.Text());
        Assert.True(envelope.HasCallback);
        Assert.Equal("http://cb.example/done", envelope.CallbackUrl.Text());
        Assert.Equal(
            "Accept=*/*; Content-Length=2; Content-Type=application/json; User-Agent=curl/8.5.0; X-Call-Id=f7e0-11; "
            + "X-Callback-Url=http://cb.example/done; X-Start-Time=1753700000000000000",
            envelope.Header());
        Assert.True(envelope.TryGetAnnotation("com.openfaas.retry.attempts"u8, out var attempts));
        Assert.Equal("30", attempts.Text());
        Assert.False(envelope.TryGetAnnotation("COM.openfaas.retry.attempts"u8, out _));
    }

    [Fact]
    public void Read_OldProducer_AcceptsEveryKeyEmptyOrNull()
    {
        var envelope = Reading.Good(
            """{"Header":null,"Host":"","Body":null,"Method":"POST","Path":"","QueryString":"","Function":"figlet","QueueName":"","Annotations":null,"CallbackUrl":null}""");

        Assert.Equal("figlet", envelope.Function.Text());
        Assert.Equal(0, envelope.HeaderCount);
        Assert.True(envelope.Body.IsEmpty);
        Assert.True(envelope.CallId.IsEmpty);
        Assert.False(envelope.HasCallback);
        Assert.True(envelope.CallbackUrl.IsEmpty);
    }

    [Fact]
    public void Read_CallbackHeaderAlone_IsNoCallback() =>
        Assert.False(Reading.Good("""{"Function":"f","Header":{"X-Callback-Url":["http://cb/"]}}""").HasCallback);

    [Fact]
    public void Read_AnotherMessage_LeavesNothingOfTheFirst()
    {
        var envelope = Reading.Good(Reading.Sample);
        Assert.Equal(EnvelopeError.None, envelope.Read("""{"Function":"next"}"""u8.ToArray(), 19, Reading.Limits));

        Assert.Equal("next", envelope.Function.Text());
        Assert.Equal(0, envelope.HeaderCount);
        Assert.True(envelope.Body.IsEmpty);
        Assert.True(envelope.Path.IsEmpty);
        Assert.False(envelope.HasCallback);
        Assert.False(envelope.TryGetAnnotation("com.openfaas.retry.attempts"u8, out _));
    }

    [Fact]
    public void Read_Poison_LeavesTheEnvelopeEmpty()
    {
        var envelope = Reading.Good(Reading.Sample);
        byte[] cut = """{"Function":"f","Header":{"A":["b"]},"Body":"e30" """u8.ToArray();

        Assert.NotEqual(EnvelopeError.None, envelope.Read(cut, cut.Length, Reading.Limits));
        Assert.True(envelope.Function.IsEmpty);
        Assert.Equal(0, envelope.HeaderCount);
    }

    [Fact]
    public void Read_BufferLongerThanMessage_IgnoresTheRest()
    {
        byte[] buffer = """{"Function":"f"}}}}garbage"""u8.ToArray();
        var envelope = new Envelope();

        Assert.Equal(EnvelopeError.None, envelope.Read(buffer, 16, Reading.Limits));
        Assert.Equal("f", envelope.Function.Text());
    }

    [Theory]
    [InlineData("X-Call-Id")]
    [InlineData("x-call-id")]
    [InlineData("X-CALL-ID")]
    public void CallId_NameInAnyCase_IsTheFirstValue(string name)
    {
        var envelope = Reading.Good($$$"""{"Function":"f","Header":{"{{{name}}}":["1","2"],"x-call-Id":["3"]}}""");

        Assert.Equal("1", envelope.CallId.Text());
        Assert.Equal($"{name}=1; {name}=2; x-call-Id=3", envelope.Header());
    }

    [Fact]
    public void HeaderName_OutOfRange_Throws()
    {
        var envelope = Reading.Good("""{"Function":"f","Header":{"A":["1"]}}""");
        Assert.Throws<ArgumentOutOfRangeException>(() => envelope.HeaderName(1).Length);
    }

    [Fact]
    public void Words_EveryError_HasItsOwn()
    {
        var errors = Enum.GetValues<EnvelopeError>();

        Assert.Equal(errors.Length, errors.Select(EnvelopeErrors.Reason).Distinct().Count());
        Assert.Equal(errors.Length, errors.Select(EnvelopeErrors.Slug).Distinct().Count());
        Assert.DoesNotContain("invalid", errors.Select(EnvelopeErrors.Slug));
        Assert.All(errors, error => Assert.Matches("^[a-z_]+$", EnvelopeErrors.Slug(error)));
    }
}
