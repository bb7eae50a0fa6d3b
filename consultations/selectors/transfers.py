"""引き継ぎ: desks that can be asked, what was asked of one's own, and what may be seen before it says yes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import Case, CaseTransfer, ConsentEvent, DeskPost
from consultations.rules.referring import packet_of
from consultations.rules.transferring import BEFORE_YES, TransferState, names_desk, state_on
from consultations.rules.words import CaseState, Confidentiality, Purpose
from consultations.selectors.access import Posts, posts_of
from consultations.selectors.cases import standing
from consultations.selectors.referrals import facts_of
from councils.models import Desk


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An offer as the other desk meets it: no name, no number, no story. `packet` is empty where protection asks so."""

    transfer: CaseTransfer
    packet: tuple[tuple[str, str], ...]
    is_protected: bool
    is_same_council: bool


def desks_to_ask(desk: Desk, *, day: dt.date) -> QuerySet[Desk]:
    """Other desks where somebody works: those of the council first, of other councils those that are public."""
    held = DeskPost.objects.in_force(day).filter(desk=OuterRef("pk"))
    known = Q(council=desk.council_id) | Q(published_at__isnull=False)
    others = (
        Desk.objects.filter(known, Exists(held)).exclude(pk=desk.pk).select_related("council", "municipality")
    )
    is_far = Choose(When(council=desk.council_id, then=0), default=1)
    return others.order_by(is_far, "council__name", "name", "pk")


def consents_naming(
    case: Case, desk: Desk, *, day: dt.date, events: Sequence[ConsentEvent] | None = None
) -> list[ConsentEvent]:
    """The standing consents that let the case go to a desk, the newest first. `events`: where they were read already."""
    return [
        row
        for row in standing(case.consents.all() if events is None else events)
        if row.purpose == Purpose.TRANSFER
        and row.until is not None
        and row.given_on <= day <= row.until
        and names_desk(row.recipients, desk=desk.name, council=desk.council.name)
    ]


def scope_of(consents: Sequence[ConsentEvent]) -> frozenset[str]:
    """What they cover together."""
    return frozenset(piece for row in consents for piece in row.scope)


def transfers_of(case: Case, *, now: dt.datetime) -> list[tuple[CaseTransfer, str]]:
    """The offers of a case with their state at this moment, the newest first."""
    rows = case.transfers.select_related("to_desk__council", "offered_by", "answered_by")
    return [(row, state_on(row.state, expires_at=row.expires_at, now=now)) for row in rows]


def incoming(actor: Actor, *, now: dt.datetime, posts: Posts | None = None) -> QuerySet[CaseTransfer]:
    """Offers that wait for a yes or no of the actor's desks; those of protected cases for its supervisors alone.

    `posts`: where they were read already. Raises `NotVisible` for people without a post.
    """
    posts = posts or posts_of(actor, day=timezone.localdate(now))
    waiting = CaseTransfer.objects.filter(
        state=TransferState.OFFERED, expires_at__gt=now, case__state=CaseState.OPEN, to_desk__in=posts.desks
    )
    plain = Q(case__confidentiality=Confidentiality.NORMAL)
    return waiting.filter(plain | Q(to_desk__in=posts.supervised)).order_by("pk")


def one_offer(actor: Actor, transfer_id: uuid.UUID, *, now: dt.datetime) -> Offer:
    """An offer to one of the actor's desks, as long as a consent covers it. Raises `NotVisible`."""
    related = ("case__desk__council", "case__council", "from_desk__council", "to_desk__council", "offered_by")
    found = incoming(actor, now=now).filter(public_id=transfer_id).select_related(*related).first()
    if found is None:
        raise NotVisible
    return offer_of(found, day=timezone.localdate(now))


def offer_of(transfer: CaseTransfer, *, day: dt.date) -> Offer:
    """What the other desk may see of it today. Nothing of it is kept: it is read from the case each time."""
    case = transfer.case
    is_protected = case.confidentiality == Confidentiality.PROTECTED
    scope = scope_of(consents_naming(case, transfer.to_desk, day=day))
    pieces = frozenset() if is_protected else scope & frozenset(each.value for each in BEFORE_YES)
    packet = packet_of(facts_of(case, day=day), request=transfer.request, scope=pieces)
    return Offer(
        transfer=transfer,
        packet=tuple(
            ("なぜ引き継ぐか" if term == "お願いしたいこと" else term, text) for term, text in packet
        ),
        is_protected=is_protected,
        is_same_council=transfer.to_desk.council_id == case.council_id,
    )
