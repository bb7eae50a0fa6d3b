"""Logins on record: who came in, who failed, who left. Called by the login's adapter."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of

#: An address nobody has: what was typed is not kept, it may be a password.
UNKNOWN = Subject("accounts.user", "", "登録のないメールアドレス")


def record_sign_in(*, user_id: int, now: dt.datetime) -> None:
    """Somebody came in, by whatever method."""
    _record_own(actions.SIGNED_IN, user_id, now=now)


def record_sign_out(*, user_id: int, now: dt.datetime) -> None:
    """Somebody left."""
    _record_own(actions.SIGNED_OUT, user_id, now=now)


def record_password_set(*, user_id: int, now: dt.datetime) -> None:
    """Somebody set a password, from the invitation, after forgetting it, or in the settings."""
    _record_own(actions.PASSWORD_SET, user_id, now=now)


def record_failed_sign_in(*, email: str, now: dt.datetime) -> None:
    """A wrong password or an unknown address. Nobody is the actor: it is not known who typed."""
    user = User.objects.filter(email__iexact=email).first() if email else None
    home = actor_of(user, day=timezone.localdate(now)) if user else None
    record(
        action=actions.SIGN_IN_FAILED,
        subject=_person(home) if home else UNKNOWN,
        actor=None,
        now=now,
        municipality_code=home.municipality_code if home else "",
    )


def _record_own(action: str, user_id: int, *, now: dt.datetime) -> None:
    actor = actor_of(User.objects.get(pk=user_id), day=timezone.localdate(now))
    record(action=action, subject=_person(actor), actor=actor, now=now)


def _person(actor: Actor) -> Subject:
    return Subject("accounts.user", str(actor.public_id), actor.name)
