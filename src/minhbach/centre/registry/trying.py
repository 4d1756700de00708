"""A camera as somebody wants it kept, tried by its recorder first: the one way by which an address gets into a row.

Owns what must be so before a camera is kept: its address lies where the recorder may go, it answers there, it sends
sound where sound is wanted, and its small stream answers too. Pages and API both come through here.
"""

from dataclasses import dataclass, field

from minhbach.centre.registry import probing
from minhbach.centre.registry.actions.devices import CameraDetails
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.networks import camera_address
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

NO_SOUND = Words(
    "Camera không gửi âm thanh. Hãy bật micro trong cấu hình camera, hoặc bỏ đánh dấu ô này.",
    "The camera offers no sound. Switch its microphone on, or untick this box.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed about a camera. The password leaves this process only sealed for the recorder."""

    label: str
    address: str
    sub_address: str = ""
    user_name: str = ""
    password: str = field(default="", repr=False)
    has_sound: bool = False


def tried(at: Recorder, name: str, wanted: Wanted, known: str = "") -> tuple[CameraDetails, probing.Answer]:
    """The camera as it is to be kept and what it answered. `name`: its name in the log; `known`: credentials it has.

    Raises NotPossible with what is wrong and the field it is about.
    """
    address = camera_address(wanted.address, at.networks)
    credentials = probing.sealed(at, name, wanted.user_name, wanted.password)
    answer = probing.probe(at, name, address, credentials or known)
    if not answer.works:
        raise NotPossible(answer.words, answer.about)
    if wanted.has_sound and not answer.has_sound:
        raise NotPossible(NO_SOUND, "has_sound")
    small = camera_address(wanted.sub_address, at.networks) if wanted.sub_address else ""
    if small and not (other := probing.probe(at, name, small, credentials or known)).works:
        raise NotPossible(other.words, "sub_address")
    details = CameraDetails(
        label=wanted.label,
        address=address,
        sub_address=small,
        sealed_credentials=credentials,
        has_sound=wanted.has_sound,
    )
    return details, answer
