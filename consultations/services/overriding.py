"""同意によらない提供: telling one agency without consent, on a ground of the law, and another supervisor's look at it.

個人情報保護法27条1項1〜3号, 69条1項・2項4号. The reason stays with the event, not in the trail: it may speak of the person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.outbox import notify, periodic
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations import actions
from consultations.models import Agency, Case, ConsentEvent, OverrideReview
from consultations.rules.consents import (
    OVERRIDE_DAYS,
    TEXT_VERSION,
    WARN_DAYS,
    override_problems,
    review_due,
)
from consultations.rules.words import CaseState, ConsentKind, Purpose, Verdict
from consultations.selectors.access import posts_of, supervisors_at
from consultations.selectors.cases import one_override
from consultations.services.consents import take_back
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.locking import locked_case
from consultations.services.trail import record


@transaction.atomic
def override_consent(
    *,
    case_id: uuid.UUID,
    agency_id: uuid.UUID,
    scope: Sequence[str],
    ground: str,
    reason: str,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> ConsentEvent:
    """Let one agency be told for a week without consent; the other supervisors are told at once.

    For people with that permission alone. The same `key` again is the same override. Raises `NotFound`, `Refused`,
    `InputMissing`: `agency`, `scope`, `ground`, `reason`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    today = timezone.localdate(now)
    if case.desk_id not in posts_of(actor, day=today).overriding:
        raise NotFound("この操作はできません。")
    if done := ConsentEvent.objects.filter(key=key, case=case).first():
        return done
    problems = override_problems(scope=scope, ground=ground, reason=reason)
    agency = Agency.objects.filter(council=case.council_id, public_id=agency_id, is_active=True).first()
    if agency is None:
        problems["agency"] = "伝える関係機関を選んでください。"
    if problems or agency is None:
        raise InputMissing(problems)
    event = ConsentEvent.objects.create(
        key=key,
        case=case,
        kind=ConsentKind.OVERRIDE,
        purpose=Purpose.AGENCIES,
        recipients=agency.name,
        scope=list(scope),
        text_version=TEXT_VERSION,
        ground=ground,
        reason=reason.strip()[:400],
        given_on=today,
        until=today + dt.timedelta(days=OVERRIDE_DAYS),
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    details = {"consent": str(event.public_id), "ground": ground, "scope": list(scope)}
    record(case, action=actions.CONSENT_OVERRIDDEN, actor=actor, now=now, details=details)
    _ask_for_review(event, "同意によらない提供がありました", key="new", now=now)
    return event


@transaction.atomic
def review_override(
    *, consent_id: uuid.UUID, verdict: str, note: str, actor: Actor, now: dt.datetime
) -> OverrideReview:
    """Say whether it was right; what was not ends at once. Once, and by another supervisor of the desk.

    Raises `NotFound`, `Refused`, `InputMissing`.
    """
    try:
        found = one_override(actor, consent_id, now=now)
    except NotVisible as error:
        raise NotFound("この記録は見つかりません。") from error
    list(Case.objects.select_for_update().filter(pk=found.consent.case_id).values_list("pk"))
    if done := OverrideReview.objects.filter(consent=found.consent).first():
        return done
    if found.consent.recorded_by_id == actor.user_id:
        raise Refused("自分で決めたことは、自分では確かめられません。ほかの相談責任者に頼んでください。")
    problems = {} if verdict in Verdict.values else {"verdict": "どちらかを選んでください。"}
    if verdict == Verdict.IMPROPER and not note.strip():
        problems["note"] = "何が妥当でなかったかを書いてください。"
    if problems:
        raise InputMissing(problems)
    case = Case.objects.select_related("desk__municipality").get(pk=found.consent.case_id)
    review = OverrideReview.objects.create(
        case=case,
        consent=found.consent,
        verdict=verdict,
        note=note.strip()[:400],
        reviewed_by_id=actor.user_id,
        reviewed_at=now,
    )
    details = {"consent": str(found.consent.public_id), "verdict": verdict}
    record(case, action=actions.OVERRIDE_REVIEWED, actor=actor, now=now, details=details)
    if verdict == Verdict.IMPROPER and not ConsentEvent.objects.filter(withdraws=found.consent).exists():
        take_back(found.consent, case=case, given_how="", given_by="", actor=actor, now=now)
    return review


def remind_of_overrides(*, now: dt.datetime) -> str:
    """Once a day to the other supervisors, as long as nobody reviewed an override whose day has passed."""
    today = timezone.localdate(now)
    waiting = ConsentEvent.objects.filter(
        kind=ConsentKind.OVERRIDE, review__isnull=True, case__disposed_at__isnull=True, given_on__lt=today
    ).select_related("case__desk")
    for event in waiting:
        is_late = review_due(event.given_on) < today
        words = (
            "同意によらない提供の確認が遅れています"
            if is_late
            else "同意によらない提供の確認は、今日までです"
        )
        _ask_for_review(event, words, key=today.isoformat(), now=now)
    return f"{len(waiting)}件が確認待ち"


def warn_of_consents(*, now: dt.datetime) -> str:
    """Tell who is in charge, once, that a consent runs out within two weeks and none like it goes on."""
    today = timezone.localdate(now)
    near = ConsentEvent.objects.filter(
        kind=ConsentKind.GIVEN,
        withdrawal__isnull=True,
        until__gte=today,
        until__lte=today + dt.timedelta(days=WARN_DAYS),
        case__state=CaseState.OPEN,
        case__disposed_at__isnull=True,
    ).select_related("case__desk")
    told = 0
    for event in near:
        later = event.case.consents.filter(
            kind=ConsentKind.GIVEN,
            withdrawal__isnull=True,
            purpose=event.purpose,
            shop=event.shop_id,
            recipients=event.recipients,
            until__gt=event.until,
        )
        if not later.exists():
            told += _warn(event, now=now)
    return f"{told}件を知らせた"


def _warn(event: ConsentEvent, *, now: dt.datetime) -> int:
    case = event.case
    told = 0
    supervisors = supervisors_at(case.desk_id, day=timezone.localdate(now)).values_list("pk", flat=True)
    for user_id in [case.assigned_to_id] if case.assigned_to_id else supervisors:
        notice = notify(
            recipient_id=user_id,
            key=f"consent-ends:{event.public_id}:{user_id}",
            subject=f"同意がもうすぐ切れます({case.number})",
            body=f"{case.number}: 「{event.get_purpose_display()}」の同意がもうすぐ切れます。続けるときは、本人に確かめて記録し直してください。",
            path=reverse("consultations:case_consents", args=[case.public_id]),
            municipality_id=case.desk.municipality_id,
            now=now,
            mail=False,
        )
        told += notice is not None
    return told


def _ask_for_review(event: ConsentEvent, words: str, *, key: str, now: dt.datetime) -> None:
    """By number, to the supervisors of the desk but the one who decided."""
    others = supervisors_at(event.case.desk_id, besides=event.recorded_by_id, day=timezone.localdate(now))
    for user in others:
        notify(
            recipient_id=user.pk,
            key=f"override:{event.public_id}:{key}:{user.pk}",
            subject=f"{words}({event.case.number})",
            body=f"{event.case.number}: {words}。理由を読んで、妥当かどうかを確かめてください。",
            path=reverse("consultations:override_review", args=[event.public_id]),
            municipality_id=event.case.desk.municipality_id,
            now=now,
        )


def register() -> None:
    """Tell the worker what to look for."""
    periodic("warn_of_consents", every=dt.timedelta(hours=6))(warn_of_consents)
    periodic("remind_of_overrides", every=dt.timedelta(hours=3))(remind_of_overrides)
