"""What the centre orders of this recorder: which cameras to record, what to hold or erase, another key for its log.

Owns the judgement of an order: signed by the centre's key, for this recorder, and for a configuration newer than the
one in force; the key to which cameras' passwords are sealed; and the configuration in force, durable before it is
acknowledged. Promises that no password is on the disk in clear, nor in an error. Leaves doing it to the recorder.

Errors::

    OrderRefused    the order is not carried out; ``vi`` and ``en`` say why
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from minhbach.durable import Files
from minhbach.edge import faults
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.config import CameraConfig, Config, ConfigError, DiskConfig, Retention, checked, combine
from minhbach.edge.rtsp import url
from minhbach.protocol import sealed, signed
from minhbach.protocol.codec import Malformed
from minhbach.protocol.messages import (
    CONFIGURE,
    ERASE,
    HOLD,
    REKEY,
    CameraOrder,
    Configuration,
    EraseOrder,
    HoldOrder,
    RekeyOrder,
)

SEAL_KEY = "seal.key"
CONFIGURATION = "configuration.token"


class OrderRefused(Exception):
    """An order that is not carried out."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class Orders:
    """``private``: the archive's private folder. Making it blocks on the disk; so does ``accept``."""

    def __init__(self, recorder: str, key: Ed25519PublicKey, private: Path, files: Files) -> None:
        self.recorder = recorder
        self._key = key
        self._private = private
        self._files = files
        self._seal = load_seal_key(private / SEAL_KEY, files)
        self.configuration = self._stored()

    @property
    def serial(self) -> int:
        """Of the configuration in force; 0 without one."""
        return self.configuration.serial if self.configuration else 0

    @property
    def sealing_key(self) -> str:
        """The public half: what the centre seals passwords to."""
        return sealed.public_text(self._seal)

    def config(self, disks: tuple[DiskConfig, ...]) -> Config:
        """What the configuration in force means for these disks. Raises OrderRefused."""
        return self._config(self.configuration, disks) if self.configuration else Config((), disks)

    def accept(self, token: str, disks: tuple[DiskConfig, ...]) -> bool:
        """Take a new configuration into force, durably; false when it is already. Raises OrderRefused, OSError."""
        order = self._read(token)
        if order.serial == self.serial:
            return False
        if order.serial < self.serial:
            raise OrderRefused(
                "Đầu ghi đã có cấu hình mới hơn.", "The recorder has a newer configuration than this one."
            )
        self._config(order, disks)
        self._files.replace(self._private / CONFIGURATION, token.encode(), mode=0o600)
        self.configuration = order
        return True

    def hold(self, token: str) -> HoldOrder:
        """The hold that a token orders. Raises OrderRefused."""
        try:
            order = signed.read(HOLD, HoldOrder, token, [self._key])
        except (signed.NotSigned, Malformed):
            raise _not_ours() from None
        if order.recorder != self.recorder:
            raise _not_ours()
        return order

    def erasure(self, token: str) -> EraseOrder:
        """The erasure that a token orders. Raises OrderRefused."""
        try:
            order = signed.read(ERASE, EraseOrder, token, [self._key])
        except (signed.NotSigned, Malformed):
            raise _not_ours() from None
        if order.recorder != self.recorder or not 0 < order.begin_us < order.end_us:
            raise _not_ours()
        return order

    def rekeying(self, token: str) -> RekeyOrder:
        """The replacement of the log's key that a token orders. Raises OrderRefused."""
        try:
            order = signed.read(REKEY, RekeyOrder, token, [self._key])
        except (signed.NotSigned, Malformed):
            raise _not_ours() from None
        if order.recorder != self.recorder:
            raise _not_ours()
        return order

    def login(self, credentials: str, camera: str) -> tuple[str, str] | None:
        """(user, password) of a camera, None for one that asks for none. Raises OrderRefused."""
        if not credentials:
            return None
        try:
            return sealed.unseal_login(credentials, self._seal, self.recorder, camera)
        except sealed.CannotOpen:
            raise OrderRefused(
                f"Camera {camera}: không mở được mật khẩu; hãy nhập lại mật khẩu camera tại trung tâm.",
                f"Camera {camera}: its password cannot be opened; type it again at the centre.",
            ) from None

    def address(self, address: str, credentials: str, camera: str) -> str:
        """A camera's address with its login in it; for ``CameraConfig.url`` only. Raises OrderRefused."""
        login = self.login(credentials, camera)
        scheme, slashes, rest = address.partition("://")
        if login is None or not slashes:
            return address
        user, password = (quote(part, safe="") for part in login)
        return f"{scheme}://{user}:{password}@{rest}"

    def _read(self, token: str) -> Configuration:
        try:
            order = signed.read(CONFIGURE, Configuration, token, [self._key])
        except (signed.NotSigned, Malformed):
            raise _not_ours() from None
        if order.recorder != self.recorder or order.serial < 1:
            raise _not_ours()
        return order

    def _config(self, order: Configuration, disks: tuple[DiskConfig, ...]) -> Config:
        try:
            return combine([self._camera(each) for each in order.cameras], disks)
        except ConfigError as error:
            raise OrderRefused(error.vi, error.en) from None

    def _camera(self, order: CameraOrder) -> CameraConfig:
        where = f"camera {order.name[:48]}"
        keep = Retention(order.picture_days, order.sound_days, order.minimum_days, order.intent_lead_hours)
        camera = CameraConfig(
            name=order.name,
            stream=order.stream,
            url=self.address(order.address, order.credentials, order.name),
            sound=order.sound,
            retention=keep,
            networks=networks_of(order.networks, where),
            tls_fingerprint=order.tls_fingerprint,
            sub_url=self.address(order.sub_address, order.credentials, order.name) if order.sub_address else "",
            view=order.view[:64],
            sound_hours=order.sound_hours,
        )
        try:
            url.parse(camera.url)
            if camera.sub_url:
                url.parse(camera.sub_url)
        except url.BadUrl:
            fault = faults.BAD_URL
            raise ConfigError(f"{where}: {fault.vi}", f"{where}: {fault.en}") from None
        return checked(camera, where)

    def _stored(self) -> Configuration | None:
        path = self._private / CONFIGURATION
        if not path.exists():
            return None
        try:
            return self._read(path.read_text("ascii"))
        except (OrderRefused, OSError, UnicodeDecodeError):
            raise ConfigError(
                f"Cấu hình đã lưu trong {path} không dùng được; hãy xóa tệp này để nhận lại cấu hình từ trung tâm.",
                f"The configuration stored in {path} cannot be used; delete the file to be sent it again.",
            ) from None


def networks_of(texts: tuple[str, ...], where: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The networks that a centre lets a camera be in; none at all is refused. Raises ConfigError."""
    try:
        networks = tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError:
        networks = ()
    if not networks:
        raise ConfigError(
            f"{where}: chưa khai báo dải mạng hợp lệ mà đầu ghi được phép kết nối.",
            f"{where}: no valid network is named that the recorder may reach.",
        )
    return networks


def load_seal_key(path: Path, files: Files) -> X25519PrivateKey:
    """The key in ``path``; a new one when there is no file. Raises KeyUnreadable, OSError."""
    if not path.exists():
        pem = X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        files.make_folder(path.parent)
        os.chmod(path.parent, 0o700)
        files.replace(path, pem, mode=0o600)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PrivateKey) or path.stat().st_mode & 0o077:
        raise KeyUnreadable(
            f"Khóa niêm phong {path} không đọc được hoặc người dùng khác đọc được.",
            f"The sealing key {path} cannot be read, or others may read it.",
        )
    return key


def _not_ours() -> OrderRefused:
    return OrderRefused(
        "Lệnh không mang chữ ký hợp lệ của trung tâm dành cho đầu ghi này.",
        "The order carries no valid signature of the centre for this recorder.",
    )
