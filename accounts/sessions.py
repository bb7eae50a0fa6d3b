"""How long a session lasts, and what becomes of a form that was sent after its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

STARTED: Final = "session_started_at"
SEEN: Final = "session_seen_at"
KEPT_FORM: Final = "kept_form"
#: The time of the last act is written at most once a minute: reading pages costs no writes.
SEEN_STEP: Final = dt.timedelta(minutes=1)
#: Characters of typed text that are kept; more than that (and files) cannot be.
KEPT_LIMIT: Final = 200_000

_NEVER_KEPT: Final = ("csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that came too late: where it belongs and what was typed, as (name, value) in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def is_over(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Whether the session was left alone, or has lasted, too long. A session without times begins now."""
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if started is None or seen is None:
        return False
    idle = dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    longest = dt.timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)
    at = now.timestamp()
    return bool(at - seen > idle.total_seconds() or at - started > longest.total_seconds())


def touch(request: HttpRequest, *, now: dt.datetime) -> None:
    """Note that the person is still here."""
    at = int(now.timestamp())
    if STARTED not in request.session:
        request.session[STARTED] = at
        request.session[SEEN] = at
    elif at - request.session[SEEN] >= SEEN_STEP.total_seconds():
        request.session[SEEN] = at


def forget_times(request: HttpRequest) -> None:
    """Begin to count anew: called at sign-in, where the session of before may live on."""
    request.session.pop(STARTED, None)
    request.session.pop(SEEN, None)


def keep_form(request: HttpRequest, *, user_id: int) -> bool:
    """Keep what was typed for the same person to send again after signing in; False when it is too much.

    Passwords and codes are left out. Called on the new, anonymous session.
    """
    fields = [
        (name, value) for name, values in request.POST.lists() if name not in _NEVER_KEPT for value in values
    ]
    if not fields or sum(len(name) + len(str(value)) for name, value in fields) > KEPT_LIMIT:
        return False
    request.session[KEPT_FORM] = {
        "user_id": user_id,
        "path": request.get_full_path(),
        "fields": fields,
        "had_files": bool(request.FILES),
    }
    return True


def kept_form(request: HttpRequest) -> KeptForm | None:
    """What this very person had typed; None when there is nothing. It is read once: a second look finds nothing."""
    kept = request.session.pop(KEPT_FORM, None)
    if kept is None or kept["user_id"] != request.user.pk:
        return None
    return KeptForm(kept["path"], tuple((name, value) for name, value in kept["fields"]), kept["had_files"])
