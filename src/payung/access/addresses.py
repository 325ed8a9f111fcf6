"""Where a request comes from, as far as limits are counted."""

from __future__ import annotations

import ipaddress

#: Networks of the sixth version are given out whole: whoever has one address has 2^64 of them.
_IPV6_PREFIX = 64
_LONGEST = 64


def address_of(peer: str, forwarded: str, proxies: int) -> str:
    """Return the address that the outermost believed proxy saw, or `peer` where there is none; of IPv6 the network.

    `forwarded` is X-Forwarded-For as it came: whatever stands before the believed part was written by anybody.
    """
    seen = [one.strip() for one in forwarded.split(",") if one.strip()]
    return _bare(seen[-proxies] if 0 < proxies <= len(seen) else peer)


def _bare(text: str) -> str:
    host = text[1 : text.index("]")] if text.startswith("[") and "]" in text else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return text[:_LONGEST]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
