using System.Text;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>What the program understands, made from the scenarios themselves.</summary>
internal static class Usage
{
    public static string Text()
    {
        StringBuilder text = new();
        foreach (IScenario scenario in ScenarioList.All)
        {
            text.Append(scenario.Name.PadRight(14)).AppendLine(scenario.What);
            Append(text, scenario.Settings);
        }

        text.AppendLine("every scenario:");
        Append(text, ScenarioSettings.Common);
        text.AppendLine("  --out FOLDER              where the reports go (artifacts/load)");
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<Setting> settings)
    {
        foreach (Setting setting in settings)
        {
            text.Append("  ").Append($"--{setting.Name} {(setting.Default.Length > 0 ? setting.Default : "VALUE")}".PadRight(26)).AppendLine(setting.What);
        }
    }
}
