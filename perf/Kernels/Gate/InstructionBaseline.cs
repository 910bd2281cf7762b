using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Paddlewheel.Perf.Kernels;

/// <summary>Instructions per run by machine class and kernel, as they were reviewed.</summary>
internal static class InstructionBaseline
{
    /// <summary>Of this file; empty when there is none.</summary>
    public static SortedDictionary<string, SortedDictionary<string, double>> Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), InstructionJson.Default.SortedDictionaryStringSortedDictionaryStringDouble)! : [];

    /// <summary>Replaces one machine class and leaves the others as they are.</summary>
    public static void Write(string file, MachineClass machine, SortedDictionary<string, double> counts)
    {
        SortedDictionary<string, SortedDictionary<string, double>> all = Read(file);
        foreach (string older in all.Keys.Where(machine.IsOtherRuntime).ToArray())
        {
            all.Remove(older);
        }

        all[machine.ToString()] = counts;

        // Steps have an arrow or a comma in their names and nothing else: escapes would only make the diff harder to read.
        InstructionJson json = new(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        File.WriteAllText(file, JsonSerializer.Serialize(all, json.SortedDictionaryStringSortedDictionaryStringDouble) + "\n");
    }
}

[JsonSerializable(typeof(SortedDictionary<string, SortedDictionary<string, double>>))]
internal sealed partial class InstructionJson : JsonSerializerContext;
