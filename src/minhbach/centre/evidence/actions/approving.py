"""Approving: by two people, each over exactly this scope, proved by their own key.

Who has no key proves it by password and code, the weaker way; who has one does not, since whoever got hold of a
password and a code could then do without the key.

What is signed is made here (`prepare`) and comes back with the proof (`approve`); it is of the approver, of this moment
and of the newest scope, and serves once. Who may approve is asked both times. A refusal ends the request with a reason.
"""

import datetime
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from minhbach.centre.access.actions.security_keys import (
    KeyAnswer,
    ProofRefused,
    check_password_and_code,
    keys_of,
    prove_by_key,
)
from minhbach.centre.access.key_proof import Site
from minhbach.centre.access.models import Account, SecurityKey
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.edges import demand_leaving_open
from minhbach.centre.evidence.models import Approval, Ending
from minhbach.centre.evidence.models.approvals import BY_CODE, BY_KEY, REFUSED
from minhbach.centre.evidence.people import (
    ExtractionRefused,
    demand,
    demand_not_concerned,
    manages,
    people_who,
    post_of,
)
from minhbach.centre.evidence.stages import TO_APPROVE, Item, Stage, item
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.reading import roles_on
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger import approval as ledger
from minhbach.ledger.reasons import reason

#: How long a statement may lie on a page before it is signed.
FRESH = datetime.timedelta(minutes=15)

OWN = Words("Không ai duyệt đề nghị của chính mình.", "Nobody approves their own request.")
TWICE = Words("Bạn đã duyệt đề nghị này; lần thứ hai phải là người khác.", "You have approved it; another has to.")
NOT_OPEN = Words("Đề nghị này không còn chờ duyệt.", "This request does not wait for an approval any more.")
MANAGING = Words(
    "Lần duyệt còn lại phải của người thuộc cơ quan quản lý luồng hình này.",
    "The approval that is left has to come from the body that manages this stream.",
)
CHANGED_SINCE = Words(
    "Đề nghị đã thay đổi hoặc trang đã mở quá lâu. Hãy xem lại nội dung rồi duyệt.",
    "The request was changed, or the page was open too long. Look at it again, then approve.",
)
APPROVED = Words(
    "Đề nghị trích xuất số {number} đã có hai người duyệt, chờ thực hiện.",
    "Extraction {number} has two approvals and waits to be built.",
)
NOT_APPROVED = Words(
    "Đề nghị trích xuất số {number} không được duyệt: {reason}", "Extraction {number} was refused: {reason}"
)
NO_REASON = Words("Hãy ghi lý do không duyệt.", "Say why it is refused.")
KEY_NEEDED = Words(
    "Bạn có khóa bảo mật nên phải ký bằng khóa. Nếu đã mất khóa, hãy gỡ khóa ở trang «Khóa bảo mật» bằng mật khẩu và "
    "mã dùng một lần; việc gỡ được ghi lại và báo cho bạn.",
    "You have a security key, so sign with it. If it is lost, remove it on the page “Security keys” with password and "
    "one-time code; that is recorded, and you are told.",
)
NOT_SIGNED = Words("Chữ ký của khóa không đúng: {why}", "The key's signature fails: {why}")


@dataclass(frozen=True, slots=True)
class ByKey:
    """A security key's answer, and where it was asked."""

    answer: KeyAnswer
    site: Site


@dataclass(frozen=True, slots=True)
class ByCode:
    """The weaker proof, of who has no key."""

    password: str
    code: str


def may_approve(actor: Account, found: Item, *, now: datetime.datetime) -> Assignment:
    """The post by which the actor may give the next approval. Raises ExtractionRefused with what stands against it."""
    row, revision = found.extraction, found.revision
    decision, place = demand(actor, Right.APPROVE, row.room_id, now=now)
    post = post_of(decision)
    if row.requested_by_id == actor.person_id:
        raise ExtractionRefused(OWN)
    if any(each.approver_id == actor.person_id for each in found.counting):
        raise ExtractionRefused(TWICE)
    if found.stage not in TO_APPROVE:
        raise ExtractionRefused(NOT_OPEN)
    demand_not_concerned(actor.person_id, row.room_id, revision.begin_us, revision.end_us)
    demand_leaving_open(actor, row.room_id, revision, now=now)
    managing = manages(post, place, registry.day_of(now))
    if found.counting and not managing and not any(each.managing for each in found.counting):
        raise ExtractionRefused(MANAGING)
    return post


def prepare(actor: Account, found: Item, *, now: datetime.datetime) -> ledger.Statement:
    """What the actor would sign now. Raises ExtractionRefused where they may not approve."""
    return statement_by(actor, may_approve(actor, found, now=now), found, now=now)


def statement_by(actor: Account, post: Assignment, found: Item, *, now: datetime.datetime) -> ledger.Statement:
    """What somebody says of the newest scope, in the office they hold."""
    day = registry.day_of(now)
    names, roles = registry.names_on({post.unit_id}, day), dict(roles_on(day))
    role = roles.get(post.role)
    return ledger.Statement(
        scope=found.revision.scope_hash,
        person=str(actor.person_id),
        name=actor.person.full_name,
        title=post.title or (role.vi if role else post.role),
        unit=names[post.unit_id].name if post.unit_id in names else "",
        at_us=round(now.timestamp() * 1_000_000),
        nonce=secrets.token_hex(16),
    )


def approve(
    actor: Account, extraction: UUID, *, statement: ledger.Statement, proof: ByKey | ByCode, now: datetime.datetime
) -> Approval:
    """Approve what `prepare` said. Raises ExtractionRefused, ProofRefused; never two for one press."""
    found = item(extraction, now=now)
    post = may_approve(actor, found, now=now)
    demand_fresh(actor, found, statement, now)
    key, signed = proved(actor, statement, proof, now)
    place = demand(actor, Right.APPROVE, found.extraction.room_id, now=now)[1]
    try:
        with transaction.atomic():
            row = Approval.objects.create(
                extraction_id=extraction, revision=found.revision, number=len(found.counting) + 1,
                approver_id=actor.person_id, managing=manages(post, place, registry.day_of(now)),
                kind=BY_KEY if key else BY_CODE, at=now, nonce=statement.nonce, record=signed.as_json(), key=key,
            )  # fmt: skip
            about = ("extraction", extraction)
            record(actor, "extraction_approved", now=now, about=about, details={"number": row.number, "kind": row.kind})
            if row.number == 2:
                _tell_approved(found, now)
    except IntegrityError:  # a second press, another approver, or a change came first: PostgreSQL took one of them
        raise ExtractionRefused(CHANGED_SINCE) from None
    return row


def may_refuse(actor: Account, found: Item, *, now: datetime.datetime) -> None:
    """The actor may end the request by a refusal. Raises ExtractionRefused with what stands against it."""
    row, revision = found.extraction, found.revision
    demand(actor, Right.APPROVE, row.room_id, now=now)
    if row.requested_by_id == actor.person_id:
        raise ExtractionRefused(OWN)
    if found.stage not in TO_APPROVE | {Stage.APPROVED, Stage.FAILED}:
        raise ExtractionRefused(NOT_OPEN)
    # A refusal is final: who is filmed there would bury what shows them.
    demand_not_concerned(actor.person_id, row.room_id, revision.begin_us, revision.end_us)


def refuse(actor: Account, extraction: UUID, *, reason: str, now: datetime.datetime) -> None:
    """Refuse the request; it is over, and who asked is told why. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    said = plain(reason)[:300]
    may_refuse(actor, found, now=now)
    if not said:
        raise ExtractionRefused(NO_REASON)
    try:
        with transaction.atomic():
            Ending.objects.create(extraction_id=extraction, kind=REFUSED, by_id=actor.person_id, at=now, reason=said)
            record(actor, "extraction_refused", now=now, about=("extraction", extraction))
            words = NOT_APPROVED.fill(number=str(found.extraction), reason=said)
            link = Link("extraction", str(extraction))
            send(to=[found.extraction.requested_by_id], kind="extraction", words=words, link=link, now=now)
    except IntegrityError:
        raise ExtractionRefused(NOT_OPEN) from None


def demand_fresh(actor: Account, found: Item, statement: ledger.Statement, now: datetime.datetime) -> None:
    """It is the actor's, of the newest scope, and not long ago. Raises ExtractionRefused."""
    age = now - datetime.datetime.fromtimestamp(statement.at_us / 1_000_000, datetime.UTC)
    mine = statement.person == str(actor.person_id) and statement.scope == found.revision.scope_hash
    if not mine or not datetime.timedelta() <= age <= FRESH:
        raise ExtractionRefused(CHANGED_SINCE)


def proved(
    actor: Account, statement: ledger.Statement, proof: ByKey | ByCode, now: datetime.datetime
) -> tuple[SecurityKey | None, ledger.Approval]:
    """The key, if it was one, and what was said as a package carries it. Raises ProofRefused."""
    signer = keys.load_approval(settings.MINHBACH_DATA / "keys")
    if isinstance(proof, ByCode):
        # Any key, also one of another name of this site: at which name it is asked is for the browser to say.
        if keys_of(actor):
            raise ProofRefused(KEY_NEEDED)
        check_password_and_code(actor, password=proof.password, code=proof.code, now=now)
        return None, ledger.Approval(statement, signer.sign(ledger.attested_message(statement)))
    challenge = ledger.challenge(statement)
    key = prove_by_key(actor, proof.answer, challenge=challenge, site=proof.site, now=now)
    signed = proof.answer.signed
    credential = ledger.Credential(
        person=statement.person,
        name=statement.name,
        public_key="04" + key.point,
        rp_id=key.site_name,
        registered_us=round(key.added_at.timestamp() * 1_000_000),
    )
    assertion = ledger.Assertion(signed.authenticator, signed.client, signed.signature)
    if problem := ledger.asserts(bytes.fromhex(credential.public_key), key.site_name, statement, assertion):
        raise ProofRefused(NOT_SIGNED.fill(why=Words(*reason(problem))))
    return key, ledger.Approval(statement, signer.sign(ledger.certificate_message(credential)), credential, assertion)


def _tell_approved(found: Item, now: datetime.datetime) -> None:
    row = found.extraction
    to = people_who(Right.BUILD, row.room_id, now=now) | {row.requested_by_id}
    words = APPROVED.fill(number=str(row))
    send(to=sorted(to), kind="extraction", words=words, link=Link("extraction", str(row.id)), now=now)
