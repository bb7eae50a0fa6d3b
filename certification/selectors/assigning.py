"""Deciding who handles many cases at once: which of the chosen ones may be given to whom."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import Appointment, User
from accounts.rules.actor import Actor
from certification.models import Application, DepartmentReview
from certification.rules.workflow import ROW_OF, Action, State
from certification.selectors.access import REVIEW_ROLES, staff_cases

ASSIGNABLE: Final[frozenset[str]] = frozenset(ROW_OF[Action.ASSIGN].sources)
"""The states of which the state table lets somebody decide who is in charge."""


@dataclass(frozen=True, kw_only=True)
class Team:
    """A department of the actor's, and who may be in charge there."""

    department_id: int
    name: str
    people: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A chosen case as the confirming page shows it. `mark` says what the person saw; `problem` why it cannot be given."""

    case: Application
    person: str
    mark: str
    problem: str


def teams_of(actor: Actor, *, day: dt.date) -> tuple[Team, ...]:
    """The departments whose cases the actor may give out, with their people. One query."""
    own = actor.departments(*REVIEW_ROLES)
    held = (
        Appointment.objects.in_force(day)
        .filter(department__in=own, role__in=REVIEW_ROLES, user__is_active=True)
        .order_by("user__kana", "user_id")
        .values_list("department", "department__name", "user_id", "user__name")
    )
    names: dict[int, str] = {}
    people: dict[int, dict[int, str]] = {}
    for department, name, user, person in held:
        names[department] = name
        people.setdefault(department, {})[user] = person
    return tuple(
        Team(department_id=each, name=names[each], people=tuple(people[each].items()))
        for each in sorted(names)
    )


def short_id(public_id: uuid.UUID) -> str:
    """The id in 22 letters instead of 36: a full queue carries fifty of them and has to stay light."""
    return base64.urlsafe_b64encode(public_id.bytes).decode().rstrip("=")


def read_short_id(text: str) -> uuid.UUID | None:
    """The id that `short_id` wrote; `None` for anything else."""
    try:
        return uuid.UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
    except (binascii.Error, ValueError):
        return None


def mark_of(case: Application, review: DepartmentReview | None) -> str:
    """What somebody saw of a case: its revision, and who was in charge of it in the department."""
    return f"{case.lock_version}.{(review.assigned_to_id if review else None) or 0}"


def problem_of(case: Application, review: DepartmentReview | None, *, user_id: int | None) -> str:
    """Why a case cannot be given to somebody; nothing where it can."""
    if review is None:
        return "この課は審査に加わっていません。"
    if case.state not in ASSIGNABLE:
        return f"いまは担当を決められません({case.state_label})。"
    if review.assigned_to_id == user_id:
        return "もうそうなっています。"
    return ""


def candidates(
    actor: Actor, ids: Collection[uuid.UUID], *, department_id: int, user_id: int | None
) -> Sequence[Candidate]:
    """The chosen cases among those the actor may see, in the order of the queue. Two queries."""
    cases = list(staff_cases(actor).filter(public_id__in=ids).order_by("due_on", "pk"))
    found = DepartmentReview.objects.filter(application__in=cases, department=department_id)
    reviews = {row.application_id: row for row in found.select_related("assigned_to")}
    return [
        Candidate(
            case=case,
            person=_name(review.assigned_to) if (review := reviews.get(case.pk)) else "—",
            mark=mark_of(case, review),
            problem=problem_of(case, review, user_id=user_id),
        )
        for case in cases
    ]


def may_be_given(state: State, departments: Collection[int], *, own: frozenset[int]) -> bool:
    """Whether the queue offers a box for a case: it lies in a state and with a department of the actor's."""
    return state in ASSIGNABLE and not own.isdisjoint(departments)


def _name(user: User | None) -> str:
    return user.name if user else "未定"
