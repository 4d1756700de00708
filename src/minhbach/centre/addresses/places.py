"""The places that addresses speak of, and who comes in where more than one right leads there."""

from minhbach.centre.access.places import (
    camera_named,
    person_named,
    recorder_named,
    room_named,
    through,
    unit_named,
    unit_through,
)
from minhbach.centre.dossiers.models import Dossier, Slip
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.oversight.models import Finding, Inspection, Visit
from minhbach.centre.reception.models import BookEntry, MissedDay, Session
from minhbach.centre.registry.models import Counter, Equipment, NoticeSign
from minhbach.centre.regulation.models import Directive, Draft, Task
from minhbach.centre.regulation.rights import Right

EXTRACTION = through("extraction", Extraction, "room_id")
#: Who has something to do with an extraction; what each reads and does of it is decided by the page and its actions.
AT_WORK = (Right.EXTRACT, Right.APPROVE, Right.HAND_OVER, Right.BUILD)
TOLD = (Right.EXTRACT, Right.APPROVE, Right.HAND_OVER)
#: Whoever draws covers in a masked copy, and whoever reviews them.
MASKERS = (Right.EXTRACT, Right.APPROVE)
PETITION = through("petition", Petition, "room_id")
FINDING, HOLD = through("finding", Finding, "room_id"), through("hold", LegalHold, "room_id")
DOSSIER, DOSSIER_RIGHTS = through("dossier", Dossier, "counter__room_id"), (Right.DOSSIERS, Right.PLAYBACK)
SESSION, SESSION_RIGHTS = through("session", Session, "room_id"), (Right.RECEPTION, Right.PLAYBACK)
BOOK_ENTRY = through("book_entry", BookEntry, "session__room_id")
MISSED = through("missed", MissedDay, "room_id")
#: Whoever follows findings there, and the team of an inspection for ever; that they are of it is decided by the page.
INSPECTED = (Right.HOLD, Right.GRANT, Right.OWN_PAGE)
INSPECTION, VISIT = through("inspection", Inspection, "room_id"), through("visit", Visit, "room_id")
SET_UP = (Right.EQUIP, Right.CONFIGURE)
UNIT, ROOM, PERSON = unit_named("unit"), room_named("room"), person_named("person")
RECORDER, CAMERA = recorder_named("recorder"), camera_named("camera")
COUNTER = through("counter", Counter, "room_id")
SIGN = through("sign", NoticeSign, "room_id")
EQUIPMENT = through("equipment", Equipment, "room_id")
DRAFT = unit_through("draft", Draft, "unit_id")
DIRECTIVE, TASK = unit_through("directive", Directive, "unit_id"), unit_through("task", Task, "unit_id")
#: Whoever directs, and whoever holds a task; that it is theirs, or its document theirs to read, the page decides.
DIRECTED = (Right.OWN_PAGE, Right.DIRECT)
SLIP = through("slip", Slip, "event__counter__room_id")
SUBJECT = through("subject", SubjectRequest, "room_id")
#: Whoever takes or decides citizens' requests about their own recording.
SUBJECTS = (Right.SUBJECT_TAKE, Right.SUBJECT_DECIDE)
RATING = through("rating", Rating, "counter__room_id")
HANDLES = (Right.FEEDBACK, Right.DOSSIERS)
