"""The staff queue: whose turn, in which tab, how many, page by page. At most three queries beyond the filters'."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Role
from accounts.rules.actor import Actor
from certification.models import Application, DepartmentReview
from certification.rules.workflow import OPEN_STATES, State, Turn
from certification.selectors.access import REVIEW_ROLES, staff_cases
from japan.calendar import business_days_between

PAGE: Final = 50
COUNT_CAP: Final = 1_000
SOON_DAYS: Final = 3
WEEKDAYS: Final = "月火水木金土日"
OPEN_AND_FILED: Final = tuple(state for state in OPEN_STATES if state != State.DRAFT)


class Tab(StrEnum):
    MINE = "mine"
    DEPARTMENT = "department"
    WAITING = "waiting"
    OVERDUE = "overdue"
    ALL = "all"

    @property
    def label(self) -> str:
        return {
            "mine": "自分の番",
            "department": "課の番",
            "waiting": "他課・相手待ち",
            "overdue": "期限切れ",
            "all": "すべて",
        }[self.value]


class Sort(StrEnum):
    DUE = "due"
    NEW = "new"


def cases_in(tab: Tab, actor: Actor, *, today: dt.date) -> QuerySet[Application]:
    """The cases of a tab, always inside what the actor may see."""
    base = staff_cases(actor)
    if tab == Tab.ALL:
        return base
    base = base.filter(state__in=OPEN_AND_FILED)
    if tab == Tab.OVERDUE:
        return base.filter(due_on__lt=today)
    turn = _turn_of(actor)
    if tab == Tab.WAITING:
        return base.exclude(pk__in=turn.values("application"))
    if tab == Tab.MINE:
        turn = turn.filter(Q(assigned_to=actor.user_id) | Q(application__turn=Turn.DECIDER))
    return base.filter(pk__in=turn.values("application"))


def _turn_of(actor: Actor) -> QuerySet[DepartmentReview]:
    """The parts whose turn it is for the actor: as reviewer of a department, as decider of the lead."""
    reviewing = Q(department__in=actor.departments(*REVIEW_ROLES)) & ~Q(application__turn=Turn.DECIDER)
    deciding = Q(department__in=actor.departments(Role.DECIDER), application__turn=Turn.DECIDER)
    return DepartmentReview.objects.filter(reviewing | deciding, turn_due_on__isnull=False)


def capped_counts(actor: Actor, *, today: dt.date) -> dict[Tab, str]:
    """How many cases each tab but the last holds, counted up to the cap, in one statement."""
    tabs = [tab for tab in Tab if tab != Tab.ALL]
    parts: list[str] = []
    params: list[Any] = []
    for tab in tabs:
        limited = cases_in(tab, actor, today=today).order_by().values("pk")[: COUNT_CAP + 1]
        if limited.query.is_empty():
            return dict.fromkeys(tabs, "0")
        sql, own = limited.query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) t{len(parts)})")  # noqa: S608 -- from a queryset, values are bound
        params += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        row = cursor.fetchone()
    return {tab: _capped(count) for tab, count in zip(tabs, row, strict=True)}


def _capped(count: int) -> str:
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else str(count)


def departments_of(actor: Actor) -> QuerySet[Department]:
    """The departments of the actor's municipality, for the filter."""
    return Department.objects.filter(municipality=actor.municipality_id).order_by("pk")


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    rows: list[dict[str, Any]]
    next_cursor: str | None


def page_of(
    cases: QuerySet[Application], *, sort: Sort, cursor: str, actor: Actor, today: dt.date
) -> QueuePage:
    """One page by keyset: no OFFSET, however deep. A cursor that cannot be read means the first page."""
    ordered = cases.order_by("due_on", "pk") if sort == Sort.DUE else cases.order_by("-pk")
    if after := _after(cursor, sort=sort):
        ordered = ordered.filter(after)
    columns = (
        "public_id", "state", "receipt_number", "housing_name", "applicant_name", "procedure", "due_on",
        "progress", "turn", "lead_department_id", "last_moved_at", "last_moved_label",
    )  # fmt: skip
    found = list(ordered.only(*columns).prefetch_related("department_reviews__assigned_to")[: PAGE + 1])
    shown = found[:PAGE]
    own = actor.departments(*REVIEW_ROLES)
    return QueuePage(
        rows=[_row(case, actor=actor, own=own, today=today) for case in shown],
        next_cursor=_cursor(shown[-1], sort=sort) if len(found) > PAGE else None,
    )


def _cursor(case: Application, *, sort: Sort) -> str:
    return f"{case.due_on}_{case.pk}" if sort == Sort.DUE else str(case.pk)


def _after(cursor: str, *, sort: Sort) -> Q | None:
    try:
        if sort == Sort.NEW:
            return Q(pk__lt=int(cursor))
        day, _, number = cursor.partition("_")
        due, pk = dt.date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return Q(due_on__gt=due) | Q(due_on=due, pk__gt=pk)


def _row(case: Application, *, actor: Actor, own: frozenset[int], today: dt.date) -> dict[str, Any]:
    state = State(case.state)
    return {
        "url": reverse("certification:case", args=[case.public_id]),
        "due": due_words(case.due_on, state=state, today=today),
        "code": state.value,
        "label": state.label,
        "number": case.receipt_number or "—",
        "name": case.housing_name or "名称なし",
        "applicant": case.applicant_name,
        "kind": case.get_procedure_display(),
        "meters": [part for part in case.progress if part["total"]],
        "person": _person(case, actor=actor, own=own),
        "moved": f"{_when(case.last_moved_at, today=today)} {case.last_moved_label}",
    }


def _person(case: Application, *, actor: Actor, own: frozenset[int]) -> str:
    wanted = own or {case.lead_department_id}
    people = [
        review.assigned_to
        for review in case.department_reviews.all()
        if review.department_id in wanted and review.assigned_to
    ]
    if any(person.pk == actor.user_id for person in people):
        return "自分"
    return "、".join(person.name for person in people) or "未定"


def _when(moment: dt.datetime, *, today: dt.date) -> str:
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == today else f"{local.month}月{local.day}日"


def due_words(due: dt.date | None, *, state: State, today: dt.date) -> dict[str, str]:
    """The due date as the `due` component takes it: how long, until when, how urgent."""
    if due is None:
        return {"label": "—", "date": "", "tone": "none"}
    day = f"{due.month}月{due.day}日({WEEKDAYS[due.weekday()]})"
    left = business_days_between(today, due)
    if state == State.AWAITING_CORRECTION:
        return {"label": "停止中", "date": f"補正の期限 {day}", "tone": "hot" if due < today else "stopped"}
    if due < today:
        return {"label": f"{max(-left, 1)}日超過", "date": day, "tone": "hot"}
    if due == today:
        return {"label": "きょう", "date": day, "tone": "hot"}
    return {"label": f"あと{left}日", "date": day, "tone": "soon" if left <= SOON_DAYS else "calm"}
