namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// Makes one call and waits until its function has answered: the piece that a closed model, or a load tool with its own idea of a
/// user, is made of. Safe for any number at a time.
/// </summary>
internal sealed class Caller : IDisposable
{
    private readonly LoadSite _site;
    private readonly TaskCompletionSource?[] _answers;
    private readonly SemaphoreSlim _publishing = new(1);
    private int _made;

    /// <summary>Takes over the site's <see cref="FunctionServer.Answered"/>.</summary>
    public Caller(LoadSite site)
    {
        _site = site;
        _answers = new TaskCompletionSource?[site.Book.Calls];
        site.Functions.Answered = Answered;
    }

    /// <summary>Calls made; a run's book has room for no more than <see cref="CallBook.Calls"/>.</summary>
    public int Made => Math.Min(Volatile.Read(ref _made), _answers.Length);

    /// <summary>For <see cref="LoadSite.FinishAsync"/>: what was never called must not have run.</summary>
    public int ExpectedRuns(int call) => call < Made ? 1 : 0;

    /// <summary>One call; its number, or null when it had no answer in time or the book is full.</summary>
    public async Task<int?> CallAsync(string function, TimeSpan patience, CancellationToken stop)
    {
        int call = Interlocked.Increment(ref _made) - 1;
        if (call >= _answers.Length)
        {
            return null;
        }

        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[call] = answer;
        await _publishing.WaitAsync(stop);
        try
        {
            // Nobody decided when it should have been sent: in a closed model that is when the caller is free.
            _site.Book.PlannedAt[call] = _site.Book.SentAt[call] = TimeProvider.System.GetTimestamp();
            await _site.Queue.Publisher.PublishAsync(call, function, stop);
        }
        finally
        {
            _publishing.Release();
        }

        try
        {
            await answer.Task.WaitAsync(patience, TimeProvider.System, stop);
            return call;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose() => _publishing.Dispose();

    private void Answered(int call)
    {
        if ((uint)call < (uint)_answers.Length)
        {
            _answers[call]?.TrySetResult();
        }
    }
}
