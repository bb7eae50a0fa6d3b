"""内部メモ: write one into a case and call colleagues. The trail keeps who and when, never the text."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Application, CaseNote, NoteMention
from certification.rules.notes import LONGEST, called_in
from certification.selectors import notes as selectors
from certification.selectors.deputies import told_instead
from certification.services.errors import InputMissing, NotFound
from certification.services.trail import record


@transaction.atomic
def write_note(
    *,
    application_id: uuid.UUID,
    text: str,
    mentioned: Collection[int],
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> CaseNote:
    """Add a note; whoever is chosen, or stands in the text as @氏名, is told in the inbox.

    The same `key` again is the same note. Raises `NotFound` for a case or colleague that is not the actor's to see or
    call, `InputMissing` for an empty or overlong text.
    """
    try:
        application = selectors.note_case(actor, application_id)
    except NotVisible:
        raise NotFound("この申請は見つかりません。") from None
    departments = selectors.departments_on(application)
    if not selectors.may_write(actor, departments):
        raise NotFound("この申請にメモは書けません。")
    if done := CaseNote.objects.filter(key=key, application=application, author=actor.user_id).first():
        return done
    colleagues = selectors.colleagues_on(departments, actor=actor, day=timezone.localdate(now))
    called = _called(colleagues, text=text, mentioned=mentioned)
    note = add_note(application, text=text, key=key, actor=actor, now=now)
    NoteMention.objects.bulk_create(NoteMention(note=note, user_id=user) for user in sorted(called))
    record(
        application,
        action="note_written",
        actor=actor,
        now=now,
        details={"note": str(note.public_id), "called": sorted(called)},
    )
    deputies = told_instead(dict.fromkeys(departments, called), day=timezone.localdate(now))
    _tell(note, called | (deputies - {actor.user_id}), now=now)
    return note


def add_note(
    application: Application, *, text: str, key: uuid.UUID, actor: Actor, now: dt.datetime
) -> CaseNote:
    """The row of a note, in the caller's transaction. Raises `InputMissing`."""
    if not text.strip():
        raise InputMissing("text", "メモを書いてください。")
    if len(text) > LONGEST:
        raise InputMissing("text", f"メモは{LONGEST:,}文字までです。分けて書いてください。")
    return CaseNote.objects.create(
        application=application,
        author_id=actor.user_id,
        author_post=actor.label[:200],
        text=text.strip(),
        written_at=now,
        key=key,
    )


def _called(colleagues: Iterable[User], *, text: str, mentioned: Collection[int]) -> set[int]:
    names = {user.pk: user.name for user in colleagues}
    if not set(mentioned) <= names.keys():
        raise NotFound("この人には知らせられません。")
    return set(mentioned) | called_in(text, names)


def _tell(note: CaseNote, people: Iterable[int], *, now: dt.datetime) -> None:
    """In the inbox only: the number and the way there, nothing of what was written."""
    application = note.application
    number = application.receipt_number or "受付前の申請"
    for user_id in sorted(people):
        notify(
            recipient_id=user_id,
            key=f"note:{note.public_id}:{user_id}",
            subject=f"内部メモで呼ばれました({number})",
            body=f"{number}: 内部メモで呼ばれました。メモを開いて確かめてください。",
            path=reverse("certification:case_notes", args=[application.public_id]),
            municipality_id=application.municipality_id,
            now=now,
            mail=False,
        )
