"""A person who registers by an invitation: the link proves the address, the person brings name and password."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import User
from accounts.selectors import actor_of


class EmailInUse(Exception):
    """Somebody with this address registered meanwhile."""


@transaction.atomic
def register_person(*, email: str, name: str, kana: str, password: str, now: dt.datetime) -> User:
    """A new person whose address was proved by the caller; the person is on record as the one who acted.

    The password was checked by the form. Raises `EmailInUse`.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise EmailInUse
    user = User.objects.create_user(email, password, name=name, kana=kana)
    actor = actor_of(user, day=timezone.localdate(now))
    record(
        action=actions.REGISTERED,
        subject=Subject("accounts.user", str(user.public_id), user.name),
        actor=actor,
        now=now,
    )
    return user
