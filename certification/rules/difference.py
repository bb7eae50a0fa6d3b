"""What changed between two versions of a plan, which review items that touches, and what nobody asked for.

Rows are matched by their key, so that a renamed or moved row stays the same row. The order of rows and the order in
which choices were ticked are no change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from certification.rules.parts import EMPTY, Leaf, RowMark, is_blank, walk
from certification.rules.plan import Plan, Section

DOCUMENTS: Final = "documents"
"""First part of the pattern of a change of attachments: documents.floor_plan."""

ROW_ADDED: Final = "追加"
ROW_REMOVED: Final = "削除"


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        return {"added": "追加", "removed": "削除", "changed": "変更"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place that differs. `section` is `None` for a document; `before` and `after` are Japanese texts.

    A row that came or went is one change of its own (pattern `buildings.units`) and one for each field filled in.
    """

    path: str
    pattern: str
    section: Section | None
    label: str
    before: str
    after: str
    kind: ChangeKind
    old: Any = field(default=None, compare=False)
    new: Any = field(default=None, compare=False)
    """The bare values of a field, for rules that ask for the direction; `None` where there is none."""


def compare(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Every difference, section by section: first in the order of the new plan, then what is gone."""
    before = {part.path: part for part in walk(old)}
    after = {part.path: part for part in walk(new)}
    ordered = [*after, *(path for path in before if path not in after)]
    changes = (_change(before.get(path), after.get(path)) for path in ordered)
    found = [change for change in changes if change is not None]
    return tuple(change for section in Section for change in found if change.section == section)


def _change(before: Leaf | RowMark | None, after: Leaf | RowMark | None) -> Change | None:
    if isinstance(before, RowMark) or isinstance(after, RowMark):
        return _row_change(before, after)
    return _leaf_change(before, after)


def _row_change(before: Leaf | RowMark | None, after: Leaf | RowMark | None) -> Change | None:
    row = after if isinstance(after, RowMark) else before
    if not isinstance(row, RowMark) or (before is not None and after is not None):
        return None
    came = before is None
    return Change(
        path=row.path,
        pattern=row.pattern,
        section=row.section,
        label=row.name,
        before=EMPTY if came else row.name,
        after=ROW_ADDED if came else ROW_REMOVED,
        kind=ChangeKind.ADDED if came else ChangeKind.REMOVED,
    )


def _leaf_change(before: Leaf | None, after: Leaf | None) -> Change | None:
    leaf = after or before
    if leaf is None:
        return None
    old = None if before is None or is_blank(before.value) else before.compared
    new = None if after is None or is_blank(after.value) else after.compared
    if old == new:
        return None
    return Change(
        path=leaf.path,
        pattern=leaf.pattern,
        section=leaf.section,
        label=leaf.full_label,
        before=before.text if before else EMPTY,
        after=after.text if after else EMPTY,
        kind=_kind(gone=new is None, came=old is None),
        old=old,
        new=new,
    )


def _kind(*, gone: bool, came: bool) -> ChangeKind:
    if gone:
        return ChangeKind.REMOVED
    return ChangeKind.ADDED if came else ChangeKind.CHANGED


# --- Documents ---

File = tuple[str, str, str, str]
"""Code of the document type, its label, the file's name, the SHA-256 of its bytes."""


def compare_documents(old: Sequence[File], new: Sequence[File]) -> tuple[Change, ...]:
    """What changed among the attachments. A file is its bytes: another name alone is no change."""
    codes = dict.fromkeys(code for code, *_ in (*new, *old))
    return tuple(
        change for code in codes for change in _file_changes(code, _by_hash(old, code), _by_hash(new, code))
    )


def _by_hash(files: Sequence[File], code: str) -> dict[str, File]:
    return {file[3]: file for file in files if file[0] == code}


def _file_changes(code: str, old: Mapping[str, File], new: Mapping[str, File]) -> Iterator[Change]:
    gone = [file for digest, file in old.items() if digest not in new]
    came = [file for digest, file in new.items() if digest not in old]
    replaced = min(len(gone), len(came))
    for before, after in zip(gone[:replaced], came[:replaced], strict=True):
        yield _file_change(code, before, after)
    for before in gone[replaced:]:
        yield _file_change(code, before, None)
    for after in came[replaced:]:
        yield _file_change(code, None, after)


def _file_change(code: str, before: File | None, after: File | None) -> Change:
    file = after or before
    if file is None:
        raise ValueError("a change of a document needs a file before or after")
    same_name = before is not None and after is not None and before[2] == after[2]
    return Change(
        path=f"{DOCUMENTS}[{code}].{file[3][:12]}",
        pattern=f"{DOCUMENTS}.{code}",
        section=None,
        label=f"添付書類「{file[1]}」",
        before=_file_text(before, with_print=same_name),
        after=_file_text(after, with_print=same_name),
        kind=_kind(gone=after is None, came=before is None),
    )


def _file_text(file: File | None, *, with_print: bool) -> str:
    if file is None:
        return EMPTY
    return f"{file[2]}(指紋 {file[3][:8]})" if with_print else file[2]


# --- What a change touches ---

Scope = tuple[Collection[str], Collection[str]]
"""What a review item is about: its sections (patterns or their beginnings) and its document codes."""


def touched(changes: Iterable[Change], sections: Collection[str], document_codes: Collection[str]) -> bool:
    """Whether any of the changes lies in one of the sections or is of one of the documents."""
    return any(_is_within(change, sections, document_codes) for change in changes)


def unrequested(changes: Iterable[Change], requested: Iterable[Scope]) -> tuple[Change, ...]:
    """The changes that no requested item covers: what nobody asked for, to be looked at all the same."""
    scopes = list(requested)
    return tuple(change for change in changes if not any(_is_within(change, *scope) for scope in scopes))


def covers(section: str, pattern: str) -> bool:
    """Whether a section (`buildings.units`) contains a pattern (`buildings.units.floor_area_m2`)."""
    return pattern == section or pattern.startswith(f"{section}.")


def _is_within(change: Change, sections: Collection[str], document_codes: Collection[str]) -> bool:
    if change.section is None:
        return any(change.pattern == f"{DOCUMENTS}.{code}" for code in document_codes)
    return any(covers(section, change.pattern) for section in sections)


# --- The plan to read ---


@dataclass(frozen=True, kw_only=True)
class DisplayRow:
    """One field to show beside a review item. An empty value is 「—」."""

    label: str
    value: str
    path: str
    pattern: str


@dataclass(frozen=True, kw_only=True)
class DisplayGroup:
    """The fields of one row (title 住宅「見本荘」 101号), or those of a section outside rows (no title)."""

    title: str
    rows: tuple[DisplayRow, ...]


@dataclass(frozen=True, kw_only=True)
class DisplaySection:
    section: Section
    label: str
    groups: tuple[DisplayGroup, ...]

    @property
    def rows(self) -> tuple[DisplayRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


def display(plan: Plan) -> tuple[DisplaySection, ...]:
    """The whole plan as labels and values, section by section, for reading."""
    every = [leaf for leaf in walk(plan) if isinstance(leaf, Leaf) and not leaf.nested_blank]
    # A question that came later, and that no row answers, is not shown as a row of dashes.
    said = {leaf.pattern for leaf in every if not is_blank(leaf.value) or not leaf.item.metadata["later"]}
    shown = [leaf for leaf in every if leaf.pattern in said]
    return tuple(
        DisplaySection(
            section=section,
            label=str(section.label),
            groups=_groups([leaf for leaf in shown if leaf.section == section]),
        )
        for section in Section
    )


def narrowed(shown: Iterable[DisplaySection], sections: Collection[str]) -> tuple[DisplaySection, ...]:
    """Only the rows that lie in one of the sections: what one review item is about. Empty groups fall away."""
    return tuple(
        DisplaySection(section=part.section, label=part.label, groups=groups)
        for part in shown
        if (groups := _narrowed_groups(part.groups, sections))
    )


def _narrowed_groups(groups: Iterable[DisplayGroup], sections: Collection[str]) -> tuple[DisplayGroup, ...]:
    kept = (
        DisplayGroup(
            title=group.title,
            rows=tuple(
                row for row in group.rows if any(covers(section, row.pattern) for section in sections)
            ),
        )
        for group in groups
    )
    return tuple(group for group in kept if group.rows)


def _groups(shown: Iterable[Leaf]) -> tuple[DisplayGroup, ...]:
    rows: dict[tuple[str, str], list[DisplayRow]] = {}
    for leaf in shown:
        # Two rows may bear one name: the path up to the last key tells them apart.
        place = leaf.path[: leaf.path.rfind("]") + 1]
        row = DisplayRow(label=leaf.label, value=leaf.text, path=leaf.path, pattern=leaf.pattern)
        rows.setdefault((place, leaf.group), []).append(row)
    return tuple(DisplayGroup(title=title, rows=tuple(group)) for (_, title), group in rows.items())
