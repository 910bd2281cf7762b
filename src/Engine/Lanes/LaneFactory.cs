using Paddlewheel.Engine.Fetch;

namespace Paddlewheel.Engine.Lanes;

/// <summary>How lanes are made, so that whoever decides that one is needed knows nothing of blocks and pools.</summary>
/// <param name="NewLane">A lane of a stream whose book is shared.</param>
/// <param name="NewSupervisor">Serves a lane until it sleeps; its share of the slots is its own.</param>
/// <param name="Retire">Gives a supervisor's share back.</param>
/// <param name="Deal">Shares the slots out anew.</param>
internal sealed record LaneFactory(
    Func<LaneOptions, StreamBook, LaneName?, Lane> NewLane,
    Func<LaneOptions, Lane, LaneSupervisor> NewSupervisor,
    Action<LaneSupervisor> Retire,
    Action Deal);
