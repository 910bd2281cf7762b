using System.Text;
using System.Text.Json;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// What the server says of the bucket's stream, read without the client's objects: a hundred thousand keys would be as many strings, and
/// a bucket that is not there would be an exception at every start.
/// </summary>
internal sealed class CancelledPage
{
    /// <summary>There is a bucket.</summary>
    public bool IsThere { get; private set; } = true;

    /// <summary>Why the server did not answer the question; empty when it did.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The bucket's age; zero is for ever.</summary>
    public TimeSpan Age { get; private set; }

    /// <summary>Ids of this page.</summary>
    public List<byte[]> CallIds { get; } = [];

    /// <summary>Keys of this page, those that are no ids too.</summary>
    public int Keys { get; private set; }

    /// <summary>Keys of all pages.</summary>
    public long Total { get; private set; }

    /// <summary>The question.</summary>
    /// <param name="offset">Keys that earlier pages had.</param>
    public static byte[] Request(int offset) => Encoding.ASCII.GetBytes($$"""{"subjects_filter":"{{CancelledBucket.AllSubjects}}","offset":{{offset}}}""");

    /// <exception cref="JsonException">It is no answer.</exception>
    public static CancelledPage Read(ReadOnlySpan<byte> answer)
    {
        CancelledPage page = new();
        Utf8JsonReader json = new(answer);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("error"u8))
            {
                page.ReadError(ref json);
            }
            else if (json.ValueTextEquals("config"u8))
            {
                page.ReadConfig(ref json);
            }
            else if (json.ValueTextEquals("state"u8))
            {
                page.ReadState(ref json);
            }
            else if (json.ValueTextEquals("total"u8))
            {
                json.Read();
                page.Total = json.GetInt64();
            }
            else
            {
                json.Skip();
            }
        }

        return page;
    }

    private void ReadError(ref Utf8JsonReader json)
    {
        int code = 0;
        string description = "";
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("code"u8))
            {
                json.Read();
                code = json.GetInt32();
            }
            else if (json.ValueTextEquals("description"u8))
            {
                json.Read();
                description = json.GetString() ?? "";
            }
            else
            {
                json.Skip();
            }
        }

        IsThere = false;
        Problem = code == 404 ? "" : $"{code} {description}";
    }

    private void ReadConfig(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("max_age"u8))
            {
                json.Read();
                Age = TimeSpan.FromTicks(json.GetInt64() / 100);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadState(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("subjects"u8))
            {
                ReadSubjects(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadSubjects(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Keys++;
            if (json.GetString() is { } subject && subject.StartsWith(CancelledBucket.SubjectPrefix, StringComparison.Ordinal)
                && CallKey.ToCallId(subject.AsSpan(CancelledBucket.SubjectPrefix.Length)) is { } callId)
            {
                CallIds.Add(callId);
            }

            json.Skip();
        }
    }
}
