"""欠格: what a system can see of it by itself, the two years after a certification was revoked.

Basis: 法42条3号 (認定を取り消され、その取消しの日から2年を経過しない者), 6–8号 (法定代理人・役員・使用人). Names are not
persons: a match says how sure it is, and a person finds out. The other grounds are asked of police and registry.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from certification.rules.plan import Party, PartyKind, Plan
from japan.kana import to_katakana

BAR_YEARS: Final = 2
BASIS: Final = "法42条3号"


class Sureness(StrEnum):
    """How sure a match is, surest first."""

    NUMBER = "number"
    NAME_AND_KANA = "name_and_kana"
    NAME = "name"
    KANA = "kana"

    @property
    def label(self) -> str:
        return {
            "number": "法人番号が一致",
            "name_and_kana": "名前とフリガナが一致",
            "name": "名前が一致",
            "kana": "フリガナだけ一致",
        }[self.value]


@dataclass(frozen=True, kw_only=True)
class Who:
    """A name as it stands in a plan, with what else is known of it. `role` says as what: 賃貸人, 役員 …"""

    role: str
    name: str
    kana: str = ""
    corporate_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """Somebody of a revoked plan, and when it was revoked."""

    who: Who
    revoked_on: dt.date
    label: str
    """The number of the revoked certification."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """One of a plan's people resembles one of a revoked plan."""

    who: Who
    revoked: Revoked
    sureness: Sureness

    @property
    def ends_on(self) -> dt.date:
        """The first day on which the bar does not hold any more."""
        return bar_ends_on(self.revoked.revoked_on)


def bar_ends_on(revoked_on: dt.date) -> dt.date:
    """Two years after the day (法42条3号). 29 February counts to 1 March."""
    try:
        return revoked_on.replace(year=revoked_on.year + BAR_YEARS)
    except ValueError:
        return dt.date(revoked_on.year + BAR_YEARS, 3, 1)


def matches(people: Iterable[Who], revoked: Iterable[Revoked], *, today: dt.date) -> tuple[Match, ...]:
    """Who of `people` resembles somebody revoked less than two years ago, surest first."""
    barred = [one for one in revoked if one.revoked_on <= today < bar_ends_on(one.revoked_on)]
    found = [
        Match(who=who, revoked=one, sureness=sureness)
        for who in people
        for one in barred
        if (sureness := _alike(who, one.who))
    ]
    order = list(Sureness)
    return tuple(sorted(found, key=lambda match: order.index(match.sureness)))


def _alike(who: Who, other: Who) -> Sureness | None:
    if who.corporate_number and other.corporate_number:
        return Sureness.NUMBER if _digits(who) == _digits(other) else None
    name = bool(_folded(who.name)) and _folded(who.name) == _folded(other.name)
    kana = bool(_kana(who.kana)) and _kana(who.kana) == _kana(other.kana)
    if name and kana:
        return Sureness.NAME_AND_KANA
    if name:
        # The same signs read otherwise are another name.
        return None if _kana(who.kana) and _kana(other.kana) else Sureness.NAME
    return Sureness.KANA if kana else None


def _digits(who: Who) -> str:
    return unicodedata.normalize("NFKC", who.corporate_number).strip()


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _kana(text: str) -> str:
    return to_katakana(_folded(text))


def people_of(plan: Plan) -> tuple[Who, ...]:
    """Everybody the bar asks about: parties, representatives, officers, 使用人, guardians with their officers."""
    return tuple(
        who for party in plan.parties for who in _people(party) if who.name.strip() or who.kana.strip()
    )


def _people(party: Party) -> Iterator[Who]:
    label = "事業を行う者"
    yield Who(role=label, name=party.name, kana=party.kana, corporate_number=party.corporate_number)
    if party.kind == PartyKind.CORPORATION and not _is_among(party.representative_name, party):
        yield Who(role="代表者", name=party.representative_name)
    yield from (Who(role="役員", name=one.name, kana=one.kana) for one in party.officers)
    yield from (Who(role="使用人", name=one.name, kana=one.kana) for one in party.employees)
    if party.is_minor:
        yield Who(role="法定代理人", name=party.guardian.name)
        yield from (
            Who(role="法定代理人の役員", name=one.name, kana=one.kana) for one in party.guardian.officers
        )


def _is_among(name: str, party: Party) -> bool:
    return _folded(name) in {_folded(one.name) for one in party.officers}
