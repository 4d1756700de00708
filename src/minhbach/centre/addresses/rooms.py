"""The addresses of rooms against the norm, of what they lack, and of how sites come into service."""

from django.urls import URLPattern

from minhbach.centre.access.places import somewhere, through, unit_through
from minhbach.centre.addresses.listing import button, form, page, reaching, seeing
from minhbach.centre.addresses.places import ROOM, UNIT
from minhbach.centre.oversight.views import purchases, rooms
from minhbach.centre.registry.models import HandOver, Proposal, RolloutSite, RoomReview
from minhbach.centre.registry.views import inventory, plans
from minhbach.centre.regulation.rights import Right

REVIEW = through("room_review", RoomReview, "room_id")
HAND_OVER = through("hand_over", HandOver, "room_id")
SITE = unit_through("rollout_site", RolloutSite, "unit_id")
PROPOSAL = unit_through("proposal", Proposal, "unit_id")
#: Whoever asks for a purchase and receives it, and whoever decides on the money.
PURCHASES = (Right.EQUIP, Right.DIRECT)

ROOM_PAGES: list[URLPattern] = [
    page("tieu-chuan", Right.REGISTRY, somewhere, rooms.room_standards, "room_standards"),
    page("phong/<uuid:room>/tieu-chuan", Right.REGISTRY, ROOM, rooms.room_standard, "room_standard"),
    form("phong/<uuid:room>/cham", Right.HOLD, ROOM, rooms.room_review_new, "room_review_new"),
    form("phong/<uuid:room>/mien-dinh-muc", Right.HOLD, ROOM, rooms.norm_waive, "norm_waive"),
    page("phieu-cham/<uuid:room_review>", Right.REGISTRY, REVIEW, rooms.room_review, "room_review"),
    page("phieu-cham/<uuid:room_review>.pdf", Right.REGISTRY, REVIEW, rooms.room_review_pdf, "room_review_pdf"),
    page(
        "phieu-cham/<uuid:room_review>/anh/<uuid:line>.jpg",
        Right.REGISTRY,
        REVIEW,
        rooms.room_review_photo,
        "room_review_photo",
    ),
    page("nhu-cau", Right.REGISTRY, somewhere, purchases.needs_page, "needs"),
    page("nhu-cau.xlsx", Right.REGISTRY, somewhere, purchases.needs_xlsx, "needs_xlsx"),
    form("don-vi/<uuid:unit>/de-nghi-mua", Right.EQUIP, UNIT, purchases.proposal_new, "proposal_new"),
    page("de-nghi-mua/<uuid:proposal>", Right.REGISTRY, PROPOSAL, purchases.proposal, "proposal"),
    page("de-nghi-mua/<uuid:proposal>.pdf", Right.REGISTRY, PROPOSAL, purchases.proposal_pdf, "proposal_pdf"),
    page("de-nghi-mua/<uuid:proposal>.docx", Right.REGISTRY, PROPOSAL, purchases.proposal_docx, "proposal_docx"),
    button("de-nghi-mua/<uuid:proposal>/buoc", PURCHASES, PROPOSAL, purchases.proposal_step, "proposal_step"),
    page("thiet-bi/danh-muc", Right.REGISTRY, somewhere, seeing(Right.REGISTRY, inventory.inventory), "inventory"),
    page(
        "thiet-bi/danh-muc.xlsx",
        Right.REGISTRY,
        somewhere,
        seeing(Right.REGISTRY, inventory.inventory_xlsx),
        "inventory_xlsx",
    ),
    page("lo-trinh", Right.REGISTRY, somewhere, reaching(Right.REGISTRY, plans.rollouts), "rollouts"),
    form("don-vi/<uuid:unit>/lo-trinh/them", Right.DIRECT, UNIT, plans.rollout_new, "rollout_new"),
    page("lo-trinh/<uuid:rollout>", Right.REGISTRY, somewhere, reaching(Right.REGISTRY, plans.rollout), "rollout"),
    button(
        "lo-trinh/<uuid:rollout>/moc", Right.EQUIP, somewhere, reaching(Right.EQUIP, plans.rollout_step), "rollout_step"
    ),
    form("phong/<uuid:room>/ban-giao", Right.EQUIP, ROOM, plans.hand_over, "hand_over"),
    page(
        "ban-giao/<uuid:hand_over>/bien-ban.jpg",
        Right.REGISTRY,
        HAND_OVER,
        plans.hand_over_minutes,
        "hand_over_minutes",
    ),
]
