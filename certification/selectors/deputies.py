"""代理, read: for whom one stands in, who stands in for others, and who is told in the stead of somebody away.

A deputy acts with the own posts alone. Whatever is read here is cut to departments in which the deputy reviews himself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from accounts.models import Appointment, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Deputy
from certification.selectors.access import REVIEW_ROLES

SHOWN = 100


def stood_in_for(actor: Actor, *, day: dt.date) -> list[Deputy]:
    """Whose cases the actor looks after on `day`. One query, none for who does not review."""
    if not actor.departments(*REVIEW_ROLES):
        return []
    rows = Deputy.objects.covering(day).filter(deputy=actor.user_id, municipality=actor.home_id)
    return list(rows.select_related("user").order_by("user__kana", "pk"))


def deputies_page(actor: Actor, *, today: dt.date) -> list[Deputy]:
    """Those that are not over: one's own, those one is named in, and for 自治体管理者 all of the municipality."""
    rows = Deputy.objects.filter(municipality=actor.home_id, until__gte=today, ended_at__isnull=True)
    if not actor.has(Role.ADMINISTRATOR):
        rows = rows.filter(Q(user=actor.user_id) | Q(deputy=actor.user_id))
    return list(rows.select_related("user", "deputy").order_by("from_on", "pk")[:SHOWN])


def deputy_of(actor: Actor, public_id: uuid.UUID) -> Deputy:
    """One the actor may take back: the own, or any for 自治体管理者. Raises `NotVisible`."""
    rows = Deputy.objects.filter(municipality=actor.home_id, ended_at__isnull=True)
    if not actor.has(Role.ADMINISTRATOR):
        rows = rows.filter(user=actor.user_id)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def reviewers_of(municipality_id: int, *, day: dt.date) -> list[tuple[User, frozenset[int]]]:
    """Every 窓口担当 and 審査担当 of the municipality on `day`, with the departments. One query."""
    posts = Appointment.objects.in_force(day).filter(
        department__municipality=municipality_id, role__in=REVIEW_ROLES, user__is_active=True
    )
    departments: defaultdict[User, set[int]] = defaultdict(set)
    for row in posts.select_related("user").order_by("user__kana", "user__pk"):
        departments[row.user].add(row.department_id)
    return [(user, frozenset(found)) for user, found in departments.items()]


def told_instead(people: Mapping[int, Collection[int]], *, day: dt.date) -> set[int]:
    """Deputies of these people (department → their ids), who review in that very department on `day`.

    One query where nobody is away, a second where somebody is.
    """
    away = _covering(people, day=day)
    if not away:
        return set()
    posts = Appointment.objects.in_force(day).filter(
        department__in=people,
        role__in=REVIEW_ROLES,
        user__in=[row.deputy_id for row in away],
        user__is_active=True,
    )
    held = set(posts.values_list("user_id", "department_id"))
    return {
        row.deputy_id
        for row in away
        for department, users in people.items()
        if row.user_id in users and (row.deputy_id, department) in held
    }


def _covering(people: Mapping[int, Collection[int]], *, day: dt.date) -> QuerySet[Deputy]:
    users = {user for found in people.values() for user in found}
    return Deputy.objects.covering(day).filter(user__in=users)
