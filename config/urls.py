"""All addresses: the apps', login and keys by allauth, the admin, health."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.http import Http404
from django.urls import include, path
from django.views.defaults import page_not_found

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
    # The login address is the person's name in this system: the municipality answers for it, nobody changes their own.
    # allauth's page for that stays closed; its name must lead somewhere, as allauth itself asks for it.
    path("accounts/email/", page_not_found, {"exception": Http404()}, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("councils.urls")),
    path("", include("certification.urls")),
    path("", include("consultations.urls")),
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

handler500 = pages.server_error
