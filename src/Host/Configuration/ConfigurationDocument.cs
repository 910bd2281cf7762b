using System.Text;

namespace Paddlewheel.Host.Configuration;

/// <summary>docs/configuration.md, written from the table so that it cannot say anything else.</summary>
internal static class ConfigurationDocument
{
    public static string Render()
    {
        var text = new StringBuilder("""
            # Configuration

            Everything is set through environment variables. A test writes this file from the code; do not edit it.

            - An empty value is the default, for every variable.
            - Durations are Go's: `10s`, `1m05s`, `1.5h`, `250ms`. A bare number is seconds.
            - True is `1`, `t` or `true`, false is `0`, `f` or `false`, in any case.
            - All problems are reported at once, with the name, the value, the reason and an example; the exit code is then 2.

            ## What the charts send


            """);
        Table(text, Settings.Charts);
        text.Append("\n## Signing in to NATS\n\n");
        Table(text, Settings.Nats);
        text.Append("\n## Additions\n\n");
        Table(text, Settings.Own);
        text.Append("\n## Old names\n\nEach is accepted with a warning.\n\n| Name | Now |\n|---|---|\n");
        foreach (var setting in Settings.All)
        {
            foreach (var alias in setting.Aliases)
            {
                text.Append("| `").Append(alias).Append("` | `").Append(setting.Name).Append("` |\n");
            }
        }

        foreach (var name in Settings.Ignored)
        {
            text.Append("| `").Append(name).Append("` | ignored |\n");
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, Setting[] settings)
    {
        var defaults = new HostOptions();
        text.Append("| Variable | Value | Default | Example | Meaning |\n|---|---|---|---|---|\n");
        foreach (var setting in settings)
        {
            var value = setting.Show(defaults);
            text.Append("| `").Append(setting.Name).Append("` | ").Append(setting.Kind)
                .Append(" | ").Append(value.Length == 0 ? "" : $"`{value}`")
                .Append(" | `").Append(setting.Example).Append("` | ").Append(setting.Meaning).Append(" |\n");
        }
    }
}
