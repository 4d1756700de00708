"""Addresses of assessing: the months, the desk, draws; and what the desk asks of the API."""

from minhbach.centre.access.guard import Entry, entry
from minhbach.centre.access.places import somewhere, through
from minhbach.centre.addresses.listing import page
from minhbach.centre.oversight.models import Assessment, Clip, Draw
from minhbach.centre.oversight.views import assessments
from minhbach.centre.regulation.rights import Right

ASSESSMENT = through("assessment", Assessment, "room_id")
CLIP, DRAW = through("clip", Clip, "room_id"), through("draw", Draw, "room_id")
#: Whoever assesses, and whoever reads figures of the unit that runs the room.
READS = (Right.ASSESS, Right.FIGURES)

ASSESSING_PAGES = [
    page("giam-sat/danh-gia", READS, somewhere, assessments.assessments, "assessments"),
    page("giam-sat/danh-gia/<slug:month>.pdf", READS, somewhere, assessments.assessments_pdf, "assessments_pdf"),
    page("giam-sat/danh-gia/<slug:month>.xlsx", READS, somewhere, assessments.assessments_xlsx, "assessments_xlsx"),
    page("giam-sat/ban-danh-gia", Right.ASSESS, somewhere, assessments.assess, "assess"),
    page("giam-sat/ban-danh-gia/tien-do", Right.ASSESS, somewhere, assessments.assess_strip, "assess_strip"),
    page("giam-sat/rut-chon/<uuid:draw>", READS, DRAW, assessments.draw, "draw"),
]
#: Each step writes rows of its own.
ASSESSING_API: dict[str, Entry] = {
    "POST assessments/next": entry(Right.ASSESS, noted=False),
    "POST assessments/clips/<uuid:clip>/answers": entry(Right.ASSESS, CLIP, noted=False),
    "POST assessments/clips/<uuid:clip>/leaving": entry(Right.ASSESS, CLIP, noted=False),
    "POST assessments/clips/<uuid:clip>/findings": entry(Right.HOLD, CLIP),
    "DELETE assessments/<uuid:assessment>": entry(Right.ASSESS, ASSESSMENT, noted=False),
    "GET assessments/months": entry(READS),
    "GET assessments/draws/<uuid:draw>": entry(READS, DRAW),
}
