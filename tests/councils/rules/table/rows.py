"""Made-up rows in the style of the prefecture's table. No city of these names exists."""

from __future__ import annotations

from collections.abc import Sequence

from councils.rules.table import Cell, CouncilReading, Grid, read_table

HEADING = (
    ("協議会名", "設立年月日", "構成員", "", "", "", "", "協議会オブザーバー", "設立の根拠",
     "規程(会則や設置要綱など)における活動内容", "事務局", "業務内容", "設立当初の課題や設立経緯、方向性、現在の課題など",
     "住まいに関する相談(協力不動産店制度や相談窓口設置など)、生活相談を含めた総合相談窓口の実施について", "", "", "", ""),
    ("", "", "地方公共団体", "居住支援法人", "宅地建物取引業者で構成する団体", "賃貸住宅を経営又は管理する事業を行う者",
     "その他の住宅確保要配慮者の民間賃貸住宅への円滑な入居の促進に資する活動を行う者、学識経験者等", "", "", "", "", "", "",
     "事業の実施主体について", "相談等実施の体制について", "相談等実施に関する広報について", "相談可能な箇所数などについて",
     "相談体制を構築したことによる効果、課題など"),
)  # fmt: skip
#: The other heading of the prefecture's pages: 賃貸 and その他 in one column.
MERGED_HEADING = (
    (*HEADING[0][:6], *HEADING[0][7:]),
    (*HEADING[1][:5], "賃貸住宅を経営又は管理する事業を行う者、学識経験者等", *HEADING[1][7:]),
)

MEMBERS = (
    "福祉部長 都市整備部長 都市整備部住宅課長",
    "株式会社みなも (NPO)すまいの灯",
    "(公社)東京都宅地建物取引業協会輪野支部 (公社)全日本不動産協会東京都本部輪野支部",
    "東京都住宅供給公社",
    "(社福)輪野市社会福祉協議会 輪野市民生委員・児童委員協議会",
)
CHARTER = (
    "(1)住宅確保要配慮者又は民間賃貸住宅の賃貸人に対する情報の提供等に関すること。 "
    "(2)住宅確保要配慮者の民間賃貸住宅への円滑な入居の促進に関すること。 (3)その他市長が必要と認める事項。"
)
OFFICE = "都市整備部 住宅課"
BUSINESS = "・居住支援協議会の運営 ・居住支援セミナーの開催 ・協力不動産店の登録"
BACKGROUND = "【設立経緯】 単身の高齢者が部屋を借りにくいことから、関係団体と連携するため設立した。 【現在の課題】 協力店の確保"
CONSULTATION = (
    "輪野市(住宅部局)の事業:住まいの相談事業",
    "不動産団体と連携し、毎週木曜日に市役所で相談会を実施している。",
    "市のホームページと広報紙に掲載。案内チラシを窓口で配布。",
    "市役所2階住宅課の窓口1箇所。協力不動産店を紹介している。",
    "【効果】住宅と福祉の連携ができるようになった。【課題】希望と家賃の乖離",
)
BEHIND = (CHARTER, OFFICE, BUSINESS, BACKGROUND, *CONSULTATION)


def council(*cells: str, heading: Sequence[Sequence[str]] = HEADING) -> CouncilReading:
    """The one council of a table with this row."""
    (reading,) = read_table(grid(*heading, cells)).councils
    return reading


def grid(*rows: Sequence[str]) -> Grid:
    return Grid(
        tuple(
            tuple(
                Cell(row, column, f"行{row + 1}・列{column + 1}", text) for column, text in enumerate(cells)
            )
            for row, cells in enumerate(rows)
        )
    )


def row(
    *,
    name: str = "輪野市居住支援協議会",
    established: str = "2019年5月",
    members: Sequence[str] = MEMBERS,
    observer: str = "-",
    basis: str = "要綱設置",
    behind: Sequence[str] = BEHIND,
) -> tuple[str, ...]:
    """A row in order, of which a test changes one part."""
    return (name, established, *members, observer, basis, *behind)
