"""近傍同種の家賃: what an officer found nearby, entered and taken out while the case is being judged."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction

from accounts.rules.actor import Actor
from certification.models import RentComparable
from certification.rules.workflow import Action
from certification.services.errors import InputMissing, NotFound
from certification.services.judging import allowed
from certification.services.trail import record

MOST: Final = 30
"""Homes per case: more than anybody compares."""


@dataclass(frozen=True, kw_only=True)
class RentContent:
    address: str
    area_m2: Decimal
    built_year: int | None
    monthly_rent_yen: int
    source: str


@transaction.atomic
def add_rent(
    *, application_id: uuid.UUID, content: RentContent, actor: Actor, now: dt.datetime
) -> RentComparable:
    """Add a home nearby. Who may judge may add. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    application = allowed(application_id, action=Action.JUDGE, actor=actor).application
    if application.rent_comparables.count() >= MOST:
        raise InputMissing("address", f"比べる住宅は{MOST}件までです。要らないものを外してください。")
    row = RentComparable.objects.create(
        application=application, entered_by_id=actor.user_id, entered_at=now, **vars(content)
    )
    application.reviewers.add(actor.user_id)
    record(application, action="rent_added", actor=actor, now=now, details={"rent": str(row.public_id)})
    return row


@transaction.atomic
def remove_rent(*, application_id: uuid.UUID, rent_id: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Take one out. Raises `NotFound`, `ActRefused`."""
    application = allowed(application_id, action=Action.JUDGE, actor=actor).application
    row = application.rent_comparables.filter(public_id=rent_id).first()
    if row is None:
        raise NotFound("この住宅は、もう一覧にありません。")
    row.delete()
    record(application, action="rent_removed", actor=actor, now=now, details={"rent": str(rent_id)})
