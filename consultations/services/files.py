"""資料: put a file with a case, take one out, and let nothing lie about that no row refers to.

The trail holds ids and sizes, never a name of a file: it may hold the person's.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts.intake.uploads import Checked, discard, sweep_orphans
from accounts.outbox import periodic
from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import CaseFile
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case
from consultations.services.trail import record

MOST_FILES: Final = 50


def folder() -> Path:
    """Where files of cases are kept, apart from those of applications."""
    return Path(settings.MEDIA_ROOT) / "consultations"


@transaction.atomic
def add_file(
    *, case_id: uuid.UUID, label: str, checked: Checked, stored_name: str, actor: Actor, now: dt.datetime
) -> CaseFile:
    """Put a file with the case, `checked` and stored in `folder()` before. Raises `NotFound`, `Refused`, `InputMissing`."""
    case = locked_case(case_id, actor=actor, now=now)
    standing = case.files.filter(removed_at__isnull=True)
    if not label.strip():
        raise InputMissing({"label": "何の資料かを書いてください。例: 立ち退きの通知"})
    if standing.filter(sha256=checked.sha256).exists():
        raise InputMissing({"file": "同じファイルが、すでにこの相談に付いています。"})
    if standing.count() >= MOST_FILES:
        raise InputMissing({"file": f"1つの相談に付けられるファイルは{MOST_FILES}件までです。"})
    kept = CaseFile.objects.create(
        case=case,
        label=label.strip(),
        original_name=checked.name,
        stored_name=stored_name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        added_by_id=actor.user_id,
        added_at=now,
    )
    details = {"file": str(kept.public_id), "size": checked.size}
    record(case, action=actions.FILE_ADDED, actor=actor, now=now, details=details)
    return kept


@transaction.atomic
def remove_file(*, case_id: uuid.UUID, file_id: uuid.UUID, actor: Actor, now: dt.datetime) -> CaseFile:
    """Take a file out that does not belong here; a second time changes nothing. Raises `NotFound`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now)
    kept = case.files.filter(public_id=file_id).first()
    if kept is None:
        raise NotFound("この資料は見つかりません。")
    if kept.removed_at is not None:
        return kept
    gone = kept.stored_name
    kept.removed_at, kept.removed_by_id = now, actor.user_id
    kept.stored_name = kept.original_name = ""
    kept.save(update_fields=["removed_at", "removed_by", "stored_name", "original_name"])
    details = {"file": str(kept.public_id)}
    record(case, action=actions.FILE_REMOVED, actor=actor, now=now, details=details)
    discard_after([gone])
    return kept


def discard_after(stored_names: Iterable[str]) -> None:
    """Delete files when the transaction that forgets them is through; the sweep does it where the server stops between."""
    for name in stored_names:
        transaction.on_commit(partial(discard, name, folder=folder()))


def sweep_case_files(*, now: dt.datetime) -> int:
    """Delete stored files that no row refers to, a day after they were written."""
    known = set(CaseFile.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    return sweep_orphans(known, older_than=now - dt.timedelta(days=1), folder=folder())


def register() -> None:
    """Tell the worker."""
    periodic("sweep_case_files", every=dt.timedelta(days=1))(sweep_case_files)
