"""開示と訂正の請求 (個人情報保護法76条、90条; for the desks of a private body 33条、34条): a copy for the person, a wish to mend.

A request to correct is kept as a 対応の記録 with its own first words: it is something the person said on a day, can never be
changed, and stands where those who go on with the case read. What becomes of it is done by editing the case.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, Contact
from consultations.rules.purposes import Asker, DisclosurePurpose
from consultations.rules.words import Method
from consultations.selectors.access import posts_of
from consultations.selectors.disclosure import Section, sections_of
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case
from consultations.services.trail import record

CORRECTION: Final = "【訂正の請求】"
LONGEST: Final = 2_000


@transaction.atomic
def disclose(
    *,
    case_id: uuid.UUID,
    purpose: DisclosurePurpose,
    asker: Asker,
    actor: Actor,
    now: dt.datetime,
) -> tuple[Case, tuple[Section, ...]]:
    """Hand out everything kept of the person, after putting on record who did it and what for. Raises `NotFound`."""
    case = _supervised(case_id, actor=actor, now=now)
    sections = sections_of(case)
    details = {
        "purpose": purpose.value,
        "asker": asker.value,
        "rows": sum(len(section.rows) for section in sections),
    }
    record(case, action=actions.DISCLOSED, actor=actor, now=now, details=details)
    return case, sections


@transaction.atomic
def ask_correction(
    *,
    case_id: uuid.UUID,
    method: str,
    asker: Asker,
    text: str,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> Contact:
    """Record that the person asks to mend what is kept, also of an ended case. The same `key` again is the same request.

    Raises `NotFound`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    if done := Contact.objects.filter(key=key, case=case, written_by=actor.user_id).first():
        return done
    if not text.strip():
        raise InputMissing({"text": "どこを、どう直してほしいかを書いてください。"})
    if method not in Method.values:
        raise InputMissing({"method": "請求の方法を選んでください。"})
    contact = Contact.objects.create(
        key=key,
        case=case,
        happened_at=now,
        method=method,
        other_side=str(asker.label),
        text=f"{CORRECTION}{text.strip()[:LONGEST]}",
        written_by_id=actor.user_id,
        written_at=now,
    )
    case.last_contact_at = now
    case.save(update_fields=["last_contact_at"])
    details = {"contact": str(contact.public_id), "asker": asker.value}
    record(case, action=actions.CORRECTION_ASKED, actor=actor, now=now, details=details)
    return contact


def _supervised(case_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Case:
    """A case the actor sees and whose desk the actor supervises."""
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    if case.desk_id not in posts_of(actor, day=timezone.localdate(now)).supervised:
        raise NotFound("この画面は開けません。")
    return case
