"""What a recorder is told: its cameras, its disks, how long it keeps what.

Owns the one TOML schema of the edge (``recorder.toml`` in the archive folder, or ``--config``) until the centre sends
it signed. Promises to refuse, with a sentence that names the place, every key it does not know and every value it
would have to guess; a camera's address never appears in ``repr`` or in an error. Leaves to ``regulation`` at the
centre where the numbers come from.

Errors::

    ConfigError    one whole sentence, Vietnamese and English
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from minhbach.protocol.hours import SoundHours

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000

Content = Literal["av", "picture", "sound"]
Sound = Literal["with_picture", "own_file", "none"]

MOST_STREAMS = 300
"""The log names all of them in one entry of at most 60 KiB."""
SOUND_SUFFIX = "-sound"
MOST_DAYS = 36_500
MOST_LEAD_HOURS = 600
"""An announcement holds for thirty days (FORMAT.md 7.3): with a longer lead nothing could ever be deleted."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


class ConfigError(Exception):
    """The configuration cannot be used; nothing was started. ``vi`` and ``en`` say what to change."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} ({en})")
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Retention:
    """How long footage is kept, in days of the recorder's running time; editable data, never law written into code.

    ``picture_days`` and ``sound_days``: deletion is due at this age. ``minimum_days``: below this age only a full disk
    deletes, as its own kind of entry. ``intent_lead_hours``: a deletion is announced in the log this long before.
    """

    picture_days: int = 30
    sound_days: int = 30
    minimum_days: int = 15
    intent_lead_hours: int = 48

    @property
    def intent_lead_us(self) -> int:
        return self.intent_lead_hours * HOUR_US


@dataclass(frozen=True, slots=True)
class CameraConfig:
    """One stream of one camera. ``url`` may hold a password and therefore stays out of ``repr``."""

    name: str
    stream: str = "main"
    url: str = field(default="", repr=False)
    sound: Sound = "with_picture"
    retention: Retention = Retention()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    tls_fingerprint: str = ""
    sub_url: str = field(default="", repr=False)
    """A smaller stream of the same view, for live pictures only; never recorded."""
    view: str = ""
    """Another word whenever the camera was lawfully turned; changes nothing that is recorded."""
    sound_hours: SoundHours | None = None
    """When its sound may be kept; None: at any time."""

    @property
    def label(self) -> str:
        """``quay-1`` for the main stream, ``quay-1/sub`` for another."""
        return self.name if self.stream == "main" else f"{self.name}/{self.stream}"


@dataclass(frozen=True, slots=True)
class DiskConfig:
    """A folder that takes footage. ``keep_free_bytes`` is never used for footage."""

    path: Path
    keep_free_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the recorder was told. ``disks`` is never empty; the first holds the log."""

    cameras: tuple[CameraConfig, ...]
    disks: tuple[DiskConfig, ...]

    @property
    def archive(self) -> Path:
        return self.disks[0].path


def parse_camera(argument: str, retention: Retention = Retention()) -> CameraConfig:
    """Read ``NAME=URL``, ``NAME/STREAM=URL`` or ``NAME=@FILE`` (the URL stands in FILE, so no secret on a command
    line).
    """
    name, separator, url = argument.partition("=")
    if not separator or not url:
        raise ConfigError(
            "Mỗi --camera phải có dạng TÊN=ĐỊA_CHỈ hoặc TÊN=@TỆP.", "Each --camera has the form NAME=URL or NAME=@FILE."
        )
    name, _, stream = name.partition("/")
    # Whoever forgets the name has written an address with its password there.
    where = f"--camera {name}" if _NAME.fullmatch(name) else "--camera"
    if url.startswith("@"):
        url = _read_url(Path(url[1:]), where)
    return checked(CameraConfig(name=name, stream=stream or "main", url=url, retention=retention), where)


def load(path: Path, archive: Path | None = None) -> Config:
    """Read the TOML file. ``archive`` replaces the first disk of the file. Raises ConfigError."""
    try:
        text = path.read_bytes()
        table = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"Không đọc được tệp cấu hình {path}: {error.strerror}.", f"Cannot read {path}: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Tệp {path} không phải TOML hợp lệ: {error}.", f"{path} is not valid TOML: {error}."
        ) from None
    return parse(table, path.absolute().parent if archive is None else archive, own_disk=archive is not None)


def parse(table: Mapping[str, Any], archive: Path, *, own_disk: bool = True) -> Config:
    """Turn the tables ``retention``, ``camera`` and ``disk`` into a Config. Raises ConfigError."""
    reader = _Table(table, "recorder.toml")
    retention = _retention(reader.table("retention"), Retention())
    cameras = tuple(_camera(item, retention) for item in reader.tables("camera"))
    disks = tuple(_disk(item) for item in reader.tables("disk"))
    reader.done()
    if own_disk or not disks:
        own = next((disk for disk in disks if disk.path == archive), DiskConfig(archive))
        disks = (own, *(disk for disk in disks if disk.path != archive))
    return combine(cameras, disks)


def combine(cameras: Sequence[CameraConfig], disks: Sequence[DiskConfig]) -> Config:
    """Check what only the whole shows: no stream and no disk twice, at least one disk, not too much for one entry."""
    seen: set[tuple[str, str]] = set()
    for camera in cameras:
        for stream in streams(camera):
            if stream in seen:
                raise ConfigError(
                    f"Tên camera {camera.label} bị dùng hai lần.", f"Camera name {camera.label} is used twice."
                )
            seen.add(stream)
    if len(seen) > MOST_STREAMS:
        raise ConfigError(
            f"Một đầu ghi nhận tối đa {MOST_STREAMS} luồng; hãy chia camera cho nhiều đầu ghi.",
            f"One recorder takes at most {MOST_STREAMS} streams; share the cameras between several.",
        )
    if not disks:
        raise ConfigError("Chưa có thư mục lưu trữ.", "There is no archive folder.")
    for disk in disks:
        if [each.path for each in disks].count(disk.path) > 1:
            raise ConfigError(f"Ổ đĩa {disk.path} được khai báo hai lần.", f"The disk {disk.path} is named twice.")
    return Config(tuple(cameras), tuple(disks))


def streams(camera: CameraConfig) -> list[tuple[str, str]]:
    """(camera, stream) of everything that is recorded of it, as the log names it: sound in its own files is its own."""
    own = [(camera.name, f"{camera.stream}{SOUND_SUFFIX}")] if camera.sound == "own_file" else []
    return [(camera.name, camera.stream), *own]


def with_cameras(config: Config, cameras: Sequence[CameraConfig]) -> Config:
    """Add cameras of the command line; one with the same label replaces the file's."""
    labels = {camera.label for camera in cameras}
    kept = [camera for camera in config.cameras if camera.label not in labels]
    return combine((*kept, *cameras), config.disks)


def digest(config: Config) -> str:
    """SHA-256 (hex) over everything but addresses and secrets, for the log's ``configuration`` entry."""
    cameras = [_told(camera) for camera in config.cameras]
    disks = [{**asdict(disk), "path": str(disk.path)} for disk in config.disks]
    plain = {"cameras": cameras, "disks": disks}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(camera: CameraConfig) -> dict[str, Any]:
    plain = asdict(replace(camera, url="", sub_url="", view=""))
    if camera.sound_hours is None:
        # Unsaid as in the order, so that a recorder that was never given hours names its configuration as before.
        del plain["sound_hours"]
    return {**plain, "networks": [str(network) for network in camera.networks]}


class _Table:
    """A TOML table that knows its place in the file and refuses keys nobody asked for."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = dict(values)
        self.where = where

    def take(self, key: str, kind: type, default: Any) -> Any:
        value = self._values.pop(key, default)
        if type(value) is not kind:
            raise ConfigError(
                f"{self.where}: khóa «{key}» phải là {_KIND[kind][0]}.",
                f"{self.where}: «{key}» must be {_KIND[kind][1]}.",
            )
        return value

    def table(self, key: str) -> _Table:
        return _Table(self.take(key, dict, {}), f"{self.where} [{key}]")

    def tables(self, key: str) -> list[_Table]:
        items = self.take(key, list, [])
        if not all(isinstance(item, dict) for item in items):
            raise ConfigError(f"{self.where}: hãy viết [[{key}]].", f"{self.where}: write [[{key}]].")
        return [_Table(item, f"{self.where} [[{key}]] {number}") for number, item in enumerate(items, 1)]

    def done(self) -> None:
        if self._values:
            key = sorted(self._values)[0]
            raise ConfigError(f"{self.where}: không có khóa «{key}».", f"{self.where}: there is no key «{key}».")


_KIND: dict[type, tuple[str, str]] = {
    int: ("một số nguyên", "a whole number"),
    str: ("một chuỗi trong dấu nháy", "a quoted string"),
    list: ("một danh sách", "a list"),
    dict: ("một bảng", "a table"),
}


def _retention(reader: _Table, default: Retention) -> Retention:
    values = {key: reader.take(key, int, getattr(default, key)) for key in Retention.__dataclass_fields__}
    reader.done()
    return _lawful(Retention(**values), reader.where)


def _lawful(result: Retention, where: str) -> Retention:
    """The rule when it is one that can be kept; raises ConfigError."""
    lowest, highest = min(result.picture_days, result.sound_days), max(result.picture_days, result.sound_days)
    if not 0 <= result.minimum_days <= lowest or highest > MOST_DAYS:
        raise ConfigError(
            f"{where}: số ngày lưu từ 0 đến {MOST_DAYS}, số ngày lưu tối thiểu không vượt quá số ngày lưu.",
            f"{where}: days are 0 to {MOST_DAYS}, and minimum_days is not above picture_days and sound_days.",
        )
    if not 0 <= result.intent_lead_hours <= MOST_LEAD_HOURS:
        raise ConfigError(
            f"{where}: intent_lead_hours từ 0 đến {MOST_LEAD_HOURS}.",
            f"{where}: intent_lead_hours is 0 to {MOST_LEAD_HOURS}.",
        )
    return result


def _camera(reader: _Table, retention: Retention) -> CameraConfig:
    url_file = reader.take("url_file", str, "")
    url = reader.take("url", str, "")
    if url and url_file:
        raise ConfigError(
            f"{reader.where}: chỉ dùng một trong hai khóa url và url_file.",
            f"{reader.where}: use either url or url_file.",
        )
    camera = CameraConfig(
        name=reader.take("name", str, ""),
        stream=reader.take("stream", str, "main"),
        url=_read_url(Path(url_file), reader.where) if url_file else url,
        sound=reader.take("sound", str, "with_picture"),
        retention=_retention(reader.table("retention"), retention),
        networks=tuple(_network(text, reader.where) for text in reader.take("networks", list, [])),
        tls_fingerprint=reader.take("tls_fingerprint", str, ""),
    )
    reader.done()
    return checked(camera, reader.where)


def checked(camera: CameraConfig, where: str) -> CameraConfig:
    """The camera when its values are usable together; raises ConfigError that names ``where``."""
    if not _NAME.fullmatch(camera.name) or not _NAME.fullmatch(camera.stream):
        raise ConfigError(
            f"{where}: tên camera và tên luồng chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, "
            "không quá 48 ký tự.",
            f"{where}: camera and stream names use only a-z, 0-9 and the hyphen, at most 48 of them.",
        )
    if not camera.url.startswith(("rtsp://", "rtsps://")):
        raise ConfigError(
            f"{where}: địa chỉ camera phải bắt đầu bằng rtsp:// hoặc rtsps://.",
            f"{where}: the camera's address must start with rtsp:// or rtsps://.",
        )
    if camera.sound not in ("with_picture", "own_file", "none"):
        raise ConfigError(
            f"{where}: sound là with_picture, own_file hoặc none.", f"{where}: sound is with_picture, own_file or none."
        )
    _lawful(camera.retention, where)
    if camera.sound == "with_picture" and camera.retention.sound_days != camera.retention.picture_days:
        raise ConfigError(
            f'{where}: âm thanh và hình ảnh có số ngày lưu khác nhau thì phải đặt sound = "own_file".',
            f'{where}: sound and picture with different days need sound = "own_file".',
        )
    if camera.sound_hours is not None and (camera.sound != "with_picture" or not camera.sound_hours.usable):
        raise ConfigError(
            f'{where}: giờ ghi âm không hợp lệ, hoặc không đi với sound = "with_picture".',
            f'{where}: the hours of sound are not valid, or not with sound = "with_picture".',
        )
    return camera


def _disk(reader: _Table) -> DiskConfig:
    path = reader.take("path", str, "")
    keep_free_mb = reader.take("keep_free_mb", int, 1024)
    reader.done()
    if not Path(path).is_absolute() or keep_free_mb < 0:
        raise ConfigError(
            f"{reader.where}: path phải là đường dẫn tuyệt đối, keep_free_mb không âm.",
            f"{reader.where}: path must be absolute and keep_free_mb not negative.",
        )
    return DiskConfig(Path(path), keep_free_mb << 20)


def _network(text: object, where: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(text))
    except ValueError:
        raise ConfigError(
            f"{where}: «{text}» không phải một dải mạng.", f"{where}: «{text}» is not a network."
        ) from None


def _read_url(path: Path, where: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"{where}: không đọc được tệp địa chỉ {path}.", f"{where}: cannot read the address file {path}."
        ) from None
