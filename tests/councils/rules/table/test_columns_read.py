"""Single columns: posts, names, offices, dates, numbers of shops, what consultation says."""

from __future__ import annotations

import datetime as dt

import pytest

from councils.rules.table import Cell
from councils.rules.table.bodies import nature
from councils.rules.table.dates import read_date
from councils.rules.table.names import may_be_two, split_names
from councils.rules.table.offices import read_offices
from councils.rules.table.posts import split_posts
from councils.rules.table.shops import read_shop_count
from councils.rules.table.slips import find_slips
from tests.councils.rules.table.rows import BEHIND, CHARTER, CONSULTATION, MEMBERS, council, row


@pytest.mark.parametrize(
    ("cell", "posts"),
    [
        ("福祉部長 住宅課長", ["福祉部長", "住宅課長"]),
        ("福祉部長・住宅課長・建築課長", ["福祉部長", "住宅課長", "建築課長"]),
        ("①福祉部長②住宅部長", ["福祉部長", "住宅部長"]),
        ("福祉部長寿応援課長", ["福祉部長寿応援課長"]),
        ("まちづくり部長福祉部長寿応援課長こども部子育て課長", ["まちづくり部長", "福祉部長寿応援課長", "こども部子育て課長"]),
        ("総務部・人権・男女平等推進課長 福祉部長", ["総務部・人権・男女平等推進課長", "福祉部長"]),
        ("福祉部 高齢課長、障害課長 都市部 住宅課長", ["福祉部 高齢課長", "福祉部障害課長", "都市部 住宅課長"]),
        ("福祉部 高齢課 障害課 都市部 住宅課", ["福祉部 高齢課", "福祉部障害課", "都市部 住宅課"]),
        ("都市部(住宅課、建築課) 福祉部(高齢課)", ["都市部住宅課", "都市部建築課", "福祉部高齢課"]),
        ("福祉部高齢課長 障害課長", ["福祉部高齢課長", "障害課長"]),
        ("福祉部 高齢課長 都市部長", ["福祉部 高齢課長", "都市部長"]),
        ("輪野県(出席者:住宅部住宅課長) 福祉部長", ["輪野県(出席者:住宅部住宅課長)", "福祉部長"]),
        ("福祉部副参事(地域共生担当) 障害課長", ["福祉部副参事(地域共生担当)", "障害課長"]),
        ("高齢者、障害者支援課長", ["高齢者、障害者支援課長"]),
        ("住宅課 住宅係 福祉課", ["住宅課 住宅係", "福祉課"]),
        ("福祉課長補佐 住宅課主査", ["福祉課長補佐", "住宅課主査"]),
    ],
)  # fmt: skip
def test_posts(cell, posts):
    assert [post.text for post in split_posts(cell)] == posts


def test_a_department_carried_over_is_named():
    assert [post.carried for post in split_posts("福祉部 高齢課長、障害課長")] == ["", "福祉部"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("(公社)全日本不動産協会 東京都本部輪野支部", ["(公社)全日本不動産協会 東京都本部輪野支部"]),
        (
            "(公社)輪野宅建協会 第十二ブロック (公社)山野協会",
            ["(公社)輪野宅建協会 第十二ブロック", "(公社)山野協会"],
        ),
        ("(公社)輪野協会(公社)山野協会", ["(公社)輪野協会", "(公社)山野協会"]),
        ("みなも株式会社 株式会社ひかり", ["みなも株式会社", "株式会社ひかり"]),
        ("みなも(株)(一社)ひかり", ["みなも(株)", "(一社)ひかり"]),
        ("株式会社 すまい・くらし研究所", ["株式会社 すまい・くらし研究所"]),
        ("(学識経験者) 輪野大学教授 (社福)輪野会", ["(学識経験者) 輪野大学教授", "(社福)輪野会"]),
        (
            "輪野大学 心理・福祉学部 准教授 山野大学社会学部 環境学科教授",
            ["輪野大学 心理・福祉学部 准教授", "山野大学社会学部 環境学科教授"],
        ),
        ("(輪野大学教授)(公財)輪野公社", ["(輪野大学教授)", "(公財)輪野公社"]),
        (
            "(社福)輪野市社会福祉協議会輪野市民生委員協議会",
            ["(社福)輪野市社会福祉協議会", "輪野市民生委員協議会"],
        ),
        ("輪野市民生委員・児童委員協議会", ["輪野市民生委員・児童委員協議会"]),
        ("東京都住宅供給公社・(独法)都市再生機構", ["東京都住宅供給公社", "(独法)都市再生機構"]),
        ("輪野町会・自治会連合会 NPO法人 輪", ["輪野町会・自治会連合会", "NPO法人 輪"]),
        ("(公社)輪野協会第一ブロック(輪野区・山野区)", ["(公社)輪野協会第一ブロック(輪野区・山野区)"]),
        ("(社福)輪野市社会福祉協議会 事務局長", ["(社福)輪野市社会福祉協議会 事務局長"]),
        ("ﾐﾅﾓ株式会社、(株)ﾋｶﾘ", ["ミナモ株式会社", "(株)ヒカリ"]),
        ("（公社）輪野協会\n第３ブロック", ["（公社）輪野協会 第３ブロック"]),
        ("弁護士 司法書士 輪野大学教授", ["弁護士", "司法書士", "輪野大学教授"]),
    ],
)
def test_names(cell, names):
    assert split_names(cell, municipality="輪野市") == names


def test_two_bodies_in_one_word_are_doubted():
    assert may_be_two("(社福)輪野市社会福祉協議会地域包括支援センター")
    assert not may_be_two("(公社)東京都宅地建物取引業協会第九ブロック輪野支部")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("(公社)東京都宅地建物取引業協会輪野支部", "realtor"),
        ("(公財)日本賃貸住宅管理協会 東京都支部", "rental"),
        ("UR都市機構", "rental"),
        ("(公社)東京都不動産鑑定士協会", "other"),
        ("輪野市社会福祉協議会", "other"),
        ("東京都", "government"),
        ("株式会社みなも", "unknown"),
    ],
)
def test_natures(name, kind):
    assert nature(name) == kind


@pytest.mark.parametrize(
    ("cell", "offices", "work"),
    [
        ("都市部 住宅課 福祉部 福祉課", ["都市部 住宅課", "福祉部 福祉課"], ""),
        ("都市部住宅課・福祉部福祉課", ["都市部住宅課", "福祉部福祉課"], ""),
        ("住宅課及び福祉課", ["住宅課", "福祉課"], ""),
        ("輪野市 都市部 住宅課 福祉部 福祉課", ["輪野市 都市部 住宅課", "福祉部 福祉課"], ""),
        ("輪野市 輪野市都市部 輪野市 居住支援協議会の運営", ["輪野市都市部"], "居住支援協議会の運営"),
        ("福祉部 福祉課 ・協議会の開催", ["福祉部 福祉課"], "・協議会の開催"),
        ("都市部 空き家・居住支援担当", ["都市部 空き家・居住支援担当"], ""),
        ("住宅課 (一財)輪野まちづくり公社 住宅係", ["住宅課", "(一財)輪野まちづくり公社 住宅係"], ""),
        ("社会福祉法人 輪野市社会福祉協議会", ["社会福祉法人 輪野市社会福祉協議会"], ""),
    ],
)
def test_offices(cell, offices, work):
    assert read_offices(cell) == (offices, work)


@pytest.mark.parametrize(
    ("written", "date", "precision"),
    [
        ("2014年6月25日", "2014-06-25", "day"),
        ("令和5年5月", "2023-05", "month"),
        ("平成31年４月", "2019-04", "month"),
        ("R2.2.1", "2020-02-01", "day"),
        ("2016年", "2016", "year"),
        ("令和元年 7月 設立", "2019-07", "month"),
    ],
)
def test_dates(written, date, precision):
    read, problem = read_date(Cell(0, 0, "A1", written))
    assert read is not None
    assert (str(read), read.precision, problem) == (date, precision, "")


@pytest.mark.parametrize("written", ["令和2年13月", "平成40年1月", "5月", "不明"])
def test_dates_that_are_none(written):
    read, problem = read_date(Cell(0, 0, "A1", written))
    assert read is None
    assert problem


def test_a_serial_number_is_suggested_as_a_date_and_not_taken():
    read = council(*row(established="43586"))
    assert read.established.value is None
    assert [each.suggestion for each in read.problems] == ["2019-05-01"]


@pytest.mark.parametrize(
    ("text", "count", "approximate", "as_of"),
    [
        ("協力不動産店 約150店舗", 150, True, None),
        ("高齢者に親切な店(112店)を案内", 112, False, None),
        ("協力店制度(登録数:48箇所、令和6年4月末現在)", 48, False, "2024-04-30"),
        ("令和6年4月1日現在、協力店は1,204店舗", 1204, False, "2024-04-01"),
        ("協力不動産店(登録店舗数 ５２店舗 令和５年度末時点)", 52, False, "2024-03-31"),
        ("住まいの協力店 登録数 61", 61, False, None),
        ("市内約20か所の不動産協力店で相談できる", 20, True, None),
        ("令和5年度は15店が新規登録、累計で88店となった", 88, False, None),
        ("登録数 29店舗、令和6年5月1日現在)", 29, False, "2024-05-01"),
    ],
)
def test_shops(text, count, approximate, as_of):
    shops = read_shop_count([Cell(0, 0, "A1", text)]).shops
    assert shops is not None
    assert (shops.count, shops.approximate, str(shops.as_of) if shops.as_of else None) == (
        count,
        approximate,
        as_of,
    )


@pytest.mark.parametrize(
    "text",
    [
        "協力居住支援法人(登録数5か所、令和6年4月末現在)",
        "協力不動産店の紹介は窓口1箇所で行う",
        "案内チラシを協力不動産店200店に配布",
        "相談件数331件、うち成約120件",
        "セーフティネット住宅の登録戸数300戸",
        "地域の登録協力不動産店 ○○店",
        "市内10店舗で相談会を開催",
    ],
)
def test_other_numbers_are_no_shops(text):
    assert read_shop_count([Cell(0, 0, "A1", text)]).shops is None


def test_two_numbers_of_shops_are_told():
    cells = (*BEHIND[:7], "協力不動産店40店を紹介", *BEHIND[8:])
    cells = (*cells[:5], "登録協力店(登録数33店)を毎週木曜日の相談会で案内", *cells[6:])
    read = council(*row(behind=cells))
    assert read.shop_count.value is not None
    assert read.shop_count.value.count == 33
    assert read.shop_count.confidence == "unsure"
    assert any(problem.suggestion == "40" for problem in read.problems)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (("未実施",) * 5, "not_implemented"),
        (("輪野市", "未実施(令和7年度から窓口を設置予定)", "未実施", "未実施", "-"), "planned"),
        (("-", "-", "-", "-", "-"), "not_implemented"),
        (("検討中", "検討中", "検討中", "検討中", "検討中"), "not_implemented"),
        (("(例1)常設の窓口を○○に設置 (例2)年に○回", "(例1)○○のホームページ (例2)○○", "-", "-", "-"), "template_text_only"),
        (CONSULTATION, "implemented"),
    ],
)  # fmt: skip
def test_status(told, status):
    assert council(*row(behind=(*BEHIND[:4], *told))).consultation_status.value == status


def test_examples_of_the_form_give_no_desk_and_no_shops():
    example = "(例1)常設の相談窓口を毎週火曜日に設置 (例2)協力不動産店 30店舗、○○店"
    read = council(*row(behind=(*BEHIND[:4], *[example] * 5)))
    assert read.sessions.value == ()
    assert read.shop_count.value is None
    assert read.consultation_status.value == "template_text_only"


def test_slips_are_suggested_and_never_made():
    told = "賃貸住宅の貸貸人から相談があつた。輪野市あと野輪市"
    slips = find_slips(told, municipality="輪野市")
    assert [(slip.written[-6:], slip.suggested) for slip in slips][-1] == ("野輪市", "輪野市")
    read = council(*row(behind=(CHARTER.replace("賃貸人", "貸貸人"), *BEHIND[1:])))
    assert "貸貸人" in read.texts["charter_activities"].value
    assert any(problem.suggestion and "賃貸人" in problem.suggestion for problem in read.problems)
    assert read.is_sure


def test_a_date_that_the_text_contradicts_is_told():
    background = "【設立経緯】 関係団体と連携するため、令和2年2月に設立した。 【現在の課題】 協力店の確保"
    read = council(*row(behind=(*BEHIND[:3], background, *CONSULTATION)))
    assert [problem.suggestion for problem in read.problems] == ["2020-02"]


def test_a_date_of_an_agreement_is_no_foundation():
    background = "平成29年4月1日に協会と協定を締結し、令和3年12月に窓口を移した。設立前から会合を重ねた。課題は協力店の確保"
    assert council(*row(behind=(*BEHIND[:3], background, *CONSULTATION))).problems == ()


def test_a_date_cell_of_a_book_keeps_its_precision():
    cells = [Cell(2, at, f"{chr(65 + at)}3", text) for at, text in enumerate(row())]
    cells[1] = Cell(2, 1, "B3", "2022-12", date=dt.date(2022, 12, 1), date_precision="month")
    read, _ = read_date(cells[1])
    assert str(read) == "2022-12"


def test_companies_among_realtors_are_other():
    members = (*MEMBERS[:2], f"{MEMBERS[2]} 株式会社ひかり研究所", *MEMBERS[3:])
    read = council(*row(members=members))
    assert "株式会社ひかり研究所" in read.members_of("other")
    assert not read.is_sure
