"""Tables of a prefecture as text files: the layout of the real one, the content invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

TITLE = "都内居住支援協議会の状況一覧(令和6年3月末時点)"
HEADINGS = (
    "協議会名",
    "設立年月日",
    "構成員",
    "",
    "",
    "",
    "",
    "協議会オブザーバー",
    "設立の根拠",
    "規程(会則や設置要綱など)における活動内容",
    "事務局",
    "業務内容",
    "設立当初の課題や設立経緯、方向性、現在の課題など",
    "住まいに関する相談、生活相談を含めた総合相談窓口の実施について",
)
SUBHEADINGS = (
    "",
    "",
    "地方公共団体",
    "居住支援法人",
    "宅地建物取引業者で構成する団体",
    "賃貸住宅を経営又は管理する事業を行う管理者",
    "その他の住宅確保要配慮者の民間賃貸住宅への円滑な入居の促進に資する活動を行う者、学識経験者等",
    "",
    "",
    "",
    "",
    "",
    "",
    "事業の実施主体について",
    "相談等実施の体制について",
    "相談等実施に関する広報について",
    "相談可能な箇所数などについて",
    "相談体制を構築したことによる効果、課題など",
)
COLUMNS = (
    "name",
    "established",
    "local_government",
    "support_corporation",
    "realtor_association",
    "rental_manager",
    "other",
    "observer",
    "basis",
    "charter",
    "secretariat",
    "business",
    "background",
    "who",
    "how",
    "publicity",
    "sites",
    "effects",
)


def row(municipality: str, **cells: str) -> dict[str, str]:
    """A sound row: every cell is read without a remark."""
    plain = {
        "name": f"{municipality}居住支援協議会",
        "established": "2019年5月",
        "local_government": f"{municipality}福祉部長、{municipality}都市整備部長",
        "support_corporation": "NPO法人みほん住まいの会",
        "realtor_association": "(公社)みほん県宅地建物取引業協会",
        "rental_manager": "(公財)見本賃貸住宅管理協会",
        "other": f"(社福){municipality}社会福祉協議会",
        "observer": "みほん県住宅課",
        "basis": "要綱設置",
        "charter": "1 情報の提供に関すること。2 入居の支援に関すること。",
        "secretariat": "都市整備部 住宅課",
        "business": "講演会の開催と、相談の受付を行う。",
        "background": "民間賃貸住宅に入りにくい方の相談が増えたことから、関係する団体で設立した。",
        "who": f"{municipality}が実施している。",
        "how": "毎月第1火曜日の10時から12時に相談会を実施している。",
        "publicity": "広報紙とホームページに掲載している。",
        "sites": "協力不動産店は48店(令和6年3月31日時点)",
        "effects": "部署の連携が進み、相談が増えた。",
    }
    return {**plain, **cells}


def table(rows: Iterable[dict[str, str]], *, title: str = TITLE) -> bytes:
    """The file: a title, two lines of headings, one line for each row."""
    lines: list[Sequence[str]] = [(title,), (), HEADINGS, SUBHEADINGS]
    lines += [[cells[name] for name in COLUMNS] for cells in rows]
    return "\n".join("\t".join(line) for line in lines).encode()


FIRST_ROW = 5
"""The line on which the first council stands."""
