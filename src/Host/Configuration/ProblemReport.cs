using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Host.Configuration;

/// <summary>Problems as an operator reads them on stderr before exit code 2.</summary>
internal static class ProblemReport
{
    private const int LongestValue = 200;

    public static string Render(IReadOnlyList<OptionProblem> problems)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The configuration has {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}:\n");
        foreach (var problem in problems)
        {
            text.Append("\n  ").Append(problem.Name);
            if (problem.Value is { } value)
            {
                text.Append("=\"").Append(Printable(value)).Append('"');
            }

            text.Append("\n    why:     ").Append(problem.Reason);
            text.Append("\n    example: ").Append(problem.Name).Append('=').Append(problem.Example).Append('\n');
        }

        return text.ToString();
    }

    // What an operator pasted may carry line ends and escapes that would forge lines of this report.
    private static string Printable(string value)
    {
        var cut = value.Length > LongestValue ? value[..LongestValue] + "..." : value;
        return string.Concat(cut.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));
    }
}
