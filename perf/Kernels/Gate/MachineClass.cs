using System.Runtime.InteropServices;

namespace Paddlewheel.Perf.Kernels;

/// <summary>
/// What an instruction count depends on beside the code: the kind of processor and the runtime. Not the model: the native
/// compiler uses what every x64 of the last ten years has, and asks for no more when it runs.
/// </summary>
/// <param name="Processor">For example <c>x64</c>.</param>
/// <param name="Runtime">For example <c>.NET 10.0.12</c>.</param>
internal sealed record MachineClass(string Processor, string Runtime)
{
    /// <summary>The one this program runs on.</summary>
    public static MachineClass Here { get; } = new(
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        RuntimeInformation.FrameworkDescription);

    /// <summary>The same processor under another runtime: a baseline that has to be taken anew, not one that does not matter here.</summary>
    public bool IsOtherRuntime(string name) => name != ToString() && name.StartsWith(Processor + ", ", StringComparison.Ordinal);

    public override string ToString() => $"{Processor}, {Runtime}";
}
