using System.Net;
using System.Text;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>A result as one page with its charts inside: no network, no script, so that it can be attached, mailed and kept.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{--ink:#1f2937;--soft:#6b7280;--grid:#e5e7eb;--paper:#fff;--card:#f9fafb;color-scheme:light dark}
        @media(prefers-color-scheme:dark){:root{--ink:#e5e7eb;--soft:#9ca3af;--grid:#374151;--paper:#111827;--card:#1f2937}}
        body{margin:0 auto;padding:24px;max-width:1000px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        h1{font-size:24px;margin:0}h2{font-size:16px;margin:28px 0 8px}p{margin:4px 0}.soft{color:var(--soft)}
        .verdict{margin:16px 0;padding:10px 14px;border-radius:8px;border-left:5px solid #059669;background:var(--card)}
        .verdict.bad{border-color:#dc2626}.charts{display:flex;flex-wrap:wrap;gap:12px}.charts svg{background:var(--card);border-radius:8px}
        table{border-collapse:collapse}td,th{padding:3px 16px 3px 0;text-align:left;border-bottom:1px solid var(--grid)}td.n{text-align:right;font-variant-numeric:tabular-nums}
        .tables{display:flex;flex-wrap:wrap;gap:8px 48px}
        """;

    public static string Of(ScenarioResult result)
    {
        StringBuilder page = new();
        page.Append($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Escape(result.Scenario)}</title>");
        page.Append($"<style>{Style}{Chart.Style}</style></head><body>");
        page.Append($"<h1>{Escape(result.Scenario)}</h1><p class=\"soft\">{Escape(result.Machine.At)}, worker: {Escape(result.Worker)}</p>");
        page.Append($"<div class=\"verdict{(result.Problems.Count == 0 ? "" : " bad")}\">");
        page.Append(result.Problems.Count == 0 ? Escape(MarkdownReport.AllWell) : "<b>FAILED</b><ul>" + string.Concat(result.Problems.Select(static it => $"<li>{Escape(it)}</li>")) + "</ul>");
        page.Append("</div><div class=\"charts\">");
        foreach (Chart chart in ResultCharts.Of(result))
        {
            page.Append(chart.Render());
        }

        page.Append("</div><div class=\"tables\"><div><h2>Figures</h2>");
        Table(page, result.Figures.Select(static it => (it.Name, it.Text)), " class=\"n\"");
        page.Append("</div><div><h2>Settings</h2>");
        Table(page, result.Settings.Where(static it => it.Value.Length > 0).Select(static it => (it.Key, it.Value)), " class=\"n\"");
        page.Append("<h2>Machine</h2>");
        Machine machine = result.Machine;
        Table(
            page,
            [("processors", $"{machine.Processors} ({machine.Processor})"), ("memory", $"{machine.MemoryGiB} GiB"), ("system", machine.System), ("runtime", machine.Runtime), ("nats-server", machine.NatsServer)],
            "");
        return page.Append("</div></div></body></html>\n").ToString();
    }

    private static void Table(StringBuilder page, IEnumerable<(string Name, string Value)> rows, string style)
    {
        page.Append("<table>");
        foreach ((string name, string value) in rows)
        {
            page.Append($"<tr><td>{Escape(name)}</td><td{style}>{Escape(value)}</td></tr>");
        }

        page.Append("</table>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
