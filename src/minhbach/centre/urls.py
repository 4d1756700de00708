"""Every address of the supervision site, beside the right it needs. A page that is not listed here does not exist."""

from django.urls import URLPattern, URLResolver, path

from minhbach.centre.look import views as look

urlpatterns: list[URLPattern | URLResolver] = [
    path("style", look.style, name="style"),
    path("giao-dien", look.choose, name="choose"),
]

handler403 = "minhbach.centre.look.errors.forbidden"
handler404 = "minhbach.centre.look.errors.missing"
handler500 = "minhbach.centre.look.errors.failed"
