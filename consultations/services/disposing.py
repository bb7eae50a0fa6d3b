"""廃棄: what is known of a person goes, what is counted stays. One transaction for each case.

節目 (`CaseEvent`) stay as they are, with their days and the rent of a contract: the database lets nobody change or delete
them, and they are what every figure is counted from. The case's own dates are kept to the month.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, ContactCount, Disposal, DisposalLine, InquiryCount
from consultations.rules.ages import band_on
from consultations.rules.asking import STAGES
from consultations.rules.counting import Told, answer_of, referral_answer
from consultations.rules.retention import ERASED, ERASED_RECORDS, to_month
from consultations.rules.words import CaseState, EventKind
from consultations.selectors.retention import due_cases, years_of
from consultations.services.files import discard_after
from consultations.services.trail import record

NOT_DUE = "再開されたか、廃棄が止められたか、保存期間が延びたため"


def carry_out(disposal: Disposal, *, actor: Actor, now: dt.datetime) -> None:
    """Dispose of every case of an approved list that still may go. Again for what is left: nothing happens twice."""
    for line_id in disposal.lines.filter(done_at__isnull=True).values_list("pk", flat=True):
        _dispose(line_id, actor=actor, now=now)


@transaction.atomic
def _dispose(line_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """One case of the list: asked again under its lock whether its time has come."""
    line = DisposalLine.objects.select_for_update().filter(pk=line_id, done_at__isnull=True).first()
    if line is None:
        return
    list(Case.objects.select_for_update().filter(pk=line.case_id).values_list("pk"))
    case = Case.objects.select_related("desk__municipality", "desk__council").get(pk=line.case_id)
    due = due_cases(case.desk, years=years_of(case.desk.council), today=timezone.localdate(now))
    line.done_at = now
    if not due.filter(pk=case.pk).exists():
        line.left_because = NOT_DUE
        line.save(update_fields=["done_at", "left_because"])
        return
    _make_anonymous(case, now=now)
    line.save(update_fields=["done_at"])
    record(
        case,
        action=actions.DISPOSED,
        actor=actor,
        now=now,
        from_state=CaseState.CLOSED,
        details={"disposal": str(line.disposal.public_id)},
    )


def _make_anonymous(case: Case, *, now: dt.datetime) -> None:
    """The column `disposed_at` first: the triggers let records of the case go only after it is set."""
    case.disposed_at = now
    case.save(update_fields=["disposed_at"])
    ContactCount.objects.bulk_create(_contact_counts(case))
    InquiryCount.objects.bulk_create(_told_counts(case))
    opened = case.events.filter(kind=EventKind.OPENED).values_list("happened_on", flat=True).first()
    # A withdrawal points at its consent: it goes first.
    case.consents.filter(withdraws__isnull=False).delete()
    discard_after(case.files.exclude(stored_name="").values_list("stored_name", flat=True))
    for name in ERASED_RECORDS:
        getattr(case, name).all().delete()
    received_on = timezone.localdate(case.received_at)
    case.age_band = band_on(case.birth_date, case.age_band, day=opened or received_on)
    for name, value in ERASED.items():
        setattr(case, name, list(value) if isinstance(value, list) else value)
    case.received_at = _first_moment(received_on)
    case.closed_on = to_month(case.closed_on) if case.closed_on else None
    case.revision += 1
    case.save()


def _contact_counts(case: Case) -> list[ContactCount]:
    found: Counter[tuple[dt.date, str]] = Counter(
        (to_month(timezone.localdate(moment)), method)
        for moment, method in case.contacts.values_list("happened_at", "method")
    )
    return [
        ContactCount(case=case, month=month, method=method, number=number)
        for (month, method), number in sorted(found.items())
    ]


def _told_counts(case: Case) -> list[InquiryCount]:
    """What shops and agencies answered and how it went after moving in, by month."""
    found: Counter[tuple[dt.date, str, str]] = Counter()
    for row in case.inquiries.all():
        answer = answer_of(is_answered=row.answered_at is not None, no_reason=row.no_reason)
        found[to_month(timezone.localdate(row.sent_at)), Told.ASKED, answer] += 1
    for sent in case.referrals.all():
        answer = referral_answer(sent.state, decline_reason=sent.decline_reason)
        found[to_month(timezone.localdate(sent.sent_at)), Told.REFERRED, answer] += 1
    for event in case.inquiry_events.filter(kind__in=STAGES, happened_on__isnull=False):
        if event.happened_on is not None:
            found[to_month(event.happened_on), Told.STAGE, event.kind] += 1
    for asked in case.follow_ups.filter(happened_on__isnull=False):
        if asked.happened_on is not None:
            found[to_month(asked.happened_on), Told.FOLLOWED, asked.result] += 1
    return [
        InquiryCount(case=case, month=month, told=told, answer=answer, number=number)
        for (month, told, answer), number in sorted(found.items())
    ]


def _first_moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(to_month(day), dt.time(), tzinfo=timezone.get_current_timezone())
