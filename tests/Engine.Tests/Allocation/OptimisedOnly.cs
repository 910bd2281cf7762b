using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace Paddlewheel.Engine.Tests.Allocation;

/// <summary>
/// In a Debug build the C# compiler makes every async state machine a class, so that a debugger can edit it: each call costs
/// an object that does not exist in what is shipped. Steps with async methods are counted in Release builds only.
/// </summary>
internal static class OptimisedOnly
{
    public static void Check()
    {
        bool slow = typeof(Engine.Lanes.Lane).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true;
        Assert.SkipWhen(slow, "async methods are counted in Release builds: dotnet test -c Release");
    }
}
