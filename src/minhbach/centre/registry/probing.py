"""Asking a recorder about cameras: does this address answer as a camera, what does it see, which does its network show?

Owns the one connection of this process to the fabric and the words for what comes back. A picture is a viewing, and
viewings are decided above: it is asked for with a lease that is only passed on, and the recorder judges it. A password
is sealed for the recorder before it leaves this process.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from minhbach.centre.fabric import client
from minhbach.centre.fabric.asking import Asker
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.registry.networks import NOWHERE, is_inside
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.protocol import codec, subjects
from minhbach.protocol.footage import Answer as FootageAnswer
from minhbach.protocol.line import Access
from minhbach.protocol.messages import Discovered, DiscoverWanted, Probed, ProbeWanted, TrialWanted
from minhbach.protocol.sealed import CannotOpen, seal_login

PATIENCE_S = 15.0
TRIAL_WIDTH = 960
JPEG = b"\xff\xd8"
NO_PICTURE = Words("Đầu ghi không gửi được hình.", "The recorder sent no picture.")
NO_KEY = Words(
    "Đầu ghi chưa kết nối lần nào nên chưa thể nhận mật khẩu. Hãy khởi động đầu ghi với tệp ghi danh trước.",
    "The recorder has never connected, so no password can be sealed for it. Start it with its enrolment file first.",
)


#: What the recorder says of a recorded camera would be wrong here: it waits with the next try, a person need not.
WRONG_LOGIN = Words(
    "Camera từ chối tên đăng nhập hoặc mật khẩu. Hãy sửa rồi thử lại; sai nhiều lần liên tiếp, camera có thể khóa.",
    "The camera refused the name or password. Correct it and try again; too many wrong tries may lock the camera.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a camera answered: its formats, or why it is no use, in words."""

    works: bool
    words: Words
    formats: Sequence[str] = ()
    took_ms: int = 0
    #: The code of the fault where it does not work, as in `edge.faults`; empty when the recorder is away.
    code: str = ""

    @property
    def kept(self) -> dict[str, object]:
        """What of it is kept with the camera."""
        return {"formats": list(self.formats), "took_ms": self.took_ms}

    @property
    def about(self) -> str:
        """The field of a form that what does not work is about."""
        return "password" if self.code in ("wrong_password", "needs_password") else "address"

    @property
    def has_sound(self) -> bool:
        """Whether the camera offers sound."""
        return any(one.startswith("audio") for one in self.formats)


def sealed(recorder: Recorder, camera: str, user: str, password: str) -> str:
    """Name and password sealed for the recorder and this camera; nothing for a camera that asks for none."""
    if not user and not password:
        return ""
    if not recorder.sealing_key:
        raise NotPossible(NO_KEY, "password")
    try:
        return seal_login(user, password, recorder.sealing_key, str(recorder.id), camera)
    except CannotOpen:
        raise NotPossible(NO_KEY, "password") from None


def probe(recorder: Recorder, camera: str, address: str, credentials: str) -> Answer:
    """Let the recorder try the camera. Raises nothing: that the recorder is away is an answer too."""
    wanted = ProbeWanted(camera, address, credentials, tuple(recorder.networks), "")
    try:
        found = asker().ask(str(recorder.id), subjects.PROBE, wanted, Probed, PATIENCE_S)
    except client.FabricError as error:
        return Answer(False, Words(error.vi, error.en))
    if found.code:
        words = WRONG_LOGIN if found.code == "wrong_password" else Words(found.vi, found.en)
        return Answer(False, words, found.formats, found.took_ms, found.code)
    offers = ", ".join(found.formats)
    words = Words("Camera trả lời: {offers}.", "The camera answers: {offers}.").fill(offers=offers)
    return Answer(True, words, found.formats, found.took_ms)


def first_picture(camera: Camera, token: str) -> bytes:
    """A JPEG of a camera that is not recorded yet, under the lease of a still. Raises NotPossible."""
    at = camera.recorder
    asked = ProbeWanted(
        camera.name, camera.address, camera.sealed_credentials, tuple(at.networks), camera.tls_fingerprint
    )
    question = codec.encode(TrialWanted(token, asked, TRIAL_WIDTH))
    try:
        found = asker().ask_bytes(str(at.id), subjects.TRIAL, question, PATIENCE_S)
        if found.startswith(JPEG):
            return found
        said = codec.decode(FootageAnswer, found)
    except client.FabricError as error:
        raise NotPossible(Words(error.vi, error.en)) from None
    except codec.Malformed:
        raise NotPossible(NO_PICTURE) from None
    raise NotPossible(Words(said.vi, said.en))


@dataclass(frozen=True, slots=True)
class Seen:
    """A camera that introduced itself to the recorder."""

    host: str
    name: str
    hardware: str
    #: Whether the recorder may be sent there, and whether it already records it.
    reachable: bool
    known: bool


def discover(recorder: Recorder) -> list[Seen]:
    """The cameras that introduce themselves in the recorder's networks. Raises NotPossible when it cannot look."""
    if not recorder.networks:
        raise NotPossible(NOWHERE, "networks")
    wanted = DiscoverWanted(tuple(recorder.networks))
    try:
        found = asker().ask(str(recorder.id), subjects.DISCOVER, wanted, Discovered, PATIENCE_S)
    except client.FabricError as error:
        raise NotPossible(Words(error.vi, error.en)) from None
    addresses = recorder.cameras.filter(retired_at__isnull=True).values_list("address", flat=True)
    known = {urlsplit(address).hostname for address in addresses}
    return [
        Seen(one.host, one.name, one.hardware, is_inside(one.host, recorder.networks), one.host in known)
        for one in found.cameras
    ]


@functools.cache
def asker() -> Asker:
    """This process's line to the fabric, dialled at the first question."""
    return Asker(_access, "pages")


def _access() -> Access:
    password = Path(settings.MINHBACH_NATS_PASSWORD_FILE).read_text("utf-8").strip()
    vouched = ca_pem(Path(settings.MINHBACH_DATA) / "fabric", settings.MINHBACH_NATS)
    return client.access(settings.MINHBACH_NATS, password, ca_pem=vouched)
