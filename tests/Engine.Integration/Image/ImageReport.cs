using System.Globalization;
using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>The measured figures, as rows of the table that <c>eng/image-check</c> prints and docs/image.md holds.</summary>
internal static partial class ImageReport
{
    private static readonly Lock Gate = new();

    /// <summary>Adds a row: flavour, figure, value, limit.</summary>
    public static void Add(string flavour, string what, double value, string unit, double? limit = null)
    {
        string row = string.Create(CultureInfo.InvariantCulture, $"| {flavour} | {what} | {value:0.#} {unit} | {(limit is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{limit:0.#} {unit}"))} |");
        lock (Gate)
        {
            if (ImageEngine.Variable("PADDLEWHEEL_IMAGE_REPORT") is { } file)
            {
                File.AppendAllText(file, row + "\n");
            }
        }
    }

    /// <summary>The limits that docs/image.md states: flavour, figure, limit.</summary>
    public static IReadOnlyList<(string Flavour, string What, int Limit)> Stated() =>
        [.. Row().Matches(File.ReadAllText(Document())).Select(static row => (row.Groups[1].Value, row.Groups[2].Value, int.Parse(row.Groups[3].Value, CultureInfo.InvariantCulture)))];

    private static string Document()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Engine.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new FileNotFoundException("Engine.sln is in no parent folder of the tests."), "docs", "image.md");
    }

    [GeneratedRegex(@"^\| (aot|jit) \| ([^|]+?) \| [^|]+ \| (\d+) \w+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
