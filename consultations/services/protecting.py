"""要保護: who may open a case of somebody in danger, and opening it all the same in an emergency."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.outbox import notify, periodic
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations import actions
from consultations.models import Case, CaseOpening, CaseReader, DeskPost
from consultations.rules.intake import OPENING_HOURS, SHORTEST_REASON
from consultations.rules.words import Confidentiality, PostRole
from consultations.selectors.access import colleagues_at, posts_of, supervisors_at
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case
from consultations.services.trail import record

MONDAY = 0
NOT_HERE = "この番号の要保護の相談は、あなたの窓口にありません。番号を確かめてください。"


@transaction.atomic
def protect(*, case_id: uuid.UUID, is_protected: bool, seen: int, actor: Actor, now: dt.datetime) -> Case:
    """Put a case under protection, or lift it. Who does it stays named, so that nobody locks the own door.

    Lifting is for who is in charge or the desk's supervisor. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, seen=seen)
    wanted = Confidentiality.PROTECTED if is_protected else Confidentiality.NORMAL
    if case.confidentiality == wanted:
        return case
    if not is_protected and not _may_lift(case, actor=actor, day=timezone.localdate(now)):
        raise InputMissing({"is_protected": "要保護を解けるのは、担当者か相談責任者だけです。"})
    before, case.confidentiality = case.confidentiality, wanted
    if case.assigned_to_id is None:
        case.assigned_to_id = actor.user_id
    case.revision += 1
    case.save(update_fields=["confidentiality", "assigned_to", "revision"])
    if is_protected:
        CaseReader.objects.get_or_create(
            case=case, user_id=actor.user_id, defaults={"named_by_id": actor.user_id, "named_at": now}
        )
    action = actions.PROTECTED if is_protected else actions.UNPROTECTED
    record(case, action=action, actor=actor, now=now, from_state=before, to_state=wanted)
    return case


@transaction.atomic
def name_reader(*, case_id: uuid.UUID, user_id: int, actor: Actor, now: dt.datetime) -> CaseReader:
    """Let a colleague of the desk open the case. Raises `NotFound`, `InputMissing`."""
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    if not colleagues_at(case.desk_id, day=timezone.localdate(now)).filter(pk=user_id).exists():
        raise InputMissing({"person": "この窓口の担当者の中から選んでください。"})
    reader, is_new = CaseReader.objects.get_or_create(
        case=case, user_id=user_id, defaults={"named_by_id": actor.user_id, "named_at": now}
    )
    if is_new:
        record(case, action=actions.READER_NAMED, actor=actor, now=now, details={"user": user_id})
    return reader


@transaction.atomic
def remove_reader(*, case_id: uuid.UUID, user_id: int, actor: Actor, now: dt.datetime) -> None:
    """Take a name from the list; oneself only where another is in charge. Raises `NotFound`, `InputMissing`."""
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    if user_id == actor.user_id and case.assigned_to_id == user_id:
        raise InputMissing({"person": "担当者は外せません。先に担当を替えてください。"})
    gone, _ = CaseReader.objects.filter(case=case, user=user_id).delete()
    if gone:
        record(case, action=actions.READER_REMOVED, actor=actor, now=now, details={"user": user_id})


@transaction.atomic
def open_in_emergency(*, number: str, reason: str, hours: int, actor: Actor, now: dt.datetime) -> CaseOpening:
    """Open a protected case of one's desk without being named, for one to three hours; the supervisors are told.

    The reason is kept with the opening, not in the trail: it may speak of the person. Raises `NotFound` for people
    without a post, `InputMissing`.
    """
    try:
        own = posts_of(actor, day=timezone.localdate(now)).desks
    except NotVisible as error:
        raise NotFound("この画面は開けません。") from error
    problems = {}
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = f"なぜ今開かなければならないかを、{SHORTEST_REASON}文字以上で書いてください。"
    if hours not in OPENING_HOURS:
        problems["hours"] = "1時間、2時間、3時間から選んでください。"
    case = (
        Case.objects.select_related("desk__municipality")
        .filter(
            number=number.strip(),
            desk__in=own,
            confidentiality=Confidentiality.PROTECTED,
            disposed_at__isnull=True,
        )
        .first()
    )
    if case is None:
        problems["number"] = NOT_HERE
    if problems or case is None:
        raise InputMissing(problems)
    opening = CaseOpening.objects.create(
        case=case,
        user_id=actor.user_id,
        reason=reason.strip()[:400],
        opened_at=now,
        until=now + dt.timedelta(hours=hours),
    )
    details = {"opening": str(opening.public_id), "hours": hours}
    record(case, action=actions.OPENED, actor=actor, now=now, details=details)
    _tell_supervisors(opening, actor=actor, now=now)
    return opening


def tell_of_the_week(*, now: dt.datetime) -> str:
    """On Mondays each supervisor is told how many protected cases were opened in an emergency in the seven days before."""
    today = timezone.localdate(now)
    if today.weekday() != MONDAY:
        return "月曜日だけ"
    week = CaseOpening.objects.filter(opened_at__gt=now - dt.timedelta(days=7)).order_by()
    desks = dict(week.values_list("case__desk").annotate(number=Count("pk")))
    told = 0
    for post in (
        DeskPost.objects.in_force(today)
        .filter(desk__in=desks, role=PostRole.SUPERVISOR)
        .select_related("desk")
    ):
        words = f"この1週間に、要保護の相談が{desks[post.desk_id]}回、緊急に開かれました"
        notice = notify(
            recipient_id=post.user_id,
            key=f"openings-of-week:{post.desk.public_id}:{today}:{post.user_id}",
            subject=f"{words}({post.desk.name})"[:120],
            body=f"{words}。理由を確かめてください。",
            path=reverse("consultations:openings"),
            municipality_id=post.desk.municipality_id,
            now=now,
        )
        told += notice is not None
    return f"{told}人に知らせた"


def register() -> None:
    """Tell the worker."""
    periodic("tell_of_the_week", every=dt.timedelta(hours=6))(tell_of_the_week)


def _may_lift(case: Case, *, actor: Actor, day: dt.date) -> bool:
    return case.assigned_to_id == actor.user_id or case.desk_id in posts_of(actor, day=day).supervised


def _tell_supervisors(opening: CaseOpening, *, actor: Actor, now: dt.datetime) -> None:
    """By number; the reason stands on the page of openings, not in a mail."""
    others = supervisors_at(opening.case.desk_id, besides=actor.user_id, day=timezone.localdate(now))
    for user in others:
        notify(
            recipient_id=user.pk,
            key=f"consultation-opened:{opening.public_id}:{user.pk}",
            subject=f"要保護の相談が緊急に開かれました({opening.case.number})",
            body=f"{opening.case.number}: 要保護の相談が緊急に開かれました。理由を確かめてください。",
            path=reverse("consultations:openings"),
            municipality_id=opening.case.desk.municipality_id,
            now=now,
        )
