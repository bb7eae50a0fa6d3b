"""認定後の確認: those of the actor's own cases, what is overdue first."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import F, QuerySet

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import FollowUp
from certification.selectors.access import REVIEW_ROLES, staff_cases

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class FollowUpPage:
    rows: tuple[FollowUp, ...]
    overdue: int
    number: int
    has_more: bool


def visible_follow_ups(actor: Actor) -> QuerySet[FollowUp]:
    """Of the cases the actor may open."""
    return FollowUp.objects.filter(application__in=staff_cases(actor)).select_related(
        "plan", "application", "done_by"
    )


def follow_up_page(actor: Actor, *, today: dt.date, done: bool, number: int = 1) -> FollowUpPage:
    """One page of what is open, by due day, so that the overdue ones come first; or of what is done, newest first."""
    if done:
        rows = visible_follow_ups(actor).filter(done_on__isnull=False).order_by("-done_on", "-pk")
    else:
        rows = visible_follow_ups(actor).filter(done_on__isnull=True).order_by(F("due_on").asc(), "pk")
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    overdue = visible_follow_ups(actor).filter(done_on__isnull=True, due_on__lt=today).count()
    return FollowUpPage(rows=tuple(found[:PAGE]), overdue=overdue, number=number, has_more=len(found) > PAGE)


def follow_up_of(actor: Actor, follow_up_id: uuid.UUID) -> FollowUp:
    """One of them. Raises `NotVisible`."""
    found = visible_follow_ups(actor).filter(public_id=follow_up_id).first()
    if found is None:
        raise NotVisible
    return found


def may_write(actor: Actor, row: FollowUp) -> bool:
    """Who reviews in a department that was on the case says that it is done."""
    own = actor.departments(*REVIEW_ROLES)
    return row.application.department_reviews.filter(department__in=own).exists()
