"""The lists of cases and the page of one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import (
    Case,
    CaseFile,
    CaseOpening,
    CaseReader,
    CaseTask,
    ConsentEvent,
    Contact,
    FollowUp,
    OverrideReview,
)
from consultations.rules.consents import Given, review_due
from consultations.rules.duplicates import Traits, alike, digits_of
from consultations.rules.intake import STALE_DAYS
from consultations.rules.words import CaseState, Confidentiality, ConsentKind
from consultations.selectors.access import Posts, colleagues_at, one_case, posts_of, visible_cases
from councils.models import Category, Desk
from japan.folding import fold

PAGE: Final = 50
MOST_CONTACTS: Final = 100
MOST_READS: Final = 200
SOON_DAYS: Final = 14


class Tab(StrEnum):
    """Which cases: one's own, those with a day that is near, those standing still, all open; of the ended ones those
    where somebody is to ask how it goes, and all.
    """

    MINE = "mine"
    DUE = "due"
    STALE = "stale"
    OPEN = "open"
    FOLLOW = "follow"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _TAB_LABELS[self]


STANDS: Final = (ConsentKind.GIVEN, ConsentKind.OVERRIDE)
BY_DAY: Final = (Tab.DUE, Tab.FOLLOW)
"""Tabs in the order of the day that is near."""
_TAB_LABELS: Final = {
    Tab.MINE: "自分の相談",
    Tab.DUE: "期限が近い",
    Tab.STALE: "動きがない",
    Tab.OPEN: "窓口の相談",
    Tab.FOLLOW: "入居後の確認",
    Tab.CLOSED: "終結した相談",
}


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """One page of cases, with the cursor of the next; `is_search` when words narrowed it."""

    cases: Sequence[Case]
    next_cursor: str
    posts: Posts


def cases_in(tab: Tab, actor: Actor, *, now: dt.datetime) -> QuerySet[Case]:
    """The cases of a tab, not yet in order."""
    cases = visible_cases(actor, now=now)
    if tab == Tab.CLOSED:
        return cases.filter(state=CaseState.CLOSED)
    if tab == Tab.FOLLOW:
        return cases.filter(state=CaseState.CLOSED, next_due_on__lte=_soon(now))
    cases = cases.filter(state=CaseState.OPEN)
    if tab == Tab.MINE:
        return cases.filter(assigned_to=actor.user_id)
    if tab == Tab.DUE:
        return cases.filter(next_due_on__lte=_soon(now))
    if tab == Tab.STALE:
        return cases.filter(last_contact_at__lt=now - dt.timedelta(days=STALE_DAYS))
    return cases


def _soon(now: dt.datetime) -> dt.date:
    return timezone.localdate(now) + dt.timedelta(days=SOON_DAYS)


def searched(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Narrowed by each word: number, name, kana, the name to be called by, digits of the telephone."""
    for word in words.split():
        if folded := fold(word):
            digits = "".join(sign for sign in folded if sign.isdigit())
            found = Q(search_text__contains=folded)
            if len(digits) >= 4 and len(digits) == len(folded.replace("-", "")):
                found |= Q(search_text__contains=digits)
            cases = cases.filter(found)
    return cases


def case_list(tab: Tab, actor: Actor, *, words: str, cursor: str, now: dt.datetime) -> CaseList:
    """A page of a tab: the due ones by their day, the others with the newest first. Raises `NotVisible`."""
    posts = posts_of(actor, day=timezone.localdate(now))
    cases = searched(cases_in(tab, actor, now=now), words)
    cases = cases.select_related("desk", "assigned_to").defer("summary", "wishes", "closing_note")
    if tab in BY_DAY:
        ordered = _after_due(cases, cursor).order_by("next_due_on", "pk")
    else:
        ordered = _before(cases, cursor).order_by("-pk")
    found = list(ordered[: PAGE + 1])
    more, shown = len(found) > PAGE, found[:PAGE]
    last = shown[-1] if more else None
    next_cursor = "" if last is None else f"{last.next_due_on}_{last.pk}" if tab in BY_DAY else str(last.pk)
    return CaseList(cases=shown, next_cursor=next_cursor, posts=posts)


def _before(cases: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    return cases.filter(pk__lt=int(cursor)) if cursor.isascii() and cursor.isdigit() else cases


def _after_due(cases: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    day, _, key = cursor.partition("_")
    try:
        since = dt.date.fromisoformat(day)
    except ValueError:
        return cases
    if not (key.isascii() and key.isdigit()):
        return cases
    return cases.filter(Q(next_due_on__gt=since) | Q(next_due_on=since, pk__gt=int(key)))


def own_desks(actor: Actor, *, day: dt.date) -> list[Desk]:
    """The desks where the actor takes consultations in. Raises `NotVisible` for people without a post."""
    posts = posts_of(actor, day=day)
    return list(Desk.objects.filter(pk__in=posts.desks).select_related("council").order_by("pk"))


def categories_on(day: dt.date) -> list[Category]:
    """What can be chosen on a day."""
    return list(Category.objects.in_force(day))


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything the page of one case shows."""

    actor: Actor
    today: dt.date
    case: Case
    posts: Posts
    contacts: tuple[Contact, ...]
    tasks: tuple[CaseTask, ...]
    consents: tuple[ConsentEvent, ...]
    colleagues: tuple[User, ...]
    readers: tuple[CaseReader, ...]
    opening: CaseOpening | None
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.case.state == CaseState.OPEN

    @property
    def is_protected(self) -> bool:
        return self.case.confidentiality == Confidentiality.PROTECTED

    @property
    def is_supervisor(self) -> bool:
        return self.case.desk_id in self.posts.supervised

    @property
    def may_override(self) -> bool:
        return self.is_open and self.case.desk_id in self.posts.overriding

    @property
    def may_lift(self) -> bool:
        return self.is_supervisor or self.case.assigned_to_id == self.actor.user_id

    @cached_property
    def categories(self) -> tuple[Any, ...]:
        return tuple(self.case.categories.all())

    @property
    def given(self) -> tuple[ConsentEvent, ...]:
        """Consents and overrides that were not taken back, the newest first."""
        return standing(self.consents)


def standing(events: Iterable[ConsentEvent]) -> tuple[ConsentEvent, ...]:
    """What may still be told by: given or overridden, and not withdrawn."""
    events = tuple(events)
    gone = {row.withdraws_id for row in events if row.kind == ConsentKind.WITHDRAWN}
    return tuple(row for row in events if row.kind in STANDS and row.pk not in gone)


def as_given(events: Iterable[ConsentEvent]) -> tuple[Given, ...]:
    """The plain values the rules judge by."""
    return tuple(
        Given(
            purpose=row.purpose,
            scope=frozenset(row.scope),
            shop_id=row.shop_id or 0,
            given_on=row.given_on,
            until=row.until,
        )
        for row in standing(events)
        if row.until is not None
    )


def case_page(actor: Actor, case_id: uuid.UUID, *, now: dt.datetime) -> CasePage:
    """The page of one case. Raises `NotVisible`."""
    today = timezone.localdate(now)
    posts = posts_of(actor, day=today)
    case = one_case(actor, case_id, now=now)
    openings = CaseOpening.objects.filter(case=case, user=actor.user_id, until__gt=now)
    return CasePage(
        actor=actor,
        today=today,
        case=case,
        posts=posts,
        contacts=tuple(case.contacts.select_related("written_by")[:MOST_CONTACTS]),
        tasks=tuple(case.tasks.select_related("assigned_to", "done_by")),
        consents=tuple(case.consents.select_related("shop", "recorded_by")),
        colleagues=tuple(colleagues_at(case.desk_id, day=today)),
        readers=tuple(case.readers.select_related("user")),
        follow_ups=tuple(case.follow_ups.select_related("recorded_by")),
        opening=openings.first() if case.confidentiality == Confidentiality.PROTECTED else None,
    )


def file_to_open(actor: Actor, case_id: uuid.UUID, file_id: uuid.UUID, *, now: dt.datetime) -> CaseFile:
    """A file of a case the actor may see. Raises `NotVisible`, also for one that was taken out."""
    visible = visible_cases(actor, now=now).filter(public_id=case_id)
    found = CaseFile.objects.filter(case__in=visible, public_id=file_id, removed_at__isnull=True)
    kept = found.select_related("case__desk__municipality").first()
    if kept is None:
        raise NotVisible
    return kept


def possible_duplicates(actor: Actor, case: Case, *, now: dt.datetime) -> list[tuple[Case, str]]:
    """Other visible cases of the council that may be of the same person, with why. One query; never merged alone."""
    traits = _traits(case)
    either = Q()
    if traits.phone:
        either |= Q(phone_digits=traits.phone)
    if case.birth_date:
        either |= Q(birth_date=case.birth_date)
    if not either:
        return []
    others = visible_cases(actor, now=now).filter(council=case.council_id).exclude(pk=case.pk).filter(either)
    found: Mapping[int, Case] = {row.pk: row for row in others.order_by("-pk")[:PAGE]}
    return [(found[key], why) for key, why in alike(traits, (_traits(row) for row in found.values()))]


def _traits(case: Case) -> Traits:
    return Traits(
        key=case.pk,
        name=fold(case.name),
        kana=fold(case.kana),
        phone=digits_of(case.phone),
        birth=case.birth_date,
    )


def openings_of(actor: Actor, *, now: dt.datetime) -> list[CaseOpening]:
    """Emergency openings of the last 90 days at the desks the actor supervises, the newest first. Raises `NotVisible`."""
    posts = posts_of(actor, day=timezone.localdate(now))
    if not posts.supervised:
        raise NotVisible
    return list(
        CaseOpening.objects.filter(
            case__desk__in=posts.supervised, opened_at__gt=now - dt.timedelta(days=90)
        ).select_related("case", "user")[:MOST_READS]
    )


@dataclass(frozen=True, kw_only=True)
class Override:
    """Telling without consent, as a supervisor goes through it. The case itself is not opened by it."""

    consent: ConsentEvent
    review: OverrideReview | None
    due_on: dt.date
    is_late: bool
    may_review: bool


def overrides_of(actor: Actor, *, now: dt.datetime) -> list[Override]:
    """Overrides of the last 90 days at the desks the actor supervises, and older ones that nobody reviewed.

    Raises `NotVisible`.
    """
    today = timezone.localdate(now)
    posts = posts_of(actor, day=today)
    if not posts.supervised:
        raise NotVisible
    recent = Q(recorded_at__gt=now - dt.timedelta(days=90)) | Q(review__isnull=True)
    rows = (
        ConsentEvent.objects.filter(recent, kind=ConsentKind.OVERRIDE, case__desk__in=posts.supervised)
        .select_related("case", "recorded_by", "review__reviewed_by")
        .order_by("-pk")[:MOST_READS]
    )
    return [_override(row, actor, today=today) for row in rows]


def one_override(actor: Actor, consent_id: uuid.UUID, *, now: dt.datetime) -> Override:
    """An override at a desk the actor supervises. Raises `NotVisible`."""
    found = [row for row in overrides_of(actor, now=now) if row.consent.public_id == consent_id]
    if not found:
        raise NotVisible
    return found[0]


def _override(row: ConsentEvent, actor: Actor, *, today: dt.date) -> Override:
    review: OverrideReview | None = getattr(row, "review", None)
    due_on = review_due(row.given_on)
    return Override(
        consent=row,
        review=review,
        due_on=due_on,
        is_late=review is None and due_on < today,
        may_review=review is None and row.recorded_by_id != actor.user_id,
    )


def reads_of(case: Case) -> list[AuditEvent]:
    """Who opened, searched or printed the case, and every other act on it, the newest first."""
    events = AuditEvent.objects.filter(subject_type="consultations.case", subject_id=str(case.public_id))
    return list(events.order_by("-pk")[:MOST_READS])
