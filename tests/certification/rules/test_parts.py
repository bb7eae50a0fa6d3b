"""How the parts of a plan are named and written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given

from certification.rules.parts import (
    EMPTY,
    is_blank,
    leaves,
    month_text,
    number_text,
    numbered_name,
    patterns,
    row_keys,
    row_name,
    unit_name,
    value_text,
    walk,
)
from certification.rules.plan import Building, Licence, Plan, Pledge, PledgeCode, Unit
from tests.certification.rules.any_plan import plans
from tests.certification.rules.sample import BUILDING, COMPLETE, LESSOR, UNIT


@pytest.mark.parametrize(
    ("number", "name"),
    [("101", "101号"), ("101号", "101号"), ("A", "A"), (" 2 ", "2号"), ("３", "３号"), ("", "")],
)
def test_a_room_is_called_by_its_number(number: str, name: str) -> None:
    assert unit_name(number) == name


def test_rows_are_called_by_what_they_are_and_their_name() -> None:
    assert row_name(BUILDING, position=1) == "住宅「見本荘」"
    assert row_name(Building(), position=2) == "住宅2"
    assert row_name(UNIT, position=1) == "101号"
    assert row_name(Unit(), position=3) == "部屋3"
    assert row_name(LESSOR, position=1) == "賃貸人「見本不動産」"
    assert row_name(Pledge(code=PledgeCode.POLICY), position=1).startswith("誓約「基本方針")
    assert numbered_name(Licence(kind="broker"), position=1) == "免許・登録1「宅地建物取引業の免許」"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (52_000, "52,000"),
        (Decimal("24.8"), "24.80"),
        (Decimal("1234.567"), "1,234.567"),
        (Decimal(25), "25.00"),
    ],
)
def test_numbers_are_written_with_commas_and_two_places(value: int | Decimal, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("month", "text"),
    [
        ("1981-05", "昭和56年5月"),
        ("2019-05", "令和元年5月"),
        ("1989-01", "昭和64年1月"),
        ("いつか", "いつか"),
        ("1981-13", "1981-13"),
        # Before the solar calendar and before any year: left as written, never an error on a page.
        ("1850-01", "1850-01"),
        ("0000-01", "0000-01"),
    ],
)
def test_months_are_written_in_wareki(month: str, text: str) -> None:
    assert month_text(month) == text


@pytest.mark.parametrize(
    ("value", "blank"), [("", True), (" 　", True), (None, True), ((), True), (0, False), (False, False)]
)
def test_zero_and_no_are_answers(value: object, blank: bool) -> None:
    assert is_blank(value) is blank


def test_values_are_written_by_the_kind_of_their_field() -> None:
    texts = {leaf.path: leaf.text for leaf in leaves(COMPLETE)}

    assert texts["buildings[b1].units[u1].monthly_rent_yen"] == "52,000円/月"
    assert texts["buildings[b1].units[u1].floor"] == "1階"
    assert texts["support.safety.every_days"] == "1日に1回"
    assert texts["support.safety.methods"] == "電話"
    assert texts["parties[p2].is_minor"] == "いいえ"
    assert texts["pledges[policy].acknowledged_on"] == "令和8年4月1日"
    assert texts["buildings[b1].kana"] == EMPTY


def test_a_date_outside_wareki_is_written_as_it_is() -> None:
    item = next(leaf.item for leaf in leaves(COMPLETE) if leaf.path.endswith("acknowledged_on"))

    assert value_text(item, dt.date(1800, 1, 2)) == "1800-01-02"


def test_missing_and_repeated_keys_are_made_good() -> None:
    rows = [Unit(key="a"), Unit(), Unit(key="a"), Unit(key="a")]

    assert row_keys(rows) == ["a", "#2", "a~2", "a~3"]


@given(plans())
def test_every_path_of_a_walk_is_there_once_and_has_a_known_pattern(plan: Plan) -> None:
    parts = list(walk(plan))
    known = set(patterns())

    assert len({part.path for part in parts}) == len(parts)
    assert {part.pattern for part in parts} <= known


def test_patterns_name_every_field_of_the_plan() -> None:
    known = list(patterns())

    assert len(known) == len(set(known))
    assert {
        "buildings",
        "buildings.units.floor_area_m2",
        "support.referral.targets.is_private",
        "pledges",
    } <= set(known)
    assert not [pattern for pattern in known if pattern.endswith("key")]
