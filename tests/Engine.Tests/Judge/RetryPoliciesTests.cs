using System.Text;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class RetryPoliciesTests
{
    private static readonly RetryPolicy Defaults = RetryPolicy.From(new EngineOptions());

    private readonly List<(string Function, string Annotation, string Value)> _invalid = [];
    private readonly RetryPolicies _policies;

    public RetryPoliciesTests() => _policies = new RetryPolicies(Defaults, 8, (f, a, v) => _invalid.Add((f, a, v)));

    [Fact]
    public void Resolve_NoAnnotations_TheDefaultsThemselves()
    {
        Assert.Same(Defaults, Resolve());
        Assert.Equal(0, _policies.Count);
    }

    [Fact]
    public void Resolve_AllAnnotations_ReplaceAndDoNotExtend()
    {
        RetryPolicy policy = Resolve(attempts: "30", codes: "418, 500", min: "1m30s", max: "1.5h");
        Assert.Equal((30, TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(90)), (policy.Attempts, policy.MinWait, policy.MaxWait));
        Assert.True(policy.Codes.Contains(418) && policy.Codes.Contains(500) && !policy.Codes.Contains(429));
        Assert.Equal((Defaults.Jitter, Defaults.RetryAfterCeiling), (policy.Jitter, policy.RetryAfterCeiling));
        Assert.Empty(_invalid);
    }

    // Contract 4.5, rows 11 and 12, and their kin.
    [Theory]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("99999999999")]
    public void Resolve_WorkedCase11_InvalidAttemptsGiveTheDefault(string attempts)
    {
        Assert.Equal(100, Resolve(attempts: attempts).Attempts);
        Assert.Equal([("figlet", "com.openfaas.retry.attempts", attempts)], _invalid);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("ten seconds")]
    public void Resolve_WorkedCase12_InvalidWaitGivesTheDefault(string wait)
    {
        RetryPolicy policy = Resolve(min: wait, max: wait);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120)), (policy.MinWait, policy.MaxWait));
        Assert.Equal([("figlet", "com.openfaas.retry.min_wait", wait), ("figlet", "com.openfaas.retry.max_wait", wait)], _invalid);
    }

    [Fact]
    public void Resolve_OneInvalidAnnotation_TheOthersStillCount()
    {
        RetryPolicy policy = Resolve(attempts: "0", codes: "5xx", min: "0s");
        Assert.Equal((0, TimeSpan.Zero), (policy.Attempts, policy.MinWait));
        Assert.Same(Defaults.Codes, policy.Codes);
        Assert.Equal([("figlet", "com.openfaas.retry.codes", "5xx")], _invalid);
    }

    [Fact]
    public void Resolve_SameInvalidValue_ReportedOncePerFunction()
    {
        Resolve(attempts: "abc");
        Resolve(attempts: "abc");
        Resolve(attempts: "abc", min: "3s");
        Assert.Single(_invalid);
        Resolve("nodeinfo", attempts: "abc");
        Resolve(attempts: "abd");
        Assert.Equal(3, _invalid.Count);
    }

    [Fact]
    public void Resolve_SameBytesInOtherPlaces_AreOtherPolicies()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Resolve(min: "7s").MinWait);
        Assert.Equal(TimeSpan.FromSeconds(7), Resolve(max: "7s").MaxWait);
        Assert.Equal(TimeSpan.FromSeconds(10), Resolve(max: "7s").MinWait);
        Assert.NotSame(Resolve("a", attempts: "11"), Resolve("a1", attempts: "1"));
        Assert.Equal(1, Resolve("a1", attempts: "1").Attempts);
    }

    [Fact]
    public void Resolve_MoreSetsThanTheCapacity_StaysBoundedAndRight()
    {
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(i, Resolve(attempts: $"{i}").Attempts);
                Assert.InRange(_policies.Count, 1, 8);
            }
        }
    }

    [Fact]
    public void Resolve_VeryLongAnnotation_IsReadButNotRemembered()
    {
        string codes = string.Join(',', Enumerable.Repeat("429", 300));
        Assert.True(Resolve(codes: codes).Codes.Contains(429));
        Assert.Equal(3, Resolve(attempts: "3", max: new string('9', 70_000)).Attempts);
        Assert.Equal(0, _policies.Count);
        Assert.Equal(128, Assert.Single(_invalid).Value.Length);
    }

    [Fact]
    public void Resolve_KnownAnnotations_AllocatesNothing()
    {
        ResolveMany(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ResolveMany(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ResolveMany(int times)
        {
            for (int i = 0; i < times; i++)
            {
                RetryAnnotations annotations = new() { Attempts = "5"u8, Codes = "429,500"u8, MinWait = "1s"u8, MaxWait = "oops"u8 };
                _policies.Resolve("figlet"u8, annotations);
            }
        }
    }

    [Fact]
    public void Resolve_Envelope_ReadsEachAnnotationOfTheMessage()
    {
        Envelope envelope = Read("""
            {"Function":"figlet","Annotations":{"com.openfaas.retry.attempts":"7","com.openfaas.retry.codes":"418",
            "com.openfaas.retry.min_wait":"2s","com.openfaas.retry.max_wait":"3s","topic":"x"}}
            """);
        RetryPolicy policy = _policies.Resolve(envelope);
        Assert.Equal((7, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)), (policy.Attempts, policy.MinWait, policy.MaxWait));
        Assert.True(policy.Codes.Contains(418) && !policy.Codes.Contains(500));

        Assert.Same(policy, _policies.Resolve(envelope));
        Assert.Same(Defaults, _policies.Resolve(Read("""{"Function":"figlet","Annotations":{"topic":"x"}}""")));
    }

    [Fact]
    public void Resolve_EnvelopeSeenBefore_AllocatesNothing()
    {
        Envelope envelope = Read("""{"Function":"figlet","Annotations":{"com.openfaas.retry.min_wait":"2s"}}""");
        ResolveMany(1_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ResolveMany(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ResolveMany(int times)
        {
            for (int i = 0; i < times; i++)
                _policies.Resolve(envelope);
        }
    }

    private static Envelope Read(string json)
    {
        Envelope envelope = new();
        byte[] bytes = Bytes(json);
        Assert.Equal(EnvelopeError.None, envelope.Read(bytes, bytes.Length, new EnvelopeLimits(1 << 20, 32, 200, 65_536)));
        return envelope;
    }

    private RetryPolicy Resolve(string function = "figlet", string attempts = "", string codes = "", string min = "", string max = "") =>
        _policies.Resolve(Bytes(function), new RetryAnnotations
        {
            Attempts = Bytes(attempts),
            Codes = Bytes(codes),
            MinWait = Bytes(min),
            MaxWait = Bytes(max),
        });

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
