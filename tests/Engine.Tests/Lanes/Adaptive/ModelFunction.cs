namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

/// <summary>
/// A function behind a gateway: pods with slots, and a 429 when there is none free. A pod that is taken away ends what it
/// runs and takes nothing new; a killed one fails what it runs.
/// </summary>
internal sealed class ModelFunction(Random random)
{
    private readonly List<Pod> _pods = [];

    public int Slots { get; init; } = 5;

    /// <summary>Seconds a call takes.</summary>
    public double Service { get; set; } = 2;

    /// <summary>A gateway that picks a pod without looking finds a full one beside free ones.</summary>
    public bool PicksBlindly { get; init; }

    public int Pods => _pods.Count;

    public int Capacity => Pods * Slots;

    /// <summary>Calls on pods that take calls.</summary>
    public int Running => _pods.Sum(pod => pod.Running);

    public int Room => _pods.Sum(pod => Math.Max(0, Slots - pod.Running));

    /// <summary>Seconds of pods so far.</summary>
    public double PodSeconds { get; private set; }

    public void Scale(int pods, bool kill = false)
    {
        while (_pods.Count < pods)
        {
            _pods.Add(new());
        }

        foreach (Pod gone in _pods[pods..])
        {
            gone.Killed = kill;
        }

        _pods.RemoveRange(pods, _pods.Count - pods);
    }

    public void Passed(double seconds) => PodSeconds += seconds * Pods;

    /// <returns>The pod that runs the call, null for a 429.</returns>
    public Pod? Take()
    {
        if (PicksBlindly)
        {
            Pod picked = _pods[random.Next(_pods.Count)];
            return picked.Running < Slots ? picked.Take() : null;
        }

        foreach (Pod pod in _pods)
        {
            if (pod.Running < Slots)
            {
                return pod.Take();
            }
        }

        return null;
    }

    internal sealed class Pod
    {
        public int Running { get; set; }

        public bool Killed { get; set; }

        public Pod Take()
        {
            Running++;
            return this;
        }
    }
}
