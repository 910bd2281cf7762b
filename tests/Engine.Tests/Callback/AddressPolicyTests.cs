using System.Net;
using Paddlewheel.Engine.Callback;
using Xunit;

namespace Paddlewheel.Engine.Tests.Callback;

public sealed class AddressPolicyTests
{
    private static readonly AddressPolicy BuiltIn = AddressPolicy.From([]);

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("fe80::1")]
    [InlineData("febf::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("::ffff:224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::")]
    public void Denies_PlumbingMetadataGroupsAndNobody_Always(string address) => Assert.True(BuiltIn.Denies(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("fd12::1")]
    [InlineData("fd00:ec2::253")]
    [InlineData("93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    [InlineData("2001:db8::1")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("fec0::1")]
    public void Denies_LoopbackPrivateAndPublic_Never(string address) => Assert.False(BuiltIn.Denies(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.1.2.3/8", "10.255.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("fd12::/16", "fd12:1::1", true)]
    [InlineData("0.0.0.0/0", "93.184.216.34", true)]
    public void Denies_OwnRange_IsAdded(string range, string address, bool denied)
    {
        AddressPolicy policy = AddressPolicy.From([range]);

        Assert.Equal(denied, policy.Denies(IPAddress.Parse(address)));
        Assert.True(policy.Denies(IPAddress.Parse("169.254.169.254")));
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("::/0", true)]
    [InlineData("10.0.0.0/8x", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.1", false)]
    [InlineData("10", false)]
    [InlineData("localhost", false)]
    [InlineData("/8", false)]
    public void ProblemOf_Entry_OnlyAddressesAndRangesAreGood(string entry, bool good) => Assert.Equal(good, AddressPolicy.ProblemOf(entry) is null);
}
