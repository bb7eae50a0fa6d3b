"""Who may open a page. Nothing else is open: a page without one of these must say `login_not_required` itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from accounts.rules.actor import Actor

P = ParamSpec("P")

READ: Final = ("GET", "HEAD")
NOTHING_SENT: Final = (
    "ログインが切れていたため、いま送られた内容はまだ保存されていません。ログインしたあと、ブラウザの「戻る」で入力した"
    "ページまで戻ると、文字が残っていることがあります。残っていたら、もう一度保存してください。"
)


class ActorRequest(HttpRequest):
    """A request of a signed-in person: the middleware put the actor on it."""

    actor: Actor


View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to every signed-in person; others go to the login page and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_login(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


def held_by(*roles: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Open to people who hold one of `roles` today; for everybody else signed in there is no such page (404)."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            if not any(request.actor.has(role) for role in roles):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        return guarded

    return decorate


def to_login(request: HttpRequest, *, back: str) -> HttpResponseBase:
    """To the login page and from there to `back`; what was sent without a session is said to be lost."""
    if request.method not in READ:
        messages.warning(request, NOTHING_SENT)
    url = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect_to_login(back, url)


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """Back to the page for one that was read; for an act the person starts over from the front."""
    return to_login(request, back=request.get_full_path() if request.method in READ else "/")


Sealed = TypeVar("Sealed", bound=HttpResponseBase)


def keep_out(response: Sealed) -> Sealed:
    """Of caches and of search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def seal(response: Sealed) -> Sealed:
    """For pages that open with a link alone: kept out, and the address handed on to nobody.

    `strict-origin` and not `no-referrer`: with that browsers send `Origin: null`, and the form would be refused.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return keep_out(response)
