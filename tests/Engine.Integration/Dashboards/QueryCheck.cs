using Paddlewheel.Engine.Integration.Support;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>Says what an expression names that no scraped page has: metric, label, or label value.</summary>
/// <param name="pages">Pages of one worker at several moments, taken together.</param>
/// <param name="recorded">Names that recording rules make, with their labels.</param>
internal sealed class QueryCheck(IReadOnlyList<MetricsPage> pages, IReadOnlyDictionary<string, IReadOnlySet<string>> recorded)
{
    /// <summary>What Prometheus adds to every series it scrapes.</summary>
    private static readonly string[] OfTheTarget = ["job", "instance"];

    /// <param name="query">The expression.</param>
    /// <param name="shown">Labels that a legend or an annotation takes from the result.</param>
    public IEnumerable<string> Problems(PromQl query, IEnumerable<string> shown)
    {
        HashSet<string> known = [.. OfTheTarget];
        foreach (PromQl.Selector selector in query.Selectors)
        {
            if (recorded.TryGetValue(selector.Name, out IReadOnlySet<string>? labels))
            {
                known.UnionWith(labels);
                continue;
            }

            IReadOnlyList<MetricsPage.Sample> series = [.. pages.SelectMany(page => page.Of(selector.Name))];
            if (series.Count == 0)
            {
                yield return $"no metric {selector.Name}: {query.Text}";
                continue;
            }

            HashSet<string> own = [.. series.SelectMany(static it => it.Labels.Keys), .. OfTheTarget];
            known.UnionWith(own);
            foreach (PromQl.Matcher matcher in selector.Matchers.Where(it => !own.Contains(it.Label)))
            {
                yield return $"no label {matcher.Label} on {selector.Name}: {query.Text}";
            }

            if (!series.Any(it => selector.Matchers.All(m => OfTheTarget.Contains(m.Label) || m.Fits(it.Labels.GetValueOrDefault(m.Label, "")))))
            {
                yield return $"no series of {selector.Name} fits the matchers: {query.Text}";
            }
        }

        if (query.Selectors.Count == 0)
        {
            yield return $"no metric at all: {query.Text}";
        }

        foreach (string label in query.Groups.Where(it => !known.Contains(it)))
        {
            yield return $"no metric has the label {label} grouped by: {query.Text}";
        }

        // A label that the grouping drops shows as nothing.
        IEnumerable<string> left = query.Groups.Count > 0 ? [.. query.Groups, .. query.Made] : known;
        foreach (string label in shown.Except(left))
        {
            yield return $"the result has no label {label}: {query.Text}";
        }
    }
}
