"""What a procedure about a certified plan states beside the plan: why, from when, for which rooms.

Basis, as of 令和7年10月1日: 変更認定 法44条1項 and 共管省令22条; 地位の承継 法45条 and 共管省令24条; 目的外使用 法50条1項–3項 and
共管省令31条–33条 (vacant for three months or longer, 定期建物賃貸借 of five years at most). The official forms are pictures:
fields beyond those the articles name are our own and are marked as not needed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices

from certification.rules.parts import is_blank, unit_name, value_text
from certification.rules.plan import Party, PartyKind, Plan, Unit, labelled, part_from_content
from certification.rules.procedures import Procedure
from japan.calendar import add_months

VACANT_MONTHS: Final = 3
"""共管省令31条: 専用賃貸住宅 that has found nobody for this long may be let to others."""

LONGEST_LEASE_MONTHS: Final = 60
"""法50条3項, 共管省令33条: 定期建物賃貸借 of five years at most."""


class SuccessionCause(TextChoices):
    """How a business comes to another (法45条1項・2項)."""

    INHERITANCE = "inheritance", "相続"
    MERGER = "merger", "合併"
    SPLIT = "split", "分割"
    ACQUISITION = "acquisition", "所有権その他の権原の取得"


@dataclass(frozen=True, kw_only=True)
class ChangeStatement:
    """変更認定申請: why, and from when."""

    planned_on: dt.date | None = labelled("変更の予定日", None)
    reason: str = labelled("変更の理由")


@dataclass(frozen=True, kw_only=True)
class SuccessionStatement:
    """地位承継承認申請: from whom to whom, how, and when."""

    cause: str = labelled("承継の原因", choices=SuccessionCause)
    succeeded_on: dt.date | None = labelled("承継の日", None)
    former: str = labelled("いままでの事業者(賃貸人・援助実施者)")
    kind: str = labelled("法人・個人の別", choices=PartyKind)
    name: str = labelled("承継する方の氏名・名称")
    kana: str = labelled("フリガナ")
    corporate_number: str = labelled("法人番号")
    postal_code: str = labelled("郵便番号")
    address: str = labelled("承継する方の住所・主たる事務所")
    representative_title: str = labelled("代表者の職名")
    representative_name: str = labelled("代表者の氏名")
    phone: str = labelled("電話番号")
    email: str = labelled("メールアドレス")
    reason: str = labelled("承継のいきさつ")


@dataclass(frozen=True, kw_only=True)
class OtherUseStatement:
    """目的外使用承認申請: which rooms, empty since when, let to whom and how long. `units` are keys of rooms of the plan."""

    units: tuple[str, ...] = labelled("目的外に使う部屋", tuple)
    vacant_since: dt.date | None = labelled("空いている期間の始まり", None)
    efforts: str = labelled("入居者を募った方法と経過")
    tenant: str = labelled("貸す相手の範囲")
    lease_from: dt.date | None = labelled("賃貸借の始まり", None)
    lease_until: dt.date | None = labelled("賃貸借の終わり", None)
    is_fixed_term: bool | None = labelled("定期建物賃貸借か", None)
    reason: str = labelled("目的外に使う理由")


Statement = ChangeStatement | SuccessionStatement | OtherUseStatement

KINDS: Final[dict[Procedure, type[Any]]] = {
    Procedure.CHANGE: ChangeStatement,
    Procedure.SUCCESSION: SuccessionStatement,
    Procedure.OTHER_USE: OtherUseStatement,
}

OPTIONAL: Final = frozenset({"corporate_number", "postal_code", "email", "representative_title", "kana"})


@dataclass(frozen=True, kw_only=True)
class StatementGap:
    """What is lacking or cannot be: the field, and a sentence that says what to do."""

    field: str
    field_label: str
    text: str


def statement_of(procedure: str, content: Mapping[str, Any]) -> Any:
    """The typed statement; `None` for a procedure that has none. Raises `PlanShapeError`."""
    kind = KINDS.get(Procedure(procedure))
    return part_from_content(kind, content) if kind else None


def statement_rows(procedure: str, content: Mapping[str, Any], plan: Plan) -> tuple[tuple[str, str], ...]:
    """The statement as (label, text), for reading."""
    statement = statement_of(procedure, content)
    if statement is None:
        return ()
    return tuple(
        (str(item.metadata["label"]), _text(item, getattr(statement, item.name), plan))
        for item in dataclasses.fields(statement)
    )


def _text(item: dataclasses.Field[Any], value: Any, plan: Plan) -> str:
    if item.name == "units":
        names = dict(dedicated_units(plan))
        return "、".join(names.get(key, "(いまの計画にない部屋)") for key in value) or value_text(item, ())
    return value_text(item, value)


def succeeded(plan: Plan, statement: SuccessionStatement) -> Plan:
    """The plan with the successor in the place of the party that is named, in the same role.

    What belonged to the former party alone (officers, licences, legal representative) goes with it.
    """
    parties = tuple(
        _successor(party, statement) if party.name == statement.former else party for party in plan.parties
    )
    return dataclasses.replace(plan, parties=parties)


def _successor(former: Party, statement: SuccessionStatement) -> Party:
    return Party(
        key=former.key,
        role=former.role,
        kind=statement.kind,
        name=statement.name,
        kana=statement.kana,
        corporate_number=statement.corporate_number,
        postal_code=statement.postal_code,
        address=statement.address,
        phone=statement.phone,
        email=statement.email,
        representative_title=statement.representative_title,
        representative_name=statement.representative_name,
        is_designated_office=former.is_designated_office,
        designated_office_number=former.designated_office_number,
    )


def dedicated_units(plan: Plan) -> tuple[tuple[str, str], ...]:
    """(key, name) of the 専用賃貸住宅 of a plan: 見本荘 101号."""
    return tuple(
        (unit.key, _unit_title(building.name, unit)) for building, unit in plan.units if unit.is_exclusive
    )


def _unit_title(building: str, unit: Unit) -> str:
    return f"{building} {unit_name(unit.number)}".strip()


def statement_gaps(
    procedure: str, content: Mapping[str, Any], plan: Plan, *, today: dt.date
) -> tuple[StatementGap, ...]:
    """Everything that keeps the statement from being filed on this day."""
    statement = statement_of(procedure, content)
    if statement is None:
        return ()
    return (*_blanks(statement), *_LOOKS[type(statement)](statement, plan, today))


def _gap(statement: Any, name: str, text: str) -> StatementGap:
    label = next(str(item.metadata["label"]) for item in dataclasses.fields(statement) if item.name == name)
    return StatementGap(field=name, field_label=label, text=text)


def _blanks(statement: Any) -> Iterator[StatementGap]:
    for item in dataclasses.fields(statement):
        if item.name in OPTIONAL or not is_blank(getattr(statement, item.name)):
            continue
        if item.name == "representative_name" and statement.kind != PartyKind.CORPORATION:
            continue
        yield _gap(statement, item.name, f"「{item.metadata['label']}」を入れてください。")


def _change(statement: ChangeStatement, plan: Plan, today: dt.date) -> Iterator[StatementGap]:
    """法44条1項: the certification of a change comes before the change."""
    if statement.planned_on and statement.planned_on < today:
        yield _gap(
            statement,
            "planned_on",
            "変更の予定日がもう過ぎています。変更は、認定を受けてから行います。これからの日にするか、すでに変えたときは担当課にご相談ください。",
        )


def _succession(statement: SuccessionStatement, plan: Plan, today: dt.date) -> Iterator[StatementGap]:
    names = {party.name for party in plan.parties}
    if statement.former and statement.former not in names:
        yield _gap(
            statement,
            "former",
            f"「いままでの事業者」は、いまの計画にある名称のとおりに入れてください({'、'.join(sorted(names))})。",
        )


def _other_use(statement: OtherUseStatement, plan: Plan, today: dt.date) -> Iterator[StatementGap]:
    known = {key for key, _ in dedicated_units(plan)}
    if not set(statement.units) <= known:
        yield _gap(
            statement, "units", "いまの計画の専用賃貸住宅にない部屋が選ばれています。選び直してください。"
        )
    if statement.units and len(set(statement.units)) >= len(known):
        yield _gap(
            statement,
            "units",
            "目的外に使えるのは、専用賃貸住宅の一部です(法50条1項)。少なくとも1戸は残してください。",
        )
    yield from _vacancy(statement, today)
    yield from _lease(statement)


def _vacancy(statement: OtherUseStatement, today: dt.date) -> Iterator[StatementGap]:
    since = statement.vacant_since
    if since is None:
        return
    ripe = add_months(since, VACANT_MONTHS)
    if today < ripe:
        yield _gap(
            statement,
            "vacant_since",
            f"空いている期間が{VACANT_MONTHS}か月になっていません。{ripe.year}年{ripe.month}月{ripe.day}日から申請できます(共管省令31条)。",
        )


def _lease(statement: OtherUseStatement) -> Iterator[StatementGap]:
    if statement.is_fixed_term is False:
        yield _gap(
            statement,
            "is_fixed_term",
            "目的外に使うときの契約は、定期建物賃貸借に限られます(法50条3項)。契約の種類を改めてください。",
        )
    begins, ends = statement.lease_from, statement.lease_until
    if begins is None or ends is None:
        return
    if ends < begins:
        yield _gap(statement, "lease_until", "賃貸借の終わりは、始まりより後の日にしてください。")
    elif ends >= add_months(begins, LONGEST_LEASE_MONTHS):
        last = add_months(begins, LONGEST_LEASE_MONTHS) - dt.timedelta(days=1)
        yield _gap(
            statement,
            "lease_until",
            f"賃貸借の期間は5年までです。終わりを{last.year}年{last.month}月{last.day}日までの日にしてください(法50条3項)。",
        )


_LOOKS: Final[dict[type[Any], Callable[[Any, Plan, dt.date], Iterator[StatementGap]]]] = {
    ChangeStatement: _change,
    SuccessionStatement: _succession,
    OtherUseStatement: _other_use,
}
