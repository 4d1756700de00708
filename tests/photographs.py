"""Photographs as a telephone sends them, for tests of what is brought to the system."""

from io import BytesIO
from typing import Any

from PIL import Image


def photograph(width: int = 640, height: int = 480, kind: str = "JPEG", **save: Any) -> bytes:
    """One plain red photograph."""
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 30, 40)).save(out, kind, **save)
    return out.getvalue()
