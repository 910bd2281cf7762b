namespace Paddlewheel.Engine.Simulation;

/// <content>What goes wrong.</content>
internal sealed partial class Simulation
{
    private void Strike(Fault fault)
    {
        SimWorker? worker = _workers[fault.Worker];
        if (worker is null || worker.IsDraining || !worker.IsConnected)
        {
            return;
        }

        Trace($"fault: {fault.Kind} of worker {fault.Worker}, {TimeSpan.FromTicks(fault.Duration)}");
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                HitOwned(worker);
                Forget(worker);
                _book.Abandoned(worker.Process);
                At(_clock.Now + fault.Duration, () => StartWorker(fault.Worker));
                break;
            case FaultKind.LostAnswer:
                _answersToLose++;
                break;
            case FaultKind.Redelivery when _server.Redeliver((int)(fault.Duration % 1000)) is { } sequence:
                _book.Hit(sequence);
                break;
            case FaultKind.LeaderChange:
                _server.ChangeLeader();
                break;
            case FaultKind.Disconnect:
                Disconnect(worker, fault.Duration);
                break;
            case FaultKind.Pause:
                HitOwned(worker);
                worker.PausedUntil = _clock.Now + fault.Duration;
                At(worker.PausedUntil, () => HitOwned(worker));
                break;
            case FaultKind.Drain:
                _links[worker.Index].OnTheWay++;
                Up(worker, () => Unsubscribed(worker.Index), "unsubscribe");
                worker.StartDraining();
                break;
        }
    }

    private void Unsubscribed(int index)
    {
        _links[index].OnTheWay--;
        _server.DropPulls(index);
    }

    private void Disconnect(SimWorker worker, long duration)
    {
        HitOwned(worker);
        Cut(worker.Index);
        worker.IsConnected = false;
        worker.Acks.ConnectionLost();
        At(_clock.Now + duration, () => Later(worker, () =>
        {
            HitOwned(worker);
            worker.ConnectionBack();
        }));
    }

    private void Forget(SimWorker worker)
    {
        Cut(worker.Index);
        _workers[worker.Index] = null;
    }

    private void Cut(int index)
    {
        _links[index].Epoch++;
        _server.DropPulls(index);
    }

    private void HitOwned(SimWorker worker) => _server.OwnedBy(worker.Index).ForEach(_book.Hit);
}
