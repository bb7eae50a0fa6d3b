"""The remarks on a row of the prefecture's table, and which of them still wait for a person.

A remark is settled when the person ticked it off. 止める and 直す are settled too when the field they speak of was
changed, a suggestion when it was taken. What stops a row cannot be ticked off: its field has to be put right.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from councils.rules.import_reading import fields_of_heading
from councils.rules.import_row import RowContent, faults, words
from councils.rules.schedule_problems import problems as session_problems
from councils.rules.table.reading import Grade

#: From the heaviest to the lightest.
WEIGHT: Final = {Grade.STOP: 0, Grade.MEND: 1, Grade.CONFIRM: 2}


@dataclass(frozen=True, slots=True)
class Remark:
    """One problem of one row. `key` names it in a form; `fields` are those of `RowContent` it speaks of."""

    key: str
    grade: Grade
    cell: str
    column: str
    text: str
    suggestion: str
    fields: tuple[str, ...]
    is_open: bool

    @property
    def label(self) -> str:
        """The column in words."""
        return self.column or "行全体"

    @property
    def may_be_ticked(self) -> bool:
        return self.grade != Grade.STOP or not self.fields


def remarks_of(
    problems: Iterable[Mapping[str, Any]],
    content: RowContent,
    *,
    mended: Collection[str],
    settled: Collection[str],
) -> list[Remark]:
    """All remarks of a row, the heaviest first. `mended` are changed fields, `settled` the keys ticked off."""
    found = [_remark(each, content, mended=mended, settled=settled) for each in problems]
    return sorted(found, key=lambda each: WEIGHT[each.grade])


def _remark(
    values: Mapping[str, Any], content: RowContent, *, mended: Collection[str], settled: Collection[str]
) -> Remark:
    remark = Remark(
        key=key_of(values),
        grade=Grade(values["grade"]),
        cell=str(values.get("cell") or ""),
        column=str(values.get("column") or ""),
        text=str(values["text"]),
        suggestion=str(values.get("suggestion") or ""),
        fields=fields_of_heading(str(values.get("column") or "")),
        is_open=True,
    )
    ticked = remark.key in settled and remark.may_be_ticked
    changed = [name for name in remark.fields if name in mended]
    is_open = not ticked and not _is_put_right(remark, content, changed)
    return dataclasses.replace(remark, is_open=is_open)


def _is_put_right(remark: Remark, content: RowContent, changed: Collection[str]) -> bool:
    """Whether a change of its fields settles the remark; one that asks for a look is settled by its suggestion only."""
    if remark.grade != Grade.CONFIRM:
        return bool(changed)
    return bool(remark.suggestion) and any(remark.suggestion in words(content, name) for name in changed)


def key_of(values: Mapping[str, Any]) -> str:
    """The same for the same remark on the same cell, also in the table of another year."""
    parts = [str(values.get(name) or "") for name in ("grade", "column", "text")]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def worst(remarks: Iterable[Remark]) -> Grade | None:
    """The heaviest grade still open."""
    return min((each.grade for each in remarks if each.is_open), key=WEIGHT.__getitem__, default=None)


def blocking(remarks: Iterable[Remark], content: RowContent) -> list[str]:
    """Why the row cannot be accepted now, as sentences: open 止める and 直す, and what no council can be made of."""
    open_ones = [each.text for each in remarks if each.is_open and each.grade != Grade.CONFIRM]
    return [*open_ones, *(text for _, text in faults(content)), *session_faults(content)]


def session_faults(content: RowContent) -> list[str]:
    """What is wrong with the rules of the sessions, each with the number of its session."""
    return [
        f"相談の日時{number}件目: {text}"
        for number, entry in enumerate(content.sessions, start=1)
        for text in session_problems(entry.rule)
    ]
