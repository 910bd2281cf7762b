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
        Append(text, [Commands.Out]);
        text.AppendLine().AppendLine("gate          every scenario in its short form; exit code 1 when one of them finds a problem");
        Append(text, GateCommand.Settings);
        text.AppendLine("ratio         two workers drain in turn, A B, B A; medians of their ratios");
        Append(text, RatioCommand.Settings);
        text.AppendLine("curves        rate and processor time against one thing after the other; data and picture; --quick for a look");
        Append(text, CurvesCommand.Settings);
        text.AppendLine("compare A.json B.json   two results of the same settings; exit code 2 when their settings differ");
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
