using System.Globalization;
using System.Text;

namespace Paddlewheel.Engine.Publish;

/// <summary>
/// Where an envelope is published. The original's subject is not public and the worker never reads a name from it
///, so the shape is a setting; placeholders are <c>{queue}</c>, <c>{partition}</c>, <c>{function}</c> and <c>{namespace}</c>.
/// </summary>
internal sealed class SubjectTemplate
{
    /// <summary>One subject per function, all below the queue's name.</summary>
    public const string DefaultText = "{queue}.{function}.{namespace}";

    /// <summary>The same with partitions: a worker reads one by the token behind the queue's name.</summary>
    public const string PartitionedText = "{queue}.{partition}.{function}.{namespace}";

    /// <summary>The default shape of a queue with partitions.</summary>
    public static readonly SubjectTemplate Partitioned = new(PartitionedText);

    /// <summary>The default shape.</summary>
    public static readonly SubjectTemplate Default = new(DefaultText);

    private readonly string _text;

    private SubjectTemplate(string text) => _text = text;

    /// <summary>Reads a template; <paramref name="reason"/> says in words what is wrong with it.</summary>
    public static bool TryParse(string text, out SubjectTemplate template, out string reason)
    {
        template = Default;
        string filled = Fill(text, "q", "0", "f", "n");
        reason = filled switch
        {
            "" => "is empty",
            _ when filled.AsSpan().IndexOfAny('{', '}') >= 0 => "names something other than {queue}, {partition}, {function} and {namespace}",
            _ when filled.AsSpan().IndexOfAny('*', '>') >= 0 => "holds a wildcard",
            _ when filled.Split('.').Contains("") => "has an empty part between dots",
            _ when filled[0] == '$' => "starts with $, which belongs to the server",
            _ when filled.Any(static c => c <= ' ' || c == 0x7F) => "holds a space or a control character",
            _ => "",
        };
        if (reason.Length > 0)
        {
            return false;
        }

        template = new SubjectTemplate(text);
        return true;
    }

    /// <summary>The subject of one call; each value becomes exactly one token, whatever is in it.</summary>
    public string Render(string queue, string function, string defaultNamespace, int partitions = 1)
    {
        (string name, string @namespace) = Split(function, defaultNamespace);
        string partition = Partition.Of(name, @namespace, partitions).ToString(CultureInfo.InvariantCulture);
        return Fill(_text, Token(queue), partition, Token(name), Token(@namespace));
    }

    public override string ToString() => _text;

    /// <summary>What follows the last dot is the namespace, as the provider reads it.</summary>
    private static (string Name, string Namespace) Split(string function, string defaultNamespace)
    {
        int dot = function.LastIndexOf('.');
        return dot < 0 ? (function, defaultNamespace) : (function[..dot], function[(dot + 1)..]);
    }

    private static string Fill(string text, string queue, string partition, string function, string @namespace) => text
        .Replace("{queue}", queue, StringComparison.Ordinal)
        .Replace("{partition}", partition, StringComparison.Ordinal)
        .Replace("{function}", function, StringComparison.Ordinal)
        .Replace("{namespace}", @namespace, StringComparison.Ordinal);

    /// <summary>A dot would make two tokens, a wildcard would be refused, an empty token is no subject.</summary>
    private static string Token(string value)
    {
        if (value.Length == 0)
        {
            return "_";
        }

        StringBuilder? changed = null;
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                changed ??= new StringBuilder(value);
                changed[i] = '_';
            }
        }

        return changed?.ToString() ?? value;
    }
}
