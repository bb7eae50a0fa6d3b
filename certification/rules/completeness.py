"""What a plan still lacks before it can be filed: every field the law asks for, and formats that cannot be right.

Basis: 法40条2項1–10号, 共管省令7条1–6号 and 8条3–7号 (誓約書), as of 令和7年10月1日. Whether what is written meets the
criteria is another question (`criteria`). Two answers are asked for that the law does not name because review depends
on them: whether a designated office carries the support, and whether the operator sells the same service to others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from certification.rules.conditions import shares_facilities
from certification.rules.parts import (
    NOUNS,
    YEAR_MONTH,
    choice_label,
    field_of,
    is_blank,
    leaves,
    numbered_name,
    row_keys,
    unit_name,
)
from certification.rules.plan import (
    Building,
    BuildingRight,
    Employee,
    Facility,
    LeaseKind,
    Licence,
    LicenceKind,
    Officer,
    Party,
    PartyKind,
    PartyRole,
    Plan,
    PledgeCode,
    Provider,
    SafetyMethod,
    Section,
    Seismic,
    Unit,
)
from certification.rules.pledges import is_sublet, lines
from japan.codes import CodeError, check_corporate_number
from japan.licence import LicenceError, parse_broker_licence

LICENCES_SPARING_EMPLOYEES: Final = (LicenceKind.BROKER,)
"""Holders of these may leave the 使用人 out of the pledge too (大竹市「居住サポート住宅」, 令和7年)."""

LICENCES_SPARING_OFFICERS: Final = (
    LicenceKind.BROKER,
    LicenceKind.RENTAL_MANAGER,
    LicenceKind.LODGING_MANAGER,
)
"""Holders of these may leave the names of officers out (共管省令7条1号, as offices apply it)."""

_REGISTRATION: Final = re.compile(r"[^()0-9]{2,24}\([0-9]{1,2}\)\s*第?\s*F?[0-9]{1,8}\s*号?")
"""国土交通大臣(01)第F00123号: who registered, how often renewed, the number."""

_PHONE: Final = re.compile(r"0[0-9]{9,10}")
_PHONE_SIGNS: Final = re.compile(r"[\s()‐‑–—−ー-]+")
_POSTAL_CODE: Final = re.compile(r"[0-9]{3}-?[0-9]{4}")
_DASHES: Final = re.compile(r"[‐‑–—−ー]")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that is lacking or cannot be right. `text` says what, where and what to do, as one sentence.

    `subject` names only the place (住宅1「見本荘」の部屋101号の専用面積), for lists and for other sentences.
    """

    section: Section
    path: str
    text: str
    subject: str


class SectionState(StrEnum):
    DONE = "done"
    TODO = "todo"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, kw_only=True)
class SectionStatus:
    """How far one section is: for the applicant's list of sections."""

    state: SectionState
    gaps: int

    @property
    def label(self) -> str:
        if self.state == SectionState.DONE:
            return "入力済み"
        return "未入力" if self.state == SectionState.UNTOUCHED else f"あと{self.gaps}件"


def gaps(plan: Plan) -> tuple[Gap, ...]:
    """Everything the plan still lacks, in the order of the sections. Empty when it may be filed."""
    found = [gap for look in _LOOKS for gap in look(plan)]
    places = list(Section)
    return tuple(sorted(found, key=lambda gap: places.index(gap.section)))


def section_status(plan: Plan) -> dict[Section, SectionStatus]:
    """Each section with how far it is."""
    counts = Counter(gap.section for gap in gaps(plan))
    return {section: _status(plan, section, counts[section]) for section in Section}


def _status(plan: Plan, section: Section, count: int) -> SectionStatus:
    if getattr(plan, section.value) == getattr(Plan(), section.value):
        return SectionStatus(state=SectionState.UNTOUCHED, gaps=count)
    return SectionStatus(state=SectionState.TODO if count else SectionState.DONE, gaps=count)


# --- Places and sentences ---


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where one speaks: the path, and its name in sentences (住宅1「見本荘」の部屋101号), empty at a section's top."""

    section: Section
    path: str
    name: str = ""
    noun: str = ""

    def row(self, rows: tuple[Any, ...], index: int, *, within: str) -> _Place:
        """The place of one row of the list `within`."""
        name = numbered_name(rows[index], position=index + 1)
        return _Place(
            section=self.section,
            path=f"{within}[{row_keys(rows)[index]}]",
            name=f"{self.name}の{name}" if self.name else name,
            noun=NOUNS[type(rows[index])],
        )

    def ask(self, part: Any, *names: str) -> Iterator[Gap]:
        """A gap for each of the named fields that is blank."""
        return (self.lacking(part, name) for name in names if is_blank(getattr(part, name)))

    def lacking(self, part: Any, name: str) -> Gap:
        item, label = field_of(part, name), self.label(part, name)
        if str(item.type).startswith("bool"):
            return self.gap(f"「{label}」", "に答えてください。", field=name)
        verb = "を選んでください。" if item.metadata["choices"] else "を入れてください。"
        return self.gap(label, verb, field=name)

    def label(self, part: Any, name: str) -> str:
        """The field's label without the noun of the row, which the sentence says already."""
        return str(field_of(part, name).metadata["label"]).removeprefix(f"{self.noun}の")

    def gap(self, what: str, rest: str, *, field: str = "") -> Gap:
        subject = f"{self.name}の{what}" if self.name else what
        path = f"{self.path}.{field}" if field else self.path
        return Gap(section=self.section, path=path, text=subject + rest, subject=subject)


# --- 事業を行う者 (法40条2項1号, 共管省令7条1・2号) ---


def _parties(plan: Plan) -> Iterator[Gap]:
    top = _Place(section=Section.PARTIES, path="parties")
    roles = {party.role for party in plan.parties}
    for role in (PartyRole.LESSOR, PartyRole.SUPPORTER):
        if not roles & {role, PartyRole.BOTH}:
            yield top.gap(str(role.label), "を1人以上入れてください(兼ねる場合は「賃貸人兼援助実施者」)。")
    for index, party in enumerate(plan.parties):
        yield from _party(party, top.row(plan.parties, index, within="parties"))


def _party(party: Party, place: _Place) -> Iterator[Gap]:
    yield from place.ask(party, "role", "kind", "name", "address")
    if party.kind == PartyKind.CORPORATION:
        yield from place.ask(party, "representative_name")
        if not party.officers and not may_omit_officers(party):
            yield place.gap(
                "役員",
                "を1人以上入れてください(宅地建物取引業などの免許・登録があれば省けます)。",
                field="officers",
            )
    if party.kind == PartyKind.INDIVIDUAL:
        yield from place.ask(party, "is_minor")
    if party.role in (PartyRole.SUPPORTER, PartyRole.BOTH):
        yield from place.ask(party, "is_designated_office")
    if party.is_minor:
        yield from _guardian(party, place)
    yield from _rows_of_party(party, place)
    yield from _formats_of_party(party, place)


def may_omit_officers(party: Party) -> bool:
    """Whether the party holds a licence or registration that spares the names of its officers."""
    return any(licence.kind in LICENCES_SPARING_OFFICERS for licence in party.licences)


def may_omit_employees(party: Party) -> bool:
    """Whether the party holds a licence that spares the names of its 使用人 in the pledge."""
    return any(licence.kind in LICENCES_SPARING_EMPLOYEES for licence in party.licences)


def licence_problem(licence: Licence) -> str:
    """What is wrong with the shape of a number, as the end of a sentence; "" when nothing is."""
    if licence.kind == LicenceKind.BROKER:
        try:
            parse_broker_licence(licence.number)
        except LicenceError as error:
            return f"を直してください。{error}"
        return ""
    if _REGISTRATION.fullmatch(unicodedata.normalize("NFKC", licence.number).strip()):
        return ""
    return "は「国土交通大臣(1)第12345号」のように、登録の通知のとおりに入れてください。"


def _guardian(party: Party, place: _Place) -> Iterator[Gap]:
    guardian = _Place(section=place.section, path=f"{place.path}.guardian", name=place.name)
    yield from guardian.ask(party.guardian, "is_corporation", "name", "address")
    if not party.guardian.is_corporation:
        return
    yield from guardian.ask(party.guardian, "representative_name")
    officers = party.guardian.officers
    if not officers:
        yield guardian.gap("法定代理人の役員", "を1人以上入れてください。", field="officers")
    for index, officer in enumerate(officers):
        yield from guardian.row(officers, index, within=f"{guardian.path}.officers").ask(officer, "name")


def _rows_of_party(party: Party, place: _Place) -> Iterator[Gap]:
    wanted: tuple[tuple[str, tuple[Officer | Employee | Licence, ...], tuple[str, ...]], ...] = (
        ("officers", party.officers, ("name",)),
        ("employees", party.employees, ("name", "office")),
        ("licences", party.licences, ("kind", "number")),
    )
    for field, rows, names in wanted:
        for index, row in enumerate(rows):
            yield from place.row(rows, index, within=f"{place.path}.{field}").ask(row, *names)
    for index, licence in enumerate(party.licences):
        here = place.row(party.licences, index, within=f"{place.path}.licences")
        yield from _licence(licence, here)


def _licence(licence: Licence, place: _Place) -> Iterator[Gap]:
    problem = "" if is_blank(licence.number) else licence_problem(licence)
    if problem:
        yield place.gap("番号", problem, field="number")


def _formats_of_party(party: Party, place: _Place) -> Iterator[Gap]:
    yield from _phone(place, party.phone, "電話番号", field="phone")
    if not is_blank(party.postal_code) and not is_postal_code(party.postal_code):
        yield place.gap("郵便番号", "は「123-4567」のように数字7桁で入れてください。", field="postal_code")
    if is_blank(party.corporate_number):
        return
    try:
        check_corporate_number(party.corporate_number)
    except CodeError as error:
        yield place.gap("法人番号", f"を直してください。{error}", field="corporate_number")


# --- 住宅と住戸 (法40条2項2–5・7・8号, 共管省令7条3–5号, 別添5・6) ---


def _buildings(plan: Plan) -> Iterator[Gap]:
    top = _Place(section=Section.BUILDINGS, path="buildings")
    if not plan.buildings:
        yield top.gap("住宅", "を1つ以上入れてください。")
    for index, building in enumerate(plan.buildings):
        yield from _building(building, top.row(plan.buildings, index, within="buildings"))


def _building(building: Building, place: _Place) -> Iterator[Gap]:
    yield from place.ask(building, "name", "address", "dwelling_type", "structure", "storeys")
    yield from _months(building, place)
    yield from place.ask(building, "is_existing", "right")
    if building.right == BuildingRight.LEASE:
        yield from place.ask(building, "is_sublease")
    if is_sublet(building):
        yield from place.ask(building, "owner_name")
    yield from place.ask(building, "seismic", "is_shared_living")
    if building.seismic == Seismic.PLANNED:
        yield from place.ask(building, "seismic_works_until")
    yield from _sharing(building, place)
    yield from _not_above_zero(place, building, "storeys", "total_floor_area_m2")
    if not building.units:
        yield place.gap("部屋", "を1つ以上入れてください。", field="units")
    for index, unit in enumerate(building.units):
        yield from _unit(unit, building, place.row(building.units, index, within=f"{place.path}.units"))
    yield from _repeated_numbers(building, place)


def _months(building: Building, place: _Place) -> Iterator[Gap]:
    if is_blank(building.construction_started) and is_blank(building.completed):
        yield place.gap("着工年月か竣工年月", "のどちらかを入れてください。", field="construction_started")
    for field, label in (
        ("construction_started", "着工年月"),
        ("completed", "竣工年月"),
        ("seismic_works_until", "耐震改修の完了予定年月"),
    ):
        value = getattr(building, field)
        if not is_blank(value) and not YEAR_MONTH.fullmatch(value):
            yield place.gap(
                label, f"「{value}」を、年と月で入れ直してください(例: 昭和56年5月は 1981-05)。", field=field
            )
    started, completed = building.construction_started, building.completed
    if YEAR_MONTH.fullmatch(started) and YEAR_MONTH.fullmatch(completed) and completed < started:
        yield place.gap("竣工年月", "が着工年月より前です。どちらかを直してください。", field="completed")


def _sharing(building: Building, place: _Place) -> Iterator[Gap]:
    if building.is_shared_living:
        yield from place.ask(building, "total_floor_area_m2")
    if building.is_shared_living or any(_shares_anything(unit) for unit in building.units):
        yield from place.ask(building, "common_facilities")
    if not building.is_shared_living and any(shares_facilities(unit) for unit in building.units):
        yield from place.ask(building, "has_equal_common_facilities")


def _shares_anything(unit: Unit) -> bool:
    # 収納設備 is left out: it has no entry among the facilities of common parts.
    return Facility.SHARED in (unit.kitchen, unit.toilet, unit.washbasin, unit.bath)


def _unit(unit: Unit, building: Building, place: _Place) -> Iterator[Gap]:
    yield from place.ask(unit, "number", "is_exclusive", "floor_area_m2")
    yield from place.ask(unit, "kitchen", "toilet", "storage", "bath")
    if building.is_shared_living:
        yield from place.ask(unit, "capacity")
    yield from place.ask(unit, "monthly_rent_yen")
    for field, label in (("common_fee_yen", "共益費"), ("deposit_yen", "敷金")):
        if getattr(unit, field) is None:
            yield place.gap(label, "を入れてください(ないときは0)。", field=field)
    yield from _below_zero(place, unit, "monthly_rent_yen", "common_fee_yen", "deposit_yen")
    yield from _not_above_zero(place, unit, "floor_area_m2", "capacity")


def _repeated_numbers(building: Building, place: _Place) -> Iterator[Gap]:
    counts = Counter(unit_name(unit.number) for unit in building.units if not is_blank(unit.number))
    for name, count in counts.items():
        if count > 1:
            yield place.gap(
                "部屋番号", f"「{name}」が{count}つあります。別の番号に直してください。", field="units"
            )


# --- 賃貸の条件, 受入れの範囲 (法40条2項6・8号) ---


def _lease(plan: Plan) -> Iterator[Gap]:
    place = _Place(section=Section.LEASE, path="lease", name="賃貸の条件")
    yield from place.ask(plan.lease, "kind")
    if plan.lease.kind == LeaseKind.FIXED_TERM:
        yield from place.ask(plan.lease, "years")


def _acceptance(plan: Plan) -> Iterator[Gap]:
    place = _Place(section=Section.ACCEPTANCE, path="acceptance", name="受け入れる方")
    yield from place.ask(plan.acceptance, "is_limited")
    if plan.acceptance.is_limited and not plan.acceptance.categories:
        yield place.gap("区分", "を1つ以上選んでください(範囲を定めるため)。", field="categories")


# --- 居住安定援助とその対価 (法40条2項9・10号) ---


def _support(plan: Plan) -> Iterator[Gap]:
    support = plan.support
    safety = _Place(section=Section.SUPPORT, path="support.safety")
    yield from safety.ask(support.safety, "methods")
    if SafetyMethod.DEVICE in support.safety.methods:
        yield from _Place(section=Section.SUPPORT, path="support.safety", name="安否確認").ask(
            support.safety, "device_name"
        )
    yield from safety.ask(support.safety, "every_days", "provider")
    watch = _Place(section=Section.SUPPORT, path="support.watch")
    yield from watch.ask(support.watch, "methods", "every_months", "provider")
    yield from _not_above_zero(safety, support.safety, "every_days")
    yield from _not_above_zero(watch, support.watch, "every_months")
    yield from _referral(plan)
    yield from _subcontractors(plan)


def _referral(plan: Plan) -> Iterator[Gap]:
    top = _Place(section=Section.SUPPORT, path="support.referral")
    targets = plan.support.referral.targets
    if not targets:
        yield top.gap("福祉サービスのつなぎ先", "を1つ以上入れてください。", field="targets")
    for index, target in enumerate(targets):
        place = top.row(targets, index, within="support.referral.targets")
        yield from place.ask(target, "kind", "name", "is_private")
        yield from _phone(place, target.phone, "電話番号", field="phone")


def _subcontractors(plan: Plan) -> Iterator[Gap]:
    support = plan.support
    top = _Place(section=Section.SUPPORT, path="support")
    asked = Provider.SUBCONTRACTED in (support.safety.provider, support.watch.provider)
    if asked and not support.subcontractors:
        yield top.gap("委託先", "を1つ以上入れてください(「委託する」を選んだため)。", field="subcontractors")
    for index, one in enumerate(support.subcontractors):
        place = top.row(support.subcontractors, index, within="support.subcontractors")
        yield from place.ask(one, "name", "scope")


def _price(plan: Plan) -> Iterator[Gap]:
    place = _Place(section=Section.PRICE, path="price")
    if plan.price.monthly_yen is None:
        yield place.gap("援助の対価", "を入れてください(ないときは0)。", field="monthly_yen")
    yield from place.ask(plan.price, "has_general_service")
    if plan.price.has_general_service:
        yield from place.ask(plan.price, "general_service_monthly_yen")
    yield from _below_zero(place, plan.price, "monthly_yen", "general_service_monthly_yen")


# --- 問合せ先, 誓約 (共管省令7条6号, 8条3–7号) ---


def _contact(plan: Plan) -> Iterator[Gap]:
    place = _Place(section=Section.CONTACT, path="contact", name="入居の問合せ先", noun="問合せ先")
    yield from place.ask(plan.contact, "name", "phone")
    yield from _phone(place, plan.contact.phone, "電話番号", field="phone")
    yield from _phone(place, plan.contact.fax, "FAX番号", field="fax")


def _pledges(plan: Plan) -> Iterator[Gap]:
    top = _Place(section=Section.PLEDGES, path="pledges")
    for code in PledgeCode:
        wanted = [line for line in lines(plan) if line.code == code]
        lacking = [line.signatory.label for line in wanted if line.pledge is None]
        if lacking:
            who = "" if len(lacking) == len(wanted) else f"{'・'.join(lacking)}の"
            yield top.gap(f"{who}誓約「{code.label}」", "を確かめて、誓約してください。")
    keys = row_keys(plan.pledges)
    for key, pledge in zip(keys, plan.pledges, strict=True):
        name = f"誓約「{choice_label(PledgeCode, pledge.code)}」"
        place = _Place(section=Section.PLEDGES, path=f"pledges[{key}]", name=name)
        yield from place.ask(pledge, "signer", "acknowledged_on")


# --- Formats ---


def is_phone(text: str) -> bool:
    """Ten or eleven digits beginning with 0, in any grouping and width."""
    return _PHONE.fullmatch(_PHONE_SIGNS.sub("", unicodedata.normalize("NFKC", text))) is not None


def is_postal_code(text: str) -> bool:
    """Seven digits, with or without the hyphen and 〒, in any width."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip().removeprefix("〒").strip()
    return _POSTAL_CODE.fullmatch(folded) is not None


def _phone(place: _Place, value: str, label: str, *, field: str) -> Iterator[Gap]:
    if not is_blank(value) and not is_phone(value):
        yield place.gap(label, "は「042-000-0000」のように、市外局番から数字で入れてください。", field=field)


def _not_above_zero(place: _Place, part: Any, *names: str) -> Iterator[Gap]:
    for name in names:
        value = getattr(part, name)
        if value is not None and not (Decimal(value).is_finite() and value > 0):
            yield place.gap(place.label(part, name), "は0より大きい数で入れてください。", field=name)


def _below_zero(place: _Place, part: Any, *names: str) -> Iterator[Gap]:
    for name in names:
        value = getattr(part, name)
        if value is not None and value < 0:
            yield place.gap(place.label(part, name), "は0円以上で入れてください。", field=name)


def _unknown_choices(plan: Plan) -> Iterator[Gap]:
    """A value that is none of the choices: from an old file, or from a form somebody altered."""
    for leaf in leaves(plan):
        choices = leaf.item.metadata["choices"]
        if choices is None or is_blank(leaf.value):
            continue
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        if set(values) - set(choices.values):
            subject = leaf.full_label
            yield Gap(
                section=leaf.section, path=leaf.path, text=f"{subject}を選び直してください。", subject=subject
            )


_LOOKS: Final = (
    _parties,
    _buildings,
    _lease,
    _acceptance,
    _support,
    _price,
    _contact,
    _pledges,
    _unknown_choices,
)
