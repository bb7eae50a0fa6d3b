"""Demo: kept filters, a deputy, notes with somebody called. Made by the real services."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Application, SavedFilter
from certification.services.deputies import name_deputy
from certification.services.notes import write_note
from certification.services.saved_filters import save_filter
from japan.calendar import add_business_days

NOTES = (
    "施錠の写真は、電話で追加をお願いしました。来週届く予定です。",
    "家賃の根拠は、近くの3件と比べて妥当と考えます。住宅の課の見方も聞かせてください。",
)


def load(office: Office, cases: dict[str, Application], *, now: dt.datetime) -> None:
    """For one city: two kept filters of the desk, its deputy next week, two notes in the case under review."""
    today = timezone.localdate(now)
    desk = actor_of(office.desk, day=today)
    if SavedFilter.objects.filter(owner=office.desk).exists():
        return
    lead = office.setting.lead_department_id
    kept = (
        ("残り5営業日以内", {"tab": "all", "due": "soon"}, None),
        ("補正待ちの申請", {"tab": "all", "state": "awaiting_correction"}, lead),
    )
    for name, conditions, department_id in kept:
        save_filter(
            name=name,
            conditions=conditions,
            department_id=department_id,
            is_default=False,
            actor=desk,
            now=now,
        )
    name_deputy(
        user_id=office.colleague.pk,
        deputy_id=office.desk.pk,
        from_on=today,
        until=add_business_days(today, 5),
        actor=actor_of(office.colleague, day=today),
        now=now,
    )
    case = next((one for one in cases.values() if one.accepted_at and one.state == "lead_review"), None)
    for text in NOTES if case else ():
        assert case is not None
        write_note(
            application_id=case.public_id,
            text=text,
            mentioned=[office.colleague.pk],
            key=uuid.uuid4(),
            actor=desk,
            now=now,
        )
