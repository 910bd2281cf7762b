using Paddlewheel.Engine.Publish;
using Xunit;

namespace Paddlewheel.Engine.Tests.Publish;

public sealed class SubjectTemplateTests
{
    [Theory]
    [InlineData("echo", "q.echo.openfaas-fn")]
    [InlineData("echo.dev", "q.echo.dev")]
    [InlineData("a.b.dev", "q.a_b.dev")]
    [InlineData("under_score", "q.under_score.openfaas-fn")]
    public void Render_Default_NameAndNamespaceAreOneTokenEach(string function, string expected) =>
        Assert.Equal(expected, SubjectTemplate.Default.Render("q", function, "openfaas-fn"));

    [Theory]
    [InlineData("ev*il", "q.ev_il.n")]
    [InlineData("ev>il", "q.ev_il.n")]
    [InlineData("ev il\r\n", "q.ev_il__.n")]
    [InlineData("", "q._.n")]
    public void Render_HostileName_NeverLeavesItsToken(string function, string expected) =>
        Assert.Equal(expected, SubjectTemplate.Default.Render("q", function, "n"));

    [Fact]
    public void Render_OtherShape_FillsWhatItNames()
    {
        Assert.True(SubjectTemplate.TryParse("OF_{queue}.0.{function}", out SubjectTemplate template, out _));

        Assert.Equal("OF_q.0.echo", template.Render("q", "echo.dev", "n"));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{queue}.{name}", "names something other than")]
    [InlineData("{queue}.*", "wildcard")]
    [InlineData("{queue}.>", "wildcard")]
    [InlineData("{queue}..x", "empty part")]
    [InlineData(".{queue}", "empty part")]
    [InlineData("$JS.{queue}", "belongs to the server")]
    [InlineData("{queue} x", "space")]
    public void TryParse_Unusable_SaysWhy(string text, string reason)
    {
        Assert.False(SubjectTemplate.TryParse(text, out _, out string said));
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }
}
