"""Every operation of the API as "METHOD route", beside the right it needs; and the description of them all."""

from django.http import HttpRequest, JsonResponse

from minhbach.centre.access import endpoints as access_api
from minhbach.centre.access import governing_api
from minhbach.centre.access.api import PREFIX, guarded_api
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, Entry, entry
from minhbach.centre.access.pace import Cost
from minhbach.centre.access.places import (
    assignment_named,
    camera_named,
    person_named,
    recorder_named,
    room_named,
    somewhere,
    through,
    unit_named,
)
from minhbach.centre.addresses.assessing import ASSESSING_API
from minhbach.centre.addresses.places import (
    AT_WORK,
    BOOK_ENTRY,
    DIRECTED,
    DIRECTIVE,
    DOSSIER,
    DOSSIER_RIGHTS,
    DRAFT,
    EXTRACTION,
    FINDING,
    INSPECTED,
    INSPECTION,
    MASKERS,
    MISSED,
    PETITION,
    SESSION,
    SESSION_RIGHTS,
    SUBJECT,
    SUBJECTS,
    TASK,
    VISIT,
)
from minhbach.centre.addresses.ranking import RANKING_API
from minhbach.centre.addresses.reports import READS, REPORT, STEPS, WRITES
from minhbach.centre.addresses.rooms import PROPOSAL, PURCHASES, SITE
from minhbach.centre.dossiers import api as dossiers_api
from minhbach.centre.evidence import api as evidence_api
from minhbach.centre.evidence import masking_api, subjects_api
from minhbach.centre.feedback import api as feedback_api
from minhbach.centre.footage.api import log_keys as log_keys_api
from minhbach.centre.footage.api import moments as moments_api
from minhbach.centre.footage.api import timeline as room_api
from minhbach.centre.footage.api import wall as wall_api
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.footage.views import van_mieu
from minhbach.centre.oversight import api as oversight_api
from minhbach.centre.oversight import assessing_api, case_api, rooms_api, visits_api
from minhbach.centre.publishing import api as publishing_api
from minhbach.centre.publishing import ranking_api
from minhbach.centre.reception import api as reception_api
from minhbach.centre.reception import book_api, days_api
from minhbach.centre.registry import api as registry_api
from minhbach.centre.registry import api_changes as registry_changes
from minhbach.centre.registry.models import Counter, Equipment
from minhbach.centre.regulation import api as regulation_api
from minhbach.centre.regulation import calendar_api
from minhbach.centre.regulation.rights import Right

#: Every operation of the API. Viewings decide camera by camera themselves, and write rows of their own.
API: dict[str, Entry] = {
    "POST viewings": entry(SIGNED_IN, noted=False),
    "POST viewings/<uuid:viewing>/renew": entry(SIGNED_IN, noted=False),
    "POST viewings/<uuid:viewing>/close": entry(SIGNED_IN, noted=False),
    "GET purposes": entry(SIGNED_IN),
    "POST purposes": entry(SIGNED_IN),
    "POST purposes/<uuid:purpose>/renew": entry(SIGNED_IN, noted=False),
    "POST purposes/<uuid:purpose>/close": entry(SIGNED_IN),
    "GET rooms/<uuid:room>/timeline": entry([Right.LIVE, Right.PLAYBACK], room_named("room")),
    "POST rooms/<uuid:room>/bookmarks": entry(Right.PLAYBACK, room_named("room")),
    "DELETE rooms/<uuid:room>/bookmarks/<uuid:bookmark>": entry(Right.PLAYBACK, room_named("room")),
    "POST rooms/<uuid:room>/holds": entry(Right.HOLD, room_named("room")),
    "POST rooms/<uuid:room>/sessions": entry(Right.RECEPTION, room_named("room")),
    "GET sessions/<uuid:session>": entry(SESSION_RIGHTS, SESSION),
    "POST sessions/<uuid:session>/close": entry(Right.RECEPTION, SESSION),
    "POST sessions/<uuid:session>/restriction": entry(Right.RECEPTION, SESSION),
    "POST sessions/<uuid:session>/reopening": entry(Right.RECEPTION, SESSION),
    "POST sessions/<uuid:session>/reopening/decision": entry(Right.GRANT, SESSION),
    "POST sessions/<uuid:session>/entries": entry(Right.RECEPTION, SESSION),
    "GET reception-book": entry(SESSION_RIGHTS),
    "POST reception-book/search": entry(Right.RECEPTION),
    "GET reception-book/<uuid:book_entry>": entry(SESSION_RIGHTS, BOOK_ENTRY),
    "POST reception-book/<uuid:book_entry>/person": entry(SESSION_RIGHTS, BOOK_ENTRY, noted=False),
    "POST reception-book/<uuid:book_entry>/steps": entry(Right.RECEPTION, BOOK_ENTRY),
    "GET units/<uuid:unit>/reception-days": entry((Right.RECEPTION, Right.REGISTRY), unit_named("unit")),
    "POST units/<uuid:unit>/reception-days": entry(Right.RECEPTION, unit_named("unit")),
    "GET reception-days": entry(SESSION_RIGHTS),
    "GET missed-days/<uuid:missed>": entry(SESSION_RIGHTS, MISSED),
    "POST missed-days/<uuid:missed>/explanation": entry(Right.RECEPTION, MISSED),
    "POST missed-days/<uuid:missed>/answer": entry(Right.HOLD, MISSED),
    "POST rooms/<uuid:room>/findings": entry(Right.HOLD, room_named("room")),
    "GET feedback/petitions": entry(Right.FEEDBACK),
    "GET feedback/petitions/<uuid:petition>": entry(Right.FEEDBACK, PETITION),
    "POST feedback/petitions/<uuid:petition>/steps": entry(Right.FEEDBACK, PETITION),
    "POST feedback/petitions/<uuid:petition>/publication": entry(Right.FEEDBACK, PETITION),
    "POST feedback/petitions/<uuid:petition>/publication/taking-back": entry(Right.FEEDBACK, PETITION),
    "GET feedback/answers": entry(PUBLIC),
    "GET feedback/ratings": entry(Right.FEEDBACK),
    "GET inspections": entry((Right.HOLD, Right.GRANT)),
    "POST inspections": entry(Right.GRANT),
    "GET inspections/<uuid:inspection>": entry(INSPECTED, INSPECTION),
    "POST inspections/<uuid:inspection>/close": entry(Right.GRANT, INSPECTION),
    "POST rooms/<uuid:room>/visits": entry(Right.HOLD, room_named("room")),
    "GET visits/<uuid:visit>": entry(Right.HOLD, VISIT),
    "POST visits/<uuid:visit>/result": entry(Right.HOLD, VISIT),
    "POST visits/<uuid:visit>/signature": entry(Right.HOLD, VISIT),
    "POST visits/<uuid:visit>/reply": entry(Right.HOLD, VISIT),
    "GET findings": entry(Right.HOLD),
    "GET findings/<uuid:finding>": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/steps": entry(Right.HOLD, FINDING),
    "GET findings/book": entry(Right.HOLD),
    "GET findings/<uuid:finding>/case": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/people": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/bases": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/conclusion": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/corrections": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/corrections/<uuid:correction>/steps": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/measures": entry(Right.HOLD, FINDING),
    "POST findings/<uuid:finding>/measures/<uuid:measure>/steps": entry(Right.HOLD, FINDING),
    "POST rooms/<uuid:room>/gap-causes": entry(Right.EQUIP, room_named("room")),
    "GET own/findings": entry(Right.OWN_PAGE),
    "POST own/findings/<uuid:finding>/explanation": entry(Right.OWN_PAGE),
    **ASSESSING_API,
    "GET wall/states": entry(Right.LIVE),
    "GET moments": entry(list(van_mieu.RIGHTS)),
    "GET dossiers/scan": entry(SIGNED_IN, cost=Cost.LOOKING_UP),
    "GET dossiers/<uuid:dossier>": entry(DOSSIER_RIGHTS, DOSSIER),
    "POST dossiers/<uuid:dossier>/steps": entry(Right.DOSSIERS, DOSSIER),
    "POST counters/<uuid:counter>/calls": entry(Right.DOSSIERS, through("counter", Counter, "room_id")),
    "POST counters/<uuid:counter>/help": entry(Right.DOSSIERS, through("counter", Counter, "room_id")),
    "GET units/<uuid:unit>/procedures": entry((Right.DOSSIERS, Right.REGISTRY), unit_named("unit")),
    "POST units/<uuid:unit>/procedures": entry(Right.CONFIGURE, unit_named("unit")),
    "GET units/<uuid:unit>/calendar": entry(Right.REGISTRY, unit_named("unit")),
    "GET units/<uuid:unit>/calendar/term": entry(Right.REGISTRY, unit_named("unit")),
    "POST units/<uuid:unit>/calendar": entry(Right.CONFIGURE, unit_named("unit")),
    "POST units/<uuid:unit>/calendar/withdrawals": entry(Right.CONFIGURE, unit_named("unit")),
    "POST units/<uuid:unit>/calendar/adoptions": entry(Right.CONFIGURE, unit_named("unit")),
    "GET units/<uuid:unit>/regulations": entry(Right.REGISTRY, unit_named("unit")),
    "POST units/<uuid:unit>/regulation-drafts": entry(Right.CONFIGURE, unit_named("unit")),
    "GET units/<uuid:unit>/confirmations": entry(Right.REGISTRY, unit_named("unit")),
    "GET units/<uuid:unit>/supervisions": entry(Right.REGISTRY, unit_named("unit")),
    "POST units/<uuid:unit>/supervisions": entry(Right.CONFIGURE, unit_named("unit")),
    "POST units/<uuid:unit>/supervisions/<uuid:supervision>/end": entry(Right.CONFIGURE, unit_named("unit")),
    "POST units/<uuid:unit>/directives": entry(Right.DIRECT, unit_named("unit")),
    "GET regulations/<uuid:regulation>": entry(SIGNED_IN),
    "GET regulations/<uuid:regulation>/differences": entry(SIGNED_IN),
    "GET regulations/<uuid:regulation>/catalogues/<slug:name>": entry(SIGNED_IN),
    "POST regulations/<uuid:regulation>/confirmations": entry(SIGNED_IN),
    "GET regulation-drafts/<uuid:draft>": entry(Right.CONFIGURE, DRAFT),
    "PUT regulation-drafts/<uuid:draft>": entry(Right.CONFIGURE, DRAFT),
    "POST regulation-drafts/<uuid:draft>/issue": entry(Right.CONFIGURE, DRAFT),
    "DELETE regulation-drafts/<uuid:draft>": entry(Right.CONFIGURE, DRAFT),
    "GET directives/<uuid:directive>": entry(DIRECTED, DIRECTIVE),
    "POST directives/<uuid:directive>/tasks": entry(Right.DIRECT, DIRECTIVE),
    "GET tasks": entry(DIRECTED),
    "GET tasks/<uuid:task>": entry(DIRECTED, TASK),
    "POST tasks/<uuid:task>/steps": entry(DIRECTED, TASK),
    "POST counters/<uuid:counter>/refusals": entry(Right.DOSSIERS, through("counter", Counter, "room_id")),
    "POST counters/<uuid:counter>/dossiers": entry(Right.DOSSIERS, through("counter", Counter, "room_id")),
    "GET extractions": entry(AT_WORK),
    "POST rooms/<uuid:room>/extractions": entry(Right.EXTRACT, room_named("room")),
    "GET extractions/<uuid:extraction>": entry(AT_WORK, EXTRACTION),
    "POST extractions/<uuid:extraction>/revisions": entry(Right.EXTRACT, EXTRACTION),
    "POST extractions/<uuid:extraction>/withdrawal": entry(Right.EXTRACT, EXTRACTION),
    "POST extractions/<uuid:extraction>/refusal": entry(Right.APPROVE, EXTRACTION),
    "POST extractions/<uuid:extraction>/statements": entry(Right.APPROVE, EXTRACTION),
    "POST extractions/<uuid:extraction>/approvals": entry(Right.APPROVE, EXTRACTION),
    "GET extractions/<uuid:extraction>/masking": entry(MASKERS, EXTRACTION),
    "POST extractions/<uuid:extraction>/masking/rounds": entry(Right.EXTRACT, EXTRACTION),
    "POST extractions/<uuid:extraction>/masking/statements": entry(Right.APPROVE, EXTRACTION),
    "POST extractions/<uuid:extraction>/masking/acceptance": entry(Right.APPROVE, EXTRACTION),
    "POST extractions/<uuid:extraction>/masking/refusal": entry(Right.APPROVE, EXTRACTION),
    "POST extractions/<uuid:extraction>/builds": entry(Right.BUILD, EXTRACTION),
    "POST extractions/<uuid:extraction>/package": entry(Right.BUILD, EXTRACTION),
    "GET extractions/<uuid:extraction>/keys": entry(AT_WORK, EXTRACTION),
    "POST extractions/<uuid:extraction>/hand-over": entry(Right.HAND_OVER, EXTRACTION),
    "POST extractions/<uuid:extraction>/signature": entry(Right.HAND_OVER, EXTRACTION),
    "POST extractions/<uuid:extraction>/ending": entry(Right.HAND_OVER, EXTRACTION),
    "GET subject-requests": entry(SUBJECTS),
    "POST subject-requests/search": entry(SUBJECTS, noted=False),
    "POST rooms/<uuid:room>/subject-requests": entry(Right.SUBJECT_TAKE, room_named("room")),
    "GET subject-requests/<uuid:subject>": entry(SUBJECTS, SUBJECT),
    "POST subject-requests/<uuid:subject>/person": entry(SUBJECTS, SUBJECT, noted=False),
    "POST subject-requests/<uuid:subject>/acknowledgement": entry(Right.SUBJECT_TAKE, SUBJECT),
    "POST subject-requests/<uuid:subject>/withdrawal": entry(Right.SUBJECT_TAKE, SUBJECT),
    "POST subject-requests/<uuid:subject>/decision": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/second-decision": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/refusal": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/extension": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/showing": entry(Right.PLAYBACK, SUBJECT),
    "POST subject-requests/<uuid:subject>/copy": entry(Right.EXTRACT, SUBJECT),
    "POST subject-requests/<uuid:subject>/erasure": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/disks": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/forgetting": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST subject-requests/<uuid:subject>/dossier/forgetting": entry(Right.SUBJECT_DECIDE, SUBJECT),
    "POST holds/<uuid:hold>/releases": entry(Right.HOLD, through("hold", LegalHold, "room_id")),
    "POST holds/<uuid:hold>/releases/answer": entry(Right.HOLD, through("hold", LegalHold, "room_id")),
    "POST holds/<uuid:hold>/releases/again": entry(Right.HOLD, through("hold", LegalHold, "room_id")),
    "GET registry/units": entry(Right.REGISTRY),
    "GET registry/units/<uuid:unit>": entry(Right.REGISTRY, unit_named("unit")),
    "POST registry/units/<uuid:unit>/units": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/names": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/mergers": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/rooms": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/assignments": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/assignments/<uuid:assignment>/end": entry(Right.CONFIGURE, assignment_named("assignment")),
    "POST registry/people": entry(Right.CONFIGURE),
    "GET registry/people/<uuid:person>": entry(Right.REGISTRY, person_named("person")),
    "GET registry/rooms/<uuid:room>": entry(Right.REGISTRY, room_named("room")),
    "POST registry/rooms/<uuid:room>/counters": entry(Right.CONFIGURE, room_named("room")),
    "POST registry/units/<uuid:unit>/moves": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/splits": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/end": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/withdrawals": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/rooms/<uuid:room>/close": entry(Right.CONFIGURE, room_named("room")),
    "POST registry/counters/<uuid:counter>/end": entry(Right.CONFIGURE, through("counter", Counter, "room_id")),
    "POST registry/rooms/<uuid:room>/recorders": entry(Right.EQUIP, room_named("room")),
    "POST registry/recorders/<uuid:recorder>/retire": entry(Right.EQUIP, recorder_named("recorder")),
    "POST registry/rooms/<uuid:room>/cameras": entry(Right.EQUIP, room_named("room")),
    "POST registry/cameras/<uuid:camera>/replacements": entry(Right.EQUIP, camera_named("camera")),
    "POST registry/cameras/<uuid:camera>/retire": entry(Right.EQUIP, camera_named("camera")),
    "GET registry/rooms/<uuid:room>/signs": entry(Right.REGISTRY, room_named("room")),
    "GET registry/cameras/<uuid:camera>": entry(Right.REGISTRY, camera_named("camera")),
    "POST registry/cameras/<uuid:camera>/recording": entry(Right.EQUIP, camera_named("camera")),
    "GET registry/recorders/<uuid:recorder>": entry(Right.REGISTRY, recorder_named("recorder")),
    "GET registry/recorders/<uuid:recorder>/keys": entry(Right.REGISTRY, recorder_named("recorder")),
    "POST registry/recorders/<uuid:recorder>/keys/order": entry(Right.EQUIP, recorder_named("recorder")),
    "DELETE registry/recorders/<uuid:recorder>/keys/order": entry(Right.EQUIP, recorder_named("recorder")),
    "GET rooms/<uuid:room>/standard": entry(Right.REGISTRY, room_named("room")),
    "POST rooms/<uuid:room>/reviews": entry(Right.HOLD, room_named("room")),
    "POST rooms/<uuid:room>/waivers": entry(Right.HOLD, room_named("room")),
    "GET needs": entry(Right.REGISTRY),
    "POST units/<uuid:unit>/proposals": entry(Right.EQUIP, unit_named("unit")),
    "GET proposals/<uuid:proposal>": entry(Right.REGISTRY, PROPOSAL),
    "POST proposals/<uuid:proposal>/steps": entry(PURCHASES, PROPOSAL),
    "POST units/<uuid:unit>/rollouts": entry(Right.DIRECT, unit_named("unit")),
    "GET rollouts": entry(Right.REGISTRY),
    "POST rollout-sites/<uuid:rollout_site>/steps": entry(Right.EQUIP, SITE),
    "POST registry/equipment/<uuid:equipment>/condition": entry(
        Right.EQUIP, through("equipment", Equipment, "room_id")
    ),
    "GET reports": entry(READS, somewhere),
    "GET reports/<uuid:report>": entry(READS, REPORT),
    "GET reports/<uuid:report>/figures/<slug:code>/rows": entry(READS, REPORT),
    "POST reports/<uuid:report>/figures/<slug:code>": entry(WRITES, REPORT),
    "POST reports/<uuid:report>/texts/<slug:part>": entry(WRITES, REPORT),
    "POST reports/<uuid:report>/recount": entry(WRITES, REPORT),
    "POST reports/<uuid:report>/steps": entry(STEPS, REPORT),
    **RANKING_API,
}

registry_api.router.add_router("", registry_changes.router)

registry_api.router.add_router("", log_keys_api.router)

dossiers_api.units.add_router("", calendar_api.router)

dossiers_api.units.add_router("", regulation_api.of_units)

dossiers_api.units.add_router("", governing_api.of_units)

regulation_api.router.add_router("", governing_api.confirmations)

room_api.router.add_router("", oversight_api.of_rooms)

room_api.router.add_router("", case_api.of_rooms)

oversight_api.router.add_router("", case_api.router)
room_api.router.add_router("", rooms_api.of_rooms)

dossiers_api.units.add_router("", rooms_api.of_units)
room_api.router.add_router("", visits_api.of_rooms)

room_api.router.add_router("", reception_api.of_rooms)

room_api.router.add_router("", evidence_api.rooms)

room_api.router.add_router("", subjects_api.rooms)

reception_api.router.add_router("", book_api.of_sessions)

dossiers_api.units.add_router("", days_api.of_units)

evidence_api.router.add_router("", masking_api.router)

api = guarded_api(
    {
        "": access_api.router,
        "rooms": room_api.router,
        "wall": wall_api.router,
        "moments": moments_api.router,
        "registry": registry_api.router,
        "counters": dossiers_api.counters,
        "units": dossiers_api.units,
        "dossiers": dossiers_api.router,
        "feedback": feedback_api.router,
        "findings": oversight_api.router,
        "assessments": assessing_api.router,
        "inspections": visits_api.of_inspections,
        "visits": visits_api.of_visits,
        "reports": publishing_api.router,
        "regulations": regulation_api.router,
        "regulation-drafts": regulation_api.drafts,
        "directives": governing_api.directives,
        "tasks": governing_api.tasks,
        "rankings": ranking_api.leagues,
        "scorings": ranking_api.router,
        "own": case_api.of_oneself,
        "needs": rooms_api.needs_router,
        "proposals": rooms_api.proposals,
        "rollouts": rooms_api.rollouts,
        "rollout-sites": rooms_api.sites,
        "sessions": reception_api.router,
        "reception-book": book_api.router,
        "reception-days": days_api.followed,
        "missed-days": days_api.missed,
        "extractions": evidence_api.router,
        "holds": evidence_api.holds,
        "subject-requests": subjects_api.router,
    },
    API,
)


def description(request: HttpRequest) -> JsonResponse:
    """OpenAPI of everything above."""
    return JsonResponse(api.get_openapi_schema(path_prefix=f"/{PREFIX}"))
