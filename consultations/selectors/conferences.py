"""The meetings of a desk: what is on the agenda, as far as the actor may see it, and what the papers say."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import Case, Conference, ConferenceAttendee, ConferenceItem
from consultations.rules.ages import band_on
from consultations.rules.conferences import ConferenceState, Facts, Sheet, sheet_of
from consultations.rules.consents import covered
from consultations.rules.words import CaseState, Confidentiality, Purpose
from consultations.selectors.access import posts_of, visible_cases
from consultations.selectors.cases import as_given

MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """A case on the agenda; `case` is `None` where the actor may not see it."""

    item: ConferenceItem
    case: Case | None
    scope: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class ConferencePage:
    """A meeting with its people and its agenda."""

    conference: Conference
    attendees: Sequence[ConferenceAttendee]
    agenda: Sequence[AgendaRow]

    @property
    def is_planned(self) -> bool:
        return self.conference.state == ConferenceState.PLANNED


def conferences_of(actor: Actor, *, day: dt.date) -> QuerySet[Conference]:
    """The meetings of the actor's desks, the latest first, at most a hundred. Raises `NotVisible`."""
    found = Conference.objects.filter(desk__in=posts_of(actor, day=day).desks).select_related("desk")
    return found.annotate(cases=Count("items")).order_by("-day", "-pk")[:MOST]


def conference_page(actor: Actor, conference_id: uuid.UUID, *, now: dt.datetime) -> ConferencePage:
    """A meeting of one of the actor's desks. Raises `NotVisible`."""
    day = timezone.localdate(now)
    conference = (
        Conference.objects.filter(public_id=conference_id, desk__in=posts_of(actor, day=day).desks)
        .select_related("desk__council", "desk__municipality")
        .first()
    )
    if conference is None:
        raise NotVisible
    items = list(conference.items.order_by("position"))
    seen = visible_cases(actor, now=now).filter(pk__in=[item.case_id for item in items])
    cases = {case.pk: case for case in seen.select_related("desk__municipality").prefetch_related("consents")}
    return ConferencePage(
        conference=conference,
        attendees=list(conference.attendees.all()),
        agenda=[
            AgendaRow(
                item=item,
                case=(case := cases.get(item.case_id)),
                scope=_scope(case, day=day) if case else frozenset(),
            )
            for item in items
        ],
    )


def _scope(case: Case, *, day: dt.date) -> frozenset[str]:
    return covered(as_given(case.consents.all()), purpose=Purpose.COUNCIL, day=day)


def agenda_row(page: ConferencePage, item_id: uuid.UUID) -> AgendaRow:
    """One of the agenda that the actor may see. Raises `NotVisible`."""
    found = next((row for row in page.agenda if row.item.public_id == item_id and row.case), None)
    if found is None:
        raise NotVisible
    return found


def cases_for(page: ConferencePage, actor: Actor, *, now: dt.datetime) -> list[Case]:
    """Open cases of the desk that are not on the agenda yet, those with a day that is near first; at most two hundred."""
    taken = [row.item.case_id for row in page.agenda]
    found = visible_cases(actor, now=now).filter(desk=page.conference.desk_id, state=CaseState.OPEN)
    return list(found.exclude(pk__in=taken).order_by("next_due_on", "-pk")[: 2 * MOST])


def sheets_of(page: ConferencePage, *, printing: str, day: dt.date) -> list[tuple[AgendaRow, Sheet]]:
    """What the papers say; cases the actor may not see are left out."""
    return [
        (
            row,
            sheet_of(
                _facts(row.case, day=day), position=row.item.position, printing=printing, scope=row.scope
            ),
        )
        for row in page.agenda
        if row.case is not None
    ]


def spoken_of(case: Case) -> list[ConferenceItem]:
    """The meetings where the case was on the agenda, the latest first."""
    return list(case.conference_items.select_related("conference").order_by("-conference__day", "-pk"))


def _facts(case: Case, *, day: dt.date) -> Facts:
    return Facts(
        name=case.name or case.call_name,
        kana=case.kana,
        is_protected=case.confidentiality == Confidentiality.PROTECTED,
        rent_limit_yen=case.rent_limit_yen,
        wished_area=case.wished_area,
        household=case.household,
        household_size=case.household_size,
        age_band=band_on(case.birth_date, case.age_band, day=day),
        obstacles=tuple(case.obstacles),
        summary=case.summary,
    )
