"""引き継ぎ: who has what in hand in a department, for the sheet that goes with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Prefetch

from accounts.models import Department, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import Application, CaseNote, DepartmentReview
from certification.rules.clock import Level, level_of
from certification.rules.notes import NOTE_HEAD
from certification.rules.workflow import OPEN_STATES, State
from certification.selectors.access import REVIEW_ROLES


@dataclass(frozen=True, kw_only=True)
class Hands:
    """One person's open cases in one department."""

    department: Department
    user: User
    count: int

    @property
    def code(self) -> str:
        """How an address says it."""
        return f"{self.department.pk}-{self.user.pk}"


@dataclass(frozen=True, kw_only=True)
class InHand:
    """One open case somebody is in charge of. `note` is the last one written at a handover, where it may be read."""

    application: Application
    level: Level
    note: str


def departments_to_hand_over(actor: Actor) -> frozenset[int]:
    """窓口担当: the own departments; 自治体管理者: all of the municipality."""
    own = actor.departments(Role.DESK)
    if not actor.has(Role.ADMINISTRATOR):
        return own
    return own | set(Department.objects.filter(municipality=actor.home_id).values_list("pk", flat=True))


def hands_of(actor: Actor) -> list[Hands]:
    """Everybody with open cases in hand, also people who have left already. Two queries."""
    rows = (
        DepartmentReview.objects.filter(
            department__in=departments_to_hand_over(actor),
            assigned_to__isnull=False,
            application__state__in=OPEN_STATES,
        )
        .order_by()
        .values_list("department", "assigned_to")
        .annotate(count=Count("pk"))
    )
    counts = {(department, user): count for department, user, count in rows}
    departments = Department.objects.in_bulk({department for department, _ in counts})
    users = User.objects.in_bulk({user for _, user in counts})
    found = [
        Hands(department=departments[department], user=users[user], count=count)
        for (department, user), count in counts.items()
    ]
    return sorted(found, key=lambda each: (each.department.pk, each.user.kana, each.user.pk))


def cases_in_hand(actor: Actor, hands: Hands, *, today: dt.date) -> list[InHand]:
    """The open cases, by state and then by due date; a case without one comes last. Two queries.

    自治体管理者 opens no case: the notes are read by the department alone.
    """
    may_read = may_read_notes(actor, hands.department.pk)
    notes = CaseNote.objects.filter(text__startswith=NOTE_HEAD) if may_read else CaseNote.objects.none()
    rows = Application.objects.filter(
        municipality=actor.home_id,
        state__in=OPEN_STATES,
        department_reviews__department=hands.department.pk,
        department_reviews__assigned_to=hands.user.pk,
    ).prefetch_related(Prefetch("notes", notes.order_by("-pk"), to_attr="handed_notes"))
    order = {state: place for place, state in enumerate(OPEN_STATES)}
    ordered = sorted(rows, key=lambda row: (order[State(row.state)], row.due_on or dt.date.max, row.pk))
    return [
        InHand(
            application=row,
            level=level_of(row.due_on, today=today),
            note=next((note.text.removeprefix(NOTE_HEAD) for note in row.handed_notes), ""),
        )
        for row in ordered
    ]


def may_read_notes(actor: Actor, department_id: int) -> bool:
    """Whether the actor works on the department's cases, and not only looks after its people."""
    return department_id in actor.departments(*REVIEW_ROLES)


def hands_named(actor: Actor, code: str) -> Hands:
    """The person and department of an address. Raises `NotVisible` for who has nothing in hand there."""
    found = next((each for each in hands_of(actor) if each.code == code), None)
    if found is None:
        raise NotVisible
    return found


def successors_of(hands: Hands, *, today: dt.date) -> list[User]:
    """Who may take the cases over."""
    people = holders(department_ids=[hands.department.pk], roles=REVIEW_ROLES, day=today)
    return list(people.exclude(pk=hands.user.pk))
