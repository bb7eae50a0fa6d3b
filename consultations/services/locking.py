"""Holding a case while it is changed."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Min

from accounts.rules.actor import Actor
from consultations.models import Case
from consultations.rules.duplicates import digits_of
from consultations.rules.words import CaseState
from consultations.selectors.access import visible_cases
from consultations.services.errors import NotFound, Refused, Stale
from japan.folding import fold

CLOSED_ALREADY = "この相談は終結しています。続けるときは「再開する」を押してください。"


def locked_case(
    case_id: uuid.UUID, *, actor: Actor, now: dt.datetime, seen: int | None = None, is_open: bool = True
) -> Case:
    """The case, locked and read after the wait. Raises `NotFound`, `Stale` where `seen` is another revision, `Refused`."""
    visible = visible_cases(actor, now=now).filter(public_id=case_id).values_list("pk", flat=True).first()
    if visible is None:
        raise NotFound("この相談は見つかりません。")
    list(Case.objects.select_for_update().filter(pk=visible).values_list("pk"))
    # Seen again after the wait: meanwhile it may have come under protection.
    case = (
        visible_cases(actor, now=now)
        .filter(pk=visible)
        .select_related("desk__municipality", "council")
        .first()
    )
    if case is None:
        raise NotFound("この相談は見つかりません。")
    if seen is not None and case.revision != seen:
        raise Stale
    if is_open and case.state != CaseState.OPEN:
        raise Refused(CLOSED_ALREADY)
    return case


def write_derived(case: Case) -> None:
    """What lists, the search and the look for duplicates read: due date, folded words, digits. The caller saves."""
    is_open = case.state == CaseState.OPEN
    if is_open:
        waiting = [
            case.tasks.filter(done_at__isnull=True).aggregate(first=Min("due_on"))["first"],
            case.leave_by,
        ]
    else:
        asked = case.follow_ups.filter(recorded_at__isnull=True, stopped_at__isnull=True)
        waiting = [asked.aggregate(first=Min("due_on"))["first"]]
    case.next_due_on = min((day for day in waiting if day), default=None)
    case.phone_digits = digits_of(case.phone) or None
    words = (fold(case.number), fold(case.name), fold(case.kana), fold(case.call_name), digits_of(case.phone))
    case.search_text = " ".join(word for word in words if word)
