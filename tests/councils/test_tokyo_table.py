"""The prefecture's real table against what a careful reader found in it. The figures are printed (`pytest -s`).

The table and the reader's findings lie beside the project, not in it: without them these tests are skipped.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from councils.intake.sheet import read_sheet
from councils.rules.table import CouncilReading, Reading, read_table
from councils.rules.table.reading import MEMBER_CATEGORIES

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
TABLE = DATA / "tokyo_councils_r6.tsv"
TRUTH = DATA / "tokyo_councils_r6_truth.json"

pytestmark = pytest.mark.skipif(
    not (TABLE.is_file() and TRUTH.is_file()), reason=f"the prefecture's table is not at {DATA}"
)


@cache
def truth() -> list[dict[str, Any]]:
    councils: list[dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))["councils"]
    return councils


@cache
def reading() -> Reading:
    return read_table(read_sheet(TABLE.read_bytes(), file_name=TABLE.name))


def pairs() -> list[tuple[CouncilReading, dict[str, Any], dict[str, Any]]]:
    """Each council as read, the same as JSON, and the careful reader's."""
    by_name = {council.name.value: council for council in reading().councils}
    return [(by_name[true["name"]], by_name[true["name"]].as_json(), true) for true in truth()]


def told(what: str, right: int, of: int) -> None:
    print(f"{what:<36}{right:>5} / {of:<5}{right / of if of else 1:8.1%}")  # noqa: T201 (the figures are the point)


# --- Names, dates, basis ---


def test_every_council_is_found_once_and_no_other():
    names = [council.name.value for council in reading().councils]
    told("names", len(set(names) & {true["name"] for true in truth()}), len(truth()))
    assert sorted(names) == sorted(true["name"] for true in truth())
    assert reading().problems == ()


def test_dates():
    right = [
        read["established"] == {key: true["established"][key] for key in ("value", "precision")}
        for _, read, true in pairs()
    ]
    told("dates", sum(right), len(right))
    assert all(right)


def test_basis():
    right = [read["basis"] == true["basis"] for _, read, true in pairs()]
    told("basis", sum(right), len(right))
    assert all(right)


# --- Members ---


def test_members():
    read_items: Counter[tuple[int, str]] = Counter()
    true_items: Counter[tuple[int, str]] = Counter()
    placed = 0
    for number, (_, read, true) in enumerate(pairs()):
        for category in MEMBER_CATEGORIES:
            read_items.update((number, item) for item in read["members"][category])
            true_items.update((number, item) for item in true["members"][category])
            placed += len(set(read["members"][category]) & set(true["members"][category]))
    common = (read_items & true_items).total()
    told("member items, precision", common, read_items.total())
    told("member items, recall", common, true_items.total())
    told("category recall", placed, true_items.total())
    assert common / read_items.total() >= 0.95
    assert common / true_items.total() >= 0.95
    assert placed / true_items.total() >= 0.90


def test_observers_and_secretariats():
    observers = [read["observers"] == true["observers"] for _, read, true in pairs()]
    secretariats = [read["secretariat"] == true["secretariat"] for _, read, true in pairs()]
    told("observers", sum(observers), len(observers))
    told("secretariats", sum(secretariats), len(secretariats))
    assert all(observers)
    assert all(secretariats)


def test_each_cell_is_put_to_its_column_up_to_the_background():
    """The five texts on consultation run into one another in the table; what matters in them is measured below."""
    settled = {"observer", "basis", "charter_activities", "secretariat", "business", "background"}
    right = of = 0
    for council, _, true in pairs():
        for column, keys in true["column_map"].items():
            for key in settled & set(keys):
                of += 1
                right += key in council.columns.get(int(column), ())
    told("columns up to the background", right, of)
    assert right == of


# --- Consultation ---


def test_status():
    right = [read["consultation_status"] == true["consultation_status"] for _, read, true in pairs()]
    told("consultation status", sum(right), len(right))
    assert all(right)


def test_shop_counts():
    def of_truth(true: dict[str, Any]) -> dict[str, Any] | None:
        if true["shop_count"] is None:
            return None
        return {
            "count": true["shop_count"],
            "approximate": true["shop_count_approximate"],
            "as_of": true["shop_count_as_of"],
        }

    right = [read["shop_count"] == of_truth(true) for _, read, true in pairs()]
    told("shop counts, with and without", sum(right), len(right))
    assert all(right)


def weekday_rules(true: dict[str, Any]) -> set[tuple[str, tuple[str, ...], tuple[int, ...]]]:
    rules = set()
    for desk in true["desks"]:
        for rule in desk.get("recurrence") or []:
            if "byday" in rule:
                weekdays = tuple(sorted({day[-2:] for day in rule["byday"]}))
                nth = tuple(sorted({int(day[:-2]) for day in rule["byday"] if day[:-2]}))
                rules.add((rule["freq"], weekdays, nth))
    return rules


def test_weekday_rules():
    right, of = 0, 0
    for _, read, true in pairs():
        found = {
            (each["freq"], tuple(sorted(each["weekdays"])), tuple(each["nth"]))
            for each in read["sessions"]
            if each["weekdays"]
        }
        right += found == weekday_rules(true)
        of += 1
    told("weekday rules, row by row", right, of)
    assert right == of


def test_no_time_is_invented():
    """Every time printed is one that the careful reader found too, and none of his is missing."""
    for _, read, true in pairs():
        known = [slot for desk in true["desks"] for slot in ((desk.get("slots") or {}).get("times") or [])]
        times = [[slot["start"], slot["end"]] for each in read["sessions"] for slot in each["slots"]]
        assert times == known
        edges = {edge for each in read["sessions"] for edge in (each["start"], each["end"]) if edge}
        assert edges == ({known[0][0], known[-1][1]} if known else set())


def test_office_hours_and_counts():
    right = 0
    for _, read, true in pairs():
        office = any(
            rule.get("office_hours") for desk in true["desks"] for rule in desk.get("recurrence") or []
        )
        counts = {(desk.get("per_year"), desk.get("per_month")) for desk in true["desks"]} - {(None, None)}
        found = {
            (each["per_year"], each["per_month"]) for each in read["sessions"] if each["freq"] == "COUNT"
        }
        right += (
            office == any(each["freq"] == "OFFICE_HOURS" for each in read["sessions"]) and counts == found
        )
    told("office hours and counts, by row", right, len(truth()))
    assert right == len(truth())


# --- What is not sure says so, and nothing is lost ---


def test_every_row_that_does_not_fit_its_heading_says_so():
    unsure = 0
    for council, _, true in pairs():
        unsure += not council.is_sure
        odd = (
            any(true["shift_from_header"].values())
            or true["duplicates_listed"]
            or "template" in true["consultation_status"]
        )
        assert not (odd and council.is_sure), council.name.value
    told("rows that are not sure and say so", unsure, len(truth()))


def test_rows_read_wrong_are_never_sure():
    for council, read, true in pairs():
        wrong = any(
            read[key] != true[key] for key in ("members", "observers", "secretariat", "consultation_status")
        )
        assert not (wrong and council.is_sure), council.name.value


def test_every_problem_has_a_cell_and_a_sentence():
    for council, *_ in pairs():
        addresses = {cell.address for cell in council.cells}
        for problem in council.problems:
            assert problem.cell in addresses
            assert problem.text.endswith("。")
            assert problem.column


def test_slips_are_suggested_and_the_text_stays():
    suggested = [problem for council, *_ in pairs() for problem in council.problems if problem.is_spelling]
    told("slips with a suggestion", sum(bool(each.suggestion) for each in suggested), len(suggested))
    assert sum("賃貸人" in (each.suggestion or "") for each in suggested) >= 5
    assert any("貸貸人" in council.texts["charter_activities"].value for council, *_ in pairs())


def test_the_file_can_be_written_again_byte_for_byte():
    grid = read_sheet(TABLE.read_bytes(), file_name=TABLE.name)
    lines = ["\t".join(cell.raw or cell.text for cell in cells) for cells in grid.rows]
    assert "\n".join(lines).encode().rstrip(b"\n") == TABLE.read_bytes().rstrip(b"\n")


# --- The command ---


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_councils", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_json_and_nothing_else():
    out, err = run(str(TABLE), "--dry-run", "--format", "json")
    assert [council["name"] for council in json.loads(out)] == [true["name"] for true in truth()]
    assert err == ""
    assert list(json.loads(out)[0]) == [
        "name", "established", "basis", "members", "observers", "secretariat", "shop_count", "sessions",
        "consultation_status", "problems",
    ]  # fmt: skip


def test_the_command_prints_for_people():
    out, _ = run(str(TABLE), "--dry-run")
    assert "行目" in out
    assert "確かめる" in out


def test_the_command_keeps_nothing_yet():
    with pytest.raises(CommandError, match="--dry-run"):
        run(str(TABLE))


def test_the_command_refuses_another_file_in_one_sentence(tmp_path):
    other = tmp_path / "名簿.tsv"
    other.write_text("氏名\t住所\n輪野太郎\t輪野市\n", encoding="utf-8")
    with pytest.raises(CommandError, match="状況一覧として読めません"):
        run(str(other), "--dry-run", "--format", "json")
    with pytest.raises(CommandError, match="開けません"):
        run(str(tmp_path / "none.tsv"), "--dry-run")
