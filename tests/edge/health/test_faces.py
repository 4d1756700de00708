"""What a recorder knows of its rooms, on the disk: small, only of its cameras, only of the view that was accepted."""

from pathlib import Path

import pytest

from minhbach.decode.wire import RELIEF_BYTES
from minhbach.durable import Files
from minhbach.edge.health.faces import Faces
from minhbach.edge.health.seeing import Face

FACE = Face(bytes(range(250)) * 16, 4, dim=False)


@pytest.fixture
def faces(tmp_path: Path) -> Faces:
    return Faces(tmp_path / "private" / "rooms", Files())


def test_a_face_that_was_kept_is_known_in_its_view_only(faces: Faces) -> None:
    assert len(FACE.relief) == RELIEF_BYTES
    assert faces.known("quay-1", "v1") is None
    faces.keep("quay-1", "v1", FACE)
    assert faces.known("quay-1", "v1") == FACE
    assert faces.known("quay-1", "v2") is None
    assert faces.known("quay-2", "v1") is None


def test_a_camera_has_one_small_file_for_its_owner_alone(faces: Faces, tmp_path: Path) -> None:
    for view in ("v1", "v2", "v3"):
        faces.keep("quay-1", view, FACE)
    (only,) = (tmp_path / "private" / "rooms").iterdir()
    assert only.stat().st_size < 4200
    assert only.stat().st_mode & 0o777 == 0o600


def test_faces_of_cameras_that_are_gone_are_gone(faces: Faces) -> None:
    faces.keep_only(["quay-1"])
    faces.keep("quay-1", "", FACE)
    faces.keep("quay-2", "", FACE)
    faces.keep_only(["quay-1"])
    assert faces.known("quay-1", "") == FACE
    assert faces.known("quay-2", "") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\n" * 5000,
        b'{"view": "", "looks": 4, "dim": false}\n' + bytes(RELIEF_BYTES - 1),
        b'{"view": "", "looks": null, "dim": false}\n' + bytes(RELIEF_BYTES),
        b"[1]\n" + bytes(RELIEF_BYTES),
        b"\xff\xfe\n" + bytes(RELIEF_BYTES),
    ],
)
def test_a_file_that_cannot_be_read_is_no_face(faces: Faces, tmp_path: Path, content: bytes) -> None:
    faces.keep("quay-1", "", FACE)
    (tmp_path / "private" / "rooms" / "quay-1.face").write_bytes(content)
    assert faces.known("quay-1", "") is None
