"""同意と撤回. Two kinds of events; nothing is ever changed or deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, ConsentEvent
from consultations.rules.consents import TEXT_VERSION, problems_of
from consultations.rules.words import ConsentKind, GivenBy, Purpose
from consultations.selectors.cases import STANDS
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case
from consultations.services.referrals import end_uncovered_referrals
from consultations.services.shop_inquiries import end_uncovered
from consultations.services.trail import record
from consultations.services.transfers import withdraw_uncovered_offers
from councils.models import Shop


@transaction.atomic
def give_consent(
    *,
    case_id: uuid.UUID,
    purpose: str,
    scope: Sequence[str],
    recipients: str,
    shop_id: uuid.UUID | None,
    given_how: str,
    given_by: str,
    proxy: str,
    given_on: dt.date,
    until: dt.date,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> ConsentEvent:
    """Record to what the person agreed. The same `key` again is the same consent.

    Raises `NotFound`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    if done := ConsentEvent.objects.filter(key=key, case=case).first():
        return done
    problems = problems_of(
        purpose=purpose,
        scope=scope,
        given_on=given_on,
        until=until,
        today=timezone.localdate(now),
        proxy=proxy,
        by_proxy=given_by == GivenBy.PROXY,
    )
    shop = _shop(case.council_id, shop_id)
    if shop_id is not None and (shop is None or purpose != Purpose.SHOPS):
        problems["shop"] = "この協議会の店の中から選んでください。"
    if purpose != Purpose.SHOPS and not recipients.strip():
        problems["recipients"] = "だれに渡すかを書いてください。例: 輪野市社会福祉協議会"
    if problems:
        raise InputMissing(problems)
    event = ConsentEvent.objects.create(
        key=key,
        case=case,
        kind=ConsentKind.GIVEN,
        purpose=purpose,
        shop=shop,
        recipients=recipients.strip(),
        scope=list(scope),
        text_version=TEXT_VERSION,
        given_how=given_how,
        given_by=given_by,
        proxy=proxy.strip() if given_by == GivenBy.PROXY else "",
        given_on=given_on,
        until=until,
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    details = {"consent": str(event.public_id), "purpose": purpose, "scope": list(scope)}
    record(case, action=actions.CONSENT_GIVEN, actor=actor, now=now, details=details)
    return event


@transaction.atomic
def withdraw_consent(
    *,
    case_id: uuid.UUID,
    consent_id: uuid.UUID,
    given_how: str,
    given_by: str,
    actor: Actor,
    now: dt.datetime,
) -> ConsentEvent:
    """Record that a consent was taken back; a second time it is the same withdrawal. Also for closed cases.

    Raises `NotFound`.
    """
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    given = case.consents.filter(public_id=consent_id, kind__in=STANDS).first()
    if given is None:
        raise NotFound("この同意は見つかりません。")
    if done := ConsentEvent.objects.filter(withdraws=given).first():
        return done
    return take_back(given, case=case, given_how=given_how, given_by=given_by, actor=actor, now=now)


def take_back(
    given: ConsentEvent, *, case: Case, given_how: str, given_by: str, actor: Actor, now: dt.datetime
) -> ConsentEvent:
    """What stood no longer stands, and what went out under it ends. Under the caller's lock of the case."""
    event = ConsentEvent.objects.create(
        key=uuid.uuid4(),
        case=case,
        kind=ConsentKind.WITHDRAWN,
        purpose=given.purpose,
        withdraws=given,
        shop=given.shop,
        recipients=given.recipients,
        scope=given.scope,
        text_version=given.text_version,
        given_how=given_how,
        given_by=given_by,
        given_on=timezone.localdate(now),
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    details = {"consent": str(given.public_id), "purpose": given.purpose}
    record(case, action=actions.CONSENT_WITHDRAWN, actor=actor, now=now, details=details)
    end_uncovered(case, actor=actor, now=now)
    end_uncovered_referrals(case, actor=actor, now=now)
    withdraw_uncovered_offers(case, actor=actor, now=now)
    return event


def _shop(council_id: int, shop_id: uuid.UUID | None) -> Shop | None:
    if shop_id is None:
        return None
    return Shop.objects.filter(council=council_id, public_id=shop_id).first()
