using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Configuration;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "Worker")]
    [InlineData("-license-file=/var/secrets/license/license", "Worker")]
    [InlineData("-license-file /var/secrets/license/license", "Worker")]
    [InlineData("-license-file=/x -pprof=true", "Worker")]
    [InlineData("worker", "Worker")]
    [InlineData("dev", "Dev")]
    [InlineData("ingress -license-file=/x", "Ingress")]
    [InlineData("check", "Check")]
    [InlineData("health", "Health")]
    [InlineData("health -ingress -ready", "Health")]
    [InlineData("version", "Version")]
    [InlineData("-version", "Version")]
    [InlineData("--version", "Version")]
    [InlineData("--help", "Help")]
    [InlineData("help", "Help")]
    public void Parse_KnownWords_GivesTheVerbWithoutWarning(string line, string verb)
    {
        var commandLine = Parse(line);

        Assert.Equal(verb, commandLine.Verb.ToString());
        Assert.Null(commandLine.Error);
        Assert.Empty(commandLine.Warnings);
    }

    [Fact]
    public void Parse_UnknownFlags_WarnAndGoOn()
    {
        var commandLine = Parse("-future=1 -other");

        Assert.Equal(Verb.Worker, commandLine.Verb);
        Assert.Null(commandLine.Error);
        Assert.Equal(["the flag -future is not known and is ignored", "the flag -other is not known and is ignored"], commandLine.Warnings);
    }

    [Theory]
    [InlineData("wroker")]
    [InlineData("dev check")]
    [InlineData("dev ''")]
    public void Parse_WordThatIsNoVerb_IsAnError(string line) => Assert.NotNull(Parse(line).Error);

    [Theory]
    [InlineData("-nats-token-file=/token")]
    [InlineData("--nats-token-file /token")]
    public void Over_TokenFileFlag_WinsOverTheEnvironment(string line)
    {
        var environment = new Dictionary<string, string?> { ["nats_token_file"] = "/other", ["max_inflight"] = "5" };

        var over = Parse(line).Over(environment);

        Assert.Equal("/token", over["nats_token_file"]);
        Assert.Equal("5", over["max_inflight"]);
        Assert.Same(environment, Parse("").Over(environment));
    }

    private static CommandLine Parse(string line) => CommandLine.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
