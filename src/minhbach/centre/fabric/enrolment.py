"""What a technician carries to a site so that a recorder finds its centre.

Owns the text of the enrolment file, which ``edge.uplink.enrolment`` reads. It holds the recorder's password: hand it
out once, to the person who sets the recorder up, and never store it. Leaves who may ask for it to the pages.
"""

from __future__ import annotations

import json

from minhbach.centre.fabric.keys import Keys
from minhbach.protocol import subjects


def text(recorder: str, address: str, password: str, keys: Keys, ca_pem: str = "") -> str:
    """The file's TOML. ``address``: how the site reaches the fabric, ``nats://host:port`` or ``tls://host:port``."""
    subjects.all_down(recorder)
    values = {
        "recorder": recorder,
        "address": address,
        "user": recorder,
        "password": password,
        "lease_key": keys.lease_text,
        "witness_key": keys.witness.verifier.vkey,
        **({"ca": ca_pem} if ca_pem else {}),
    }
    # A JSON string is a TOML string as long as nothing outside of ASCII stands in it unescaped.
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
