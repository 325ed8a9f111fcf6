"""Where a request comes from: nobody makes up an address, and nobody has more than one network to ask from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.access.addresses import address_of

KNOWN = [
    ("10.0.0.1", "", 0, "10.0.0.1"),
    ("10.0.0.1", "1.2.3.4", 0, "10.0.0.1"),
    ("10.0.0.1", "1.2.3.4", 1, "1.2.3.4"),
    ("10.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
    ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", 2, "1.2.3.4"),
    ("10.0.0.1", "1.2.3.4", 2, "10.0.0.1"),
    ("10.0.0.1", " , 1.2.3.4 ,", 1, "1.2.3.4"),
    ("10.0.0.1", "1.2.3.4:5678", 1, "1.2.3.4"),
    ("10.0.0.1", "[2001:db8:1:2::3]:443", 1, "2001:db8:1:2::/64"),
    ("10.0.0.1", "2001:db8:1:2:ffff::3", 1, "2001:db8:1:2::/64"),
    ("2001:db8:1:2::7", "", 0, "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "", 0, "fe80::/64"),
    ("::ffff:1.2.3.4", "", 0, "1.2.3.4"),
    ("10.0.0.1", "unknown", 1, "unknown"),
    ("10.0.0.1", "[", 1, "["),
]


@pytest.mark.parametrize(("peer", "forwarded", "proxies", "expected"), KNOWN)
def test_the_address_that_the_outermost_proxy_saw(peer, forwarded, proxies, expected):
    assert address_of(peer, forwarded, proxies) == expected


@given(st.text(max_size=300), st.integers(0, 3))
def test_whatever_is_written_there_gives_an_address_of_bounded_length(forwarded, proxies):
    assert len(address_of("10.0.0.1", forwarded, proxies)) <= 64


@given(st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_network_are_one(low):
    import ipaddress

    one = ipaddress.IPv6Address((0x2001_0DB8_0001_0002 << 64) | low)
    assert address_of(str(one), "", 0) == "2001:db8:1:2::/64"


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5), st.ip_addresses(v=4).map(str))
def test_what_stands_before_the_believed_part_changes_nothing(written, seen):
    assert address_of("10.0.0.1", ", ".join([*written, seen]), 1) == seen
