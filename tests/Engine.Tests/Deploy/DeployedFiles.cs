using System.Text.RegularExpressions;
using Paddlewheel.Engine.Tests.House;

namespace Paddlewheel.Engine.Tests.Deploy;

/// <summary>The environments that the files below deploy/ give to our processes, read as text: enough for names and values on lines of their own.</summary>
internal static partial class DeployedFiles
{
    public static readonly string[] All = ["deploy/kubernetes/paddlewheel.yaml", "deploy/compose/compose.yaml", "deploy/systemd/paddlewheel-worker.service"];

    /// <summary>One environment for each process of ours in the file.</summary>
    public static IReadOnlyList<Dictionary<string, string?>> Environments(string file)
    {
        string text = Repository.Read(file);
        Regex variable = Path.GetExtension(file) == ".service" ? OfUnit() : file.Contains("compose", StringComparison.Ordinal) ? OfCompose() : OfKubernetes();
        Regex block = Path.GetExtension(file) == ".service" ? UnitBlock() : file.Contains("compose", StringComparison.Ordinal) ? ComposeBlock() : KubernetesBlock();
        return [.. block.Matches(text).Select(it => variable.Matches(it.Value).ToDictionary(static v => v.Groups[1].Value, static v => (string?)v.Groups[2].Value))];
    }

    [GeneratedRegex(@"^( +)env:\n(?:\1 +.*\n)+", RegexOptions.Multiline)]
    private static partial Regex KubernetesBlock();

    [GeneratedRegex("- name: (\\w+)\n +value: \"([^\"]*)\"")]
    private static partial Regex OfKubernetes();

    [GeneratedRegex(@"^( +)environment:\n(?:\1 +.*\n)+", RegexOptions.Multiline)]
    private static partial Regex ComposeBlock();

    [GeneratedRegex("^ +(\\w+): \"?([^\"\n]*)\"?$", RegexOptions.Multiline)]
    private static partial Regex OfCompose();

    [GeneratedRegex("^Environment=.*$", RegexOptions.Multiline)]
    private static partial Regex UnitBlock();

    [GeneratedRegex(@"\b([a-z_]+)=(\S+)")]
    private static partial Regex OfUnit();
}
