using System.Runtime.CompilerServices;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Paddlewheel.Engine.Fetch;

/// <summary>Looks at what may not be there: the server's 404 is an answer, not a failure.</summary>
internal static class JetStreamLookups
{
    private const int NotFound = 404;

    /// <summary>Subjects that the server gives in one answer.</summary>
    private const int SubjectsAtOnce = 100_000;

    /// <summary>A stream's info, or null when there is none.</summary>
    public static async Task<StreamInfo?> FindStreamAsync(this NatsJSContext jetStream, string stream, CancellationToken stop)
    {
        try
        {
            return (await jetStream.GetStreamAsync(stream, cancellationToken: stop).ConfigureAwait(false)).Info;
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound())
        {
            return null;
        }
    }

    /// <summary>A consumer's info, or null when there is none.</summary>
    public static async Task<ConsumerInfo?> FindConsumerAsync(this NatsJSContext jetStream, string stream, string consumer, CancellationToken stop)
    {
        try
        {
            return (await jetStream.GetConsumerAsync(stream, consumer, stop).ConfigureAwait(false)).Info;
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound())
        {
            return null;
        }
    }

    /// <summary>
    /// All consumers of a stream. The client's own way asks for one page more, to see that it is empty.
    /// </summary>
    public static async Task<ConsumerListing> ListAllConsumersAsync(this NatsJSContext jetStream, string stream, CancellationToken stop)
    {
        List<ConsumerInfo> all = [];
        for (int pages = 1; ; pages++)
        {
            ConsumerListResponse page = await jetStream.JSRequestResponseAsync<ConsumerListRequest, ConsumerListResponse>(
                $"{jetStream.Opts.Prefix}.CONSUMER.LIST.{stream}", new ConsumerListRequest { Offset = all.Count }, stop).ConfigureAwait(false);
            all.AddRange(page.Consumers);
            if (page.Consumers.Count == 0 || all.Count >= page.Total)
            {
                return new ConsumerListing(all, pages == 1);
            }
        }
    }

    /// <summary>The messages of each subject that passes a filter, for as long as it is iterated; the server gives so many at once.</summary>
    public static async IAsyncEnumerable<(string Subject, long Messages)> ListSubjectsAsync(this NatsJSContext jetStream, string stream, string filter, [EnumeratorCancellation] CancellationToken stop)
    {
        int read = 0, before;
        do
        {
            before = read;
            StreamInfoRequest request = new() { SubjectsFilter = filter, Offset = before };
            StreamInfo page = (await jetStream.GetStreamAsync(stream, request, stop).ConfigureAwait(false)).Info;
            foreach ((string subject, long count) in page.State.Subjects ?? new Dictionary<string, long>())
            {
                read++;
                yield return (subject, count);
            }
        }
        while (read - before >= SubjectsAtOnce);
    }

    /// <summary>Messages whose subject passes a filter.</summary>
    public static async Task<long> CountAsync(this NatsJSContext jetStream, string stream, string filter, CancellationToken stop)
    {
        long sum = 0;
        await foreach ((_, long messages) in jetStream.ListSubjectsAsync(stream, filter, stop).ConfigureAwait(false))
        {
            sum += messages;
        }

        return sum;
    }

    /// <summary>Deletes a consumer; false when somebody else has done so.</summary>
    public static async Task<bool> TryDeleteConsumerAsync(this NatsJSContext jetStream, string stream, string consumer, CancellationToken stop)
    {
        try
        {
            await jetStream.DeleteConsumerAsync(stream, consumer, stop).ConfigureAwait(false);
            return true;
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound())
        {
            return false;
        }
    }

    /// <summary>Stream or consumer does not exist, or does not any more.</summary>
    public static bool IsNotFound(this NatsJSApiException exception) => exception.Error.Code == NotFound;
}

/// <summary>A stream's consumers.</summary>
/// <param name="All">Every one, with its state.</param>
/// <param name="IsOneLook">They came in one answer: no one of them was made after another one was looked at.</param>
internal sealed record ConsumerListing(IReadOnlyList<ConsumerInfo> All, bool IsOneLook);
