"""Where a request comes from, as far as that can be believed.

Only a reverse proxy that the settings name is believed about somebody else's address; anybody can write the header.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's IP address; 0.0.0.0 where the server knows none (a local socket)."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if direct in settings.MINHBACH_PROXIES:
        # The proxy appends what it saw; whatever stands before it came from the client.
        direct = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(direct)
    except ValueError:
        return "0.0.0.0"  # nosec B104 # a word for "unknown", nothing listens there
    # A server that listens for both kinds sees an IPv4 address in the clothes of the other: it is one and the same.
    return str((found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found)


def line_of(address: str) -> str:
    """What attempts are counted by: whoever has one address of IPv6 has the 2^64 beside it as well."""
    found = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
