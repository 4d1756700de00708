"""Every address of the supervision site, beside the right it needs. A page that is not listed here does not exist."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
