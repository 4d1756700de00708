"""Security keys: only what a key of this site, touched by its owner, signed over the very challenge, proves a thing."""

import datetime
import hashlib
import json
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.access.actions import security_keys
from minhbach.centre.access.actions.security_keys import ProofRefused, as_text
from minhbach.centre.access.key_proof import KeyRefused, NewKey, Signed, Site, proved, registered
from minhbach.centre.access.models import AuditRow, SecurityKey
from minhbach.centre.messaging.models import Delivery
from tests.centre.access.district import District
from tests.centre.people import PASSWORD

SITE = Site("giamsat.hoagiang.vn", "https://giamsat.hoagiang.vn")
CHALLENGE = hashlib.sha256(b"a scope").digest()


@dataclass
class Token:
    """A key of plastic, as CTAP2 says it behaves; what it says can be bent."""

    site: Site = SITE
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = b"0123456789abcdef"
    count: int = 0
    flags: int = 0x05

    @property
    def point(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return numbers.x.to_bytes(32) + numbers.y.to_bytes(32)

    def client(self, kind: str, challenge: bytes, **more: object) -> bytes:
        said = {"type": kind, "challenge": as_text(challenge), "origin": self.site.origin, "crossOrigin": False}
        return json.dumps(said | more).encode()

    def head(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.name.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def made(self) -> bytes:
        """authenticatorData of a new key."""
        cose = bytes.fromhex("a5010203262001215820") + self.point[:32] + bytes.fromhex("225820") + self.point[32:]
        length = len(self.credential).to_bytes(2)
        return self.head(self.flags | 0x40) + bytes(16) + length + self.credential + cose

    def sign(self, challenge: bytes, kind: str = "webauthn.get", **more: object) -> Signed:
        self.count += 1
        head, client = self.head(self.flags), self.client(kind, challenge, **more)
        signature = self.key.sign(head + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return Signed(head, client, signature)


def judged(token: Token, signed: Signed, count: int = 0) -> int:
    return proved(signed, challenge=CHALLENGE, point=token.point, count=count, site=SITE)


def test_a_key_that_was_made_here_is_known_again_and_its_signature_proves_its_owner():
    token = Token()
    assert registered(token.made(), token.client("webauthn.create", CHALLENGE), challenge=CHALLENGE, site=SITE) == (
        NewKey(token.credential, token.point, 0)
    )
    assert judged(token, token.sign(CHALLENGE)) == 1


BENT = {
    "another challenge": lambda token: token.sign(bytes(32)),
    "another site's page": lambda token: token.sign(CHALLENGE, origin="https://giamsat.hoagiang.vn.ke-xau.vn"),
    "a frame of another site": lambda token: token.sign(CHALLENGE, crossOrigin=True),
    "a key being made": lambda token: token.sign(CHALLENGE, kind="webauthn.create"),
    "another key": lambda token: Token().sign(CHALLENGE),
    "a site of another name": lambda token: replace(token, site=Site("hoagiang.vn", SITE.origin)).sign(CHALLENGE),
    "an owner who was not asked": lambda token: replace(token, flags=0x01).sign(CHALLENGE),
    "a key nobody touched": lambda token: replace(token, flags=0x04).sign(CHALLENGE),
    "no JSON": lambda token: replace(token.sign(CHALLENGE), client=b"{" * 5000),
    "a list": lambda token: replace(token.sign(CHALLENGE), client=b"[]"),
    "nothing": lambda token: Signed(b"", b"", b""),
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
def test_what_was_signed_for_anything_else_proves_nothing(bend):
    token = Token()
    with pytest.raises(KeyRefused):
        judged(token, bend(token))


def test_a_counter_that_goes_backwards_betrays_a_copy():
    token = Token()
    with pytest.raises(KeyRefused):
        judged(token, token.sign(CHALLENGE), count=1)


@given(st.binary(max_size=300), st.binary(max_size=200))
def test_bytes_from_anywhere_are_refused_with_a_sentence(authenticator, client):
    with pytest.raises(KeyRefused):
        registered(authenticator, client, challenge=CHALLENGE, site=SITE)


@given(st.integers(0, 1500), st.integers(1, 255))
def test_no_changed_byte_of_a_signed_answer_passes(at, change):
    token = _TOKEN
    whole = _SIGNED.authenticator + _SIGNED.client
    place = at % len(whole)
    bent = bytearray(whole)
    bent[place] ^= change
    cut = len(_SIGNED.authenticator)
    with pytest.raises(KeyRefused):
        judged(token, Signed(bytes(bent[:cut]), bytes(bent[cut:]), _SIGNED.signature))


_TOKEN = Token()
_SIGNED = _TOKEN.sign(CHALLENGE)


@pytest.fixture
def person():
    district = District()
    account = district.people["commune_chairman"]
    account.set_password(PASSWORD)
    account.save()
    return account


def added(account, token, now, **more):
    given = {"label": "Khóa ở bàn", "password": PASSWORD, "code": ""} | more
    return security_keys.add_key(
        account, **given, authenticator=as_text(token.made()),
        client=as_text(token.client("webauthn.create", CHALLENGE)), challenge=CHALLENGE, site=SITE, now=now,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_key_is_added_only_by_whoever_knows_the_password_and_its_owner_is_told(person):
    now = person.opened_at
    with pytest.raises(ProofRefused):
        added(person, Token(), now, password="sai")
    key = added(person, Token(), now)
    assert key.site_name == SITE.name
    assert Delivery.objects.filter(address=person.person_id, notice__kind="account").count() == 1
    with pytest.raises(ProofRefused):
        added(person, Token(), now)  # the same id: an id names one key


@pytest.mark.django_db
def test_a_key_signs_for_its_owner_alone_and_no_more_once_it_is_taken_away(person):
    now, token = person.opened_at, Token()
    key = added(person, token, now)

    def proves(account):
        answer = security_keys.KeyAnswer(as_text(token.credential), token.sign(CHALLENGE))
        return security_keys.prove_by_key(account, answer, challenge=CHALLENGE, site=SITE, now=now)

    assert proves(person) == key
    stranger = type(person).objects.exclude(id=person.id).first()
    with pytest.raises(ProofRefused):
        proves(stranger)
    security_keys.remove_key(person, key.id, password=PASSWORD, code="", now=now)
    with pytest.raises(ProofRefused):
        proves(person)
    assert SecurityKey.objects.filter(id=key.id).exists()


@pytest.mark.django_db
def test_after_five_wrong_proofs_the_right_one_waits_an_hour(person):
    now = person.opened_at
    for _ in range(security_keys.MOST_WRONG):
        with pytest.raises(ProofRefused):
            security_keys.check_password_and_code(person, password="sai", code="", now=now, code_needed=False)

    def prove(at):
        security_keys.check_password_and_code(person, password=PASSWORD, code="", now=at, code_needed=False)

    with pytest.raises(ProofRefused, match="Wait an hour"):
        prove(now)
    assert AuditRow.objects.filter(account=person, act=security_keys.WRONG_ACT).count() == security_keys.MOST_WRONG
    prove(now + datetime.timedelta(minutes=61))
