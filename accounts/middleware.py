"""What happens around every page: an id, headers, the session's end, the actor, the second factor."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts import sessions
from accounts.logs import request_id
from accounts.selectors import actor_of, needs_second_factor

Next = Callable[[HttpRequest], HttpResponseBase]

_SOUND_ID: Final = re.compile(r"[0-9A-Za-z-]{8,36}\Z")
_PERMISSIONS_POLICY: Final = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")
)
#: Pages that a person without a second factor must still reach: to set one up, to prove who it is, to leave.
_WITHOUT_SECOND_FACTOR: Final = (
    "mfa_",
    "account_reauthenticate",
    "account_logout",
    "account_login",
    "alive",
    "ready",
)


class RequestIdMiddleware:
    """Gives the request an id that stands in every log line, every audit event and the answer.

    A sound id from the proxy in front is kept, so that its log and ours can be laid side by side.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _SOUND_ID.match(given) else str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class SecurityHeadersMiddleware:
    """Content and permissions policy on every page; nothing that a signed-in person saw may stay in a cache.

    Reads settings.SECURE_CSP, named and shaped as in Django 6, whose own middleware replaces this part one day.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{name} {' '.join(values)}".strip() for name, values in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if _is_personal(request, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    name = settings.SESSION_COOKIE_NAME
    if name in request.COOKIES or name in response.cookies:
        return True
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)


class SessionAgeMiddleware:
    """Ends sessions that were left alone or have lasted too long; keeps the form that was being sent."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = timezone.now()
        if sessions.is_over(request, now=now):
            return self._end(request)
        sessions.touch(request, now=now)
        return self.get_response(request)

    def _end(self, request: HttpRequest) -> HttpResponseBase:
        user_id = request.user.pk
        logout(request)
        text = "しばらく操作がなかったため、安全のためログアウトしました。もう一度ログインしてください。"
        if request.method != "POST":
            messages.warning(request, text)
            return (
                _to_login(request, request.get_full_path())
                if _is_htmx(request)
                else self.get_response(request)
            )
        if user_id is not None and sessions.keep_form(request, user_id=user_id):
            messages.warning(
                request, f"{text}入力された内容は残っています。ログインのあとで、もう一度送信できます。"
            )
            return _to_login(request, reverse("accounts:resume"))
        messages.warning(request, f"{text}今の操作は、まだ行われていません。")
        return _to_login(request, "/")


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _to_login(request: HttpRequest, then: str) -> HttpResponse:
    """To the login page; a part of a page that htmx asked for cannot hold it, so the whole page goes there."""
    url = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': then}, safe='/')}"
    if _is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


class ActorMiddleware:
    """`request.actor`: who acts, with today's posts; None for people who are not signed in. Read when first used."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        lazy = SimpleLazyObject(lambda: actor_of(user, day=timezone.localdate()))  # type: ignore[arg-type]
        request.actor = lazy if user.is_authenticated else None  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff (people with a post or a guarded standing, and those who may enter the admin) set up a second factor before anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(_WITHOUT_SECOND_FACTOR):
            return None
        if not _is_staff(request) or is_mfa_enabled(request.user):
            return None
        messages.warning(
            request,
            "職員の方は二段階認証が必要です。認証アプリかパスキーを登録してから、業務を始めてください。",
        )
        url = reverse("mfa_index")
        return HttpResponse(headers={"HX-Redirect": url}) if _is_htmx(request) else redirect(url)


def _is_staff(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_staff or user.is_superuser) or needs_second_factor(request.actor)  # type: ignore[attr-defined]
