"""What the municipality's administrator reads: the settings, the departments, the versions of the 別表 and their draft.

Every function that reads rows takes the actor and raises `NotVisible` for anybody but an administrator (自治体管理者), and
for rows of another municipality. Contents are plain values, so that forms, services, comparison and fingerprint speak of
the same thing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import AuditEvent, Department, Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import (
    Application,
    CertificationSetting,
    DepartmentReview,
    DocumentType,
    Requirement,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import CHECK_LABELS, CheckCode
from certification.rules.parts import field_of, patterns
from certification.rules.plan import Plan, Section, content_hash
from certification.rules.workflow import OPEN_STATES, Order, State

TABLE_PUBLISHED: Final = "certification.table_published"
"""The audit action that tells who published a version."""

TABLE_SUBJECT: Final = "certification.review_table"

RUNNING: Final = tuple(state.value for state in OPEN_STATES if state != State.DRAFT)
"""States of a case that the office has in hand."""

INFERRED: Final = "推定"


# --- Contents: what a form writes and a fingerprint is made of ---


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


AnyContent = SettingContent | DepartmentContent | ItemContent | DocumentContent | TableContent
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


# --- In words ---


@dataclass(frozen=True, kw_only=True)
class Names:
    """What ids and codes are called."""

    departments: Mapping[int, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value of a content in words; several parts where it is a list."""

    term: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return "、".join(self.parts)


@dataclass(frozen=True, kw_only=True)
class ChangedLine:
    """One value that differs: what goes and what comes. Of a list only the parts that go and come."""

    term: str
    before: str
    after: str


def _yes(value: bool, yes: str, no: str) -> str:
    return yes if value else no


def condition_label(code: str) -> str:
    """The words of a condition; the code itself where it is not known."""
    return str(ConditionCode(code).label) if code in ConditionCode.values else code


def check_label(code: str) -> str:
    """What an automatic check is called; the code itself where it is not known."""
    return CHECK_LABELS[CheckCode(code)] if code in {one.value for one in CheckCode} else code


def share_text(share: Share, names: Names) -> str:
    """福祉総務課(介護保険・障害福祉サービスの指定事業所が実施する場合)【推定】."""
    name = names.departments.get(share.department_id, "名称の分からない課")
    condition = "" if share.condition == ConditionCode.ALWAYS else f"({condition_label(share.condition)})"
    return f"{name}{condition}{f'【{INFERRED}】' if share.is_inferred else ''}"


def lines_of(content: AnyContent, names: Names) -> tuple[Line, ...]:
    """Every value of a content in words, in the order of its page."""
    if isinstance(content, SettingContent):
        pairs = _setting_pairs(content, names)
    elif isinstance(content, DepartmentContent):
        pairs = _department_pairs(content)
    elif isinstance(content, ItemContent):
        pairs = _item_pairs(content, names)
    elif isinstance(content, DocumentContent):
        pairs = _document_pairs(content)
    else:
        pairs = ()
    return tuple(
        Line(term=term, parts=value if isinstance(value, tuple) else (value,) if value else ())
        for term, value in pairs
    )


Pairs = tuple[tuple[str, str | tuple[str, ...]], ...]


def _setting_pairs(content: SettingContent, names: Names) -> Pairs:
    return (
        ("主管課", names.departments.get(content.lead_department_id, "")),
        ("審査の順", str(Order(content.order).label)),
        ("標準処理期間", f"{content.standard_days}営業日"),
        ("補正の期限", f"{content.correction_days}営業日"),
        ("認定する者の職名", content.authority_title),
        ("認定する者の氏名", content.authority_name),
        ("公印", _yes(content.omits_seal, "省略する", "省略しない")),
        ("教示文", content.appeal_text),
        ("問合せ先", content.enquiry_text),
    )


def _department_pairs(content: DepartmentContent) -> Pairs:
    return (
        ("課の名称", content.name),
        ("略称", content.short_name),
        ("分野", str(Department.Side(content.side).label)),
        ("文書記号", content.document_symbol),
        ("電話番号", content.phone),
        ("使用", _yes(content.is_active, "使用中", "使用していない")),
    )


def _item_pairs(content: ItemContent, names: Names) -> Pairs:
    return (
        ("番号", str(content.number)),
        ("主な審査事項", content.label),
        ("審査書類", content.document_label),
        ("必須・適宜", str(Requirement(content.requirement).label)),
        ("項目の条件", condition_label(content.condition)),
        ("審査する課", tuple(share_text(share, names) for share in content.departments)),
        ("添付書類", _labels(content.document_codes, order=names.documents, label=names.documents.get)),
        ("計画の箇所", grouped_places(content.sections)),
        ("自動確認", _labels(content.checks, order=CHECK_LABELS, label=check_label)),
        ("根拠", content.basis),
    )


def _labels(
    codes: Iterable[str], *, order: Iterable[str], label: Callable[[str], str | None]
) -> tuple[str, ...]:
    """The labels in the order of the list they are chosen from, so that the order of ticking makes no difference."""
    place = {str(code): number for number, code in enumerate(order)}
    return tuple(
        label(code) or code for code in sorted(codes, key=lambda code: (place.get(code, len(place)), code))
    )


def _document_pairs(content: DocumentContent) -> Pairs:
    return (
        ("書類の名称", content.label),
        ("必須・適宜", str(Requirement(content.requirement).label)),
        ("必要になる条件", condition_label(content.condition)),
        ("説明", content.hint),
        ("根拠", content.basis),
        ("並び順", str(content.position)),
    )


def changed_lines(
    before: AnyContent | None, after: AnyContent | None, *, names: Names, names_before: Names | None = None
) -> tuple[ChangedLine, ...]:
    """The values whose words differ. `None` stands for a content that is not there."""
    old = {line.term: line.parts for line in lines_of(before, names_before or names)} if before else {}
    new = {line.term: line.parts for line in lines_of(after, names)} if after else {}
    found = (
        ChangedLine(
            term=term,
            before="、".join(part for part in old.get(term, ()) if part not in new.get(term, ())),
            after="、".join(part for part in new.get(term, ()) if part not in old.get(term, ())),
        )
        for term in dict.fromkeys((*old, *new))
    )
    return tuple(line for line in found if line.before or line.after)


# --- Places of the plan in words ---


@dataclass(frozen=True, kw_only=True)
class PlaceGroup:
    """The places of one section of the plan: (pattern, label) each."""

    section: str
    label: str
    places: tuple[tuple[str, str], ...]


def grouped_places(sections: Iterable[str]) -> tuple[str, ...]:
    """One text for each part of the plan, 住宅と住戸(所在地、住戸 家賃), in the plan's order; unknown ones last."""
    wanted = set(sections)
    texts = []
    for group in place_groups():
        inner = [label for pattern, label in group.places if pattern in wanted]
        if inner:
            texts.append(f"{group.label}({'、'.join(inner)})")
    return (*texts, *sorted(wanted - set(_known_places())))


@cache
def _place_text(pattern: str) -> str:
    """住戸 家賃 for `buildings.units.monthly_rent_yen`; without labels that the next begins with (役員 役員の氏名)."""
    kind: Any = Plan
    labels: list[str] = []
    for name in pattern.split("."):
        labels.append(str(field_of(kind, name).metadata["label"]))
        hint = typing.get_type_hints(kind)[name]
        kind = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
    words = [word for word, following in pairwise((*labels[1:], "")) if not following.startswith(word)]
    return f"{' '.join(words)}{'(全体)' if dataclasses.is_dataclass(kind) else ''}"


@cache
def _known_places() -> tuple[str, ...]:
    return tuple(patterns())


@cache
def place_groups() -> tuple[PlaceGroup, ...]:
    """Every place an item may speak of, by section of the plan."""
    known = _known_places()
    return tuple(
        PlaceGroup(
            section=section.value,
            label=str(section.label),
            places=tuple(
                (pattern, _inner_label(pattern))
                for pattern in known
                if pattern == section.value or pattern.startswith(f"{section.value}.")
            ),
        )
        for section in Section
    )


def _inner_label(pattern: str) -> str:
    """Without the section's own name, which stands above the group."""
    return _place_text(pattern) if "." in pattern else "この部分の全体"


# --- Who, and the settings ---


def own_municipality_id(actor: Actor) -> int:
    """The municipality the actor administers. Raises `NotVisible`."""
    if actor.municipality_id is None or not actor.has(Role.ADMINISTRATOR):
        raise NotVisible
    return actor.municipality_id


def setting_of(actor: Actor) -> CertificationSetting | None:
    """The settings of the own municipality; `None` before they were made."""
    own = CertificationSetting.objects.select_related("municipality", "lead_department")
    return own.filter(municipality_id=own_municipality_id(actor)).first()


def all_departments(actor: Actor) -> list[Department]:
    """Every department of the own municipality, those out of use last."""
    own = Department.objects.filter(municipality_id=own_municipality_id(actor))
    return list(own.order_by("-is_active", "pk"))


def department_of(actor: Actor, department_id: int) -> Department:
    """One of them. Raises `NotVisible`."""
    found = Department.objects.filter(municipality_id=own_municipality_id(actor), pk=department_id).first()
    if found is None:
        raise NotVisible
    return found


def department_names(actor: Actor) -> dict[int, str]:
    """Names by id, those out of use included."""
    return {row.pk: row.name for row in all_departments(actor)}


def running_count(municipality_id: int) -> int:
    """How many cases the office has in hand."""
    return Application.objects.filter(municipality_id=municipality_id, state__in=RUNNING).count()


def running_by_lead(actor: Actor) -> list[tuple[str, int]]:
    """(主管課, number of running cases): a case keeps the lead it began with."""
    own = Application.objects.filter(municipality_id=own_municipality_id(actor), state__in=RUNNING)
    counted = own.order_by("lead_department").values_list("lead_department__name").annotate(Count("pk"))
    return [(name or "", number) for name, number in counted]


def posts_lacking(department_id: int, *, day: dt.date) -> list[str]:
    """Roles without which a lead department cannot take or decide a case on `day`, in words."""
    wanted = (Role.DESK, Role.DECIDER)
    return [
        str(role.label)
        for role in wanted
        if not holders(department_ids=[department_id], roles=[role], day=day).exists()
    ]


def why_in_use(department: Department, *, day: dt.date) -> list[str]:
    """Sentences for what keeps a department from being put out of use; empty when nothing does."""
    reasons = []
    if CertificationSetting.objects.filter(lead_department=department).exists():
        reasons.append(f"{department.name}は主管課です。先に、別の課を主管課にしてください。")
    tables = _tables_that_hold(department.municipality_id, day=day)
    links = ReviewItemDepartment.objects.filter(item__table__in=tables, department=department)
    if number := links.values("item").distinct().count():
        reasons.append(
            f"公開している別表の{number}項目を{department.name}が審査しています。先に、別表の新しい版で担当を替えてください。"
        )
    cases = DepartmentReview.objects.filter(department=department, application__state__in=RUNNING)
    if number := cases.count():
        reasons.append(
            f"審査中の申請{number}件に{department.name}が加わっています。終わってから使用をやめてください。"
        )
    return reasons


def _tables_that_hold(municipality_id: int, *, day: dt.date) -> list[int]:
    """The version in force on `day` and those published for later."""
    current = ReviewTable.objects.current(municipality_id=municipality_id, day=day)
    later = ReviewTable.objects.filter(
        municipality_id=municipality_id, published_at__isnull=False, effective_from__gt=day
    )
    return [*([current.pk] if current else []), *later.values_list("pk", flat=True)]


# --- The table and its versions ---


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


def tables_of(actor: Actor) -> QuerySet[ReviewTable]:
    """Every version of the own municipality. Raises `NotVisible`."""
    return ReviewTable.objects.filter(municipality_id=own_municipality_id(actor))


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
    if unknown := [one for one in item.sections if one not in _known_places()]:
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
