"""Rows in every broken shape the table has been seen in, with made-up councils: what is read must be the same."""

from __future__ import annotations

import pytest

from councils.rules.table import read_table
from councils.rules.table.reading import Grade
from tests.councils.rules.table.rows import (
    BACKGROUND,
    BEHIND,
    BUSINESS,
    CHARTER,
    CONSULTATION,
    HEADING,
    MEMBERS,
    MERGED_HEADING,
    OFFICE,
    council,
    grid,
    row,
)

EXPECTED = {
    "local_government": ["福祉部長", "都市整備部長", "都市整備部住宅課長"],
    "support_corporation": ["株式会社みなも", "(NPO)すまいの灯"],
    "realtor_association": [
        "(公社)東京都宅地建物取引業協会輪野支部",
        "(公社)全日本不動産協会東京都本部輪野支部",
    ],
    "rental_manager": ["東京都住宅供給公社"],
    "other": ["(社福)輪野市社会福祉協議会", "輪野市民生委員・児童委員協議会"],
}
MERGED = (*MEMBERS[:3], " ".join(MEMBERS[3:]))

SHAPES = {
    "in order": (row(), HEADING),
    "賃貸 and その他 in one column, as headed": (row(members=MERGED), MERGED_HEADING),
    "one column left of its heading": (row(members=MERGED), HEADING),
    "one column right of its heading": (row(), MERGED_HEADING),
    "realtors, 賃貸 and その他 in one cell": (row(members=(*MEMBERS[:2], " ".join(MEMBERS[2:]))), HEADING),
    "その他 before 賃貸 in the realtors' cell": (
        row(members=(*MEMBERS[:2], " ".join((MEMBERS[4], MEMBERS[2], MEMBERS[3])))),
        HEADING,
    ),
    "newlines between members": (row(members=[cell.replace(" ", "\n") for cell in MEMBERS]), HEADING),
    "commas between members": (row(members=[cell.replace(" ", "、") for cell in MEMBERS]), HEADING),
    "bullets before members": (row(members=["・" + cell.replace(" ", " ・") for cell in MEMBERS]), HEADING),
    "nothing between members": (
        row(members=(MEMBERS[0].replace(" ", ""), MEMBERS[1], *(cell.replace(" ", "") for cell in MEMBERS[2:]))),
        HEADING,
    ),
    "a member in two cells": (row(members=(*MEMBERS[:4], f"{MEMBERS[4]} {MEMBERS[3]}")), HEADING),
    "secretariat before charter": (row(behind=(OFFICE, CHARTER, *BEHIND[2:])), HEADING),
    "business before secretariat": (row(behind=(CHARTER, BUSINESS, OFFICE, *BEHIND[3:])), HEADING),
    "secretariat and business in one cell": (row(behind=(CHARTER, f"{OFFICE} {BUSINESS}", *BEHIND[3:])), HEADING),
    "business twice": (row(behind=(*BEHIND[:3], BUSINESS, *BEHIND[3:])), HEADING),
    "no 実施主体": (row(behind=(*BEHIND[:4], *CONSULTATION[1:])), HEADING),
    "体制 before 実施主体": (
        row(behind=(*BEHIND[:4], CONSULTATION[1], CONSULTATION[0], *CONSULTATION[2:])),
        HEADING,
    ),
    "the last column in three": (row(behind=(*BEHIND, "相談が増え、対応に時間がかかる。", "協力店を増やすことが課題")), HEADING),
    "basis and charter in one cell": (row(basis=f"要綱設置 {CHARTER}", behind=BEHIND[1:]), HEADING),
    "name and date in one cell": (("輪野市居住支援協議会 2019年5月", *row()[2:]), HEADING),
    "date and posts in one cell": (("輪野市居住支援協議会", f"2019年5月 {MEMBERS[0]}", *row()[3:]), HEADING),
    "a number before the name": (("7", *row()), [("番号", *line) if at == 0 else ("", *line) for at, line in enumerate(HEADING)]),
    "no heading": (row(), ()),
    "empty cells behind": ((*row(), "", "", ""), HEADING),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_says_the_same_in_every_shape(shape):
    cells, heading = SHAPES[shape]
    read = council(*cells, heading=heading).as_json()
    assert read["name"] == "輪野市居住支援協議会"
    assert read["established"] == {"value": "2019-05", "precision": "month"}
    assert read["basis"] == "要綱"
    assert read["members"] == EXPECTED
    assert read["observers"] == []
    assert read["secretariat"] == ["都市整備部 住宅課"]
    assert read["consultation_status"] == "implemented"
    assert [(each["freq"], each["weekdays"], each["start"]) for each in read["sessions"]] == [
        ("WEEKLY", ["TH"], None)
    ]


@pytest.mark.parametrize("shape", SHAPES.keys() - {"in order", "empty cells behind"})
def test_a_row_out_of_shape_says_so(shape):
    cells, heading = SHAPES[shape]
    table = read_table(grid(*heading, cells))
    # Separators are no doubt; a place where one had to decide is.
    if "between members" in shape or "before members" in shape:
        assert table.councils[0].is_sure
    elif shape in ("a number before the name", "basis and charter in one cell", "name and date in one cell"):
        assert table.councils[0].basis.value == "要綱"
    else:
        assert not (table.councils[0].is_sure and not table.problems)


def test_a_row_in_order_is_sure_and_has_no_problems():
    read = council(*row())
    assert read.problems == ()
    assert read.is_sure


def test_the_running_texts_are_kept_as_they_came():
    read = council(*row(behind=(OFFICE, CHARTER, *BEHIND[2:])))
    assert read.texts["charter_activities"].value == CHARTER
    assert read.texts["business"].value == BUSINESS
    assert read.texts["background"].value == BACKGROUND
    assert read.texts["consult_publicity"].value == CONSULTATION[2]
    assert read.texts["consult_effects"].value == CONSULTATION[4]


def test_a_lost_observer_column_is_told():
    """Under a heading of 17 columns, その他 stands where the observers should."""
    members = (*MEMBERS[:3], "-", MEMBERS[4])
    cells = ("輪野市居住支援協議会", "2019年5月", *members, "要綱", *BEHIND)
    read = council(*cells, heading=MERGED_HEADING)
    assert read.members_of("other") == EXPECTED["other"]
    assert read.observers.value == ()
    assert any("協議会オブザーバー" in problem.text for problem in read.problems)


def test_observers_are_read_where_they_are_named():
    assert council(*row(observer="東京都")).observers.value == ("東京都",)
    moved = council(*row(members=MERGED, observer="東京都 山野県"), heading=HEADING)
    assert moved.observers.value == ("東京都", "山野県")


def test_a_basis_copied_over_its_neighbour_is_found_and_told():
    cells = ("輪野市居住支援協議会", "2019年5月", *MERGED, "会則設置", "会則設置", *BEHIND)
    read = council(*cells)
    assert read.basis.value == "会則"
    assert read.members_of("other") == EXPECTED["other"]
    assert any("隣り合う2つのセル" in problem.text for problem in read.problems)


def test_members_given_as_a_number_are_no_members():
    members = (MEMBERS[0], "東京都の指定を受けた居住支援法人 3法人", *MEMBERS[2:])
    read = council(*row(members=members, observer="12市町村"))
    assert read.members_of("support_corporation") == []
    assert read.observers.value == ()
    assert sum("団体の名前でなく数" in problem.text for problem in read.problems) == 2


def test_a_row_without_basis_is_stopped():
    read = council(*row(basis="令和元年"))
    assert next(each.grade for each in read.problems if each.column == "設立の根拠") is Grade.STOP


def test_every_problem_of_a_row_is_told_at_once():
    cells = row(established="令和2年13月", basis="規約設置", behind=(CHARTER, "-", *BEHIND[2:]))
    columns = {problem.column for problem in council(*cells).problems}
    assert {"設立年月日", "設立の根拠", "事務局"} <= columns


def test_a_council_twice_in_a_table_is_stopped_at_its_second_row():
    first, second = read_table(grid(*HEADING, row(), row())).councils
    assert first.problems == ()
    assert second.problems[0].grade is Grade.STOP
    assert "3行目" in second.problems[0].text


def test_headings_come_again_on_each_page():
    pages = grid(("一覧(令和6年3月末時点)",), *HEADING, row(), (), ("一覧(令和6年3月末時点)",), *MERGED_HEADING,
                 row(name="山野区居住支援協議会", members=MERGED))  # fmt: skip
    read = read_table(pages)
    assert [each.name.value for each in read.councils] == ["輪野市居住支援協議会", "山野区居住支援協議会"]
    assert str(read.as_of) == "2024-03"
    assert [each.row for each in read.councils] == [4, 9]


def test_a_row_cut_in_two_by_a_page_is_one_council():
    more = ["", "", "", "", "(公社)輪野不動産業協会", *[""] * 7, "さらに協力店を増やしていく。"]
    (read,) = read_table(grid(*HEADING, row(), more)).councils
    assert read.members_of("realtor_association")[-1] == "(公社)輪野不動産業協会"
    assert read.texts["background"].value.endswith("さらに協力店を増やしていく。")


@pytest.mark.parametrize("table", [(), (("氏名", "住所", "電話"), ("輪野太郎", "輪野市1-1", "0312345678"))])
def test_another_table_is_refused_in_one_sentence(table):
    read = read_table(grid(*table))
    assert read.councils == ()
    assert [problem.grade for problem in read.problems] == [Grade.STOP]
    assert "見出しの行" in read.problems[0].text


def test_a_cell_too_long_is_kept_told_and_not_read():
    cells = row(behind=(*BEHIND[:5], "毎週火曜日に相談会。" * 400, *BEHIND[6:]))
    read = council(*cells)
    assert read.sessions.value == ()
    assert read.cells[14].text == cells[14]
    assert any(problem.cell == "行3・列15" and "文字" in problem.text for problem in read.problems)


def test_a_table_with_too_much_text_is_refused_at_once():
    read = read_table(grid(*HEADING, *[row(behind=("あ" * 3000, *BEHIND[1:]))] * 150))
    assert [problem.grade for problem in read.problems] == [Grade.STOP]
    assert read.councils == ()


@pytest.mark.parametrize("words", ["-", "—", "なし", "無し", "該当なし", "未加入", "不参加。", "未定"])
def test_words_for_nobody_are_nobody(words: str) -> None:
    read = council(*row(members=(MEMBERS[0], words, *MEMBERS[2:])))
    assert read.as_json()["members"] == {**EXPECTED, "support_corporation": []}
