"""What the link of a shop or of an agency may make the database read. What it may not know is not fetched at all."""

from __future__ import annotations

from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from consultations.models import Case, ConsentEvent, Referral, ShopInquiry

Row = TypeVar("Row", bound=Model)

OF_CASE: Final = frozenset(
    {
        *("id", "public_id", "number", "state", "council", "desk", "assigned_to"),
        *("confidentiality", "phone_rule"),
    }
)
"""Columns of a case a link judges by. A column that is new stays out until somebody names it here."""
OF_CONSENT: Final = frozenset(
    {"id", "case", "kind", "purpose", "withdraws", "shop", "recipients", "scope", "given_on", "until"}
)
"""Columns of a consent that say what it covers: not who gave it, not why something was told without."""


def inquiries_by_link() -> QuerySet[ShopInquiry]:
    """Inquiries as their links may read them: the card, and of the case what it takes to judge."""
    return _with_case(ShopInquiry.objects.select_related("shop"))


def referrals_by_link() -> QuerySet[Referral]:
    """Referrals as their links may read them: the packet is fetched when the code was right."""
    return _with_case(Referral.objects.select_related("agency").defer("packet", "reply"))


def _with_case(rows: QuerySet[Row]) -> QuerySet[Row]:
    hidden = [f"case__{field.name}" for field in Case._meta.concrete_fields if field.name not in OF_CASE]
    return rows.select_related("case__desk__municipality", "case__council").defer(*hidden)


def consents_to_judge(case: Case) -> QuerySet[ConsentEvent]:
    """The consents of a case, as far as it takes to see what they cover."""
    return case.consents.only(*sorted(OF_CONSENT))
