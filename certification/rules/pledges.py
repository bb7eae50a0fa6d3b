"""誓約書: which declaration has to be made by whom, and which of them a plan has.

Basis: 共管省令8条3号 (欠格要件; for sublet housing owner and sublessor too), 4号 (法定代理人 of a minor), 5号 (構造),
7号 (基本方針・供給促進計画), in force 令和7年10月1日. No seal is asked for: a declaration is a line that somebody ticks,
kept with name, post and day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from certification.rules.plan import Building, BuildingRight, Party, Plan, Pledge, PledgeCapacity, PledgeCode

BASIS: Final[dict[PledgeCode, str]] = {
    PledgeCode.DISQUALIFICATION: "法42条、共管省令8条3号・4号",
    PledgeCode.GUARDIAN: "法42条、共管省令8条3号・4号",
    PledgeCode.STRUCTURE: "法41条2号、共管省令8条5号",
    PledgeCode.POLICY: "法41条8号、共管省令8条7号",
}

WORDS: Final[dict[PledgeCode, str]] = {
    PledgeCode.DISQUALIFICATION: "自身と、その役員・使用人が、法第42条に定める欠格要件のいずれにも当たらないことを誓約します。",
    PledgeCode.GUARDIAN: "未成年である申請者の法定代理人(法人ならその役員を含む)として、欠格要件に当たらないことを誓約します。",
    PledgeCode.STRUCTURE: "住宅の構造が、共管省令第10条第1号の基準(消防法・建築基準法・耐震)に適合することを誓約します。",
    PledgeCode.POLICY: "計画が、国の基本方針と、都道府県・市町村の供給促進計画に照らして適切であることを誓約します。",
}
"""What is ticked, in plain words."""

_OF_APPLICANTS: Final = (PledgeCode.DISQUALIFICATION, PledgeCode.STRUCTURE, PledgeCode.POLICY)


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Somebody who has to pledge: as what, for whom, and which lines."""

    capacity: PledgeCapacity
    name: str
    codes: tuple[PledgeCode, ...]

    @property
    def label(self) -> str:
        return f"{self.capacity.label}「{self.name}」" if self.name else str(self.capacity.label)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One declaration that is needed, with the pledge that makes it, if any."""

    code: PledgeCode
    signatory: Signatory
    pledge: Pledge | None

    @property
    def is_complete(self) -> bool:
        return (
            self.pledge is not None
            and bool(self.pledge.signer.strip())
            and self.pledge.acknowledged_on is not None
        )


def signatories(plan: Plan) -> tuple[Signatory, ...]:
    """Everybody who has to sign, each once: who files, owner and sublessor of sublet housing, guardians of minors."""
    found: dict[tuple[PledgeCapacity, str], Signatory] = {}
    for one in _all(plan):
        found.setdefault((one.capacity, one.name), one)
    return tuple(found.values())


def lines(plan: Plan) -> tuple[Line, ...]:
    """Every declaration the plan needs, person by person."""
    return tuple(
        Line(code=code, signatory=one, pledge=_made(plan, code, one))
        for one in signatories(plan)
        for code in one.codes
    )


def _all(plan: Plan) -> Iterator[Signatory]:
    for party in plan.parties or (Party(),):
        yield Signatory(capacity=PledgeCapacity.APPLICANT, name=party.name.strip(), codes=_OF_APPLICANTS)
    for party in plan.parties:
        if party.is_minor:
            name = party.guardian.name.strip()
            yield Signatory(capacity=PledgeCapacity.GUARDIAN, name=name, codes=(PledgeCode.GUARDIAN,))
    for building in plan.buildings:
        yield from _of_building(building, {party.name.strip() for party in plan.parties})


def is_sublet(building: Building) -> bool:
    """Whether the operator lets what it rents itself (転貸)."""
    return building.right == BuildingRight.LEASE and bool(building.is_sublease)


def _of_building(building: Building, parties: set[str]) -> Iterator[Signatory]:
    """Who files signs already; an owner or sublessor who is somebody else signs besides."""
    if not is_sublet(building):
        return
    for capacity, name in (
        (PledgeCapacity.OWNER, building.owner_name.strip()),
        (PledgeCapacity.SUBLESSOR, building.sublessor_name.strip()),
    ):
        if name and name not in parties:
            yield Signatory(capacity=capacity, name=name, codes=(PledgeCode.DISQUALIFICATION,))


def _made(plan: Plan, code: PledgeCode, signatory: Signatory) -> Pledge | None:
    fitting = [one for one in plan.pledges if one.code == code and _is_of(one, signatory)]
    return fitting[0] if fitting else None


def _is_of(pledge: Pledge, signatory: Signatory) -> bool:
    """A pledge of before names nobody: it was given once, for all who file."""
    if not pledge.capacity:
        return signatory.capacity == PledgeCapacity.APPLICANT
    return (pledge.capacity, pledge.for_whom) == (signatory.capacity, signatory.name)
