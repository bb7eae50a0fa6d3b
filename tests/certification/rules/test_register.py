"""公開一覧: what may be shown, and that what was not agreed to is nowhere in the public row."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from itertools import combinations
from typing import Any, Final

import pytest

from certification.demo import sample_plan
from certification.rules.plan import Acceptance, Category, CommonFacility, Facility, Plan
from certification.rules.register import (
    NOTICE_FIELDS,
    PLAIN_CATEGORIES,
    PublicField,
    accepted,
    facet,
    is_fresh,
    public_row,
    span_text,
    vacancy_problem,
)


def marked_plan() -> Plan:
    """A plan in which every text that some field shows carries a mark of that field."""
    plan = sample_plan()
    (building,), (party,) = plan.buildings, plan.parties
    unit = dataclasses.replace(
        building.units[0],
        monthly_rent_yen=71_717,
        common_fee_yen=72_727,
        deposit_yen=73_737,
        layout="印広さ",
        bath=Facility.SHARED,
    )
    return dataclasses.replace(
        plan,
        buildings=(
            dataclasses.replace(
                building,
                name="印名称",
                address="印所在地",
                common_facilities=(CommonFacility.LAUNDRY,),
                units=(unit,),
            ),
        ),
        parties=(
            dataclasses.replace(
                party,
                name="印事業者",
                address="印事業者住所",
                representative_name="印代表",
                phone="印電話",
                email="印メール",
                corporate_number="印法人番号",
            ),
        ),
        lease=dataclasses.replace(
            plan.lease, guarantee="印保証", other_terms="印その他", comparable_rent="印近傍"
        ),
        acceptance=Acceptance(is_limited=True, categories=(Category.ELDERLY,), other="印受入"),
        support=dataclasses.replace(plan.support, other="印援助"),
        price=dataclasses.replace(plan.price, monthly_yen=74_747, extra_costs="印費用", breakdown="印内訳"),
        contact=dataclasses.replace(plan.contact, name="印問合せ", person="印担当者", phone="印問合せ電話"),
    )


MARKS: Final[dict[PublicField, tuple[str, ...]]] = {
    PublicField.HOUSING_NAME: ("印名称",),
    PublicField.ADDRESS: ("印所在地",),
    PublicField.RENT: ("71,717", "72,727", "73,737", "印保証"),
    PublicField.FLOOR_AREA: ("印広さ", "25.20"),
    PublicField.FACILITIES: ("木造", "洗濯室", "浴室"),
    PublicField.ACCEPTANCE: ("高齢の方", "印受入"),
    PublicField.UNITS: ("1戸",),
    PublicField.SUPPORT: ("1日に1回", "印援助"),
    PublicField.PRICE: ("74,747", "印費用"),
    PublicField.OPERATOR: ("印事業者", "印事業者住所", "印代表"),
    PublicField.CONTACT: ("印問合せ", "印問合せ電話"),
    PublicField.VACANCY: (),
}
NEVER: Final = (
    *("印電話", "印メール", "印法人番号", "印その他", "印近傍", "印内訳", "印担当者", "花子", "感知器"),
    *("12時間", "地域包括", "株式会社架空見守り", "101"),
)
"""Of the plan, and for nobody: private lines of the operator, the person at the contact, officers, subcontractors, rooms."""


def text_of(agreed: Any) -> str:
    return json.dumps(dataclasses.asdict(public_row(marked_plan(), agreed)), ensure_ascii=False, default=str)


def test_every_field_has_marks() -> None:
    assert set(MARKS) == set(PublicField)


@pytest.mark.parametrize("field", PublicField)
def test_a_field_shows_its_own_and_nothing_of_the_others(field: PublicField) -> None:
    text = text_of({field})
    assert [mark for mark in MARKS[field] if mark not in text] == []
    own = "".join(MARKS[field])
    others = [mark for other in PublicField if other != field for mark in MARKS[other] if mark not in own]
    assert [mark for mark in (*others, *NEVER) if mark in text] == []


def test_without_agreement_the_row_is_empty() -> None:
    row = public_row(marked_plan(), ())
    assert dataclasses.asdict(row) == {
        "card": {},
        "rent_low_yen": None,
        "rent_high_yen": None,
        "floor_area_low_m2": None,
        "floor_area_high_m2": None,
        "facets": "",
    }


def test_all_fields_together_still_leave_the_private_out() -> None:
    text = text_of(set(PublicField))
    assert [mark for mark in NEVER if mark in text] == []


def test_each_pair_shows_both_and_no_third() -> None:
    for pair in combinations(PublicField, 2):
        assert set(json.loads(text_of(pair))["card"]) == {one.value for one in pair} - {"vacancy"}


def test_an_unknown_field_shows_nothing() -> None:
    assert public_row(marked_plan(), ["parties", ""]).card == {}


def test_the_items_of_the_ordinance() -> None:
    """共管省令34条: 法40条2項1, 3, 7–10号 and the contact; of the place only the municipality, which is always shown."""
    assert set(NOTICE_FIELDS) == {"operator", "units", "rent", "support", "price", "contact"}
    assert PublicField.ADDRESS not in NOTICE_FIELDS


def test_no_limit_means_everybody() -> None:
    plan = dataclasses.replace(marked_plan(), acceptance=Acceptance(is_limited=False))
    row = public_row(plan, {PublicField.ACCEPTANCE})
    assert accepted(plan) == tuple(Category.values)
    assert row.card["acceptance"] == {"everybody": True, "who": [], "other": ""}
    assert facet("who", Category.FOREIGN) in row.facets


def test_a_draft_with_nothing_in_it_makes_an_empty_card_and_no_fault() -> None:
    row = public_row(Plan(), set(PublicField))
    assert row.rent_low_yen is None
    assert row.card["rent"]["rent"] == ""


def test_a_code_is_not_found_inside_another() -> None:
    """b1 is a part of b10 to b13."""
    plan = dataclasses.replace(
        marked_plan(), acceptance=Acceptance(is_limited=True, categories=(Category.WOMEN,))
    )
    assert facet("who", Category.FOREIGN) not in public_row(plan, {PublicField.ACCEPTANCE}).facets


def test_every_category_has_plain_words() -> None:
    assert set(PLAIN_CATEGORIES) == set(Category)


@pytest.mark.parametrize(("vacancies", "is_fine"), [(None, False), (0, True), (4, True), (5, False)])
def test_vacancies_are_between_none_and_all(vacancies: int | None, is_fine: bool) -> None:
    assert (vacancy_problem(vacancies, unit_count=4) is None) is is_fine


def test_a_report_counts_for_sixty_days() -> None:
    day = dt.date(2026, 6, 1)
    assert is_fresh(day, today=day + dt.timedelta(days=60))
    assert not is_fresh(day, today=day + dt.timedelta(days=61))


def test_spans() -> None:
    assert span_text(52_000, 54_000, unit="円") == "52,000円〜54,000円"
    assert span_text(52_000, 52_000, unit="円") == "52,000円"
    assert span_text(None, None, unit="円") == ""
