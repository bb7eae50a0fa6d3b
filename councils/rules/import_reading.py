"""From what the reader found in a row to what would be registered: read, then mended by a person, beside what is there.

What the table does not say stays as it is registered; only a person's mending can empty a field. Members and texts are
each one block: a table that names members names all of them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from councils.rules.import_row import (
    SEAT_FIELDS,
    TEXT_FIELDS,
    USUAL_DESK,
    RowContent,
    SessionEntry,
    changed_fields,
    municipalities_in,
    to_json,
    with_fields,
)
from councils.rules.schedule import SessionRule
from councils.rules.schedule_problems import problems
from councils.rules.table.columns import LABELS as HEADINGS
from councils.rules.table.reading import MEMBER_CATEGORIES, TEXTS, CouncilReading, Found
from councils.rules.words import Basis, Booking, ConsultationStatus, Precision
from japan.folding import fold

#: Signs that nobody can see: they are left out of what is read (the cells keep them) and refused where typed.
INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
#: Blocks of fields: when the row says any of a block, it says all of it.
_BLOCKS: Final = (
    ("established_on", "established_precision", "established_text"),
    ("basis",),
    SEAT_FIELDS,
    ("secretariat",),
    ("shop_count", "shop_count_is_approximate", "shop_count_on"),
    ("consultation_status",),
    TEXT_FIELDS,
)
_RAW_LONGEST: Final = 400

#: The reader's names of the running texts, and ours.
_TEXTS: Final = dict(zip(TEXTS, TEXT_FIELDS, strict=True))
#: What each column of the table fills. The consultation is told in several columns, its facts in any of them.
_FIELDS_OF_KEY: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "established": ("established_on", "established_precision", "established_text"),
    "basis": ("basis",),
    **{name: (name,) for name in SEAT_FIELDS},
    "mixed": ("rental_manager", "other"),
    "secretariat": ("secretariat",),
    **{key: (name,) for key, name in _TEXTS.items()},
}
_KEY_OF_HEADING: Final = {heading: key for key, heading in HEADINGS.items()}


def content_of(council: CouncilReading) -> RowContent:
    """What the reader found, as the fields of a row. The usual desk has all sessions: the table names none."""
    established, shops = council.established.value, council.shop_count.value
    shop_day = shops.as_of if shops else None
    members: dict[str, Any] = {name: unique(council.members_of(name)) for name in MEMBER_CATEGORIES}
    texts: dict[str, Any] = {
        _TEXTS[key]: _text(found.value) for key, found in council.texts.items() if key in _TEXTS
    }
    return RowContent(
        name=_line(council.name.value),
        established_text=_line(_line(council.established.raw)[:60]),
        established_on=established.first if established else None,
        established_precision=established.precision if established else Precision.DAY.value,
        basis=council.basis.value if council.basis.value in Basis.values else "",
        **members,
        observer=unique(council.observers.value),
        secretariat=unique(council.secretariat.value),
        shop_count=shops.count if shops else None,
        shop_count_is_approximate=shops.approximate if shops else False,
        shop_count_on=shop_day.first if shop_day else None,
        consultation_status=_status(council.consultation_status.value),
        sessions=tuple(_session(rule, booking=council.booking.value) for rule in council.sessions.value),
        **texts,
    )


def _status(value: str) -> str:
    return value if value in ConsultationStatus.values else ""


def _session(rule: SessionRule, *, booking: bool | None) -> SessionEntry:
    said = {True: Booking.REQUIRED.value, False: Booking.NONE.value, None: Booking.UNKNOWN.value}
    return SessionEntry(booking=said[booking], rule=dataclasses.replace(rule, raw=rule.raw[:_RAW_LONGEST]))


def kept_reading(council: CouncilReading) -> dict[str, Any]:
    """What is kept of a reading: the fields, and which cells of the row each was read from, by address."""
    where = {cell.column: cell.address for cell in council.cells}
    cells = {name: list(found.cells) for name, found in _found(council).items() if found.cells}
    for column, keys in council.columns.items():
        for name in (name for key in keys for name in _FIELDS_OF_KEY.get(key, ())):
            if where.get(column) and where[column] not in cells.setdefault(name, []):
                cells[name].append(where[column])
    return {"row": council.row, "fields": to_json(content_of(council)), "cells": cells}


def _found(council: CouncilReading) -> dict[str, Found[Any]]:
    """Facts that stand somewhere in the columns of the consultation."""
    return {
        "shop_count": council.shop_count,
        "sessions": council.sessions,
        "consultation_status": council.consultation_status,
    }


def content_of_reading(reading: Mapping[str, Any]) -> RowContent:
    """The content that `kept_reading` kept."""
    return with_fields(RowContent(), reading.get("fields", {}))


def fields_of_heading(heading: str) -> tuple[str, ...]:
    """The fields of a row that a column of the table fills, by its Japanese heading; none for what is no field."""
    return _FIELDS_OF_KEY.get(_KEY_OF_HEADING.get(heading, ""), ())


def _line(value: str) -> str:
    return " ".join(INVISIBLE.sub("", value).split())


def _text(value: str) -> str:
    return INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names on one line each, without those that are another spelling of one before."""
    found: dict[str, str] = {}
    for name in map(_line, names):
        if name:
            found.setdefault(fold(name) or name, name)
    return tuple(found.values())


# --- Beside what is registered ---


def base_of(
    read: RowContent, registered: RowContent | None, *, municipalities: Iterable[str] = ()
) -> RowContent:
    """What the row would make of the council without a person's mending. `municipalities` are all known names."""
    found = registered.municipalities if registered else ()
    base = dataclasses.replace(
        read, municipalities=found or municipalities_in(read.name, municipalities) or read.municipalities
    )
    if registered is None:
        return base
    unsaid = [
        name
        for block in _BLOCKS
        if not any(getattr(read, name) for name in _telling(block))
        for name in block
    ]
    base = dataclasses.replace(base, **{name: getattr(registered, name) for name in unsaid})
    return _beside_registered_desks(base, registered)


def _telling(block: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that say something when they are not empty: a precision alone says nothing."""
    return tuple(name for name in block if name != "established_precision")


def _beside_registered_desks(content: RowContent, registered: RowContent) -> RowContent:
    """Sessions find their registered desk and keep what the row does not say of them; desks it does not name stay."""
    said = tuple(_as_registered(each, registered.sessions) for each in content.sessions)
    named = {fold(each.desk) for each in said}
    kept = [each for each in registered.sessions if fold(each.desk) not in named]
    order = list(dict.fromkeys(fold(each.desk) for each in (*registered.sessions, *said)))
    together = sorted((*said, *kept), key=lambda each: order.index(fold(each.desk)))
    return dataclasses.replace(content, sessions=tuple(together))


def _as_registered(said: SessionEntry, registered: Sequence[SessionEntry]) -> SessionEntry:
    """The entry under the desk it belongs to, with what is unsaid taken from there."""
    of_desk = [each for each in registered if fold(each.desk) == fold(said.desk)] or _desk_meant(
        said, registered
    )
    if not of_desk:
        return said
    same_days = [each.rule for each in of_desk if _days(each) == _days(said)]
    return dataclasses.replace(
        said,
        desk=of_desk[0].desk,
        rule=_filled(said.rule, same_days[0]) if len(same_days) == 1 else said.rule,
        **{
            name: getattr(said, name) or getattr(of_desk[0], name)
            for name in ("venue", "operator", "booking")
        },
    )


def _desk_meant(said: SessionEntry, registered: Sequence[SessionEntry]) -> list[SessionEntry]:
    """A desk the row does not name: the only one open on those days, or the only one there is."""
    if said.desk != USUAL_DESK:
        return []
    same_days = {fold(each.desk) for each in registered if _days(each) == _days(said)}
    desks = same_days or {fold(each.desk) for each in registered}
    return [each for each in registered if fold(each.desk) in desks] if len(desks) == 1 else []


def _days(entry: SessionEntry) -> tuple[object, ...]:
    return entry.rule.frequency, entry.rule.weekdays, entry.rule.nth


def _filled(said: SessionRule, known: SessionRule) -> SessionRule:
    """The rule as said, with what it leaves open taken from the known one where both fit together."""
    unsaid = SessionRule(said.frequency)
    names = [each.name for each in dataclasses.fields(SessionRule) if each.name != "raw"]
    open_names = [name for name in names if getattr(said, name) == getattr(unsaid, name)]
    filled = dataclasses.replace(said, **{name: getattr(known, name) for name in open_names})
    if dataclasses.replace(filled, raw=known.raw) == known:
        return known
    return said if problems(filled) else filled


def proposed(base: RowContent, mended: Mapping[str, Any]) -> RowContent:
    """What would be registered: the base with the fields a person mended."""
    return with_fields(base, mended)


def mending(base: RowContent, typed: RowContent) -> dict[str, Any]:
    """What is to be kept of what a person typed: the fields that differ from the base."""
    values = to_json(typed)
    return {name: values[name] for name in changed_fields(base, typed)}


def carried_over(
    read: RowContent, earlier_read: RowContent, earlier_mended: Mapping[str, Any]
) -> dict[str, Any]:
    """The mendings of an earlier table that hold for this one: those of fields that read the same again."""
    return {
        name: value
        for name, value in earlier_mended.items()
        if name in to_json(read) and getattr(read, name) == getattr(earlier_read, name)
    }
