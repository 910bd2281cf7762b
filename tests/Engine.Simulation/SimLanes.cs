using System.Buffers;
using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// The lanes of one worker and how they share its slots: the only file that knows how Lane, CreditShare, CreditGate and
/// FetchBlock are put together. Plays LaneSupervisor, which needs a connection: its pull loop and its look once a second.
/// </summary>
internal sealed class SimLanes
{
    private readonly One[] _lanes;

    public SimLanes(SimWorker worker, Scenario scenario, Variant variant, TimeProvider time, TimerWheel wheel, DeliveryPool pool, DeliveryHome home, ITargetBlock<Delivery> slots, ITargetBlock<AckCommand> acks, EngineMetrics metrics, ISimNetwork network)
    {
        CreditShare share = new(scenario.MaxInflight, time);
        _lanes = new One[scenario.Lanes];
        for (int i = 0; i < _lanes.Length; i++)
        {
            Lane lane = new(StreamName(i), "sim", scenario.AckWait, pool.Size, metrics.ForQueue("sim"));
            CreditShare.Share part = share.Join(lane);
            CreditGate gate = new(lane, part, pool, scenario.Prefetch, time);
            lane.OnRoomMade(gate.RoomMade);
            FetchBlock fetch = new(lane, gate, pool, home, slots, acks, metrics, NullLogger.Instance, time);
            _lanes[i] = new One(i, worker, variant, time, wheel, lane, gate, part, fetch, network);
            _lanes[i].Start();
        }

        new Dealer(share, new LaneLimits(worker.Tickets, static _ => { }, time), wheel).Start();
    }

    /// <summary>For a failure's report: what each lane has and may have.</summary>
    public string Describe() => string.Join("; ", _lanes.Select(static (one, i) => $"lane {i}: share {one.Share.Slots}, held {one.Lane.Held}, asked for {one.Gate.Outstanding}, backlog {one.Lane.Backlog}"));

    /// <summary>Messages asked for and not yet come, of all lanes.</summary>
    public int Outstanding
    {
        get
        {
            int sum = 0;
            foreach (One one in _lanes)
            {
                sum += one.Gate.Outstanding;
            }

            return sum;
        }
    }

    /// <summary>A ledger was voided while a pull was on its way: more may come than is booked, and is handed back.</summary>
    public bool WasVoided => Array.Exists(_lanes, one => one.WasVoided);

    /// <summary>Sequences that the lanes hold.</summary>
    public int Known
    {
        get
        {
            int sum = 0;
            foreach (One one in _lanes)
            {
                sum += one.Lane.Registry.Count;
            }

            return sum;
        }
    }

    public static string StreamName(int lane) => $"OF_sim{lane}";

    /// <summary>The lane of a stream, or of an ack subject's stream; there are fewer than ten.</summary>
    public static int LaneOf(string text) => text[text.IndexOf("OF_sim", StringComparison.Ordinal) + 6] - '0';

    public void ForgetAll() => Array.ForEach(_lanes, one => one.Lane.Registry.Clear());

    public void ReceiveMessage(int lane, string replyTo, in ReadOnlySequence<byte> payload) => _lanes[lane].ReceiveMessage(replyTo, payload);

    public void ReceiveStatus(int lane, int pull, string line) => _lanes[lane].ReceiveStatus(pull, line);

    public void ConnectionBack() => Array.ForEach(_lanes, one => one.ConnectionBack());

    public void StartDraining() => Array.ForEach(_lanes, one => one.Fetch.StartDraining());

    /// <summary>Every pull loop goes on until it waits.</summary>
    public void Turn() => Array.ForEach(_lanes, one => one.Turn());

    private sealed class One(int index, SimWorker worker, Variant variant, TimeProvider time, TimerWheel wheel, Lane lane, CreditGate gate, CreditShare.Share share, FetchBlock fetch, ISimNetwork network) : WheelEntry
    {
        private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
        private ValueTask<bool> _wake = new(true);
        private (int Pull, int Batch)? _stuck;
        private int _received;

        public Lane Lane { get; } = lane;

        public CreditGate Gate { get; } = gate;

        public CreditShare.Share Share { get; } = share;

        public FetchBlock Fetch { get; } = fetch;

        public bool WasVoided { get; private set; }

        public void Start()
        {
            Fetch.StartListening();
            wheel.Schedule(this, WatchEvery);
        }

        public void ReceiveMessage(string replyTo, in ReadOnlySequence<byte> payload)
        {
            Fetch.ReceiveMessage(replyTo, payload);
            if (variant == Variant.LostCredit && ++_received % 4 == 0)
            {
                Lane.Took();
            }
        }

        public void ReceiveStatus(int pull, string line)
        {
            WasVoided |= line.StartsWith("409", StringComparison.Ordinal);
            Fetch.ReceiveStatus(pull, new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes($"NATS/1.0 {line}\r\n\r\n")));
        }

        // A pull that waited for the socket goes out now, whatever the ledger says of it.
        public void ConnectionBack()
        {
            if (_stuck is { } stuck)
            {
                _stuck = null;
                WasVoided = true;
                network.Pull(worker, index, stuck.Pull, stuck.Batch);
            }

            Fetch.StartListening();
            Gate.VoidAll();
            Gate.Wake();
        }

        public void Turn()
        {
            while (_stuck is null && !worker.IsDraining && _wake.IsCompleted)
            {
                _wake.GetAwaiter().GetResult();
                while (_stuck is null && Gate.TryAsk(out int pull, out int batch))
                {
                    if (Gate.Outstanding <= batch)
                    {
                        Fetch.StartListening();
                    }

                    if (worker.IsConnected)
                    {
                        network.Pull(worker, index, pull, batch);
                    }
                    else
                    {
                        _stuck = (pull, batch);
                    }
                }

#pragma warning disable CA2012 // Looked at until it is completed, then consumed once: an await would go on on a pool thread.
                _wake = Gate.WaitAsync();
#pragma warning restore CA2012
            }
        }

        protected internal override void OnDue()
        {
            if (worker.IsDraining)
            {
                return;
            }

            if (worker.IsConnected && Gate.Outstanding > 0 && time.GetElapsedTime(Fetch.LastHeard) > Silence)
            {
                WasVoided = true;
                network.Unsubscribe(worker, index);
                Fetch.StartListening();
                Gate.VoidAll();
            }

            Gate.Wake();
            wheel.Schedule(this, WatchEvery);
        }
    }
}
