using System.Text.Json;
using System.Text.Json.Serialization;

namespace Paddlewheel.Perf.Micro;

/// <summary>Bytes per message by step, as they were reviewed. Bytes, never nanoseconds: they repeat on any machine.</summary>
internal static class Baseline
{
    /// <summary>The committed file, found from where the program was built or is run.</summary>
    public static string DefaultFile
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string file = Path.Combine(folder.FullName, "perf", "Micro", "allocations.json");
                if (File.Exists(file))
                {
                    return file;
                }
            }

            return Path.Combine(AppContext.BaseDirectory, "allocations.json");
        }
    }

    public static SortedDictionary<string, double> Read(string file) =>
        JsonSerializer.Deserialize(File.ReadAllText(file), BaselineJson.Default.SortedDictionaryStringDouble) ?? [];

    public static void Write(string file, SortedDictionary<string, double> bytes) =>
        File.WriteAllText(file, JsonSerializer.Serialize(bytes, BaselineJson.Default.SortedDictionaryStringDouble) + "\n");
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SortedDictionary<string, double>))]
internal sealed partial class BaselineJson : JsonSerializerContext;
