"""All addresses: the apps', login and keys by allauth, the admin, health."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import pages
from config.styleguide import styleguide

# Keys, sessions and addresses are their owners' own business: the admin neither shows nor makes them.
for model in (Authenticator, EmailAddress, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

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
