"""All addresses: the apps', login and keys by allauth, the admin, health."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import pages
from config.styleguide import styleguide

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.alive, name="alive"),
    path("readyz", pages.ready, name="ready"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("certification.urls")),
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

handler500 = pages.server_error
