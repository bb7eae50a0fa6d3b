"""Who may see which case. The one place that says it; every selector and service starts from here."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import Case, CaseOpening, CaseReader, DeskPost
from consultations.rules.words import Confidentiality, PostRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The posts of one person on a day: ids of desks, all, those supervised, and those where an override may be decided."""

    desks: frozenset[int]
    supervised: frozenset[int]
    overriding: frozenset[int]


POST: Final = "desk_post"
"""The standing of people who work at a desk."""


def holds_post(user: OuterRef | int, day: dt.date) -> Exists:
    """Whether a person works at any desk, for `accounts.selectors.register_standing`."""
    return Exists(DeskPost.objects.in_force(day).filter(user=user))


def posts_of(actor: Actor, *, day: dt.date) -> Posts:
    """The actor's posts. One query; raises `NotVisible` for people without any: for them there is no such page."""
    posts = DeskPost.objects.in_force(day).filter(user=actor.user_id)
    held = list(posts.values_list("desk", "role", "may_override"))
    if not held:
        raise NotVisible
    return Posts(
        desks=frozenset(desk for desk, _, _ in held),
        supervised=frozenset(desk for desk, role, _ in held if role == PostRole.SUPERVISOR),
        overriding=frozenset(desk for desk, _, may_override in held if may_override),
    )


def visible_cases(actor: Actor, *, now: dt.datetime) -> QuerySet[Case]:
    """Cases of the actor's desks; protected ones only for whom they name, who is in charge, or who opened them."""
    posts = DeskPost.objects.in_force(timezone.localdate(now)).filter(
        user=actor.user_id, desk=OuterRef("desk")
    )
    named = CaseReader.objects.filter(case=OuterRef("pk"), user=actor.user_id)
    opened = CaseOpening.objects.filter(case=OuterRef("pk"), user=actor.user_id, until__gt=now)
    # What was disposed of is counted and no longer seen.
    return Case.objects.filter(Exists(posts), disposed_at__isnull=True).filter(
        Q(confidentiality=Confidentiality.NORMAL)
        | Q(assigned_to=actor.user_id)
        | Exists(named)
        | Exists(opened)
    )


def one_case(actor: Actor, case_id: uuid.UUID, *, now: dt.datetime) -> Case:
    """A case the actor may see. Raises `NotVisible`."""
    found = (
        visible_cases(actor, now=now)
        .filter(public_id=case_id)
        .select_related("desk", "council", "assigned_to", "received_by")
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def supervisors_at(desk_id: int, *, day: dt.date, besides: int = 0) -> QuerySet[User]:
    """相談責任者 of a desk, by kana; `besides`: who proposed or decided (0: nobody)."""
    held = DeskPost.objects.in_force(day).filter(desk=desk_id, role=PostRole.SUPERVISOR, user=OuterRef("pk"))
    return User.objects.filter(Exists(held)).exclude(pk=besides).order_by("kana", "pk")


def colleagues_at(desk_id: int, *, day: dt.date) -> QuerySet[User]:
    """People with a post at a desk, by kana."""
    held = DeskPost.objects.in_force(day).filter(desk=desk_id, user=OuterRef("pk"))
    return User.objects.filter(Exists(held)).order_by("kana", "pk")
