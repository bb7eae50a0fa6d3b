"""関係機関, what may go to them, and what the holder of a link may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import Agency, Case, ConsentEvent, Referral
from consultations.rules.ages import band_on
from consultations.rules.consents import Scope
from consultations.rules.referring import (
    SHUT,
    UNSAFE,
    Closed,
    Facts,
    closed_because,
    names_agency,
    state_on,
)
from consultations.rules.words import CaseState, Confidentiality, Purpose
from consultations.selectors.access import posts_of
from consultations.selectors.cases import standing
from consultations.selectors.links import consents_to_judge, referrals_by_link
from councils.models import Council, Desk


@dataclass(frozen=True, kw_only=True)
class AgencyRow:
    """An agency that may be referred to, under the consents that name it (empty: there are none)."""

    agency: Agency
    consents: tuple[ConsentEvent, ...]

    @property
    def scopes(self) -> list[frozenset[str]]:
        """What one of the consents alone covers; what lies within another is left out."""
        found = {frozenset(row.scope) for row in self.consents}
        return [one for one in found if not any(one < other for other in found)]


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Whose agencies are shown, whether the actor keeps them, and every council at whose desks the actor works."""

    council: Council
    may_change: bool
    councils: tuple[Council, ...]


@dataclass(frozen=True, kw_only=True)
class ReferralLink:
    """A link as its holder meets it. Nothing of the packet is in it: see `services.referrals.read_packet`."""

    reference: str
    state: str
    until: dt.datetime
    closed: Closed | None
    desk: str
    phone: str
    council: str


def facts_of(case: Case, *, day: dt.date) -> Facts:
    """The columns a packet may look at; nothing else of the case is handed on."""
    return Facts(
        name=case.name or case.call_name,
        kana=case.kana,
        phone=case.phone,
        phone_rule=case.phone_rule,
        rent_limit_yen=case.rent_limit_yen,
        wished_area=case.wished_area,
        household=case.household,
        household_size=case.household_size,
        age_band=band_on(case.birth_date, case.age_band, day=day),
        obstacles=tuple(case.obstacles),
        summary=case.summary,
    )


def consent_for(case: Case, agency: Agency, *, pieces: Collection[str], day: dt.date) -> ConsentEvent | None:
    """The newest standing consent that names the agency and covers the pieces, else the newest that names it."""
    naming = _naming(standing(case.consents.all()), agency, day=day)
    return next((row for row in naming if set(pieces) <= set(row.scope)), naming[0] if naming else None)


def _naming(events: Iterable[ConsentEvent], agency: Agency, *, day: dt.date) -> list[ConsentEvent]:
    return [row for row in events if _names(row, agency, day=day)]


def _names(row: ConsentEvent, agency: Agency, *, day: dt.date) -> bool:
    if row.purpose != Purpose.AGENCIES or row.until is None or not row.given_on <= day <= row.until:
        return False
    return names_agency(row.recipients, agency=agency.name)


def covered_now(referral: Referral, *, day: dt.date) -> frozenset[str]:
    """Which pieces may stay with the agency: nothing once the consent it went out under is taken back.

    Until then whatever names the agency counts, so that a consent given anew carries on one that ran out.
    """
    events = standing(consents_to_judge(referral.case))
    if referral.consent_id not in {row.pk for row in events}:
        return frozenset()
    return frozenset(piece for row in events if _names(row, referral.agency, day=day) for piece in row.scope)


def agency_rows(case: Case, *, day: dt.date) -> list[AgencyRow]:
    """The agencies of the council that are in use: those with a consent first."""
    events = standing(case.consents.all())
    rows = [
        AgencyRow(agency=agency, consents=tuple(_naming(events, agency, day=day)))
        for agency in Agency.objects.filter(council=case.council_id, is_active=True)
    ]
    return sorted(rows, key=lambda row: not row.consents)


def directory_of(actor: Actor, *, council_id: uuid.UUID | None = None, day: dt.date) -> Directory:
    """The directory of the council asked for; of `None`, where the actor leads a desk, else of the first.

    Raises `NotVisible` for people without a post there.
    """
    posts = posts_of(actor, day=day)
    desks = list(Desk.objects.filter(pk__in=posts.desks).select_related("council").order_by("pk"))
    led = {desk.council for desk in desks if desk.pk in posts.supervised}
    councils = list(dict.fromkeys(desk.council for desk in desks))
    asked = [each for each in councils if council_id in (None, each.public_id)]
    if not asked:
        raise NotVisible
    council = next((each for each in asked if each in led), asked[0])
    return Directory(council=council, may_change=council in led, councils=tuple(councils))


def agencies_of(council: Council) -> QuerySet[Agency]:
    """The directory of a council, those in use first."""
    return Agency.objects.filter(council=council).order_by("-is_active", "kind", "name")


def agency_to_change(actor: Actor, agency_id: uuid.UUID, *, day: dt.date) -> Agency:
    """An agency of a council where the actor is 相談責任者 of a desk. Raises `NotVisible`."""
    posts = posts_of(actor, day=day)
    found = Agency.objects.filter(public_id=agency_id, council__desks__in=posts.supervised)
    agency = found.select_related("council").first()
    if agency is None:
        raise NotVisible
    return agency


def referrals_of(case: Case, *, now: dt.datetime) -> list[tuple[Referral, str]]:
    """The referrals of a case with their state at this moment, the newest first."""
    rows = case.referrals.select_related("agency", "sent_by")
    return [(row, state_on(row.state, expires_at=row.expires_at, now=now)) for row in rows]


def one_referral(case: Case, referral_id: uuid.UUID) -> Referral:
    """A referral of a case. Raises `NotVisible`."""
    found = case.referrals.select_related("agency", "sent_by").filter(public_id=referral_id).first()
    if found is None:
        raise NotVisible
    return found


def closed_now(referral: Referral, *, now: dt.datetime) -> Closed | None:
    """Why the agency sees nothing at this moment; judged anew each time."""
    if _is_unsafe(referral):
        return Closed.OVER
    return closed_because(
        state_on(referral.state, expires_at=referral.expires_at, now=now),
        tries=referral.tries,
        is_case_open=referral.case.state == CaseState.OPEN,
        pieces=referral.pieces,
        covered=covered_now(referral, day=timezone.localdate(now)),
    )


def shut_because(referral: Referral, *, now: dt.datetime) -> str:
    """The sentence for the desk why the agency sees nothing; "" while it does, and for a referral that has ended."""
    closed = closed_now(referral, now=now)
    return UNSAFE if _is_unsafe(referral) and closed else SHUT.get(closed, "") if closed else ""


def _is_unsafe(referral: Referral) -> bool:
    """The case came under protection after its name had been sent, and nobody made sure of the person's safety."""
    is_protected = referral.case.confidentiality == Confidentiality.PROTECTED
    return is_protected and Scope.CONTACT in referral.pieces and not referral.is_sure


def referral_link(token_hash: str, *, now: dt.datetime) -> ReferralLink:
    """What a link opens at this moment. Raises `NotVisible` for a token nobody made."""
    found = referrals_by_link().filter(token_hash=token_hash).first()
    if found is None:
        raise NotVisible
    return ReferralLink(
        reference=found.reference,
        state=state_on(found.state, expires_at=found.expires_at, now=now),
        until=found.expires_at,
        closed=closed_now(found, now=now),
        desk=found.case.desk.name,
        phone=found.case.desk.phone,
        council=found.case.council.name,
    )
