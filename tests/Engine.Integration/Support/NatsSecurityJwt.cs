using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NATS.NKeys;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>An operator with one account, as <c>nsc</c> would make them: the server trusts the operator, users come from the account.</summary>
internal sealed class NatsSecurityJwt : IDisposable
{
    private const string Unlimited = """{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,"mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1}""";
    private const string UserLimits = """{"subs":-1,"data":-1,"payload":-1,"type":"user","version":2}""";

    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair _system = KeyPair.CreatePair(PrefixByte.Account);

    /// <summary>Server configuration: trusts this operator, knows the account and the system account.</summary>
    public string Configuration => $$"""
        operator: {{Token(_operator, _operator.GetPublicKey(), "operator", $$"""{"type":"operator","version":2,"system_account":"{{_system.GetPublicKey()}}"}""")}}
        resolver: MEMORY
        resolver_preload: {
          {{_account.GetPublicKey()}}: {{Account(_account, Unlimited)}}
          {{_system.GetPublicKey()}}: {{Account(_system, """{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1}""")}}
        }
        """;

    /// <summary>The text of a .creds file for a new user of the account.</summary>
    /// <param name="user">Its name.</param>
    /// <param name="publish">Subjects it may publish to, and then it may subscribe to its inboxes and to cancelled ids alone; null allows everything.</param>
    public string Creds(string user, IEnumerable<string>? publish = null)
    {
        string permissions = publish is null ? "" : $$"""
            "pub":{"allow":{{JsonSerializer.Serialize(publish)}}},"sub":{"allow":["_INBOX.>","$KV.paddlewheel-cancelled.>"]},
            """;
        using KeyPair pair = KeyPair.CreatePair(PrefixByte.User);
        string jwt = Token(_account, pair.GetPublicKey(), user, "{" + permissions + UserLimits[1..]);
        return $"""
            -----BEGIN NATS USER JWT-----
            {jwt}
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            {pair.GetSeed()}
            ------END USER NKEY SEED------

            """;
    }

    public void Dispose()
    {
        _operator.Dispose();
        _account.Dispose();
        _system.Dispose();
    }

    private string Account(KeyPair account, string limits) =>
        Token(_operator, account.GetPublicKey(), "account", $$"""{"type":"account","version":2,"limits":{{limits}}}""");

    private static string Token(KeyPair issuer, string subject, string name, string nats)
    {
        var claims = new JsonObject
        {
            ["jti"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["iss"] = issuer.GetPublicKey(),
            ["name"] = name,
            ["sub"] = subject,
            ["nats"] = JsonNode.Parse(nats),
        };
        string text = Encoded("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8) + "." + Encoded(JsonSerializer.SerializeToUtf8Bytes(claims));
        byte[] signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return text + "." + Encoded(signature);
    }

    private static string Encoded(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
