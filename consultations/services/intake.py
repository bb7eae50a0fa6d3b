"""受付: a case from the first words, and what is added or mended later."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, CaseCategory, CaseEvent, CaseReader, DeskBooking
from consultations.rules.intake import Reachable, problems_of
from consultations.rules.words import BookingState, Confidentiality, EventKind
from consultations.selectors.access import posts_of
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case, write_derived
from consultations.services.numbers import case_number
from consultations.services.trail import record
from councils.models import Category, Desk


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What is known of a person and the wish for a home; column by column the same names as `Case`."""

    method: str
    route: str = ""
    triage: str = "undecided"
    name: str = ""
    kana: str = ""
    call_name: str = ""
    is_pseudonym: bool = False
    birth_date: dt.date | None = None
    age_band: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    phone_rule: str = "ok"
    contact_note: str = ""
    proxy_name: str = ""
    proxy_relation: str = ""
    proxy_phone: str = ""
    language: str = ""
    household: str = ""
    household_size: int | None = None
    housing: str = ""
    leave_by: dt.date | None = None
    moving_reason: str = ""
    obstacles: Sequence[str] = ()
    rent_limit_yen: int | None = None
    wished_area: str = ""
    wishes: str = ""
    summary: str = ""


COLUMNS: Final = tuple(each.name for each in fields(Intake))


@transaction.atomic
def receive(
    *,
    desk_id: uuid.UUID,
    received_on: dt.date,
    content: Intake,
    categories: Sequence[str],
    primary: str,
    is_protected: bool,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
    booking_id: uuid.UUID | None = None,
) -> Case:
    """Take a consultation in, in the hands of who does it. The same `key` again is the same case.

    `booking_id`: of the desk's booking it came from, which is then one of somebody who came. Raises `NotFound` for a desk or
    a booking that is not the actor's, `InputMissing`.
    """
    today = timezone.localdate(now)
    own = posts_of(actor, day=today).desks
    desk = (
        Desk.objects.select_related("municipality", "council").filter(public_id=desk_id, pk__in=own).first()
    )
    if desk is None:
        raise NotFound("この窓口では受け付けられません。")
    if done := Case.objects.filter(key=key, received_by=actor.user_id).first():
        return done
    _check(content, received_on=received_on, today=today)
    case = Case(
        key=key,
        council=desk.council,
        desk=desk,
        number=case_number(desk.council, day=received_on),
        received_at=_moment(received_on, now=now),
        received_by_id=actor.user_id,
        assigned_to_id=actor.user_id,
        confidentiality=Confidentiality.PROTECTED if is_protected else Confidentiality.NORMAL,
        **_values(content),
    )
    case.last_contact_at = case.received_at
    case.save(force_insert=True)
    write_derived(case)
    case.save(update_fields=["next_due_on", "search_text", "phone_digits"])
    if is_protected:
        CaseReader.objects.create(case=case, user_id=actor.user_id, named_by_id=actor.user_id, named_at=now)
    _write_categories(case, categories, primary=primary, day=received_on)
    CaseEvent.objects.create(case=case, kind=EventKind.OPENED, happened_on=received_on, recorded_at=now)
    record(case, action=actions.RECEIVED, actor=actor, now=now, to_state=case.state)
    if booking_id is not None:
        _tie(case, booking_id, today=today)
    return case


def _tie(case: Case, booking_id: uuid.UUID, *, today: dt.date) -> None:
    """The booking leads to the case from now on. Only one does."""
    booking = (
        DeskBooking.objects.select_for_update(of=("self",))
        .filter(public_id=booking_id, desk=case.desk, case__isnull=True)
        .first()
    )
    if booking is None or booking.state == BookingState.CANCELLED:
        raise NotFound("この予約は見つからないか、もう受け付けています。")
    booking.case = case
    if booking.day <= today:
        booking.state = BookingState.CAME
    booking.save(update_fields=["case", "state"])


@transaction.atomic
def change(
    *,
    case_id: uuid.UUID,
    content: Intake,
    categories: Sequence[str],
    primary: str,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> Case:
    """Add to or mend what is known. The trail keeps which columns changed, not what stood in them.

    Raises `NotFound`, `Stale`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, seen=seen)
    received_on = timezone.localdate(case.received_at)
    _check(content, received_on=received_on, today=timezone.localdate(now))
    values = _values(content)
    changed = [name for name, value in values.items() if getattr(case, name) != value]
    for name in changed:
        setattr(case, name, values[name])
    if _write_categories(case, categories, primary=primary, day=received_on):
        changed.append("categories")
    if not changed:
        return case
    case.revision += 1
    write_derived(case)
    case.save()
    record(case, action=actions.CHANGED, actor=actor, now=now, details={"fields": sorted(changed)})
    return case


def _check(content: Intake, *, received_on: dt.date, today: dt.date) -> None:
    reach = Reachable(
        phone=content.phone,
        email=content.email,
        address=content.address,
        phone_rule=content.phone_rule,
        contact_note=content.contact_note,
        proxy_phone=content.proxy_phone,
    )
    problems = problems_of(
        reach,
        name=content.name,
        call_name=content.call_name,
        birth=content.birth_date,
        received_on=received_on,
        today=today,
    )
    if problems:
        raise InputMissing(problems)


def _values(content: Intake) -> dict[str, Any]:
    values = {name: getattr(content, name) for name in COLUMNS}
    return {**values, "obstacles": list(content.obstacles)}


def _moment(day: dt.date, *, now: dt.datetime) -> dt.datetime:
    """Today is now; an earlier day, entered from paper, is its noon."""
    if day == timezone.localdate(now):
        return now
    return dt.datetime.combine(day, dt.time(12), tzinfo=timezone.get_current_timezone())


def _write_categories(case: Case, codes: Sequence[str], *, primary: str, day: dt.date) -> bool:
    """Keep the categories with their names as they are on that day. Says whether anything changed."""
    known = {row.code: row for row in Category.objects.in_force(day).filter(code__in=codes)}
    kept = {row.category_id: row for row in case.categories.select_related("category")}
    standing = {row.category.code for row in kept.values()}
    unknown = [code for code in codes if code not in known and code not in standing]
    if unknown:
        raise InputMissing({"categories": "選べない区分が入っています。選び直してください。"})
    if primary and primary not in codes:
        raise InputMissing({"primary": "主な区分は、選んだ区分の中から選んでください。"})
    first = primary or (codes[0] if len(codes) == 1 else "")
    before = {(row.category.code, row.is_primary) for row in kept.values()}
    if before == {(code, code == first) for code in codes}:
        return False
    labels: Mapping[str, tuple[int, str]] = {
        **{code: (row.pk, row.label) for code, row in known.items()},
        # A category that has ended since stays under the name it had.
        **{row.category.code: (row.category_id, row.label) for row in kept.values()},
    }
    case.categories.all().delete()
    CaseCategory.objects.bulk_create(
        CaseCategory(case=case, category_id=labels[code][0], label=labels[code][1], is_primary=code == first)
        for code in codes
    )
    return True
