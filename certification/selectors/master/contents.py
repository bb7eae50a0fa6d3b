"""What a form of the administrator writes and a fingerprint is made of: plain values, apart from the rows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from accounts.models import Department
from certification.models import (
    CertificationSetting,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.plan import content_hash


@dataclass(frozen=True, kw_only=True)
class SettingContent:
    """The settings of one municipality."""

    lead_department_id: int
    order: str
    standard_days: int
    correction_days: int
    authority_title: str
    authority_name: str
    omits_seal: bool
    appeal_text: str
    enquiry_text: str


@dataclass(frozen=True, kw_only=True)
class DepartmentContent:
    """One department."""

    name: str
    short_name: str
    side: str
    document_symbol: str
    phone: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Share:
    """That a department reviews an item, under which condition, and whether that was only guessed."""

    department_id: int
    condition: str
    is_inferred: bool


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """One row of the 別表 with its departments, in the order of their ids."""

    number: int
    label: str
    document_label: str
    requirement: str
    condition: str
    document_codes: tuple[str, ...]
    sections: tuple[str, ...]
    checks: tuple[str, ...]
    basis: str
    departments: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class DocumentContent:
    """One kind of attachment. The code of an existing one never changes: attachments carry it."""

    code: str
    label: str
    requirement: str
    condition: str
    hint: str
    basis: str
    position: int


@dataclass(frozen=True, kw_only=True)
class TableContent:
    """A whole version: rows by number, documents by position."""

    items: tuple[ItemContent, ...] = ()
    documents: tuple[DocumentContent, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepContent:
    """One step of a route, and who holds its post now (nobody named: every 決裁者 of the department)."""

    order: int
    kind: str
    department_id: int
    title: str
    holders: tuple[int, ...]
    allows_deputy: bool


@dataclass(frozen=True, kw_only=True)
class RouteContent:
    """One route: for which proposals (no procedure named: all), and its steps in order."""

    kinds: tuple[str, ...]
    procedures: tuple[str, ...]
    steps: tuple[StepContent, ...]


AnyContent = RouteContent | SettingContent | DepartmentContent | ItemContent | DocumentContent | TableContent
Kind = TypeVar("Kind", SettingContent, DepartmentContent, DocumentContent)


def fingerprint(content: AnyContent | None) -> str:
    """SHA-256 of what a page showed; "" where there was nothing yet. A form carries it as `seen`."""
    return "" if content is None else content_hash(dataclasses.asdict(content))


def _copied(kind: type[Kind], row: object) -> Kind:
    return kind(**{item.name: getattr(row, item.name) for item in dataclasses.fields(kind)})


def setting_content(setting: CertificationSetting) -> SettingContent:
    """What the row says."""
    return _copied(SettingContent, setting)


def department_content(department: Department) -> DepartmentContent:
    """What the row says."""
    return _copied(DepartmentContent, department)


def document_content(document: DocumentType) -> DocumentContent:
    """What the row says."""
    return _copied(DocumentContent, document)


def item_content(item: ReviewItem) -> ItemContent:
    """What the row says, with its departments (prefetch `departments`)."""
    shares = sorted(item.departments.all(), key=lambda link: link.department_id)
    return ItemContent(
        number=item.number,
        label=item.label,
        document_label=item.document_label,
        requirement=item.requirement,
        condition=item.condition,
        document_codes=tuple(item.document_codes),
        sections=tuple(item.sections),
        checks=tuple(item.checks),
        basis=item.basis,
        departments=tuple(
            Share(department_id=link.department_id, condition=link.condition, is_inferred=link.is_inferred)
            for link in shares
        ),
    )


def table_content(table: ReviewTable) -> TableContent:
    """The whole version. Three queries unless prefetched by `with_rows`."""
    return TableContent(
        items=tuple(item_content(item) for item in table.items.all()),
        documents=tuple(document_content(row) for row in table.document_types.all()),
    )


def with_rows(tables: QuerySet[ReviewTable]) -> QuerySet[ReviewTable]:
    """Tables with everything a page shows of them: four queries in all."""
    links = ReviewItemDepartment.objects.select_related("department").order_by("department_id")
    items = ReviewItem.objects.order_by("number").prefetch_related(Prefetch("departments", links))
    documents = DocumentType.objects.order_by("position", "pk")
    return tables.prefetch_related(Prefetch("items", items), Prefetch("document_types", documents))
