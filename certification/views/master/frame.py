"""What the administrator's pages share: who may open them, one form with one service call, what a stale page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest, held_by
from accounts.rules.roles import Role
from accounts.selectors import NotVisible
from certification.selectors import master as selectors
from certification.selectors.master import AnyContent, Names
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422
"""Answers to a page that was too old, and to input that does not fit."""

NEW: Final = "new"
NEW_ITEM: Final = 0
"""What stands in the address for something that is not there yet. No row has the id 0."""

View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def administered(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For the municipality's administrator; for everybody else, and for what is not theirs, there is no page (404)."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return require_http_methods(["GET", "HEAD", "POST"])(held_by(Role.ADMINISTRATOR)(guarded))


# --- One form, one service call ---


@dataclass
class Attempt:
    """What became of a POST: done, or the status with which the form is shown again."""

    is_done: bool = False
    status: int = 200
    stale: bool = False


def attempt(form: Any, act: Callable[[], object]) -> Attempt:
    """Validate the form and call the service; what it refuses with becomes an error of the form."""
    if not form.is_valid():
        return Attempt(status=INVALID)
    try:
        act()
    except InputMissing as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error))
        return Attempt(status=INVALID)
    except Stale as error:
        form.add_error(None, str(error))
        return Attempt(status=STALE, stale=True)
    except ActRefused as error:
        form.add_error(None, str(error))
        return Attempt(status=STALE)
    return Attempt(is_done=True)


def standing_rows(
    tried: Attempt, typed: AnyContent | None, current: AnyContent | None, *, names: Names
) -> list[dict[str, str]]:
    """For a stale page: what stands there now where it differs from what was typed, as rows of a `dl`."""
    if not tried.stale or typed is None or current is None:
        return []
    pairs = zip(selectors.lines_of(typed, names), selectors.lines_of(current, names), strict=True)
    return [{"term": now.term, "text": now.text} for then, now in pairs if then != now]


def content_of(form: Any) -> AnyContent | None:
    """The content of a form that was read well; its values outlive an error added later."""
    try:
        content: AnyContent = form.content()
    except (KeyError, TypeError, AttributeError):
        return None
    return content


def seen_in(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:64]


def whole(text: str) -> int:
    """A positive whole number of an address. Raises `NotVisible` for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotVisible
    return int(text)
