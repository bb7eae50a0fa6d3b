"""ケース会議: call one, put cases on the agenda, keep what was decided, end it. Roles become tasks of the case."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, CaseTask, Conference, ConferenceAttendee, ConferenceItem
from consultations.rules.conferences import (
    LONGEST_TEXT,
    ConferenceState,
    Printing,
    Role,
    Secrecy,
    item_problems,
    task_title,
)
from consultations.rules.words import CaseState
from consultations.selectors.access import posts_of
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.locking import locked_case, write_derived
from consultations.services.trail import record, record_desk
from councils.models import Desk

NOT_FOUND = "この会議は見つかりません。"
NOT_ON_AGENDA = "この相談は、この会議にありません。"


@transaction.atomic
def call(
    *,
    desk_id: uuid.UUID,
    day: dt.date,
    starts_at: dt.time,
    place: str,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> Conference:
    """Call a meeting of one of the actor's desks. The same `key` again is the same meeting. Raises `NotFound`, `InputMissing`."""
    today = timezone.localdate(now)
    desk = (
        Desk.objects.filter(pk__in=posts_of(actor, day=today).desks, public_id=desk_id)
        .select_related("municipality")
        .first()
    )
    if desk is None:
        raise NotFound("この窓口は見つかりません。")
    if done := Conference.objects.filter(key=key, desk=desk).first():
        return done
    if day < today:
        raise InputMissing({"day": "会議の日は、今日からあとの日にしてください。"})
    made = Conference.objects.create(
        key=key,
        desk=desk,
        day=day,
        starts_at=starts_at,
        place=place.strip(),
        called_by_id=actor.user_id,
        called_at=now,
    )
    details = {"conference": str(made.public_id)}
    record_desk(desk, action=actions.CONFERENCE_CALLED, actor=actor, now=now, details=details)
    return made


@transaction.atomic
def add_attendee(
    *,
    conference_id: uuid.UUID,
    name: str,
    organisation: str,
    secrecy: str,
    actor: Actor,
    now: dt.datetime,
) -> ConferenceAttendee:
    """Write down who sits there; the same person twice is one. Raises `NotFound`, `Refused`, `InputMissing`."""
    conference = _locked(conference_id, actor=actor, now=now)
    problems = {}
    if not name.strip():
        problems["name"] = "氏名を書いてください。"
    if not organisation.strip():
        problems["organisation"] = "所属を書いてください。"
    if secrecy not in Secrecy.values:
        problems["secrecy"] = "守秘をどう確かめたかを選んでください。"
    if problems:
        raise InputMissing(problems)
    found, _ = ConferenceAttendee.objects.update_or_create(
        conference=conference,
        name=name.strip(),
        organisation=organisation.strip(),
        defaults={"secrecy": secrecy},
    )
    return found


@transaction.atomic
def put_on_agenda(
    *, conference_id: uuid.UUID, case_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> ConferenceItem:
    """Put an open case of the desk on the agenda; twice is once. Raises `NotFound`, `Refused`."""
    conference = _locked(conference_id, actor=actor, now=now)
    case = locked_case(case_id, actor=actor, now=now)
    if case.desk_id != conference.desk_id:
        raise NotFound("この相談は見つかりません。")
    if done := conference.items.filter(case=case).first():
        return done
    last = conference.items.aggregate(last=Max("position"))["last"] or 0
    item = ConferenceItem.objects.create(conference=conference, case=case, position=last + 1)
    details = {"conference": str(conference.public_id)}
    record(case, action=actions.CONFERENCE_PUT, actor=actor, now=now, details=details)
    return item


@transaction.atomic
def note_item(
    *,
    conference_id: uuid.UUID,
    item_id: uuid.UUID,
    discussion: str,
    decision: str,
    next_review_on: dt.date | None,
    roles: Sequence[Role],
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> ConferenceItem:
    """Keep what was said and decided of a case; each role becomes a task of it.

    Raises `NotFound`, `Stale`, `Refused`, `InputMissing`.
    """
    conference = _locked(conference_id, actor=actor, now=now)
    items = conference.items.filter(public_id=item_id)
    case_id = items.values_list("case__public_id", flat=True).first()
    if case_id is None:
        raise NotFound(NOT_ON_AGENDA)
    case = locked_case(case_id, actor=actor, now=now)
    # Read under the lock: a case that was taken over by another desk meanwhile is off the agenda.
    item = items.first()
    if item is None:
        raise NotFound(NOT_ON_AGENDA)
    if item.revision != seen:
        raise Stale
    problems = item_problems(
        decision=decision, roles=roles, next_review_on=next_review_on, today=timezone.localdate(now)
    )
    if problems:
        raise InputMissing(problems)
    item.discussion, item.decision = discussion.strip()[:LONGEST_TEXT], decision.strip()[:LONGEST_TEXT]
    item.next_review_on = next_review_on
    item.revision += 1
    item.save()
    CaseTask.objects.bulk_create(
        CaseTask(
            key=uuid.uuid4(),
            case=case,
            title=task_title(role),
            due_on=role.until,
            assigned_to=case.assigned_to,
            added_by_id=actor.user_id,
            added_at=now,
        )
        for role in roles
        if role.until is not None
    )
    case.last_contact_at = now
    write_derived(case)
    case.save(update_fields=["last_contact_at", "next_due_on"])
    details = {"conference": str(conference.public_id), "roles": len(roles)}
    record(case, action=actions.CONFERENCE_NOTED, actor=actor, now=now, details=details)
    return item


@transaction.atomic
def end(*, conference_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Conference:
    """The meeting is over: nothing of it changes any more. A second time changes nothing. Raises `NotFound`, `Refused`."""
    conference = _locked(conference_id, actor=actor, now=now, is_planned=False)
    if conference.state == ConferenceState.HELD:
        return conference
    if not conference.attendees.exists():
        raise Refused("出た人が書かれていません。出た人を加えてから終えてください。")
    if conference.items.filter(decision="", case__state=CaseState.OPEN).exists():
        raise Refused("決まったことが書かれていない相談があります。書いてから終えてください。")
    conference.state, conference.held_at = ConferenceState.HELD, now
    conference.save(update_fields=["state", "held_at"])
    details = {"conference": str(conference.public_id)}
    record_desk(conference.desk, action=actions.CONFERENCE_HELD, actor=actor, now=now, details=details)
    return conference


def record_printing(
    conference: Conference, cases: Sequence[Case], *, printing: str, actor: Actor, now: dt.datetime
) -> None:
    """That the papers were printed: of the meeting, and of each case on them."""
    details = {"conference": str(conference.public_id), "kind": Printing(printing).value, "cases": len(cases)}
    record_desk(conference.desk, action=actions.CONFERENCE_PRINTED, actor=actor, now=now, details=details)
    for case in cases:
        record(case, action=actions.PRINTED, actor=actor, now=now, details={"kind": f"conference_{printing}"})


def _locked(
    conference_id: uuid.UUID, *, actor: Actor, now: dt.datetime, is_planned: bool = True
) -> Conference:
    """The meeting under its lock. Raises `NotFound`, `Refused` when it was held."""
    desks = posts_of(actor, day=timezone.localdate(now)).desks
    found = Conference.objects.filter(public_id=conference_id, desk__in=desks).values_list("pk", flat=True)
    pk = found.first()
    if pk is None:
        raise NotFound(NOT_FOUND)
    list(Conference.objects.select_for_update().filter(pk=pk).values_list("pk"))
    conference = Conference.objects.select_related("desk__municipality").get(pk=pk)
    if is_planned and conference.state != ConferenceState.PLANNED:
        raise Refused(
            "この会議は終わっています。直すことがあれば、相談の「対応を記録する」に書いてください。"
        )
    return conference
