"""The addresses of the ranking. Who gives points or settles a sheet as it stands is decided by its actions."""

from django.urls import URLPattern

from minhbach.centre.access.guard import Entry, entry
from minhbach.centre.access.places import somewhere, unit_through
from minhbach.centre.addresses.listing import button, page
from minhbach.centre.publishing.models import Scoring
from minhbach.centre.publishing.ranking import READERS
from minhbach.centre.publishing.views import ranking
from minhbach.centre.regulation.rights import Right

SCORING = unit_through("scoring", Scoring, "unit_id")
SCORERS = (Right.SCORE, Right.APPRAISE)
RANKING_PAGES: list[URLPattern] = [
    page("xep-hang", READERS, somewhere, ranking.league, "league"),
    page("xep-hang/bang.pdf", READERS, somewhere, ranking.league_pdf, "league_pdf"),
    page("xep-hang/bang.xlsx", READERS, somewhere, ranking.league_xlsx, "league_xlsx"),
    page("xep-hang/<uuid:scoring>", READERS, SCORING, ranking.scoring, "scoring"),
    page("xep-hang/<uuid:scoring>/phieu.pdf", READERS, SCORING, ranking.scoring_pdf, "scoring_pdf"),
    button("xep-hang/<uuid:scoring>/cham", SCORERS, SCORING, ranking.scoring_give, "scoring_give"),
    button("xep-hang/<uuid:scoring>/tra-lai", Right.APPRAISE, SCORING, ranking.scoring_return, "scoring_return"),
]
RANKING_API: dict[str, Entry] = {
    "GET rankings": entry(READERS),
    "GET rankings/<slug:sheet>/<slug:first_day>": entry(READERS),
    "GET scorings/<uuid:scoring>": entry(READERS, SCORING),
    "POST scorings/<uuid:scoring>/scores": entry(SCORERS, SCORING),
    "POST scorings/<uuid:scoring>/steps": entry(SCORERS, SCORING),
}
