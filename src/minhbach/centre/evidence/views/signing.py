"""What a page needs to have somebody sign with a key, or with password and code, and what came back of it.

For approvals and for reviews of masked copies: both are proved in the same two ways, by code only without any key.
"""

from dataclasses import dataclass

from minhbach.centre.access.actions.security_keys import as_text, keys_of, read_answer
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import CodeDevice
from minhbach.centre.access.views.security_keys import by_name, site_of
from minhbach.centre.evidence.actions.approving import ByCode, ByKey
from minhbach.centre.evidence.forms import CodeForm, KeyAnswerForm
from minhbach.centre.words import Words
from minhbach.ledger.approval import Statement, challenge


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done by signing, and where the proof goes."""

    action: str
    do_it: Words
    by_key: Words
    by_code: Words


def to_sign(asked: GuardedRequest, statement: Statement, deed: Deed, form: CodeForm | None = None) -> dict[str, object]:
    """For the template `evidence/sign.html`; `form` is one that was refused."""
    site, own = site_of(asked), keys_of(asked.user)
    return {
        "form_action": deed.action,
        "do_it": deed.do_it,
        "do_by_key": deed.by_key,
        "do_by_code": deed.by_code,
        "site": site,
        "by_name": by_name(asked),
        "keys": [key for key in own if site and key.site_name == site.name],
        "elsewhere": sorted({key.site_name for key in own}),
        "challenge": as_text(challenge(statement)),
        "key_form": KeyAnswerForm(),
        "code_form": form or CodeForm(),
        "codes_on": CodeDevice.objects.filter(account=asked.user, confirmed_at__isnull=False).exists(),
    }


def proof_of(asked: GuardedRequest, by_key: KeyAnswerForm, by_code: CodeForm) -> ByKey | ByCode | None:
    """What was sent; None where a field is missing, and the form says which. Raises ProofRefused."""
    site = site_of(asked)
    if "credential" in asked.POST and by_key.is_valid() and site is not None:
        return ByKey(read_answer(**by_key.cleaned_data), site)
    if by_code.is_valid():
        return ByCode(**by_code.cleaned_data)
    return None
