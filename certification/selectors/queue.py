"""The staff queue: whose turn, in which tab, how many, page by page. Four queries: rows, parts, counts, departments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Role
from accounts.rules.actor import Actor
from certification.models import Application, DepartmentReview
from certification.rules.clock import Level, level_of
from certification.rules.workflow import OPEN_STATES, State, Turn
from certification.selectors.access import REVIEW_ROLES, staff_cases
from certification.selectors.approval import awaiting, on_a_route
from certification.selectors.assigning import may_be_given, short_id
from certification.selectors.inquiries import overdue_cases
from japan.calendar import business_days_between

PAGE: Final = 50
COUNT_CAP: Final = 1_000
NAV_CAP: Final = 99
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

    @property
    def label(self) -> str:
        return {"due": "期限の近い順", "new": "新しい順"}[self.value]


def acts_on_turns(actor: Actor) -> bool:
    """Whether any turn can be the actor's: reviewers and deciders, not readers."""
    return bool(actor.departments(*REVIEW_ROLES, Role.DECIDER))


def cases_in(tab: Tab, actor: Actor, *, today: dt.date) -> QuerySet[Application]:
    """The cases of a tab, always inside what the actor may see."""
    if tab in (Tab.MINE, Tab.DEPARTMENT):
        # Inside `staff_cases` by itself: own departments, and the lead, are on the case. Asking twice costs.
        filed = Application.objects.filter(municipality_id=actor.home_id, submitted_at__isnull=False)
        return filed.filter(_turn_of(actor, today=today, is_mine=tab == Tab.MINE), state__in=OPEN_AND_FILED)
    base = staff_cases(actor)
    if tab == Tab.ALL:
        return base
    base = base.filter(state__in=OPEN_AND_FILED)
    if tab == Tab.OVERDUE:
        return base.filter(due_on__lt=today)
    return base.exclude(_turn_of(actor, today=today))


def _turn_of(actor: Actor, *, today: dt.date, is_mine: bool = False) -> Q:
    """Whether it is the actor's turn: as reviewer of a department, as decider of the lead or of the step that waits."""
    parts = DepartmentReview.objects.filter(
        application=OuterRef("pk"), department__in=actor.departments(*REVIEW_ROLES), turn_due_on__isnull=False
    )
    waits = Q(Exists(parts.filter(assigned_to=actor.user_id)))
    if not is_mine:
        # No draft is in any tab. Said as an OR, PostgreSQL walks the open cases in the order of their day and stops at
        # fifty; of the EXISTS alone it makes a join, reads every open case of the city and sorts them.
        waits = Q(Exists(parts)) | Q(state=State.DRAFT)
    reviewing = waits & ~Q(turn=Turn.DECIDER)
    alone = Q(~on_a_route(), lead_department__in=actor.departments(Role.DECIDER))
    deciding = Q(turn=Turn.DECIDER) & (alone | awaiting(actor, day=today))
    if not actor.departments(Role.DECIDER):
        return reviewing
    return reviewing | deciding if actor.departments(*REVIEW_ROLES) else deciding


_own_turn: ContextVar[tuple[Actor, int] | None] = ContextVar("own_turn", default=None)
"""What was counted for the actor of this request, so that the bar and the tabs do not count twice."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is: by tab, and cases with an inquiry whose answer is late (「2」, or nothing)."""

    tabs: dict[Tab, str]
    late_inquiries: str


def capped_counts(actor: Actor, *, today: dt.date) -> Counts:
    """How many cases each tab but the last holds, and how many wait for a late answer, in one statement."""
    tabs = [tab for tab in Tab if tab != Tab.ALL]
    late = overdue_cases(actor, staff_cases(actor), today=today)
    *counts, waiting = _count([*(cases_in(tab, actor, today=today) for tab in tabs), late])
    by_tab = dict(zip(tabs, counts, strict=True))
    _own_turn.set((actor, by_tab[Tab.MINE]))
    return Counts(
        tabs={tab: capped(count, COUNT_CAP) for tab, count in by_tab.items()},
        late_inquiries=capped(waiting, NAV_CAP) if waiting else "",
    )


def own_turn_text(actor: Actor, *, today: dt.date) -> str:
    """How many cases wait for this person, for the bar at the top: 「7」, 「99+」, or nothing."""
    known = _own_turn.get()
    if known is None or known[0] is not actor:
        known = (actor, _count([cases_in(Tab.MINE, actor, today=today)], cap=NAV_CAP)[0])
        _own_turn.set(known)
    return capped(known[1], NAV_CAP) if known[1] else ""


def _count(wanted: Sequence[QuerySet[Application]], *, cap: int = COUNT_CAP) -> list[int]:
    """How many rows each has, up to one above the cap, in one statement."""
    parts: list[str] = []
    params: list[Any] = []
    for cases in wanted:
        limited = cases.order_by().values("pk")[: cap + 1]
        try:
            sql, own = limited.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) t{len(parts)})")  # noqa: S608 -- from a queryset, values are bound
        params += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        row = cursor.fetchone()
    return list(row)


def capped(count: int, cap: int) -> str:
    """1,000+ above the cap."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def departments_of(actor: Actor) -> list[tuple[str, str]]:
    """The departments of the actor's municipality as choices of the filter."""
    rows = Department.objects.filter(municipality=actor.municipality_id).order_by("pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


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
        "public_id", "state", "receipt_number", "housing_name", "applicant_name", "housing_address", "procedure", "due_on",
        "progress", "turn", "lead_department_id", "last_moved_at", "last_moved_label",
    )  # fmt: skip
    parts = DepartmentReview.objects.select_related("assigned_to").only(
        "application", "department", "assigned_to__name"
    )
    found = list(ordered.only(*columns).prefetch_related(Prefetch("department_reviews", parts))[: PAGE + 1])
    shown = found[:PAGE]
    own = actor.departments(*REVIEW_ROLES)
    return QueuePage(
        rows=[_row(case, actor=actor, own=own, today=today) for case in shown],
        next_cursor=cursor_of(shown[-1], sort=sort) if len(found) > PAGE else None,
    )


_SALT: Final = "certification.queue"


def cursor_of(case: Application, *, sort: Sort) -> str:
    """Where the next page begins, signed: nobody writes one by hand, and it says nothing."""
    place = [str(case.due_on), case.pk] if sort == Sort.DUE else [case.pk]
    return signing.dumps([sort.value, *place], salt=_SALT)


def _after(cursor: str, *, sort: Sort) -> Q | None:
    if not cursor:
        return None
    try:
        kind, *place = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        return None
    if kind != sort.value:
        return None
    if sort == Sort.NEW:
        return Q(pk__lt=place[0])
    due, pk = dt.date.fromisoformat(place[0]), place[1]
    return Q(due_on__gte=due) & (Q(due_on__gt=due) | Q(pk__gt=pk))


def _row(case: Application, *, actor: Actor, own: frozenset[int], today: dt.date) -> dict[str, Any]:
    state = State(case.state)
    departments = [review.department_id for review in case.department_reviews.all()]
    return {
        "pick": short_id(case.public_id) if may_be_given(state, departments, own=own) else "",
        "url": reverse("certification:case", args=[case.public_id]),
        "due": due_words(case, state=state, today=today),
        "code": state.value,
        "label": case.state_label,
        "number": case.receipt_number or "受付前",
        "name": case.housing_name or "名称なし",
        "applicant": case.applicant_name,
        "address": case.housing_address,
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


def due_words(case: Application, *, state: State, today: dt.date) -> dict[str, str]:
    """The due date as the `due` component takes it: how long, until when, how urgent."""
    due = case.due_on
    if due is None:
        return {"label": "—", "date": "", "tone": "none"}
    day = f"{due.month}月{due.day}日({WEEKDAYS[due.weekday()]})"
    left = business_days_between(today, due)
    if state == State.AWAITING_CORRECTION:
        return _stopped(case, day=day, is_late=due < today, today=today)
    if due < today:
        return {"label": f"{max(-left, 1)}日超過", "date": day, "tone": "hot"}
    if due == today:
        return {"label": "きょう", "date": day, "tone": "hot"}
    return {
        "label": f"あと{left}日",
        "date": day,
        "tone": "soon" if level_of(due, today=today) == Level.SOON else "calm",
    }


def _stopped(case: Application, *, day: str, is_late: bool, today: dt.date) -> dict[str, str]:
    """The clock stands still while the applicant corrects. The return was the last move."""
    if is_late:
        return {"label": "補正の期限切れ", "date": day, "tone": "hot"}
    days = (today - timezone.localdate(case.last_moved_at)).days + 1
    return {"label": "停止中", "date": f"補正待ち {days}日目", "tone": "stopped"}
