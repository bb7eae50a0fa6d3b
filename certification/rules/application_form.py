"""申請書の別添と誓約書: the sheets that go with the form, made from the plan (別記様式第二号の別添1–6, 共管省令7条・8条).

The official layout of the sheets is not public as text; what stands in them follows 東久留米市要綱 別表 (令和7年) and the
fields of 共管省令7条. Each sheet is there only when its condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from certification.rules.completeness import may_omit_employees, may_omit_officers
from certification.rules.conditions import ConditionCode, holds
from certification.rules.parts import EMPTY, choice_label, field_of, number_text, row_name, value_text
from certification.rules.plan import LicenceKind, Party, PartyKind, PartyRole, Plan, PledgeCode
from certification.rules.pledges import WORDS, lines


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sheet. `note` stands under its caption."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    title: str
    tables: tuple[Table, ...]


def sheets(plan: Plan) -> tuple[Sheet, ...]:
    """The sheets this plan needs, 別添1 to 別添6 and 誓約書."""
    found = [
        Sheet(title=title, tables=tuple(make(plan))) for title, code, make in _SHEETS if holds(code, plan)
    ]
    return (*found, Sheet(title="誓約書", tables=tuple(_pledges(plan))))


_LESSORS: Final = (PartyRole.LESSOR, PartyRole.BOTH)
_SUPPORTERS: Final = (PartyRole.SUPPORTER, PartyRole.BOTH)


def _officers(roles: tuple[PartyRole, ...]) -> Callable[[Plan], Iterator[Table]]:
    def make(plan: Plan) -> Iterator[Table]:
        for party in plan.parties:
            if party.role in roles and party.kind == PartyKind.CORPORATION:
                yield from _party(party)

    return make


def _party(party: Party) -> Iterator[Table]:
    rows = [("代表者", party.representative_title, party.representative_name, "")]
    rows += [("役員", one.title, one.name, one.kana) for one in party.officers]
    rows += [("使用人", one.office, one.name, one.kana) for one in party.employees]
    yield Table(
        caption=f"{party.name} の役員等",
        heads=("区分", "役職・事務所", "氏名", "フリガナ"),
        rows=_filled(rows),
        note=_omitted(party),
    )


def _omitted(party: Party) -> str:
    spared = []
    if not party.officers and may_omit_officers(party):
        spared.append("役員")
    if not party.employees and may_omit_employees(party):
        spared.append("使用人")
    if not spared:
        return ""
    held = "、".join(f"{choice_label(LicenceKind, one.kind)} {one.number}".strip() for one in party.licences)
    return f"{held}があるため、{'と'.join(spared)}の氏名を省いています。"


def _guardians(roles: tuple[PartyRole, ...]) -> Callable[[Plan], Iterator[Table]]:
    def make(plan: Plan) -> Iterator[Table]:
        for party in plan.parties:
            guardian = party.guardian
            if party.role in roles and party.is_minor and guardian.is_corporation:
                rows = [("代表者", "", guardian.representative_name, "")]
                rows += [("役員", one.title, one.name, one.kana) for one in guardian.officers]
                yield Table(
                    caption=f"{party.name} の法定代理人 {guardian.name}({guardian.address})の役員等",
                    heads=("区分", "役職", "氏名", "フリガナ"),
                    rows=_filled(rows),
                )

    return make


_UNIT: Final = (
    "number", "floor", "is_exclusive", "floor_area_m2", "layout", "kitchen", "toilet", "storage", "washbasin", "bath",
)  # fmt: skip
_ROOM: Final = ("number", "floor", "is_exclusive", "floor_area_m2", "capacity", "is_single_parent")


def _rooms(*, shared_living: bool) -> Callable[[Plan], Iterator[Table]]:
    names = _ROOM if shared_living else _UNIT

    def make(plan: Plan) -> Iterator[Table]:
        for position, building in enumerate(plan.buildings, start=1):
            if bool(building.is_shared_living) != shared_living or not building.units:
                continue
            heads = tuple(str(field_of(building.units[0], name).metadata["label"]) for name in names)
            rows = [
                tuple(value_text(field_of(unit, name), getattr(unit, name)) for name in names)
                for unit in building.units
            ]
            yield Table(
                caption=f"{row_name(building, position=position)}({len(rows)}戸)",
                heads=heads,
                rows=_filled(rows),
                note=_whole(building) if shared_living else "",
            )

    return make


def _whole(building: Any) -> str:
    area = building.total_floor_area_m2
    named = value_text(field_of(building, "common_facilities"), building.common_facilities)
    total = EMPTY if area is None else f"{number_text(area)}㎡"
    return f"住宅全体の床面積 {total}。共用部分の設備: {named}。"


def _pledges(plan: Plan) -> Iterator[Table]:
    needed = lines(plan)
    for signatory in dict.fromkeys(line.signatory for line in needed):
        rows = []
        for line in needed:
            if line.signatory != signatory:
                continue
            made = line.pledge
            day = value_text(field_of(made, "acknowledged_on"), made.acknowledged_on) if made else ""
            signer = f"{made.signer_post} {made.signer}".strip() if made else ""
            rows.append((WORDS[PledgeCode(line.code)], signer or "まだ誓約していません", day))
        yield Table(
            caption=signatory.label, heads=("誓約すること", "誓約した者", "誓約した日"), rows=_filled(rows)
        )


def _filled(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell or EMPTY for cell in row) for row in rows)


_SHEETS: Final = (
    ("別添1 賃貸人の役員等", ConditionCode.LESSOR_CORPORATION, _officers(_LESSORS)),
    ("別添2 賃貸人の法定代理人の役員等", ConditionCode.LESSOR_GUARDIAN_CORPORATION, _guardians(_LESSORS)),
    ("別添3 援助実施者の役員等", ConditionCode.SUPPORTER_CORPORATION, _officers(_SUPPORTERS)),
    (
        "別添4 援助実施者の法定代理人の役員等",
        ConditionCode.SUPPORTER_GUARDIAN_CORPORATION,
        _guardians(_SUPPORTERS),
    ),
    ("別添5 住宅の規模及び設備等", ConditionCode.NOT_SHARED_LIVING, _rooms(shared_living=False)),
    ("別添6 共同居住型賃貸住宅の規模及び設備等", ConditionCode.SHARED_LIVING, _rooms(shared_living=True)),
)
