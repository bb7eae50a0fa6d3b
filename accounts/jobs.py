"""What the worker does by the clock for this floor, and the one kind of link it makes when it sends."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings

from accounts import audit, services
from accounts.models import Notice
from accounts.outbox import link_maker, periodic


@periodic("seal_audit", every=dt.timedelta(minutes=5))
def seal_audit(*, now: dt.datetime) -> str:
    """Seal what was written since the last time."""
    return f"{audit.seal(now=now)}件を封印"


@periodic("hand_on_cases", every=dt.timedelta(minutes=30))
def hand_on_cases(*, now: dt.datetime) -> str:
    """Hand on the cases of sittings whose day has come."""
    return f"{services.perform_handovers(now=now)}件の引継ぎ"


@periodic("clear_sessions", every=dt.timedelta(hours=12))
def clear_sessions(*, now: dt.datetime) -> None:
    """Remove sessions that are over, and with them forms that were kept for sending again and never were."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@link_maker(Notice.Link.PASSWORD)
def password_link(notice: Notice) -> str:
    """A link to set a password, made anew for every attempt to send. It works once and for a few days."""
    assert notice.recipient is not None  # only people who have an account set a password
    return services.password_path(notice.recipient)
