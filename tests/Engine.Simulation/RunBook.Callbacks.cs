namespace Paddlewheel.Engine.Simulation;

/// <content>I7: one final callback, after the last try, and none after it.</content>
internal sealed partial class RunBook
{
    /// <summary>A worker posts a result.</summary>
    public void Posted(int id, int process, int functionStatus, int run)
    {
        Entry entry = _entries[id];
        entry.Posts++;
        if (!entry.Message.HasCallback)
        {
            Fail($"I7: message {id} asked for no callback");
        }
        else if (!entry.IsSettled)
        {
            Fail($"I7: message {id} is called back before its last try");
        }
        else if (!entry.Finals.Any(final => final.Status == functionStatus && (run < 0 || final.Run == run)))
        {
            Fail($"I7: message {id} is called back with status {functionStatus} of run {run}, which is no final result of it");
        }

        if (entry.Hits == 0 && entry.IsCalledBack)
        {
            Fail($"I7: message {id} is called back again after its callback was through");
        }

        // A lost lease or a crash in process A has B start over, with a budget of its own.
        if (entry.Hits == 0 && entry.Posts > scenario.Policy.CallbackRetryAttempts + 1)
        {
            Fail($"I7: post {entry.Posts} of message {id}'s callback, allowed are {scenario.Policy.CallbackRetryAttempts} retries");
        }

        if (entry.Hits == 0 && entry.PostNotBefore > clock.Now)
        {
            Fail($"I7: message {id}'s callback is tried again without a wait");
        }
    }

    /// <summary>What came of a post, as the worker sees it; 0 when there was no answer, or none in time.</summary>
    public void PostEnded(int id, int process, int status)
    {
        Entry entry = _entries[id];
        LastProgress = clock.Now;
        int failed = 0;
        if (status is 0 or 408 or 425 or 429 or >= 500)
        {
            entry.Failed.TryGetValue(process, out failed);
            entry.Failed[process] = ++failed;
            int doublings = Math.Min(failed - 1, 30);
            TimeSpan whole = scenario.Policy.CallbackInitialRetryWait * (1 << doublings);
            whole = whole < scenario.Policy.CallbackMaxRetryWait ? whole : scenario.Policy.CallbackMaxRetryWait;
            entry.PostNotBefore = clock.Now + (whole.Ticks / 2);
        }

        if (failed is 0 || failed > scenario.Policy.CallbackRetryAttempts)
        {
            entry.IsCalledBack = true;
            LastSuccess = clock.Now;
        }
    }

    /// <summary>When all is over: nobody waits for a callback.</summary>
    public IEnumerable<int> NotCalledBack => _entries.Where(entry => entry is { Message.HasCallback: true, Finals.Count: > 0, IsCalledBack: false }).Select(entry => entry.Message.Id);
}
