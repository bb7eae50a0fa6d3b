"""Handing open cases on when a person leaves a post (人事異動)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import handover
from accounts.models import Role
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import Application, DepartmentReview
from certification.rules.notes import NOTE_HEAD
from certification.rules.queue import MOST_AT_ONCE
from certification.rules.workflow import OPEN_STATES
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.handover import departments_to_hand_over
from certification.services.assigning import Assigned, LeftOut, lock_reviews, tell_of_more
from certification.services.errors import InputMissing, NotFound
from certification.services.notes import add_note
from certification.services.trail import record


def hand_on_cases(
    *, from_user_id: int, to_user_id: int, department_id: int, actor: Actor, now: dt.datetime
) -> int:
    """Give the open cases one person handles in a department to another. Returns how many."""
    reviews = _open_reviews(from_user_id, department_id).select_related(
        "application__municipality", "application__plan__operator"
    )
    moved = list(reviews.select_for_update(of=("self",)).order_by("pk"))
    for review in moved:
        review.assigned_to_id = to_user_id
        review.save(update_fields=["assigned_to"])
        record(
            review.application,
            action="hand_over",
            actor=actor,
            now=now,
            details={"department": department_id, "from": from_user_id, "to": to_user_id},
        )
    return len(moved)


@transaction.atomic
def hand_over_chosen(
    *,
    case_ids: Sequence[uuid.UUID],
    from_user_id: int,
    to_user_id: int,
    department_id: int,
    notes: Mapping[uuid.UUID, str],
    actor: Actor,
    now: dt.datetime,
) -> Assigned:
    """Give chosen open cases of a colleague to another of the department, with a note for the successor in each.

    窓口担当 does it in the own departments; 自治体管理者 everywhere in the municipality, but writes no notes into cases that
    he cannot open. What is no longer in that person's hands is left and told by number. Raises `NotFound`,
    `InputMissing`.
    """
    _check_number(len(case_ids))
    if department_id not in departments_to_hand_over(actor):
        raise NotFound("この課の申請は引き継げません。")
    _check_successor(from_user_id, to_user_id, department_id=department_id, day=timezone.localdate(now))
    cases = Application.objects.filter(municipality=actor.home_id)
    found = lock_reviews(cases, case_ids, department_id=department_id)
    if len(found) < len(case_ids):
        raise NotFound("この申請は見つかりません。")
    given: list[Application] = []
    left_out: list[LeftOut] = []
    for case, review in found:
        if review is None:
            raise NotFound("この申請は見つかりません。")
        if review.assigned_to_id != from_user_id or case.state not in OPEN_STATES:
            left_out.append(LeftOut(case=case, reason=NOT_IN_HAND))
            continue
        note = notes.get(case.public_id, "")
        _hand_over(case, review, to_user_id=to_user_id, note=note, actor=actor, now=now)
        given.append(case)
    tell_of_more(to_user_id, given, actor=actor, now=now)
    return Assigned(given=tuple(given), left_out=tuple(left_out))


@transaction.atomic
def note_what_to_hand_over(
    *,
    from_user_id: int,
    department_id: int,
    notes: Mapping[uuid.UUID, str],
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Write what a successor has to know before anything is handed over. Returns how many notes were written.

    Raises `NotFound` for a case that is not in that person's hands, `InputMissing` where nothing was written.
    """
    if department_id not in actor.departments(Role.DESK):
        raise NotFound("この課の申請は引き継げません。")
    written = {case_id: note for case_id, note in notes.items() if note.strip()}
    if not written:
        raise InputMissing("note", "引き継ぐことを、1件以上書いてください。")
    cases = Application.objects.filter(municipality=actor.home_id, state__in=OPEN_STATES)
    found = lock_reviews(cases, written, department_id=department_id)
    if len(found) < len(written):
        raise NotFound("この申請は見つかりません。")
    for case, review in found:
        if review is None or review.assigned_to_id != from_user_id:
            raise NotFound("この申請は見つかりません。")
        _add_note(case, written[case.public_id], actor=actor, now=now)
    return len(written)


NOT_IN_HAND = "もうこの人の担当ではないか、終わったため、そのままにしました"


def _check_number(count: int) -> None:
    if not count:
        raise InputMissing("case", "申請が選ばれていません。1件以上選んでください。")
    if count > MOST_AT_ONCE:
        raise InputMissing("case", f"一度に選べるのは{MOST_AT_ONCE}件までです。分けて行ってください。")


def _check_successor(from_user_id: int, to_user_id: int, *, department_id: int, day: dt.date) -> None:
    people = holders(department_ids=[department_id], roles=REVIEW_ROLES, day=day)
    if to_user_id == from_user_id or not people.filter(pk=to_user_id).exists():
        raise InputMissing(
            "successor", "引き継ぐ相手は、同じ課の窓口担当か審査担当の中から、別の人を選んでください。"
        )


def _hand_over(
    case: Application,
    review: DepartmentReview,
    *,
    to_user_id: int,
    note: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    details = {"department": review.department_id, "from": review.assigned_to_id, "to": to_user_id}
    review.assigned_to_id = to_user_id
    review.save(update_fields=["assigned_to"])
    record(case, action="hand_over", actor=actor, now=now, details=details)
    if note.strip() and review.department_id in actor.departments(*REVIEW_ROLES):
        _add_note(case, note, actor=actor, now=now)


def _add_note(case: Application, note: str, *, actor: Actor, now: dt.datetime) -> None:
    text = f"{NOTE_HEAD}{note.strip()}"
    added = add_note(case, text=text, key=uuid.uuid4(), actor=actor, now=now)
    details = {"note": str(added.public_id), "called": []}
    record(case, action="note_written", actor=actor, now=now, details=details)


def count_cases(*, user_id: int, department_id: int) -> int:
    """How many open cases would be handed on."""
    return _open_reviews(user_id, department_id).count()


def _open_reviews(user_id: int, department_id: int) -> QuerySet[DepartmentReview]:
    return DepartmentReview.objects.filter(
        department=department_id, assigned_to=user_id, application__state__in=OPEN_STATES
    )


def register() -> None:
    """Tell the ground floor that certification has cases to hand on."""
    handover.register(hand_on_cases, count=count_cases)
