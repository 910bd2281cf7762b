namespace Paddlewheel.Engine.Simulation;

/// <summary>Runs the tasks of a Dataflow block on the simulation's one thread, in the order in which they were started.</summary>
internal sealed class SimScheduler : TaskScheduler
{
    private readonly Queue<Task> _tasks = [];

    public bool IsEmpty => _tasks.Count == 0;

    public void RunAll()
    {
        while (_tasks.TryDequeue(out Task? task))
        {
            TryExecuteTask(task);
        }
    }

    protected override void QueueTask(Task task) => _tasks.Enqueue(task);

    // Only when it is its turn: whoever posts must not find the work done before Post returns.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;
}
