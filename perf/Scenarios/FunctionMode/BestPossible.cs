namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// The bound: what the best dispatcher needs that never sends a call for which there is no room. It keeps every slot full at every
/// moment. Nobody does better, for a slot left empty neither ends a call earlier nor shows the autoscaler more in flight.
/// </summary>
/// <remarks>Computed event by event, not by a formula: calls come free in waves, and the autoscaler looks at fixed times.</remarks>
internal static class BestPossible
{
    /// <param name="calls">All of them queued at the start.</param>
    /// <param name="takes">Seconds that a call runs.</param>
    /// <param name="scaler">How replicas come.</param>
    /// <returns>Seconds to the end of the last call, and seconds of all replicas until then.</returns>
    public static (double Seconds, double ReplicaSeconds) Drain(int calls, double takes, Autoscaler scaler)
    {
        PriorityQueue<int, (double At, long Number)> events = new();
        int waiting = calls, running = 0, replicas = scaler.First;
        double now = 0, replicaSeconds = 0;
        long number = 0;
        void In(double seconds, int what) => events.Enqueue(what, (now + seconds, number++));
        if (scaler.Kind != ScalerKind.Fixed)
        {
            In(scaler.Every, Evaluation);
        }

        while (true)
        {
            for (; waiting > 0 && running < replicas * scaler.Slots; waiting--, running++)
            {
                In(takes, CallEnds);
            }

            if (running == 0)
            {
                return (now, replicaSeconds);
            }

            events.TryDequeue(out int what, out (double At, long Number) next);
            replicaSeconds += replicas * (next.At - now);
            now = next.At;
            switch (what)
            {
                case CallEnds:
                    running--;
                    break;
                case Evaluation:
                    In(scaler.Delay, scaler.Desired(running, replicas));
                    In(scaler.Every, Evaluation);
                    break;
                default:
                    replicas = Math.Max(replicas, what);
                    break;
            }
        }
    }

    // Everything above is a number of replicas that are there from then on.
    private const int CallEnds = -1, Evaluation = 0;
}
