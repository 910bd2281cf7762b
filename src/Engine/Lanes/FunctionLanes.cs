using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Function mode: a lane for every subject with queued work, found by looking at the stream, asleep when idle, and gone when
/// nothing anywhere is left of it (contract 7.1). Any number of replicas do the same without a word between them.
/// </summary>
internal sealed class FunctionLanes : ILaneSource
{
    private static readonly TimeSpan HousekeepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly LaneOptions _options;
    private readonly LaneFactory _factory;
    private readonly FunctionLaneBook _book;
    private readonly Provisioner _provisioner;
    private readonly SubjectScan _scan;
    private readonly IdleLanes _idle;
    private readonly FunctionNames _names;
    private readonly FunctionDepths _depths;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private long _housekeptAt;
    private volatile string _reason = "starting";
    private CancellationToken _stop;

    public FunctionLanes(LaneOptions options, LaneFactory factory, FunctionLaneBook book, Provisioner provisioner, SubjectScan scan, IdleLanes idle, FunctionNames names, FunctionDepths depths, ILogger log, TimeProvider time)
    {
        _options = options;
        _factory = factory;
        _book = book;
        _provisioner = provisioner;
        _scan = scan;
        _idle = idle;
        _names = names;
        _depths = depths;
        _log = log;
        _time = time;
        _housekeptAt = time.GetTimestamp();
    }

    public bool IsReady => _reason.Length == 0;

    public string Reason => _reason;

    public async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        using PeriodicTimer timer = new(SubjectScan.LookEvery, _time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stop).ConfigureAwait(false);
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // Whatever it was, the answer is the same: say so once, wait a little, look again.
                Fail(exception.Message);
                await Task.Delay(AfterFailure, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_book.All.Select(function => function.Running)).ConfigureAwait(false);
    }

    public void ConnectionBack()
    {
        foreach (FunctionLane function in _book.All)
        {
            function.Supervisor?.ConnectionBack();
        }
    }

    /// <summary>The consumers are not what they were: every lane that is awake finds or makes its own anew.</summary>
    public void LookAgain(string reason)
    {
        foreach (FunctionLane function in _book.All.Where(static f => f.IsAwake))
        {
            function.Supervisor!.LookAgain(reason);
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        if (!IsReady)
        {
            StreamInfo stream = (await _provisioner.FindOrCreateStreamAsync(_options, stop).ConfigureAwait(false))!;
            ConsumerRules.CheckForFunctions(stream);
            await _provisioner.JoinAsync(_options, stop).ConfigureAwait(false);
            _book.Stream.IsReplacedBy(stream.Created);
            _reason = "";
        }

        Remember(_provisioner.Modes!.TakeFound());
        try
        {
            if (await _scan.LookAsync(stop).ConfigureAwait(false))
            {
                Apply();
            }
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound())
        {
            Fail("the stream is gone");
            return;
        }

        if (_time.GetElapsedTime(_housekeptAt) >= HousekeepEvery)
        {
            _housekeptAt = _time.GetTimestamp();

            // Names may have been learned since the last listing.
            _depths.Publish(_book.All, _scan.Info!);
            await _idle.HousekeepAsync(WakeIfAsleep, stop).ConfigureAwait(false);
        }
    }

    // Consumers of functions without messages: nobody would ever look at them again, once the worker that made them is gone.
    private void Remember(IReadOnlyList<ConsumerInfo> found)
    {
        foreach (ConsumerInfo info in found)
        {
            if (ModeNames.SubjectOf(info, _provisioner.Modes!.Epoch) is { } subject && !_book.TryGet(subject, out _))
            {
                New(subject, _time.GetTimestamp(), info.Name);
            }
        }
    }

    private void Apply()
    {
        long now = _time.GetTimestamp();
        foreach ((string subject, long depth) in _scan.Depths)
        {
            if (!_book.TryGet(subject, out FunctionLane? function))
            {
                function = New(subject, now);
            }

            function.WorkedAt = now;
            WakeIfAsleep(function);
        }

        foreach (FunctionLane function in _book.All)
        {
            function.Depth = _scan.Depths.GetValueOrDefault(function.Subject);
            function.NoteBacklog();
        }

        // Who was woken or has more now gets its part at once.
        _factory.Deal();
        _depths.Publish(_book.All, _scan.Info!);
    }

    private FunctionLane New(string subject, long now, string found = "")
    {
        LaneOptions options = _options.ForSubject(subject);
        Lane lane = _factory.NewLane(options, _book.Stream, _book.NewName());
        FunctionLane function = new(subject, options, lane, now) { HasFoundConsumer = found.Length > 0 };
        lane.Consumer = found.Length > 0 ? found : lane.Consumer;
        _book.Add(function);
        return function;
    }

    private void WakeIfAsleep(FunctionLane function)
    {
        if (function.IsAwake || !_provisioner.Modes!.IsInForce)
        {
            return;
        }

        function.Wake(_factory.NewSupervisor(function.Options, function.Lane), asleep => _factory.Retire(asleep.Supervisor!), _stop);
        if (function.Lane.Name is { Label: "", IsMixed: false })
        {
            _ = LearnNameAsync(function);
        }
    }

    private async Task LearnNameAsync(FunctionLane function)
    {
        try
        {
            await _names.LearnAsync(function, _stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            // The first of its messages that runs here will say it.
            _log.FunctionNotNamed(_options.Stream, function.Subject, exception.Message);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Fail(string reason)
    {
        if (_reason != reason)
        {
            _log.RequestFailed(_options.Stream, reason, AfterFailure.TotalSeconds);
        }

        _reason = reason;
    }
}
