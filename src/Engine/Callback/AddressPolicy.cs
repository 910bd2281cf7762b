using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Engine.Callback;

/// <summary>
/// Which addresses no callback may be sent to, whatever its name said: those of the machine's own network plumbing, of cloud
/// metadata services, of groups and of nobody; and what <c>callback_denied_cidrs</c> adds. Loopback and private addresses are
/// allowed, because callbacks within a cluster are the normal case.
/// </summary>
internal sealed class AddressPolicy
{
    private static readonly IPNetwork[] AlwaysDenied =
    [
        IPNetwork.Parse("0.0.0.0/8"), // unspecified; Linux reaches itself through it
        IPNetwork.Parse("169.254.0.0/16"), // link-local, and most clouds' metadata
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("255.255.255.255/32"), // broadcast
        IPNetwork.Parse("100.100.100.200/32"), // metadata outside link-local
        IPNetwork.Parse("168.63.129.16/32"), // the same
        IPNetwork.Parse("::/128"), // unspecified
        IPNetwork.Parse("fe80::/10"), // link-local
        IPNetwork.Parse("ff00::/8"), // multicast
        IPNetwork.Parse("fd00:ec2::254/128"), // metadata
        IPNetwork.Parse("fd20:ce::254/128"), // the same
    ];

    // A gateway of the network turns these into the IPv4 address in their last four bytes (RFC 6052).
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] _denied;

    private AddressPolicy(IEnumerable<IPNetwork> more) => _denied = [.. AlwaysDenied, .. more];

    /// <summary>Reads entries that <see cref="ProblemOf"/> found nothing wrong with.</summary>
    public static AddressPolicy From(IReadOnlyList<string> deniedCidrs)
    {
        var more = new List<IPNetwork>();
        foreach (string entry in deniedCidrs)
        {
            if (!TryRead(entry, out IPNetwork network))
            {
                throw new FormatException($"'{entry}' is no address or range");
            }

            more.Add(network);
        }

        return new AddressPolicy(more);
    }

    /// <summary>Why an entry cannot be used; null when it can.</summary>
    public static string? ProblemOf(string entry) =>
        TryRead(entry, out _) ? null : "each entry must be an IP address or a range in CIDR form";

    /// <summary>Is a connection to <paramref name="address"/> forbidden? IPv4 inside IPv6 counts as the IPv4 address.</summary>
    public bool Denies(IPAddress address)
    {
        foreach (IPNetwork network in _denied)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return address.IsIPv4MappedToIPv6 ? Denies(address.MapToIPv4())
            : address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address) && Denies(new IPAddress(address.GetAddressBytes()[12..]));
    }

    private static bool TryRead(string entry, out IPNetwork network)
    {
        if (IPAddress.TryParse(entry, out IPAddress? address))
        {
            // "10.1" is an address to some parsers and a slip to people.
            bool whole = address.AddressFamily == AddressFamily.InterNetworkV6 || entry.Count(static c => c == '.') == 3;
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
            return whole;
        }

        if (!IPNetwork.TryParse(entry, out network))
        {
            return false;
        }

        if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96)
        {
            network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96);
        }

        return true;
    }
}
