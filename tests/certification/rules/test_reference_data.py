"""The reference data that is shipped: faithful to its sources, complete, and referring only to what exists."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certification.rules.completeness import is_phone
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import CONSENT_LETTER, SEISMIC_PROOF, CheckCode
from certification.rules.difference import covers
from certification.rules.parts import patterns
from japan.codes import check_municipality_code
from tests.certification.rules.sample import REFERENCE, read_reference

TABLES = ("review_table_serial.json", "review_table_parallel.json")
SOURCES = Path(__file__).resolve().parents[4] / "shared" / "sources"


def items_of(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_reference(name)["items"]
    return rows


def source(name: str) -> str:
    path = SOURCES / name
    if not path.is_file():
        pytest.skip(f"the source {name} is not at hand")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.json")), ids=lambda path: path.name)
def test_every_file_says_where_it_comes_from_and_as_of_when(path: Path) -> None:
    content = read_reference(path.name)

    assert content["source"]
    assert content["as_of"] == "2025-10-01"


# --- 東久留米市 別表 ---


def table_rows(text: str) -> Iterator[tuple[str, str, str, int]]:
    """Label, document, 必須/適宜 and the number of departments of each line of the 別表 in the source."""
    for line in text.split("主な審査事項 |")[1].splitlines()[1:]:
        label, document, requirement, *marks = (cell.strip() for cell in line.split("|"))
        yield label, document, requirement, sum("○" in mark for mark in marks)


def test_the_serial_table_has_the_27_lines_of_the_ordinance() -> None:
    lines = list(table_rows(source("higashikurume_certification_rules.txt")))
    items = items_of("review_table_serial.json")
    words = {"required": "必須", "as_needed": "適宜"}

    assert len(lines) == len(items) == 27
    for (label, document, requirement, departments), item in zip(lines, items, strict=True):
        assert item["label"] == label
        assert item["document_label"].replace("、", " ") == document.replace("・", "")
        assert words[item["requirement"]] == requirement
        assert len(item["departments"]) == departments
        # The copy lost the column where only one department is marked: there, and only there, it is inferred.
        assert {share["is_inferred"] for share in item["departments"]} == {departments == 1}


def sides(item: dict[str, Any]) -> set[str]:
    return {share["side"] for share in item["departments"]}


def test_who_reviews_which_line_of_the_serial_table() -> None:
    by_sides = {item["number"]: sides(item) for item in items_of("review_table_serial.json")}
    both, welfare, housing = {"welfare", "housing"}, {"welfare"}, {"housing"}

    assert by_sides == {
        **dict.fromkeys((1, 2, 3, 4, 5, 6, 26, 27), both),
        **dict.fromkeys((7, 8, 9, 10, 11, 12, 13, 14, 15, 17), welfare),
        **dict.fromkeys((16, 18, 19, 20, 21, 22, 23, 24, 25), housing),
    }


def test_welfare_reviews_the_six_party_lines_only_when_a_designated_office_carries_the_support() -> None:
    for item in items_of("review_table_serial.json"):
        conditions = {share["side"]: share["condition"] for share in item["departments"]}
        expected = "designated_office" if item["number"] <= 6 else "always"
        assert conditions.get("welfare", expected) == expected
        assert conditions.get("housing", "always") == "always"


def test_the_conditions_written_in_the_labels_are_conditions_of_the_lines() -> None:
    conditions = {item["number"]: item["condition"] for item in items_of("review_table_serial.json")}

    assert {number: code for number, code in conditions.items() if code != "always"} == {
        2: "lessor_corporation",
        3: "lessor_guardian_corporation",
        4: "supporter_corporation",
        5: "supporter_guardian_corporation",
        9: "safety_by_device",
        12: "private_referral",
        14: "subcontracted",
        17: "limited_acceptance",
        20: "not_shared_living",
        21: "shared_living",
    }


# --- 京都市 ---


def test_the_parallel_city_asks_for_the_documents_of_its_own_list() -> None:
    text = source("kyoto_support_housing.txt")
    words = {
        "area_drawing": "各住戸の専用面積を示す求積図及び求積表",
        "common_area_drawing": "共用部分の面積を示す求積図及び求積表",
        "shared_use_drawing": "同等以上の居住環境が確保されることを示す図面",
        "building_confirmation": "確認済証の写し",
        "support_outline": "居住安定援助の内容の概要",
        "general_service_fee": "契約条件や利用料がわかる契約書等",
    }
    documents = {row["code"]: row for row in read_reference("review_table_parallel.json")["document_types"]}
    listed = {code for code, row in documents.items() if row["basis"].startswith("京都市")}

    assert listed == set(words)
    assert all(phrase in text for phrase in words.values())
    assert {code for code in documents if code not in listed} == {"floor_plan", "seismic_proof", "other"}


def test_the_parallel_table_parts_hard_from_soft() -> None:
    items = items_of("review_table_parallel.json")

    assert all(len(sides(item)) == 1 for item in items)
    soft = [item for item in items if sides(item) == {"welfare"}]
    assert all(one.startswith(("support", "price")) for item in soft for one in item["sections"])


# --- Both tables ---


@pytest.mark.parametrize("name", TABLES)
def test_every_field_of_the_plan_belongs_to_an_item(name: str) -> None:
    """Otherwise a change of that field would open nothing again."""
    sections = {section for item in items_of(name) for section in item["sections"]}
    known = list(patterns())
    fields = [one for one in known if not any(other.startswith(f"{one}.") for other in known)]

    assert [one for one in fields if not any(covers(section, one) for section in sections)] == []


@pytest.mark.parametrize("name", TABLES)
def test_items_refer_only_to_what_exists(name: str) -> None:
    codes = [row["code"] for row in read_reference(name)["document_types"]]
    items = items_of(name)

    assert len(codes) == len(set(codes))
    assert [item["number"] for item in items] == list(range(1, len(items) + 1))
    for item in items:
        assert set(item["sections"]) <= set(patterns())
        assert set(item["checks"]) <= set(CheckCode)
        assert set(item["document_codes"]) <= set(codes)
        assert item["condition"] in ConditionCode.values
        assert item["basis"]
        assert item["departments"]


@pytest.mark.parametrize("name", TABLES)
def test_every_document_is_looked_at_by_an_item(name: str) -> None:
    asked = {code for item in items_of(name) for code in item["document_codes"]}

    # 「その他」 is a place to add something; it belongs to no item.
    assert {row["code"] for row in read_reference(name)["document_types"]} - asked == {"other"}


@pytest.mark.parametrize("name", TABLES)
def test_every_check_stands_beside_an_item(name: str) -> None:
    assert {check for item in items_of(name) for check in item["checks"]} == set(CheckCode)


def test_the_codes_that_checks_look_for_are_in_the_lists() -> None:
    serial = {row["code"] for row in read_reference("review_table_serial.json")["document_types"]}
    parallel = {row["code"] for row in read_reference("review_table_parallel.json")["document_types"]}

    assert {CONSENT_LETTER, SEISMIC_PROOF} <= serial
    assert SEISMIC_PROOF in parallel
    assert CONSENT_LETTER not in parallel


# --- Municipalities and settings ---


def test_codes_of_municipalities_are_well_formed() -> None:
    for row in read_reference("municipalities.json")["municipalities"]:
        assert check_municipality_code(row["code"]) == row["code"]


def test_the_cities_with_settings_are_invented_and_say_so() -> None:
    samples = {
        row["code"] for row in read_reference("municipalities.json")["municipalities"] if row.get("is_sample")
    }
    content = read_reference("settings.json")
    named = {row["code"]: row for row in content["municipalities"]}

    assert set(named) == samples == {"139912", "269913"}
    assert "実在しない" in content["source"]
    assert all("見本" in row["setting"]["authority_name"] for row in named.values())
    assert all("見本" in row["setting"]["enquiry_text"] for row in named.values())
    phones = [one["phone"] for row in named.values() for one in row["departments"]]
    assert all(is_phone(phone) and "-000-" in phone for phone in phones)


def test_one_city_is_serial_led_by_welfare_and_one_parallel_led_by_housing() -> None:
    leads = {}
    for row in read_reference("settings.json")["municipalities"]:
        side_of = {one["name"]: one["side"] for one in row["departments"]}
        leads[row["setting"]["order"]] = side_of[row["setting"]["lead_department"]]
        assert {side: side_of[name] for side, name in row["reviewers"].items()} == {
            "welfare": "welfare",
            "housing": "housing",
        }

    assert leads == {"serial": "welfare", "parallel": "housing"}


def test_how_much_reference_data_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {name: len(items_of(name)) for name in TABLES}
    with capsys.disabled():
        sys.stdout.write(f"\nreview items: {counts}; plan fields and groups: {len(list(patterns()))}\n")

    assert counts == {"review_table_serial.json": 27, "review_table_parallel.json": 26}
