"""Every address of the supervision site, beside the right it needs. A page that is not listed here does not exist.

Pages are `path(route, guard(right, place, view))`; operations of the API stand in `API` as "METHOD route" beside
`entry(right, place)`. What has neither is refused, and fails the build.
"""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path

from minhbach.centre.access import endpoints as access_api
from minhbach.centre.access import views as access
from minhbach.centre.access.api import PREFIX, guarded_api
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, Entry, entry, guard
from minhbach.centre.access.places import room_named, somewhere
from minhbach.centre.footage.api import timeline as room_api
from minhbach.centre.footage.api import wall as wall_api
from minhbach.centre.footage.views import room, wall
from minhbach.centre.front import views as front
from minhbach.centre.look import views as look
from minhbach.centre.messaging import views as messaging
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
    "GET wall/states": entry(Right.LIVE),
}
api = guarded_api({"": access_api.router, "rooms": room_api.router, "wall": wall_api.router}, API)


def description(request: HttpRequest) -> JsonResponse:
    """OpenAPI of everything above."""
    return JsonResponse(api.get_openapi_schema(path_prefix=f"/{PREFIX}"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("dang-nhap", guard(PUBLIC, somewhere, access.sign_in, methods="GET POST"), name="sign_in"),
    path("dang-xuat", guard(SIGNED_IN, somewhere, access.sign_out, methods="POST", while_new=True), name="sign_out"),
    path(
        "mat-khau",
        guard(SIGNED_IN, somewhere, access.change_password, methods="GET POST", while_new=True),
        name="change_password",
    ),
    path("ma-dung-mot-lan", guard(SIGNED_IN, somewhere, access.codes, methods="GET POST"), name="codes"),
    path("ma-dung-mot-lan/moi", guard(SIGNED_IN, somewhere, access.begin_codes, methods="POST"), name="begin_codes"),
    path("", guard(SIGNED_IN, somewhere, front.start), name="start"),
    path("tim", guard(SIGNED_IN, somewhere, front.find), name="find"),
    path("phong/<uuid:room>", guard([Right.LIVE, Right.PLAYBACK], room_named("room"), room.room), name="room"),
    path("tuong", guard(Right.LIVE, somewhere, wall.pictures), name="wall"),
    path("tuong/trang-thai", guard([Right.HEALTH, Right.LIVE], somewhere, wall.states), name="wall_states"),
    path("style", guard(PUBLIC if settings.MINHBACH_DEMO else SIGNED_IN, somewhere, look.style), name="style"),
    path("giao-dien", guard(PUBLIC, somewhere, look.choose, methods="POST"), name="choose"),
    path("thong-bao", guard(SIGNED_IN, somewhere, messaging.notices), name="notices"),
    path("thong-bao/da-doc", guard(SIGNED_IN, somewhere, messaging.read_all, methods="POST"), name="notices_read"),
    path(f"{PREFIX}openapi.json", guard(SIGNED_IN, somewhere, description), name="api_description"),
    path(PREFIX, api.urls),
]

handler403 = "minhbach.centre.look.errors.forbidden"
handler404 = "minhbach.centre.look.errors.missing"
handler500 = "minhbach.centre.look.errors.failed"
