"""How many cooperating shops a row tells of: 登録数:48箇所、令和6年4月末現在. Numbers of anything else are not taken."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from councils.rules.table.dates import PartialDate, parse
from councils.rules.table.grid import Cell
from councils.rules.table.reading import ShopCount
from councils.rules.table.writing import even, widened
from japan.wareki import fiscal_year_span

_NUMBER = re.compile(
    r"(?P<about>約|およそ|おおよそ|延べ)?\s*(?P<count>\d{1,3}(?:,\d{3})+|\d{1,5})\s*(?P<more>余り?|数)?\s*"
    r"(?:の(?=店))?"
    r"(?P<unit>店舗|店|箇所|か所|カ所|ヶ所|ヵ所|件|社|業者|事業者|者)(?P<after>程度|ほど|前後|以上|超|余り?|弱|強)?"
)
# Without a unit only right behind the word for it: 登録数 61.
_NUMBER_ALONE = re.compile(
    r"(?:登録|加盟|協力)(?:店舗|店|業者|事業者)?数\s*[:は]?\s*(?P<about>約|およそ)?\s*(?P<count>\d{1,3}(?:,\d{3})+|\d{1,5})(?P<more>)(?P<unit>)(?P<after>程度|ほど|以上)?(?=\s*(?:[)、,。]|$|\())"
)
_SHOP = re.compile(
    r"不動産(?:協力)?店|協力(?:不動産)?店|協力[^、。\s(]{0,8}店|[ァ-ヴー]{3,}店|加盟店|登録店|店舗|お店|[なる]店|不動産(?:事業者|業者|会社)(?!団体)|宅建業者|宅地建物取引業者(?!で)|会員名簿|取扱店|指定店|仲介(?:業者|店)|協力事業者"
)
_ELSE = re.compile(
    r"居住支援法人|協力法人|窓口|事務所|出張所|センター|施設|戸|棟|住宅(?!確保)|物件|世帯|相談件数|成約|実績|相談所|庁舎|団体|箇所で|構成員|法人"
)
# A shop with a name of its own kind (熟年者に親切な店) has joined what gives that name.
_REGISTERED = re.compile(r"登録|協力|加盟|名簿|指定|公開|一覧|制度|会員|[^\s、。]な店|お店")
_NOT_A_COUNT = re.compile(
    r"\s*(?:に|へ|で)?\s*(?:配布|配架|郵送|送付|設置し|訪問|照会|ごと|につき|あたり|以内|目)"
)
_OF_SHOPS_BEHIND = re.compile(r"\s*の\s*(?:不動産)?(?:協力|登録|加盟)(?:不動産)?店")
_IS_PART_OF_NUMBER = re.compile(r"(?:[\d.第]|\d-)$")
_BOUNDARY = re.compile(r"[。※\n・]|(?<=\s)(?=\d+\s)")
_YEAR = r"(?:\d{4}|(?:令和|平成|R|H)\s*(?:元|\d{1,2}))"
_AS_OF = re.compile(
    rf"(?P<year>{_YEAR})\s*(?:(?:年|[./])\s*(?P<month>\d{{1,2}})\s*(?:月(?:\s*(?P<day>\d{{1,2}})\s*日)?|[./]\s*(?P<day_2>\d{{1,2}}))?\s*(?P<end>末日?)?|(?P<fiscal>年度末))\s*(?:日?現在|時点|末)?"
)
_AS_OF_REACH = 28


@dataclass(frozen=True, slots=True)
class ShopsFound:
    """`others` are further numbers of shops that differ from the one taken."""

    shops: ShopCount | None = None
    cells: tuple[Cell, ...] = ()
    others: tuple[tuple[Cell, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    cell: Cell
    shops: ShopCount
    weight: int


def read_shop_count(cells: Iterable[Cell]) -> ShopsFound:
    """The one number of shops; where cells differ, the one that says most about itself, with the others beside it."""
    mentions = [mention for cell in cells for mention in _mentions(cell)]
    if not mentions:
        return ShopsFound()
    best = max(mentions, key=lambda mention: mention.weight)
    same = [mention for mention in mentions if mention.shops.count == best.shops.count]
    as_of = next((mention.shops.as_of for mention in same if mention.shops.as_of), None)
    approximate = all(mention.shops.approximate for mention in same)
    others = {(mention.cell, mention.shops.count) for mention in mentions} - {
        (mention.cell, mention.shops.count) for mention in same
    }
    return ShopsFound(
        ShopCount(best.shops.count, approximate, as_of),
        tuple(dict.fromkeys(mention.cell for mention in same)),
        tuple(sorted(others, key=lambda other: (other[0].column, other[1]))),
    )


def _mentions(cell: Cell) -> list[_Mention]:
    text = even(widened(cell.text))
    found = []
    for match in [*_NUMBER.finditer(text), *_NUMBER_ALONE.finditer(text)]:
        if not _is_of_shops(text, match):
            continue
        as_of = _as_of(text, match)
        about = bool(match["about"] or match["more"] or match["after"])
        before = _before(text, match)
        weight = 4 * ("登録" in before) + 2 * (as_of is not None) + (match["unit"] in ("店舗", "店"))
        weight += 8 * bool(re.search(r"(?:合計|計|全体で|総数)\s*$", text[: match.start()].rstrip("約")))
        shops = ShopCount(int(match["count"].replace(",", "")), about, as_of)
        found.append(_Mention(cell, shops, weight))
    return found


def _is_of_shops(text: str, match: re.Match[str]) -> bool:
    """Judge by the nearest noun before the number; the shops must be ones that joined something."""
    if _NOT_A_COUNT.match(text, match.end()) or _IS_PART_OF_NUMBER.search(text[: match.start()]):
        return False
    if _OF_SHOPS_BEHIND.match(text, match.end()):
        return True
    before = _before(text, match)
    nearest_shop = max((found.end() for found in _SHOP.finditer(before)), default=-1)
    nearest_else = max((found.end() for found in _ELSE.finditer(before)), default=-1)
    joined = _REGISTERED.search(before) is not None
    if match["unit"] in ("店舗", "店"):
        return joined and (nearest_else <= nearest_shop or "登録" in before[nearest_else:])
    return joined and nearest_shop > nearest_else


def _before(text: str, match: re.Match[str]) -> str:
    """The words before the number, back to the end of the sentence or the bullet before; at most 60."""
    start = max(0, match.start() - 60)
    before = text[start : match.start()]
    cuts = [found.end() for found in _BOUNDARY.finditer(before)]
    last = max(cuts, default=0)
    # ※ opens a remark on what stands before it; then both count.
    return before[last:] if re.search(r"[^( :]", before[last:]) else before


def _as_of(text: str, match: re.Match[str]) -> PartialDate | None:
    behind = text[match.end() : match.end() + _AS_OF_REACH].split("。")[0]
    if (found := _AS_OF.search(behind)) and not re.search(
        r"\d\s*(?:店|箇所|か所|件)", behind[: found.start()]
    ):
        return _date(found)
    before = text[max(0, match.start() - _AS_OF_REACH) : match.start()]
    dates = [
        found
        for found in _AS_OF.finditer(before)
        if re.match(r"\s*\)?\s*(?:現在|時点|で|の|、|,|:)", before[found.end() :])
        or found.group().endswith(("現在", "時点"))
    ]
    near = dates[-1] if dates else None
    return _date(near) if near and ("現在" in before or "時点" in before) else None


def _date(found: re.Match[str]) -> PartialDate | None:
    year = found["year"].replace(" ", "")
    if found["fiscal"]:
        named, _ = parse(f"{year}年")
        return PartialDate(fiscal_year_span(named.first.year)[1], "day") if named else None
    day = found["day"] or found["day_2"]
    date, _ = parse(
        f"{year}年" + (f"{found['month']}月" if found["month"] else "") + (f"{day}日" if day else "")
    )
    if date is None or not found["end"]:
        return date
    last = calendar.monthrange(date.first.year, date.first.month)[1]
    return PartialDate(dt.date(date.first.year, date.first.month, last), "day")
