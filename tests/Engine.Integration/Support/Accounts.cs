namespace Paddlewheel.Engine.Integration.Support;

/// <summary>What was published against what was invoked: nothing lost, nothing invented, and how much was done twice.</summary>
internal sealed class Accounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);

    /// <summary>Messages that JetStream acknowledged.</summary>
    public int Published
    {
        get
        {
            lock (_gate)
            {
                return _tries.Count;
            }
        }
    }

    /// <summary>Notes an acknowledged publish.</summary>
    /// <param name="tries">Invocations that it needs when nothing goes wrong.</param>
    public void Add(string callId, int tries = 1)
    {
        lock (_gate)
        {
            _tries.Add(callId, tries);
        }
    }

    /// <summary>The books as they stand against what a server saw.</summary>
    public Balance Against(FunctionServer functions)
    {
        lock (_gate)
        {
            IReadOnlyList<Invocation> calls = functions.Arrived.Snapshot();
            Dictionary<string, int> seen = calls.CountBy(static c => c.CallId).ToDictionary(StringComparer.Ordinal);
            return new Balance(
                Lost: [.. _tries.Keys.Where(id => !seen.ContainsKey(id))],
                Invented: [.. seen.Keys.Where(id => !_tries.ContainsKey(id))],
                Altered: [.. calls.Where(static c => c.Text != c.CallId).Select(static c => c.CallId).Distinct()],
                Duplicates: _tries.Sum(t => Math.Max(0, seen.GetValueOrDefault(t.Key) - t.Value)),
                AfterSuccess: RepeatedAfterSuccess(calls),
                Missing: _tries.Sum(t => Math.Max(0, t.Value - seen.GetValueOrDefault(t.Key))));
        }
    }

    private static int RepeatedAfterSuccess(IReadOnlyList<Invocation> calls) => calls
        .GroupBy(static c => c.CallId)
        .Sum(static g => g.Count(later => g.Any(first => first.Attempt < later.Attempt && first is { Aborted: false, Ended: > 0 } && first.Ended < later.Arrived)));
}

/// <param name="Lost">Published and never invoked.</param>
/// <param name="Invented">Invoked and never published.</param>
/// <param name="Altered">Invoked with another body than published; these tests send the call id as the body.</param>
/// <param name="Duplicates">Invocations beyond those that a call needed.</param>
/// <param name="AfterSuccess">Invocations that came when an earlier one of the same call had been answered; says where duplicates come from.</param>
/// <param name="Missing">Invocations that a call needed and did not get.</param>
internal sealed record Balance(IReadOnlyList<string> Lost, IReadOnlyList<string> Invented, IReadOnlyList<string> Altered, int Duplicates, int AfterSuccess, int Missing)
{
    /// <summary>Fails unless every message was invoked as published.</summary>
    public void AssertNothingLost()
    {
        Xunit.Assert.Empty(Lost);
        Xunit.Assert.Empty(Invented);
        Xunit.Assert.Empty(Altered);
        Xunit.Assert.Equal(0, Missing);
    }

    /// <summary>Fails when more was done again than was running at the moment of each fault.</summary>
    public void AssertDuplicatesAtMost(int most) => Xunit.Assert.True(Duplicates <= most, $"more than {most} done again: {this}");

    public override string ToString() =>
        $"{Lost.Count} lost, {Invented.Count} invented, {Altered.Count} altered, {Missing} missing, {Duplicates} duplicates, {AfterSuccess} calls repeated after an answer";
}
