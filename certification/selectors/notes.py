"""内部メモ, read by staff of the case alone. No selector, document or letter for applicants imports this module."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import Application, CaseNote
from certification.rules.clock import Forecast, forecast
from certification.selectors.access import CASE_ROLES, REVIEW_ROLES, staff_cases
from certification.selectors.facts import clock_of

WRITING: Final = (*REVIEW_ROLES, Role.DECIDER)
SHOWN: Final = 200


@dataclass(frozen=True, kw_only=True)
class NotesPage:
    """The notes of a case, the newest first, and who may be called in one."""

    application: Application
    notes: tuple[CaseNote, ...]
    is_cut: bool
    colleagues: tuple[User, ...]
    may_write: bool
    forecast: Forecast | None
    answer_due_on: dt.date | None


def notes_page(actor: Actor, case_id: uuid.UUID, *, today: dt.date) -> NotesPage:
    """Raises `NotVisible`. At most seven queries."""
    application = note_case(actor, case_id)
    departments = departments_on(application)
    notes = application.notes.select_related("author").prefetch_related("mentions__user")[: SHOWN + 1]
    due = application.return_rounds.order_by("-number").values_list("due_on", flat=True).first()
    clock = clock_of(application, setting=application.municipality.certification_setting, today=today)
    return NotesPage(
        application=application,
        notes=tuple(notes[:SHOWN]),
        is_cut=len(notes) > SHOWN,
        colleagues=tuple(colleagues_on(departments, actor=actor, day=today)),
        may_write=may_write(actor, departments),
        forecast=forecast(clock, today=today, answer_due_on=due),
        answer_due_on=due if clock and clock.is_stopped else None,
    )


def note_case(actor: Actor, case_id: uuid.UUID) -> Application:
    """The case as staff open it. Raises `NotVisible`."""
    rows = staff_cases(actor).select_related("municipality__certification_setting")
    found = rows.filter(public_id=case_id).first()
    if found is None:
        raise NotVisible
    return found


def departments_on(application: Application) -> frozenset[int]:
    """Departments that take part: those that review, those a proposal reached. One query."""
    reviews = application.department_reviews.order_by().values_list("department", flat=True)
    return frozenset(reviews.union(application.step_arrivals.values_list("department", flat=True)))


def may_write(actor: Actor, departments: frozenset[int]) -> bool:
    """Who works on the case writes; who only reads (閲覧) reads."""
    return not actor.departments(*WRITING).isdisjoint(departments)


def colleagues_on(departments: frozenset[int], *, actor: Actor, day: dt.date) -> Sequence[User]:
    """Whoever can open the case may be called, but not oneself."""
    people = holders(department_ids=departments, roles=CASE_ROLES, day=day)
    return list(people.exclude(pk=actor.user_id))
