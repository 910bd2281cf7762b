namespace Paddlewheel.Engine.Simulation;

/// <content>What goes wrong.</content>
internal sealed partial class Simulation
{
    private void Strike(Fault fault)
    {
        _faultsToCome--;
        SimWorker? worker = _workers[fault.Worker];
        if (worker is null || worker.IsDraining || !worker.IsConnected)
        {
            return;
        }

        _trace?.WriteLine($"{Stamp} fault: {fault.Kind} of worker {fault.Worker}, {TimeSpan.FromTicks(fault.Duration)}");
        FaultEnds(_clock.Now);
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                HitOwned(worker);
                Cut(worker.Index);
                _workers[worker.Index] = null;
                _book.Abandoned(worker.Process);
                FaultEnds(_clock.Now + fault.Duration);
                At(_clock.Now + fault.Duration, () => StartWorker(fault.Worker));
                break;
            case FaultKind.LostAnswer:
                _answersToLose++;
                break;
            case FaultKind.Redelivery:
                if (_servers[fault.Duration % _servers.Length].Redeliver((int)(fault.Duration % 1000)) is { } message)
                {
                    _book.Hit(message);
                }

                break;
            case FaultKind.LeaderChange:
                Array.ForEach(_servers, server => server.ChangeLeader());
                break;
            case FaultKind.Disconnect:
                Disconnect(worker, fault.Duration);
                break;
            case FaultKind.Pause:
                HitOwned(worker);
                worker.PausedUntil = _clock.Now + fault.Duration;
                FaultEnds(worker.PausedUntil);
                At(worker.PausedUntil, () => HitOwned(worker));
                break;
            case FaultKind.SilentPulls:
                _servers[fault.Duration % _servers.Length].DropPulls(worker.Index);
                break;
            case FaultKind.ServerRestart:
                foreach (SimWorker? one in _workers)
                {
                    if (one is { IsConnected: true, IsDraining: false })
                    {
                        Disconnect(one, (fault.Duration / 10) + _scenario.Random.Next(1, 2_000_000));
                    }
                }

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
        Array.ForEach(_servers, server => server.DropPulls(index));
    }

    private void Disconnect(SimWorker worker, long duration)
    {
        HitOwned(worker);
        Cut(worker.Index);
        worker.IsConnected = false;
        worker.Acks.ConnectionLost();
        FaultEnds(_clock.Now + duration);
        At(_clock.Now + duration, () => Later(worker, () =>
        {
            FaultEnds(_clock.Now);
            HitOwned(worker);
            worker.ConnectionBack();
        }));
    }

    private void Cut(int index)
    {
        _links[index].Epoch++;
        Array.ForEach(_servers, server => server.DropPulls(index));
    }

    private void HitOwned(SimWorker worker) => Array.ForEach(_servers, server => server.OwnedBy(worker.Index).ForEach(_book.Hit));
}
