"""What would cure a finding, at the very boundary of each number; rooms for families, counted facilities, rents found."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from certification.rules.criteria import CheckCode, Comparable, Finding, Outcome, run
from certification.rules.plan import Plan
from tests.certification.rules.sample import (
    COMPLETE,
    THRESHOLDS,
    UNIT,
    replace,
    shared_living,
    with_building,
    with_part,
    with_unit,
)

OK, ATTENTION, UNKNOWN = Outcome.OK, Outcome.ATTENTION, Outcome.UNKNOWN
AREAS = st.decimals(Decimal("0.01"), 60, places=2)


def findings(code: CheckCode, plan: Plan, **given_: Any) -> tuple[Finding, ...]:
    return run([code], plan, thresholds=THRESHOLDS, **given_)


def finding(code: CheckCode, plan: Plan, **given_: Any) -> Finding:
    (found,) = findings(code, plan, **given_)
    return found


# --- 床面積 ---


def test_the_cure_says_how_much_is_lacking_and_that_sharing_would_do() -> None:
    found = finding(CheckCode.FLOOR_AREA, with_unit(floor_area_m2=Decimal("17.20")))

    assert found.cure == "あと0.8㎡、または共用の台所・収納・浴室を同等以上に整える(13㎡以上で足ります)。"


def test_where_sharing_would_not_do_either_it_is_not_offered() -> None:
    assert finding(CheckCode.FLOOR_AREA, with_unit(floor_area_m2=Decimal("12.99"))).cure == (
        "あと5.01㎡。広げられなければ計画から除きます。"
    )


@given(AREAS, st.booleans(), st.booleans())
def test_adding_what_is_lacking_cures_a_unit(area: Decimal, is_existing: bool, shares: bool) -> None:
    unit = replace(UNIT, floor_area_m2=area, bath="shared" if shares else "private")
    found = finding(CheckCode.FLOOR_AREA, with_building(is_existing=is_existing, units=(unit,)))
    if found.outcome == OK:
        return
    lacking = Decimal(found.cure.removeprefix("あと").partition("㎡")[0])
    cured = replace(unit, floor_area_m2=area + lacking)
    barely = replace(unit, floor_area_m2=area + lacking - Decimal("0.01"))

    assert lacking > 0
    assert finding(CheckCode.FLOOR_AREA, with_building(is_existing=is_existing, units=(cured,))).outcome == OK
    assert (
        finding(CheckCode.FLOOR_AREA, with_building(is_existing=is_existing, units=(barely,))).outcome
        == ATTENTION
    )


def family_house(area: str, *, total: str, families: int = 1, singles: int = 1) -> Plan:
    plan = shared_living(*["9"] * singles, *[area] * families, total=total)
    rooms = plan.buildings[0].units
    rooms = tuple(
        replace(room, is_single_parent=True, capacity=3) if place >= singles else room
        for place, room in enumerate(rooms)
    )
    return replace(plan, buildings=(replace(plan.buildings[0], units=rooms),))


@given(st.integers(1, 4), st.integers(0, 4), st.decimals(0, 250, places=2))
def test_a_house_with_families_fits_if_and_only_if_it_reaches_the_sum(
    families: int, singles: int, total: Decimal
) -> None:
    """15㎡×B+22㎡×C+10㎡."""
    whole, *_ = findings(
        CheckCode.FLOOR_AREA, family_house("12", total=str(total), families=families, singles=singles)
    )

    assert (whole.outcome == OK) == (total >= 15 * singles + 22 * families + 10)


@given(st.decimals(8, 14, places=2), st.sampled_from([Decimal("47"), Decimal("48.99"), Decimal("49")]))
def test_a_room_for_a_family_is_twelve_or_ten_where_the_whole_is_wide(area: Decimal, total: Decimal) -> None:
    """Wide is 15㎡×1+24㎡×1+10㎡ = 49㎡."""
    *_, room = findings(CheckCode.FLOOR_AREA, family_house(str(area), total=str(total)))

    assert (room.outcome == OK) == (area >= (10 if total >= 49 else 12))


def test_a_family_in_one_room_is_no_crowd() -> None:
    found = findings(CheckCode.FLOOR_AREA, family_house("12", total="60"))

    assert [one.outcome for one in found] == [OK, OK, OK]


def test_too_small_a_house_may_take_fewer_people() -> None:
    whole, *_ = findings(CheckCode.FLOOR_AREA, shared_living("9", "9", "9", total="54"))

    assert whole.cure == "あと1㎡、または定員を1人減らす。"


# --- 設備, 専用戸数 ---


@given(st.integers(0, 4), st.integers(6, 15))
def test_counted_facilities_fit_if_and_only_if_there_is_one_for_five(count: int, people: int) -> None:
    counts = {"common_toilets": count, "common_washbasins": 9, "common_baths": 9}
    _, found = findings(CheckCode.EQUIPMENT, shared_living(*["9"] * people, total="400", **counts))
    wanted = -(-people // 5)

    assert (found.outcome == OK) == (count >= wanted)
    if count < wanted:
        assert found.cure.startswith(f"便所あと{wanted - count}か所。")


def test_the_cure_for_exclusive_units_is_how_many_more() -> None:
    assert finding(CheckCode.EXCLUSIVE_UNITS, with_unit(is_exclusive=False)).cure.startswith(
        "あと1戸を専用に"
    )


# --- 家賃, 対価 ---

NEARBY = [Comparable(area_m2=Decimal(25), monthly_rent_yen=yen) for yen in (45_000, 50_000, 60_000)]
"""The median is 50,000円 for 25㎡: 2,000円/㎡, and ten in a hundred more is 2,200円/㎡."""


def test_rents_lie_beside_the_median_of_what_was_found() -> None:
    found = finding(CheckCode.RENT, with_unit(monthly_rent_yen=52_000), comparables=NEARBY)

    assert found.text == "家賃 2,080円/㎡は、調べた3件の中央値 2,000円/㎡に対し+4%(目安 +10%まで)"
    assert (found.outcome, found.cure) == (OK, "")


@given(st.integers(1_000, 200_000))
def test_a_rent_is_looked_at_closer_if_and_only_if_it_passes_the_share(rent: int) -> None:
    found = finding(CheckCode.RENT, with_unit(monthly_rent_yen=rent), comparables=NEARBY)

    assert (found.outcome == OK) == (rent <= 55_000)
    assert bool(found.cure) == (found.outcome != OK)


@given(st.lists(st.integers(1, 300_000), min_size=1, max_size=9))
def test_any_comparables_can_be_compared(rents: list[int]) -> None:
    nearby = [Comparable(area_m2=Decimal("20.5"), monthly_rent_yen=yen) for yen in rents]

    assert finding(CheckCode.RENT, COMPLETE, comparables=nearby).outcome in (OK, ATTENTION)


def test_without_area_or_rent_nothing_is_compared() -> None:
    assert finding(CheckCode.RENT, with_unit(floor_area_m2=None), comparables=NEARBY).outcome == UNKNOWN


@given(st.integers(1, 9_000))
def test_the_price_is_cured_by_the_difference(price: int) -> None:
    plan = with_part("price", monthly_yen=price, has_general_service=True, general_service_monthly_yen=3_000)
    found = finding(CheckCode.PRICE, plan)

    assert (found.outcome == OK) == (price <= 3_000)
    if price > 3_000:
        assert found.cure.startswith(f"あと{price - 3_000:,}円下げるか")


def test_every_check_is_one_function() -> None:
    from certification.rules.criteria import CHECKS

    assert len(set(CHECKS.values())) == len(CHECKS) == len(CheckCode)
    assert dataclasses.is_dataclass(Finding)
