"""相談の統計: the plain rows of a desk, counted by the rules."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations.models import (
    Case,
    CaseCategory,
    CaseEvent,
    Contact,
    ContactCount,
    FollowUp,
    InquiryCount,
    Referral,
    ShopInquiry,
    ShopInquiryEvent,
)
from consultations.rules.ages import band_on
from consultations.rules.asking import STAGES
from consultations.rules.counting import (
    CaseRow,
    Cells,
    ContactRow,
    EventRow,
    Figure,
    Period,
    Table,
    Told,
    ToldRow,
    Year,
    answer_of,
    count,
    hidden_of,
    referral_answer,
    summary_of,
    tables_of,
)
from consultations.rules.words import Confidentiality
from consultations.selectors.access import Posts, posts_of
from councils.models import Category, Desk
from japan.wareki import fiscal_year, fiscal_year_span

YEARS: Final = 6
"""How many fiscal years can be chosen, this one included."""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The figures of one desk in one fiscal year beside the year before."""

    desk: Desk
    desks: tuple[Desk, ...]
    year: int
    years: tuple[int, ...]
    last_day: dt.date
    is_published: bool
    with_protected: bool
    may_count_protected: bool
    summary: tuple[Figure, ...]
    tables: tuple[Table, ...]


def statistics_of(
    actor: Actor,
    *,
    desk_id: uuid.UUID | None,
    year: int | None,
    is_published: bool,
    with_protected: bool = False,
    today: dt.date,
) -> Statistics:
    """Of one of the actor's desks; each desk by itself, so that no desk can be subtracted from all.

    Protected cases are counted only for its supervisor, in the internal version. Raises `NotVisible`.
    """
    posts = posts_of(actor, day=today)
    desks = tuple(
        Desk.objects.filter(pk__in=posts.desks).select_related("council", "municipality").order_by("pk")
    )
    desk = next((row for row in desks if row.public_id == desk_id), desks[0])
    last = fiscal_year(today)
    years = tuple(range(last, last - YEARS, -1))
    chosen = year if year in years else last
    may_count = _may_count_protected(posts, desk) and not is_published
    rows = _Rows(desk, since=chosen - 1, today=today)
    categories = [(row.code, row.label) for row in Category.objects.order_by("position", "code")]
    counted = [
        rows.counted(each, with_protected=with_protected and may_count) for each in (chosen, chosen - 1)
    ]
    now, before = (
        Year(cells=cells, hidden=hidden_of(cells, categories=categories) if is_published else frozenset())
        for cells in counted
    )
    return Statistics(
        desk=desk,
        desks=desks,
        year=chosen,
        years=years,
        last_day=rows.period(chosen).last,
        is_published=is_published,
        with_protected=with_protected and may_count,
        may_count_protected=may_count,
        summary=tuple(summary_of(now, before, is_published=is_published)),
        tables=tuple(tables_of(now, before, categories=categories, is_published=is_published)),
    )


def _may_count_protected(posts: Posts, desk: Desk) -> bool:
    return desk.pk in posts.supervised


class _Rows:
    """The plain rows of a desk that two fiscal years need, read once."""

    def __init__(self, desk: Desk, *, since: int, today: dt.date) -> None:
        self._today = today
        span = Period(first=fiscal_year_span(since)[0], last=fiscal_year_span(since + 1)[1])
        self._events = list(_events(desk))
        opened = {row.case: row.day for row in self._events if row.kind == "opened"}
        self._cases = list(_cases(desk, opened))
        self._contacts = [*_contacts(desk, span), *_contacts_of_disposed(desk, span)]
        self._told = [
            *_asked(desk, span),
            *_stages(desk, span),
            *_referred(desk, span),
            *_followed(desk, span),
            *_told_of_disposed(desk, span),
        ]

    def period(self, year: int) -> Period:
        first, last = fiscal_year_span(year)
        return Period(first=first, last=min(last, self._today))

    def counted(self, year: int, *, with_protected: bool) -> Cells:
        return count(
            self._cases,
            self._events,
            self._contacts,
            period=self.period(year),
            told=self._told,
            with_protected=with_protected,
        )


def _counted_at(desk: Desk, of: str = "") -> Q:
    """Cases that are counted at a desk: where they were taken in, wherever they went since."""
    stayed = Q(**{f"{of}first_desk__isnull": True, f"{of}desk": desk})
    return stayed | Q(**{f"{of}first_desk": desk})


def _cases(desk: Desk, opened: dict[int, dt.date]) -> Iterator[CaseRow]:
    primary: dict[int, str] = {}
    held: dict[int, list[str]] = {}
    chosen = CaseCategory.objects.filter(_counted_at(desk, "case__")).values_list(
        "case", "category__code", "is_primary"
    )
    for case, code, is_primary in chosen.order_by("category__position"):
        held.setdefault(case, []).append(code)
        if is_primary:
            primary[case] = code
    columns = ("pk", "route", "moving_reason", "birth_date", "age_band", "confidentiality")
    for pk, route, reason, birth, band, confidentiality in Case.objects.filter(_counted_at(desk)).values_list(
        *columns
    ):
        yield CaseRow(
            key=pk,
            category=primary.get(pk, ""),
            categories=tuple(held.get(pk, ())),
            route=route,
            reason=reason,
            age=band_on(birth, band, day=opened[pk]) if pk in opened else band,
            is_protected=confidentiality == Confidentiality.PROTECTED,
        )


def _events(desk: Desk) -> Iterator[EventRow]:
    columns = ("case", "pk", "kind", "happened_on", "outcome", "failure_reasons")
    for case, pk, kind, day, outcome, failures in CaseEvent.objects.filter(
        _counted_at(desk, "case__")
    ).values_list(*columns):
        yield EventRow(case=case, order=pk, kind=kind, day=day, outcome=outcome, failures=tuple(failures))


def _contacts(desk: Desk, span: Period) -> Iterator[ContactRow]:
    zone = timezone.get_current_timezone()
    first = dt.datetime.combine(span.first, dt.time(), tzinfo=zone)
    end = dt.datetime.combine(span.last + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    found: QuerySet[Contact] = Contact.objects.filter(
        _counted_at(desk, "case__"), happened_at__gte=first, happened_at__lt=end
    )
    grouped = found.order_by().annotate(month=TruncMonth("happened_at", tzinfo=zone))
    for case, month, method, number in grouped.values_list("case", "month", "method").annotate(n=Count("pk")):
        yield ContactRow(case=case, day=month.date(), method=method, number=number)


def _asked(desk: Desk, span: Period) -> Iterator[ToldRow]:
    found = ShopInquiry.objects.filter(_counted_at(desk, "case__"), **_within("sent_at", span))
    columns = ("case", "sent_at", "answered_at", "no_reason")
    for case, sent_at, answered_at, no_reason in found.values_list(*columns):
        answer = answer_of(is_answered=answered_at is not None, no_reason=no_reason)
        yield ToldRow(case=case, day=timezone.localdate(sent_at), told=Told.ASKED, answer=answer)


def _stages(desk: Desk, span: Period) -> Iterator[ToldRow]:
    found = ShopInquiryEvent.objects.filter(_counted_at(desk, "case__"), kind__in=STAGES)
    found = found.filter(happened_on__gte=span.first, happened_on__lte=span.last)
    for case, day, kind in found.values_list("case", "happened_on", "kind"):
        if day is not None:
            yield ToldRow(case=case, day=day, told=Told.STAGE, answer=kind)


def _referred(desk: Desk, span: Period) -> Iterator[ToldRow]:
    found = Referral.objects.filter(_counted_at(desk, "case__"), **_within("sent_at", span))
    for case, sent_at, state, reason in found.values_list("case", "sent_at", "state", "decline_reason"):
        answer = referral_answer(state, decline_reason=reason)
        yield ToldRow(case=case, day=timezone.localdate(sent_at), told=Told.REFERRED, answer=answer)


def _followed(desk: Desk, span: Period) -> Iterator[ToldRow]:
    found = FollowUp.objects.filter(_counted_at(desk, "case__"))
    found = found.filter(happened_on__gte=span.first, happened_on__lte=span.last)
    for case, day, result in found.values_list("case", "happened_on", "result"):
        if day is not None:
            yield ToldRow(case=case, day=day, told=Told.FOLLOWED, answer=result)


def _told_of_disposed(desk: Desk, span: Period) -> Iterator[ToldRow]:
    found = InquiryCount.objects.filter(
        _counted_at(desk, "case__"), month__gte=span.first, month__lte=span.last
    )
    for case, month, told, answer, number in found.values_list("case", "month", "told", "answer", "number"):
        yield ToldRow(case=case, day=month, told=told, answer=answer, number=number)


def _within(column: str, span: Period) -> dict[str, dt.datetime]:
    """A moment between the first and the last day, both counted, in Japan."""
    zone = timezone.get_current_timezone()
    first = dt.datetime.combine(span.first, dt.time(), tzinfo=zone)
    end = dt.datetime.combine(span.last + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    return {f"{column}__gte": first, f"{column}__lt": end}


def _contacts_of_disposed(desk: Desk, span: Period) -> Iterator[ContactRow]:
    found = ContactCount.objects.filter(
        _counted_at(desk, "case__"), month__gte=span.first, month__lte=span.last
    )
    for case, month, method, number in found.values_list("case", "month", "method", "number"):
        yield ContactRow(case=case, day=month, method=method, number=number)
