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
        return str(ipaddress.ip_address(direct))
    except ValueError:
        return "0.0.0.0"
