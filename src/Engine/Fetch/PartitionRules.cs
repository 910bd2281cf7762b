using System.Globalization;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Modes;

namespace Paddlewheel.Engine.Fetch;

/// <summary>Whether a stream's messages say which partition they belong to. One that says nothing would be read by no worker of any partition.</summary>
internal static class PartitionRules
{
    /// <summary>Refuses a stream that can't carry the partitions' subjects, or that holds messages outside all of them.</summary>
    /// <exception cref="ProvisioningException">It says which subject, why, and what to do.</exception>
    public static void Check(StreamInfo stream, LaneOptions lane)
    {
        string example = string.Create(CultureInfo.InvariantCulture, $"{lane.Queue}.{lane.Partitions - 1}.function.namespace");
        if (stream.Config.Subjects?.Any(subject => SubjectFilter.Matches(subject, example)) != true)
        {
            throw new ProvisioningException(
                $"stream {lane.Stream} takes {string.Join(' ', stream.Config.Subjects ?? [])} and not {example}: partitions are read by the number behind the queue's name. " +
                $"Set queue_partitions=1, or let the publisher write {lane.Queue}.PARTITION.FUNCTION.NAMESPACE and add {lane.Queue}.> to the stream");
        }

        foreach ((string subject, _) in stream.State.Subjects ?? new Dictionary<string, long>())
        {
            if (!IsInSome(subject, lane))
            {
                throw new ProvisioningException(
                    $"stream {lane.Stream} holds messages of {subject}, which is in none of {lane.Partitions} partitions: no worker would read them. " +
                    "Let a worker with queue_partitions=1 work them off, and let the publisher write the partition behind the queue's name");
            }
        }
    }

    private static bool IsInSome(string subject, LaneOptions lane)
    {
        string[] tokens = subject.Split('.', 3);
        return tokens.Length == 3 && tokens[0] == lane.Queue && int.TryParse(tokens[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition) && partition < lane.Partitions
            && tokens[1] == partition.ToString(CultureInfo.InvariantCulture);
    }
}
