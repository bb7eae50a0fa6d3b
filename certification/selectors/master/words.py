"""Contents in words: every value of one, what differs between two, and the places of the plan a row speaks of."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final

from accounts.models import Department
from certification.models import Requirement
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import CHECK_LABELS, CheckCode
from certification.rules.parts import field_of, patterns
from certification.rules.plan import Plan, Section
from certification.rules.workflow import Order
from certification.selectors.master.contents import (
    AnyContent,
    DepartmentContent,
    DocumentContent,
    ItemContent,
    SettingContent,
    Share,
)

INFERRED: Final = "推定"


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
    return (*texts, *sorted(wanted - set(known_places())))


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
def known_places() -> tuple[str, ...]:
    return tuple(patterns())


@cache
def place_groups() -> tuple[PlaceGroup, ...]:
    """Every place an item may speak of, by section of the plan."""
    known = known_places()
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
