using Paddlewheel.Engine.Fetch;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

/// <summary>Nobody awaits the preparation of a start: that it can be read is shown here.</summary>
public sealed class JetStreamAnswersTests
{
    [Fact]
    public void Prepare_Always_ReadsItsExamples() => JetStreamAnswers.Prepare();
}
