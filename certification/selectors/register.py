"""What everybody may read of certified plans, and what an operator sees of its own row.

The public side starts at `RegisterEntry.objects.listed()` and never joins the version: what an operator did not agree to
is not read at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from accounts.models import Municipality
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Plan, RegisterEntry
from certification.rules.register import VACANCY_FRESH_DAYS, facet
from certification.selectors.applicant import Own, own_case

PAGE: Final = 20
MOST_EXPORTED: Final = 10_000
"""Rows of one file: more than the country has certified, few enough to make while somebody waits."""

PublicEntry = Any
"""A `RegisterEntry` with `is_sample`; pages read what stands in the row."""

Narrow = Callable[[QuerySet[RegisterEntry]], QuerySet[RegisterEntry]]


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """Newest first; `after` is the public id to continue from, None at the end."""

    entries: tuple[RegisterEntry, ...]
    total: int
    after: uuid.UUID | None
    is_first: bool


def areas() -> list[tuple[str, str]]:
    """(code, name) of the municipalities that have something on the list."""
    listed = RegisterEntry.objects.listed().values("plan__municipality")
    found = Municipality.objects.filter(pk__in=listed).order_by("code")
    return list(found.values_list("code", "name"))


def register_page(narrow: Narrow, *, after: uuid.UUID | None = None) -> RegisterPage:
    """One page of what the conditions let through. Two queries, one more for the next pages. Raises `NotVisible`."""
    found = narrow(_public())
    total = found.count()
    rows = list(_from(found, after)[: PAGE + 1])
    return RegisterPage(
        entries=tuple(rows[:PAGE]),
        total=total,
        after=rows[PAGE - 1].public_id if len(rows) > PAGE else None,
        is_first=after is None,
    )


def exported(narrow: Narrow) -> Iterator[RegisterEntry]:
    """Everything the conditions let through, for a file."""
    return narrow(_public())[:MOST_EXPORTED].iterator(chunk_size=500)


def public_entry(public_id: uuid.UUID) -> RegisterEntry:
    """One row of the list. Raises `NotVisible` for what is not, or no longer, on it."""
    found = _public().filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _public() -> QuerySet[RegisterEntry]:
    listed = RegisterEntry.objects.listed().select_related("plan__municipality")
    return listed.annotate(is_sample=F("plan__operator__is_sample")).order_by("-pk")


def _from(found: QuerySet[RegisterEntry], after: uuid.UUID | None) -> QuerySet[RegisterEntry]:
    """What follows that row; the row itself may have left the list since the page before was made."""
    if after is None:
        return found
    start = RegisterEntry.objects.filter(public_id=after).values_list("pk", flat=True).first()
    if start is None:
        raise NotVisible
    return found.filter(pk__lt=start)


# --- Conditions: each looks at columns that hold what was agreed to and nothing else ---


def in_areas(entries: QuerySet[RegisterEntry], codes: list[str]) -> QuerySet[RegisterEntry]:
    return entries.filter(plan__municipality__code__in=codes)


def rent_up_to(entries: QuerySet[RegisterEntry], yen: int) -> QuerySet[RegisterEntry]:
    """With at least one room for that rent or less."""
    return entries.filter(rent_low_yen__lte=yen)


def area_from(entries: QuerySet[RegisterEntry], m2: object) -> QuerySet[RegisterEntry]:
    """With at least one room of that size or more."""
    return entries.filter(floor_area_high_m2__gte=m2)


def with_facets(
    entries: QuerySet[RegisterEntry], group: str, codes: list[str], *, every: bool
) -> QuerySet[RegisterEntry]:
    """With each of the codes, or with any of them."""
    wanted = [Q(facets__contains=facet(group, code)) for code in codes]
    joined = Q()
    for each in wanted:
        joined = joined & each if every else joined | each
    return entries.filter(joined)


def with_vacancy(entries: QuerySet[RegisterEntry], *, today: dt.date) -> QuerySet[RegisterEntry]:
    """With a room that was free when the operator told it, not too long ago."""
    since = today - dt.timedelta(days=VACANCY_FRESH_DAYS)
    return entries.filter(vacancies__gt=0, vacancies_on__gte=since)


# --- The operator's own row ---


@dataclass(frozen=True, kw_only=True)
class OwnEntry:
    """A plan of the actor's operator with its row on the list."""

    own: Own
    entry: RegisterEntry


def own_entry(actor: Actor, case_id: uuid.UUID) -> OwnEntry:
    """Raises `NotVisible` for a foreign plan and for one that is not on the list."""
    own = own_case(actor, case_id)
    entry = entry_of(own)
    if entry is None:
        raise NotVisible
    return OwnEntry(own=own, entry=entry)


def entry_of(own: Own) -> RegisterEntry | None:
    """The row of a certified plan, with its version; no query for a plan that is not certified."""
    if own.application.plan.status != Plan.Status.CERTIFIED:
        return None
    listed = RegisterEntry.objects.listed().select_related("version", "plan__municipality")
    return listed.filter(plan=own.application.plan_id).first()
