"""Whether the pages may be served to more than this machine."""

from __future__ import annotations

import ipaddress
import socket

from payung.cli.face import refuse

_ONLY_HERE = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def beyond_this_machine(host: str) -> bool:
    """Return whether others than this machine reach what listens on `host`."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except OSError:
        found = {host}
    return not all(_loopback(address) for address in found)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def missing(*, https: bool, public_url: str, hosts: list[str], proxies: int) -> list[str]:
    """List what must be set before the pages are served beyond this machine, as one sets it."""
    wanted = [
        (https, "PAYUNG_HTTPS=true"),
        (public_url.startswith("https://"), "PAYUNG_PUBLIC_URL=https://…"),
        (bool(set(hosts) - _ONLY_HERE), "PAYUNG_HOSTS=<host name>"),
        (proxies > 0, "PAYUNG_PROXIES=1"),
    ]
    return [setting for there, setting in wanted if not there]


def demo_users(password: str, names: list[str]) -> list[str]:
    """Return the users of these names who can log in with the demo's password."""
    from payung.access.models import User

    users = User.objects.filter(username__in=names, is_active=True).order_by("username")
    return [user.username for user in users if user.has_usable_password() and user.check_password(password)]


def require_safe(host: str, *, trusted_network: bool) -> None:
    """End the command where the pages would lie open: passwords everybody knows, or secrets sent in clear."""
    from django.conf import settings

    from payung.access.actions import FIRST_USERS
    from payung.cli.demo import PASSWORD, ROLES

    if not beyond_this_machine(host):
        return
    known = demo_users(PASSWORD, sorted({*ROLES, *(one[0] for one in FIRST_USERS)}))
    if known:
        refuse(
            "--host",
            host,
            f"everybody knows the demo's password, and {', '.join(known)} can log in with it; "
            "give each another one (payung db password NAME) or use a database of its own",
        )
    unset = missing(
        https=settings.PAYUNG_HTTPS,
        public_url=settings.PAYUNG_PUBLIC_URL,
        hosts=settings.ALLOWED_HOSTS,
        proxies=settings.PAYUNG_PROXIES,
    )
    if unset and not trusted_network:
        refuse(
            "--host",
            host,
            f"passwords and NIKs would be sent in clear; put a proxy with TLS before it and set {', '.join(unset)} "
            "(docs/how-to/deploy.md), or say --trusted-network where nobody else is on the network",
        )
