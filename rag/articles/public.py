"""Which IP addresses are on the public Internet: the only ones that may be fetched from.

Everything else leads into the machine, its network or its cloud: 127.0.0.1, 10.0.0.7, 169.254.169.254.
"""

import ipaddress

_V6_GLOBAL = ipaddress.IPv6Network("2000::/3")  # the only range that IANA assigns to hosts
_V6_SAMPLES = ipaddress.IPv6Network("3fff::/20")  # for documentation (RFC 9637), unknown to Python 3.11
_V4_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")  # of 6to4, withdrawn (RFC 7526)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits (RFC 6052)


def is_public(address: str) -> bool:
    """Whether an IP address is public; an IPv6 address that stands for an IPv4 one is judged as that.

    False for what is not an IP address.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return _v4(ip)
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return _v4(inner)
    return ip in _V6_GLOBAL and ip.is_global and not ip.is_multicast and ip not in _V6_SAMPLES


def _v4(ip: ipaddress.IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip not in _V4_RELAYS
