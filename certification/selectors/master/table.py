"""The versions of the 別表, what a draft changes in it, and what keeps the draft from being published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import AuditEvent
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Application,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import CheckCode
from certification.rules.procedures import Procedure
from certification.selectors.master.contents import (
    DocumentContent,
    ItemContent,
    TableContent,
    with_rows,
)
from certification.selectors.master.settings import RUNNING, own_municipality_id
from certification.selectors.master.words import INFERRED, ChangedLine, Names, changed_lines, known_places

TABLE_PUBLISHED: Final = "certification.table_published"
"""The audit action that tells who published a version."""

TABLE_SUBJECT: Final = "certification.review_table"


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """One published version. `published_by` is empty for what came with the reference data."""

    table: ReviewTable
    published_by: str
    running: int
    is_current: bool
    is_future: bool


@dataclass(frozen=True, kw_only=True)
class TablePage:
    """The version shown with its rows, all versions newest first, and the draft if there is one."""

    shown: ReviewTable | None
    versions: tuple[VersionRow, ...]
    draft: ReviewTable | None
    inferred: int

    @property
    def shown_row(self) -> VersionRow | None:
        return next((row for row in self.versions if self.shown and row.table.pk == self.shown.pk), None)


def tables_of(actor: Actor, *, procedure: str = Procedure.CERTIFICATION) -> QuerySet[ReviewTable]:
    """Every version of the own municipality's table of a procedure. Raises `NotVisible`."""
    return ReviewTable.objects.filter(municipality_id=own_municipality_id(actor), procedure=procedure)


def table_page(actor: Actor, *, day: dt.date, version: int | None = None) -> TablePage:
    """The version in force on `day`, or the published version asked for. Raises `NotVisible`."""
    tables = list(tables_of(actor).order_by("-version"))
    published = [table for table in tables if table.published_at is not None]
    current = next((table for table in published if table.effective_from <= day), None)
    wanted = current or (published[0] if published else None)
    if version is not None:
        wanted = next((table for table in published if table.version == version), None)
        if wanted is None:
            raise NotVisible
    shown = with_rows(tables_of(actor)).get(pk=wanted.pk) if wanted else None
    links = [link for item in shown.items.all() for link in item.departments.all()] if shown else []
    return TablePage(
        shown=shown,
        versions=_version_rows(published, current=current, day=day),
        draft=next((table for table in tables if table.published_at is None), None),
        inferred=len({link.item_id for link in links if link.is_inferred}),
    )


def _version_rows(
    published: list[ReviewTable], *, current: ReviewTable | None, day: dt.date
) -> tuple[VersionRow, ...]:
    running = dict(
        Application.objects.filter(table__in=published, state__in=RUNNING)
        .order_by("table")
        .values_list("table")
        .annotate(Count("pk"))
    )
    events = AuditEvent.objects.filter(
        subject_type=TABLE_SUBJECT,
        subject_id__in=[str(table.pk) for table in published],
        action=TABLE_PUBLISHED,
    )
    people = {event.subject_id: event.actor_name for event in events}
    return tuple(
        VersionRow(
            table=table,
            published_by=people.get(str(table.pk), ""),
            running=running.get(table.pk, 0),
            is_current=current is not None and table.pk == current.pk,
            is_future=table.effective_from > day,
        )
        for table in published
    )


def draft_of(actor: Actor) -> ReviewTable | None:
    """The draft with its rows; `None` when there is none."""
    return with_rows(tables_of(actor)).filter(published_at__isnull=True).first()


def newest_published(actor: Actor) -> ReviewTable | None:
    """What a draft begins from and is compared with: the newest published version, with its rows."""
    published = with_rows(tables_of(actor)).filter(published_at__isnull=False)
    return published.order_by("-version").first()


def draft_and_newest(actor: Actor) -> tuple[ReviewTable | None, ReviewTable | None]:
    """Both with their rows, in the queries of one."""
    newest = tables_of(actor).filter(published_at__isnull=False).order_by("-version").values("pk")[:1]
    both = with_rows(tables_of(actor)).filter(Q(published_at__isnull=True) | Q(pk__in=newest))
    found = {table.published_at is None: table for table in both}
    return found.get(True), found.get(False)


def item_of(actor: Actor, item_id: int) -> ReviewItem:
    """One row of any version of the own municipality, with its table and departments. Raises `NotVisible`."""
    links = ReviewItemDepartment.objects.select_related("department").order_by("department_id")
    own = ReviewItem.objects.filter(table__in=tables_of(actor)).select_related("table")
    found = own.prefetch_related(Prefetch("departments", links)).filter(pk=item_id).first()
    if found is None:
        raise NotVisible
    return found


def documents_of(table: ReviewTable) -> list[DocumentType]:
    """The documents of a version, in order."""
    return list(table.document_types.order_by("position", "pk"))


def draft_document(actor: Actor, document_id: int) -> DocumentType:
    """One document of the draft. Raises `NotVisible`."""
    own = DocumentType.objects.filter(table__in=tables_of(actor), table__published_at__isnull=True)
    found = own.select_related("table").filter(pk=document_id).first()
    if found is None:
        raise NotVisible
    return found


def names_of(departments: Mapping[int, str], table: ReviewTable | None) -> Names:
    """Names of the departments, and of the documents of a version (prefetched by `with_rows`)."""
    documents = {row.code: row.label for row in table.document_types.all()} if table else {}
    return Names(departments=departments, documents=documents)


# --- What a draft changes, and what keeps it from being published ---


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row or document that a draft adds, removes or changes. `kind`: added, removed, changed."""

    kind: str
    title: str
    lines: tuple[ChangedLine, ...]

    @property
    def kind_label(self) -> str:
        return {"added": "加える", "removed": "外す", "changed": "変える"}[self.kind]


def differences(
    before: TableContent, after: TableContent, *, names_before: Names, names: Names
) -> tuple[Difference, ...]:
    """What the later version changes, rows by number and documents by code, in words."""
    items = _paired({row.number: row for row in before.items}, {row.number: row for row in after.items})
    documents = _paired(
        {row.code: row for row in before.documents}, {row.code: row for row in after.documents}
    )
    by_number = sorted(items, key=lambda pair: next(row.number for row in pair if row))
    found = (
        _difference(old, new, names_before=names_before, names=names)
        for old, new in (*by_number, *documents)
        if old != new
    )
    return tuple(one for one in found if one is not None)


Row = TypeVar("Row", ItemContent, DocumentContent)


def _paired(before: Mapping[Any, Row], after: Mapping[Any, Row]) -> Iterator[tuple[Row | None, Row | None]]:
    for key in dict.fromkeys((*before, *after)):
        yield before.get(key), after.get(key)


def _difference(
    old: ItemContent | DocumentContent | None,
    new: ItemContent | DocumentContent | None,
    *,
    names_before: Names,
    names: Names,
) -> Difference | None:
    named = new or old
    assert named is not None
    title = f"{named.number} {named.label}" if isinstance(named, ItemContent) else f"書類「{named.label}」"
    kind = "added" if old is None else "removed" if new is None else "changed"
    lines = changed_lines(old, new, names=names, names_before=names_before) if kind != "removed" else ()
    if kind == "changed" and not lines:
        return None
    return Difference(
        kind=kind, title=title, lines=tuple(line for line in lines if line.after or line.before)
    )


def publishing_faults(table: ReviewTable) -> list[str]:
    """Sentences for what must be mended before a draft may be published. Rows from `with_rows`."""
    items = list(table.items.all())
    codes = {row.code for row in table.document_types.all()}
    faults = [] if items else ["審査事項が1行もありません。「行を加える」で書いてください。"]
    for item in items:
        faults += _item_faults(item, codes)
    return faults


def _item_faults(item: ReviewItem, codes: set[str]) -> Iterator[str]:
    where = f"{item.number}「{item.label}」"
    links = list(item.departments.all())
    if not links:
        yield f"{where}に審査する課がありません。1つ以上選んでください。"
    for link in links:
        if not link.department.is_active:
            yield f"{where}の{link.department.name}は使用していない課です。別の課に替えてください。"
    if unknown := [code for code in item.document_codes if code not in codes]:
        yield f"{where}の書類({'、'.join(unknown)})が、書類の一覧にありません。選び直してください。"
    if unknown := [one for one in item.sections if one not in known_places()]:
        yield f"{where}の計画の箇所({'、'.join(unknown)})がありません。選び直してください。"
    if unknown := [one for one in item.checks if one not in {each.value for each in CheckCode}]:
        yield f"{where}の自動確認({'、'.join(unknown)})がありません。選び直してください。"


def publishing_notes(table: ReviewTable) -> list[str]:
    """What is allowed but worth a second look before publishing."""
    notes = [
        f"{item.number}「{item.label}」は、条件に当たらない計画ではどの課も審査しません。"
        for item in table.items.all()
        if _is_conditional_everywhere(item.departments.all())
    ]
    used = {code for item in table.items.all() for code in item.document_codes}
    notes += [
        f"書類「{row.label}」は、どの審査事項からも参照されていません。"
        for row in table.document_types.all()
        if row.code not in used
    ]
    inferred = [
        str(item.number)
        for item in table.items.all()
        if any(link.is_inferred for link in item.departments.all())
    ]
    if inferred:
        notes.append(f"担当課が「{INFERRED}」のままの項目があります(番号 {'、'.join(inferred)})。")
    return notes


def _is_conditional_everywhere(links: Iterable[ReviewItemDepartment]) -> bool:
    conditions = [link.condition for link in links]
    return bool(conditions) and ConditionCode.ALWAYS not in conditions


def earliest_start(newest: ReviewTable | None, *, day: dt.date) -> dt.date:
    """The first day from which a new version may hold: today, or the start of the newest published one."""
    return max(day, newest.effective_from) if newest else day


def known_document_codes(municipality_id: int) -> frozenset[str]:
    """Codes that any version of the municipality has used: a new document must not look like an old one."""
    used = DocumentType.objects.filter(table__municipality_id=municipality_id)
    return frozenset(used.values_list("code", flat=True))
