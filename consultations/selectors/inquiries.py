"""Shops to ask, the inquiries of a case, and what the holder of a link may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.selectors import NotVisible
from consultations.models import Case, ShopInquiry
from consultations.rules.ages import band_on
from consultations.rules.asking import (
    OPEN,
    Ability,
    Closed,
    Fit,
    closed_because,
    fit_of,
    may_name,
    state_on,
    token_digest,
)
from consultations.rules.cards import (
    CONDITIONS,
    LANGUAGES,
    ConditionsCard,
    Facts,
    Trait,
    age_label,
    from_json,
    household_band,
)
from consultations.rules.consents import Scope, covered
from consultations.rules.words import CaseState, Purpose
from consultations.selectors.cases import as_given
from consultations.selectors.links import consents_to_judge, inquiries_by_link
from councils.models import Shop
from councils.rules.words import ShopState


@dataclass(frozen=True, kw_only=True)
class ShopRow:
    """A shop that may be asked: how it meets the conditions, how much it has in hand, what the consent covers."""

    shop: Shop
    fit: Fit
    load: int
    scope: frozenset[str]
    is_asked: bool

    @property
    def may_ask(self) -> bool:
        return Scope.CONDITIONS in self.scope and not self.is_asked

    @property
    def why_not(self) -> str:
        """The sentence for a shop that cannot be chosen."""
        if self.is_asked:
            return "いま問い合わせています。"
        return "" if Scope.CONDITIONS in self.scope else "この店に条件を渡す同意がありません。"


@dataclass(frozen=True, kw_only=True)
class ShopLink:
    """A link as its holder meets it. Name and telephone are not in it: see `services.shop_inquiries.read_contact`."""

    reference: str
    state: str
    card: ConditionsCard
    until: dt.datetime
    closed: Closed | None
    may_name: bool
    desk: str
    phone: str
    council: str


def facts_of(case: Case, *, day: dt.date) -> Facts:
    """The columns a card may look at; nothing else of the case is handed on."""
    return Facts(
        rent_limit_yen=case.rent_limit_yen,
        household=case.household,
        household_size=case.household_size,
        age_band=band_on(case.birth_date, case.age_band, day=day),
    )


def names_of(case: Case) -> tuple[str, ...]:
    """Every name known of a case, for the check of free text."""
    names = (case.name, case.kana, case.call_name, case.proxy_name)
    return tuple(name for name in names if name)


def scope_for(case: Case, shop_id: int, *, day: dt.date) -> frozenset[str]:
    """What may go to a shop today."""
    return covered(as_given(consents_to_judge(case)), purpose=Purpose.SHOPS, day=day, shop_id=shop_id)


def traits_in(council_id: int, *, day: dt.date) -> list[Trait]:
    """The open cases of a council as far as a card could show them; for counting, never for a page."""
    columns = ("wished_area", "rent_limit_yen", "household", "household_size", "birth_date", "age_band")
    rows = Case.objects.filter(council=council_id, state=CaseState.OPEN).only(*columns, "language")
    return [
        Trait(
            area=row.wished_area,
            household=household_band(facts := facts_of(row, day=day)),
            age_band=age_label(facts.age_band),
            language=row.language,
        )
        for row in rows
    ]


def shop_rows(
    case: Case, *, conditions: Sequence[str], language: str, day: dt.date, now: dt.datetime
) -> list[ShopRow]:
    """Registered shops of the council: those that meet most first, then those with the least in hand."""
    running = Q(inquiries__state__in=OPEN, inquiries__expires_at__gt=now)
    shops = (
        Shop.objects.filter(council=case.council_id, state=ShopState.REGISTERED)
        .annotate(load=Count("inquiries", filter=running))
        .order_by("kana", "name", "pk")
    )
    asked = set(case.inquiries.filter(state__in=OPEN, expires_at__gt=now).values_list("shop", flat=True))
    given = as_given(case.consents.all())
    words = [(code, CONDITIONS[code]) for code in conditions if code in CONDITIONS]
    rows = [
        ShopRow(
            shop=shop,
            fit=fit_of(
                words,
                language=language,
                language_label=LANGUAGES.get(language, ""),
                shop=Ability(offers=frozenset(shop.offers), languages=frozenset(shop.languages)),
            ),
            load=shop.load,
            scope=covered(given, purpose=Purpose.SHOPS, day=day, shop_id=shop.pk),
            is_asked=shop.pk in asked,
        )
        for shop in shops
    ]
    return sorted(rows, key=lambda row: (-len(row.fit.met), len(row.fit.unmet), row.load))


def inquiries_of(case: Case, *, now: dt.datetime) -> list[tuple[ShopInquiry, str]]:
    """The inquiries of a case with their state at this moment, the newest first."""
    rows = case.inquiries.select_related("shop", "sent_by").prefetch_related("events")
    return [(row, state_on(row.state, expires_at=row.expires_at, now=now)) for row in rows]


def one_inquiry(case: Case, inquiry_id: uuid.UUID) -> ShopInquiry:
    """An inquiry of a case. Raises `NotVisible`."""
    found = case.inquiries.select_related("shop", "sent_by").filter(public_id=inquiry_id).first()
    if found is None:
        raise NotVisible
    return found


def shop_link(token: str, *, now: dt.datetime) -> ShopLink:
    """What a link opens at this moment. Raises `NotVisible` for a token nobody made."""
    found = inquiries_by_link().filter(token_hash=token_digest(token)).first()
    if found is None:
        raise NotVisible
    scope = scope_for(found.case, found.shop_id, day=timezone.localdate(now))
    state = state_on(found.state, expires_at=found.expires_at, now=now)
    closed = closed_because(state, is_case_open=found.case.state == CaseState.OPEN, scope=scope)
    return ShopLink(
        reference=found.reference,
        state=state,
        card=shown_card(found, scope=scope) if closed is None else ConditionsCard(),
        until=found.expires_at,
        closed=closed,
        may_name=closed is None and may_name(state, scope=scope),
        desk=found.case.desk.name,
        phone=found.case.desk.phone,
        council=found.case.council.name,
    )


def shown_card(inquiry: ShopInquiry, *, scope: Collection[str]) -> ConditionsCard:
    """The card as it was sent, without what the consent no longer covers."""
    card = from_json(inquiry.card)
    kept = {name: getattr(card, name) for name in ("area", "rent_up_to_yen", "month", "note")}
    if Scope.HOUSEHOLD in scope:
        kept |= {"household": card.household, "age_band": card.age_band}
    if Scope.OBSTACLES in scope:
        kept |= {"conditions": card.conditions, "language": card.language}
    return ConditionsCard(**kept)
