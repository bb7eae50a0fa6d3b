"""Whether consultation runs, and when: the five columns on it, and the business where it names a desk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from councils.rules.schedule import SessionRule
from councils.rules.schedule_reading import PhraseReading, joined, read_running_text
from councils.rules.table.grid import Cell
from councils.rules.table.offices import looks_like_offices
from councils.rules.table.writing import even, is_nothing, squeezed, widened

_EXAMPLE = re.compile(r"\(例\s*\d*\)|○○|〇〇|◯◯|記入例|⇒")
_NOT_YET = re.compile(
    r"(?:現在|現時点で)?[はの、]*(?:未実施|未設置|未着手|実施(?:は)?して(?:い)?ない|実施なし|行っていない|未定|検討中|準備中|今後検討|予定なし)"
)
_PLANNED = re.compile(r"予定(?!なし|はない|して(?:い)?ない|は未定)|から実施$|より開始$")


@dataclass(frozen=True, slots=True)
class StatusFound:
    """`value` is a ConsultationStatus, empty when nothing is said."""

    value: str
    sure: bool
    cells: tuple[Cell, ...]


def is_example(text: str) -> bool:
    """Whether the cell still holds the example of the form: (例1)…○○…."""
    return len(_EXAMPLE.findall(even(text))) >= 2


def read_status(cells: Sequence[tuple[Cell, str]]) -> StatusFound:
    """`cells` with the first column in each (consult_who …)."""
    said = [(cell, column) for cell, column in cells if not is_nothing(cell.text)]
    if said and all(is_example(cell.text) for cell, _ in said):
        return StatusFound("template_text_only", True, tuple(cell for cell, _ in said))
    said = [(cell, column) for cell, column in said if not is_example(cell.text)]
    # Who would run it says nothing of whether it runs.
    telling = [cell for cell, column in said if not _only_names_somebody(cell.text)]
    if not telling:
        dashes = [cell for cell, _ in cells if not cell.is_empty]
        if said or not dashes:
            return StatusFound("", False, tuple(cell for cell, _ in said))
        return StatusFound("not_implemented", False, tuple(dashes))
    not_yet = [cell for cell in telling if _NOT_YET.match(squeezed(cell.text))]
    if len(not_yet) < len(telling):
        return StatusFound("implemented", not not_yet, tuple(telling))
    planned = any(_PLANNED.search(squeezed(cell.text)) for cell in telling)
    return StatusFound("planned" if planned else "not_implemented", True, tuple(telling))


def _only_names_somebody(text: str) -> bool:
    same = squeezed(text)
    return len(same) <= 40 and (
        looks_like_offices(text)
        or re.fullmatch(r"[^。、]{1,20}(?:都|道|府|県|市|区|町|村|協議会)", same) is not None
    )


@dataclass(frozen=True, slots=True)
class SessionsFound:
    rules: tuple[SessionRule, ...]
    cells: tuple[Cell, ...]
    not_understood: tuple[tuple[Cell, str], ...]
    booking: bool | None


def read_sessions(cells: Iterable[tuple[Cell, Sequence[str]]]) -> SessionsFound:
    """`cells` with the columns in each; the same words in two cells are read once."""
    rules: list[SessionRule] = []
    at: list[Cell] = []
    not_understood: list[tuple[Cell, str]] = []
    booking: bool | None = None
    seen: set[str] = set()
    for cell, columns in cells:
        key = squeezed(cell.text)
        if key in seen or is_nothing(cell.text) or is_example(cell.text):
            continue
        seen.add(key)
        reading = _read(cell, columns)
        rules += reading.rules
        at += [cell] if reading.rules else []
        not_understood += [(cell, words) for words in reading.not_understood]
        if reading.booking is not None and any(
            column in ("consult_how", "consult_sites", "consult_who") for column in columns
        ):
            booking = reading.booking if booking is None else booking
    return SessionsFound(joined(rules), tuple(at), tuple(not_understood), booking)


def _read(cell: Cell, columns: Sequence[str]) -> PhraseReading:
    about = any(column in ("consult_who", "consult_how", "consult_sites") for column in columns)
    return read_running_text(widened(cell.text), about_consultation=about)
