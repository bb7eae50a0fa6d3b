"""What the worker does for certification by itself: reminders, reports of the year, plans that end, files nobody refers to."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.intake.uploads import sweep_orphans
from accounts.outbox import notify, periodic
from certification.models import Application, Document, MeasureFile
from certification.rules.clock import WARN_DAYS
from certification.rules.workflow import OPEN_STATES, State, Turn
from certification.services.drafts import sweep_drafts
from certification.services.follow_ups import remind_follow_ups
from certification.services.notices import applicants_of, people_in_turn
from certification.services.notifications import carry_out_abolitions
from certification.services.reporting import open_reports, remind_permits, remind_reports
from japan.calendar import add_business_days


def remind_due(*, now: dt.datetime) -> int:
    """Remind those whose turn it is of cases due within `WARN_DAYS` or overdue; once for each due date and stage."""
    today = timezone.localdate(now)
    told = 0
    for application in _due(until=add_business_days(today, WARN_DAYS)).iterator(chunk_size=500):
        told += _remind(application, today=today, now=now)
    return told


def _due(*, until: dt.date) -> QuerySet[Application]:
    states = [state for state in OPEN_STATES if state != State.DRAFT]
    return (
        Application.objects.filter(state__in=states, due_on__lte=until)
        .select_related("plan__operator", "lead_department")
        .order_by("pk")
    )


def _remind(application: Application, *, today: dt.date, now: dt.datetime) -> int:
    assert application.due_on is not None
    stage = "overdue" if application.due_on < today else "soon"
    number = application.receipt_number or "受付前の申請"
    words = "期限が過ぎました" if stage == "overdue" else "期限が近づいています"
    is_applicant = application.turn == Turn.APPLICANT
    people = applicants_of(application) if is_applicant else people_in_turn(application, today=today)
    page = "certification:plan" if is_applicant else "certification:case"
    sent = 0
    for user_id in people:
        notice = notify(
            recipient_id=user_id,
            key=f"{application.public_id}:{stage}:{application.state}:{application.due_on}:{user_id}",
            subject=f"{words}({number})",
            body=f"{number}: {words}。ログインして確かめてください。",
            path=reverse(page, args=[application.public_id]),
            municipality_id=application.municipality_id,
            now=now,
        )
        sent += notice is not None
    return sent


def sweep_files(*, now: dt.datetime) -> int:
    """Delete stored files that no row refers to, a day after they were written."""
    known = set(Document.objects.values_list("stored_name", flat=True))
    known |= set(MeasureFile.objects.values_list("stored_name", flat=True))
    return sweep_orphans(known, older_than=now - dt.timedelta(days=1))


def register() -> None:
    """Put the jobs on the worker's schedule."""
    periodic("certification.remind_due", every=dt.timedelta(hours=12))(remind_due)
    periodic("certification.remind_follow_ups", every=dt.timedelta(days=1))(remind_follow_ups)
    periodic("certification.sweep_files", every=dt.timedelta(days=1))(sweep_files)
    periodic("certification.sweep_drafts", every=dt.timedelta(days=1))(sweep_drafts)
    periodic("certification.open_reports", every=dt.timedelta(hours=12))(open_reports)
    periodic("certification.remind_reports", every=dt.timedelta(hours=12))(remind_reports)
    periodic("certification.remind_permits", every=dt.timedelta(hours=12))(remind_permits)
    periodic("certification.carry_out_abolitions", every=dt.timedelta(hours=1))(carry_out_abolitions)
