"""Who calls: the address that our own proxies vouch for, and the network that it is counted by."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def caller(request: HttpRequest, proxies: Sequence[Network] | None = None) -> Address | None:
    """Return the caller's address, or behind our own proxies the one that they vouch for.

    X-Forwarded-For is read from the right, past our proxies only: what stands further left was
    written by the client, who may write anything.
    """
    ours = _trusted(tuple(settings.TRUSTED_PROXIES)) if proxies is None else proxies
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    for text in reversed(forwarded.split(",") if forwarded else []):
        if address is None or not any(address in network for network in ours):
            break
        candidate = _parse(text.strip())
        if candidate is None:
            break
        address = candidate
    return address


def is_by_our_proxy(request: HttpRequest) -> bool:
    """Tell whether a proxy that the settings name handed the request on."""
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    ours = _trusted(tuple(settings.TRUSTED_PROXIES))
    return address is not None and any(address in network for network in ours)


def client_network(request: HttpRequest, proxies: Sequence[Network] | None = None) -> str:
    """Return what to count a caller by.

    An IPv6 client is counted by its /64, since one household or one attacker holds at least that
    many addresses.
    """
    address = caller(request, proxies)
    if address is None:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


@lru_cache(maxsize=8)
def _trusted(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
