"""A person's decisions on the rows of a table: mend, accept, leave out, one row or many.

Rows are independent councils. Where several are accepted at once, each stands or falls by itself (a savepoint each): one
row that cannot be registered must not keep twenty-one sound ones out. It is reported by name and nothing of it is kept.

Every function locks the prefecture, compares what the person saw, checks, writes and records, in one transaction. All
raise `NotVisible` for anybody but the prefecture's own officer (協議会担当).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from accounts import audit
from accounts.rules.actor import Actor
from councils.actions import LEGAL_BASIS, ROW_ACCEPTED, ROW_LEFT_OUT, ROW_MENDED, ROW_REOPENED
from councils.models import Council, TableImport, TableImportRow
from councils.rules.import_reading import content_of_reading, mending
from councils.rules.import_row import RowContent
from councils.selectors import importing as selectors
from councils.selectors.importing import RowPage, State, fingerprint
from councils.services.directory import refresh_councils
from councils.services.importing import ImportingError, hold
from councils.services.registering import CannotRegister, Occasion, register
from japan.folding import fold
from japan.wareki import format_wareki


class Stale(ImportingError):
    """The page was older than the row, or than the council it speaks of."""

    def __init__(self) -> None:
        super().__init__(
            "他の担当者が先に処理したか、登録されている内容が変わりました。今の内容を確かめてから、もう一度行ってください。"
        )


class RowRefused(ImportingError):
    """The row cannot be accepted yet. `reasons` are sentences."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(reasons))


# --- One row ---


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed for a row: its fields, and the keys of the remarks ticked off."""

    content: RowContent
    settled: frozenset[str]


@transaction.atomic
def mend_row(
    *, public_id: uuid.UUID, position: int, typed: Typed, actor: Actor, now: dt.datetime, seen: str
) -> None:
    """Keep what a person typed for a row. Raises `Stale`."""
    page = _held_row(actor, public_id, position)
    mended = _mended(page, typed)
    if page.is_waiting and page.row.mended == mended:
        return
    if page.seen != seen or not page.is_waiting:
        raise Stale
    _mend(page, mended, actor=actor, now=now)


def _mended(page: RowPage, typed: Typed) -> dict[str, Any]:
    """As it is kept in the row: fields that differ from what was read, remarks that may be ticked off."""
    known = {each.key for each in page.remarks if each.may_be_ticked}
    return {"fields": mending(page.base, typed.content), "settled": sorted(known & typed.settled)}


def _mend(page: RowPage, mended: dict[str, Any], *, actor: Actor, now: dt.datetime) -> None:
    page.row.mended = mended
    page.row.save(update_fields=["mended"])
    _record(ROW_MENDED, page, actor=actor, now=now, details={"fields": sorted(mended["fields"])})


@transaction.atomic
def accept_row(
    *,
    public_id: uuid.UUID,
    position: int,
    actor: Actor,
    now: dt.datetime,
    seen: str,
    typed: Typed | None = None,
) -> tuple[Council, bool]:
    """Register what the row says, with what was just typed; the council, and whether anything of it changed.

    A second click by the same person is answered as the first. Raises `Stale`, `RowRefused`; then nothing is kept.
    """
    page = _held_row(actor, public_id, position)
    row = page.row
    if _is_done_by(row, actor) and row.council is not None:
        return row.council, False
    if page.seen != seen or not page.is_waiting:
        raise Stale
    if typed is not None and row.mended != (mended := _mended(page, typed)):
        _mend(page, mended, actor=actor, now=now)
        page = selectors.one_row(actor, public_id, position).page
    council = _accept(page, actor=actor, now=now)
    _close_when_done(row.table, now=now)
    _refresh([council])
    return council, not page.is_unchanged


@transaction.atomic
def leave_out(*, public_id: uuid.UUID, position: int, actor: Actor, now: dt.datetime, seen: str) -> None:
    """Decide not to register a row. Raises `Stale`."""
    page = _held_row(actor, public_id, position)
    row = page.row
    if row.state == State.LEFT_OUT and row.decided_by_id == actor.user_id:
        return
    if page.seen != seen or row.state != State.WAITING:
        raise Stale
    _decide(row, State.LEFT_OUT, actor=actor, now=now)
    _close_when_done(row.table, now=now)
    _record(ROW_LEFT_OUT, page, actor=actor, now=now, to_state=State.LEFT_OUT)


@transaction.atomic
def reopen(*, public_id: uuid.UUID, position: int, actor: Actor, now: dt.datetime, seen: str) -> None:
    """Take a row that was left out back among those that wait. Raises `Stale`."""
    page = _held_row(actor, public_id, position)
    row = page.row
    if row.state == State.WAITING:
        return
    if page.seen != seen or row.state != State.LEFT_OUT:
        raise Stale
    row.state, row.decided_by_id, row.decided_at = State.WAITING, None, None
    row.save(update_fields=["state", "decided_by", "decided_at"])
    TableImport.objects.filter(pk=row.table_id).update(closed_at=None)
    _record(ROW_REOPENED, page, actor=actor, now=now, to_state=State.WAITING)


# --- Many rows ---


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows: registered, found without change, and refused with the reason."""

    changed: list[str]
    unchanged: list[str]
    refused: list[tuple[str, str]]


@transaction.atomic
def accept_rows(
    *, public_id: uuid.UUID, positions: Collection[int], actor: Actor, now: dt.datetime, seen: str
) -> Outcome:
    """Register several rows, each by itself. `seen` is `seen_of` the rows as the person saw them. Raises `Stale`."""
    hold(selectors.own_prefecture(actor))
    page = selectors.table_page(actor, public_id)
    chosen = [each for each in page.rows if each.row.position in positions]
    if chosen and all(_is_done_by(each.row, actor) for each in chosen):
        return Outcome([], [each.content.name for each in chosen], [])
    if len(chosen) != len(set(positions)) or seen_of(chosen) != seen:
        raise Stale
    outcome, councils = Outcome([], [], []), []
    done: set[str] = set()
    for each in chosen:
        try:
            if fold(each.content.name) in done:
                raise RowRefused(
                    ["同じ協議会の行を先に取り込みました。行を開いて、違うところを確かめてください。"]
                )
            with transaction.atomic():
                councils.append(_accept(each, actor=actor, now=now))
        except ImportingError as error:
            outcome.refused.append((each.content.name, str(error)))
        except DatabaseError:
            outcome.refused.append(
                (each.content.name, "登録できない値があります。行を開いて確かめてください。")
            )
        else:
            done.add(fold(each.content.name))
            (outcome.unchanged if each.is_unchanged else outcome.changed).append(each.content.name)
    _close_when_done(page.table, now=now)
    _refresh(councils)
    return outcome


def seen_of(pages: Sequence[RowPage]) -> str:
    """The fingerprint of several rows as a person saw them."""
    return fingerprint([each.seen for each in pages])


def _is_done_by(row: TableImportRow, actor: Actor) -> bool:
    return row.state == State.ACCEPTED and row.decided_by_id == actor.user_id


# --- Parts ---


def _held_row(actor: Actor, public_id: uuid.UUID, position: int) -> RowPage:
    hold(selectors.own_prefecture(actor))
    return selectors.one_row(actor, public_id, position).page


def _accept(page: RowPage, *, actor: Actor, now: dt.datetime) -> Council:
    row = page.row
    if row.state != State.WAITING:
        raise Stale
    if page.blockers:
        raise RowRefused(page.blockers)
    try:
        council = register(page.content, page.registered, on=_occasion(page, actor=actor, now=now))
    except CannotRegister as error:
        raise RowRefused([str(error)]) from error
    row.council = council
    _decide(row, State.ACCEPTED, actor=actor, now=now)
    details = {"fields": [each.field for each in page.differences], "is_new": page.registered is None}
    _record(ROW_ACCEPTED, page, actor=actor, now=now, to_state=State.ACCEPTED, details=details)
    return council


def _occasion(page: RowPage, *, actor: Actor, now: dt.datetime) -> Occasion:
    table = page.row.table
    as_of = table.as_of or table.uploaded_at.date()
    read = content_of_reading(page.row.reading)
    return Occasion(
        prefecture=table.prefecture,
        as_of=as_of,
        source=f"{table.file_name[:120]}({format_wareki(as_of)}時点)",
        now=now,
        approver_id=actor.user_id,
        named_desks=frozenset(fold(each.desk) for each in read.sessions),
    )


def _decide(row: TableImportRow, state: str, *, actor: Actor, now: dt.datetime) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.user_id, now
    row.save(update_fields=["state", "decided_by", "decided_at", "council"])


def _close_when_done(table: TableImport, *, now: dt.datetime) -> None:
    if not TableImportRow.objects.waiting().filter(table_id=table.pk).exists():
        TableImport.objects.filter(pk=table.pk, closed_at=None).update(closed_at=now)


def _refresh(councils: Sequence[Council]) -> None:
    """What residents find follows in the same transaction."""
    refresh_councils([each.pk for each in councils])


def _record(
    action: str,
    page: RowPage,
    *,
    actor: Actor,
    now: dt.datetime,
    to_state: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One event about the council of a row, or about the row while there is no council."""
    row, table = page.row, page.row.table
    subject = (
        audit.Subject("councils.council", str(row.council.public_id), row.council.name)
        if row.council
        else audit.Subject("councils.table_row", f"{table.public_id}/{row.position}", page.content.name)
    )
    audit.record(
        action=action,
        subject=subject,
        actor=actor,
        now=now,
        municipality_code=table.prefecture.code,
        from_state=State.WAITING if to_state not in ("", State.WAITING) else "",
        to_state=to_state,
        reason=f"{table.file_name} {row.position}行目",
        legal_basis=LEGAL_BASIS,
        details={"table": str(table.public_id), "row": row.position, **(details or {})},
    )
