"""変更の区分: whether a change of a certified plan needs a certification, a notification, or nothing.

Basis: 法44条1項 (a change is certified before it is made), 共管省令21条1項 (the minor ones, which are notified before they are
made, and its 8号: those the authority finds harmless, which need nothing), as of 令和7年10月1日. The direction matters:
more dedicated rooms and lower prices are minor, fewer and higher are not. What no rule names is certified: the stricter
way. Several changes together go the strictest way of any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices

from certification.rules.difference import ROW_ADDED, ROW_REMOVED, Change, ChangeKind, covers


class ChangeClass(TextChoices):
    """区分, the strictest last."""

    NOTHING = "nothing", "届出不要"
    NOTIFY = "notify", "軽微な変更(届出)"
    CERTIFY = "certify", "変更認定"


_STRICTNESS: Final = tuple(ChangeClass)

Harmless = Mapping[str, str]
"""Pattern of a place of the plan → why this authority finds a change there harmless (共管省令21条1項8号)."""


@dataclass(frozen=True, kw_only=True)
class Classified:
    """One difference with its class and the ground for it, as a Japanese phrase."""

    change: Change
    kind: ChangeClass
    ground: str


def classify(changes: Iterable[Change], *, harmless: Harmless | None = None) -> tuple[Classified, ...]:
    """Each difference with its class and ground. The fields of a row that came or went go with the row, and the
    breakdown of an amount that goes down with the amount.
    """
    found = tuple(changes)
    rows = {
        change.path: _classified(change, harmless=harmless or {})
        for change in found
        if change.after in (ROW_ADDED, ROW_REMOVED)
    }
    lowered = {
        change.path: one
        for change in found
        if change.path in _AMOUNT_OF.values()
        and (one := _classified(change, harmless=harmless or {})).kind == ChangeClass.NOTIFY
    }
    return tuple(
        _with_its_row(change, rows)
        or _with_its_amount(change, lowered)
        or _classified(change, harmless=harmless or {})
        for change in found
    )


def _with_its_row(change: Change, rows: Mapping[str, Classified]) -> Classified | None:
    row = next((one for path, one in rows.items() if change.path.startswith(f"{path}.")), None)
    return Classified(change=change, kind=row.kind, ground=row.ground) if row else None


def _with_its_amount(change: Change, lowered: Mapping[str, Classified]) -> Classified | None:
    amount = lowered.get(_AMOUNT_OF.get(change.path, ""))
    if amount is None:
        return None
    return Classified(change=change, kind=amount.kind, ground=f"{amount.ground}に伴う内訳")


def overall(classified: Iterable[Classified]) -> ChangeClass | None:
    """The class of all of them together: the strictest. `None` where nothing changed."""
    kinds = [one.kind for one in classified]
    return max(kinds, key=_STRICTNESS.index) if kinds else None


def _classified(change: Change, *, harmless: Harmless) -> Classified:
    if reason := next((why for place, why in harmless.items() if covers(place, change.pattern)), ""):
        return Classified(
            change=change,
            kind=ChangeClass.NOTHING,
            ground=f"共管省令21条1項8号(市区町村長が認めるもの): {reason}",
        )
    for place, rule in _RULES:
        if covers(place, change.pattern) and (answer := rule(change)):
            kind, ground = answer
            return Classified(change=change, kind=kind, ground=ground)
    return Classified(change=change, kind=ChangeClass.CERTIFY, ground="法44条1項")


_Answer = tuple[ChangeClass, str] | None
_Rule = Callable[[Change], _Answer]


def _minor(ground: str) -> _Rule:
    return lambda change: (ChangeClass.NOTIFY, ground)


def _nothing(ground: str) -> _Rule:
    return lambda change: (ChangeClass.NOTHING, ground)


def _lower(ground: str) -> _Rule:
    """Minor where the number goes down; a number that came or went is none to compare."""

    def rule(change: Change) -> _Answer:
        if _is_number(change.old) and _is_number(change.new) and change.new < change.old:
            return ChangeClass.NOTIFY, ground
        return None

    return rule


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, bool | str | tuple)


def _more_dedicated(change: Change) -> _Answer:
    """A room that becomes dedicated: more of them. The other way round, and a room that is new, is no such thing."""
    if change.kind == ChangeKind.CHANGED and change.old is False and change.new is True:
        return ChangeClass.NOTIFY, "共管省令21条1項4号(専用戸数の増加)"
    return None


def _added_file(change: Change) -> _Answer:
    """A paper more changes nothing by itself; one replaced or taken away was part of what was certified."""
    if change.kind == ChangeKind.ADDED:
        return ChangeClass.NOTHING, "書類の追加(計画の記載は変わらない)"
    return None


_AMOUNT_OF: Final[Mapping[str, str]] = {"price.breakdown": "price.monthly_yen"}
"""Breakdown → its amount. A lower amount with the old breakdown would contradict itself; alone, a new breakdown is certified."""

_NOT_IN_THE_PLAN: Final = "計画の記載事項(法40条2項、共管省令7条)ではないもの"

_RULES: Final[tuple[tuple[str, _Rule], ...]] = (
    ("parties.officers", _minor("共管省令21条1項1号(役員の氏名)")),
    ("parties.guardian.representative_name", _minor("共管省令21条1項2号(法定代理人の代表者・役員の氏名)")),
    ("parties.guardian.officers", _minor("共管省令21条1項2号(法定代理人の代表者・役員の氏名)")),
    ("buildings.name", _minor("共管省令21条1項3号(住宅の名称)")),
    ("buildings.kana", _minor("共管省令21条1項3号(住宅の名称)")),
    ("buildings.units.is_exclusive", _more_dedicated),
    ("buildings.units.monthly_rent_yen", _lower("共管省令21条1項5号(家賃の減額)")),
    ("buildings.units.common_fee_yen", _lower("共管省令21条1項5号(共益費の減額)")),
    ("buildings.units.deposit_yen", _lower("共管省令21条1項5号(敷金の減額)")),
    ("price.monthly_yen", _lower("共管省令21条1項6号(援助の対価の減額)")),
    ("contact", _minor("共管省令21条1項7号(入居の問合せ先)")),
    ("pledges", _nothing("誓約は手続のたびに新しくするもの")),
    ("documents", _added_file),
    *(
        (f"parties.{name}", _nothing(_NOT_IN_THE_PLAN))
        for name in ("kana", "corporate_number", "postal_code", "phone", "email")
    ),
    ("lease.comparable_rent", _nothing(_NOT_IN_THE_PLAN)),
    ("price.general_service_monthly_yen", _nothing(_NOT_IN_THE_PLAN)),
)
"""Looked through in order; a rule that gives no answer leaves the change to the general one: 変更認定."""
