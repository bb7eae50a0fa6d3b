"""The list of rooms as a table: pasted from Excel, read cell by cell, and written back the same way.

People keep their rooms in a table of their own. What it says is read generously (any order of columns, full width, 6.5万円,
1か月) and never guessed at: a cell that cannot be read keeps what was typed and says how to mend it, and nothing is
taken over while one such cell is left. The columns are those of 別添5・6 (共管省令7条3–5号, 令和7年10月1日).
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from certification.rules.parts import EMPTY, choice_label
from certification.rules.plan import Facility, Unit

MOST_UNITS: Final = 500
MOST_LINES: Final = 1_000
MOST_COLUMNS: Final = 60
MOST_CHARACTERS: Final = 400_000
LONGEST_CELL: Final = 200
"""More than the largest house has; a paste beyond it is some other table."""

SAMPLE_MARKS: Final = ("(説明)", "(例)")
"""How the lines of our own sheet begin that explain and are no room."""

_HEAD_WITHIN: Final = 6
"""Lines among which the headings are looked for: titles often stand above them."""

Grid = Sequence[Sequence[str]]


class TableRefused(ValueError):
    """The table as a whole cannot be read. The text is a Japanese sentence: what, and how to mend it."""


class CellRefused(ValueError):
    """One cell cannot be read. The text says what is wrong and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class UnitColumn:
    """One column: the field of `Unit`, its heading, other spellings of it, what may stand in it, an example."""

    name: str
    heading: str
    spellings: tuple[str, ...]
    note: str
    example: str


COLUMNS: Final = (
    UnitColumn(
        name="number",
        heading="部屋番号",
        spellings=(*("住戸番号", "号室", "部屋", "室番号", "部屋no", "住戸no", "居室番号", "室名", "号数"),),
        note="かならず入れます。同じ番号は2つ書けません。",
        example="101",
    ),
    UnitColumn(
        name="floor",
        heading="階",
        spellings=("階数", "所在階", "階層", "フロア"),
        note="地下1階は「-1」か「地下1階」。",
        example="1",
    ),
    UnitColumn(
        name="is_exclusive",
        heading="専用住戸か",
        spellings=("専用住戸", "専用非専用", "専用非専用の別", "専用区分", "住戸区分", "専用住戸の別"),
        note="「専用」か「非専用」。援助を必要とする方だけが入る部屋が専用です。",
        example="専用",
    ),
    UnitColumn(
        name="floor_area_m2",
        heading="専用面積",
        spellings=("面積", "床面積", "専有面積", "専用床面積", "住戸面積", "広さ", "各戸の床面積"),
        note="㎡で、小数点以下2桁まで。",
        example="25.20",
    ),
    UnitColumn(
        name="layout", heading="間取り", spellings=("間取", "タイプ"), note="例: 1K、2DK", example="1K"
    ),
    UnitColumn(
        name="capacity",
        heading="定員",
        spellings=("入居定員", "人数", "定員数"),
        note="共同居住型(シェアハウス)だけ要ります。",
        example="1",
    ),
    UnitColumn(
        name="kitchen",
        heading="台所",
        spellings=("キッチン", "炊事場"),
        note="専用・共用・なし",
        example="専用",
    ),
    UnitColumn(
        name="toilet", heading="便所", spellings=("トイレ", "wc"), note="専用・共用・なし", example="専用"
    ),
    UnitColumn(
        name="storage",
        heading="収納設備",
        spellings=("収納", "押入", "押入れ", "クローゼット"),
        note="専用・共用・なし",
        example="専用",
    ),
    UnitColumn(
        name="washbasin",
        heading="洗面設備",
        spellings=("洗面", "洗面所", "洗面台"),
        note="専用・共用・なし",
        example="専用",
    ),
    UnitColumn(
        name="bath",
        heading="浴室・シャワー室",
        spellings=("浴室", "風呂", "お風呂", "バス", "浴室又はシャワー室", "浴室シャワー"),
        note="専用・共用・なし",
        example="専用",
    ),
    UnitColumn(
        name="monthly_rent_yen",
        heading="家賃",
        spellings=("月額家賃", "賃料", "家賃月額", "月額賃料", "賃料月額"),
        note="1か月の円。「6.5万円」も読めます。",
        example="52,000",
    ),
    UnitColumn(
        name="common_fee_yen",
        heading="共益費",
        spellings=("管理費", "共益費管理費", "管理費共益費", "共益費月額", "管理費月額", "共益費等"),
        note="1か月の円。ないときは「なし」か0。",
        example="3,000",
    ),
    UnitColumn(
        name="deposit_yen",
        heading="敷金",
        spellings=("保証金", "敷金額"),
        note="円か「1か月」(家賃の1か月分)。ないときは「なし」か0。",
        example="1か月",
    ),
)
"""In the order of a table without headings."""

_BY_NAME: Final = {column.name: column for column in COLUMNS}


# --- What comes out ---


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: the column (0 is the first pasted one; -1 where the table has none), what was typed, what is wrong."""

    column: UnitColumn
    at: int
    typed: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One room: its line in the paste (1 is the first), its cells in the order of `COLUMNS`, the room as read."""

    line: int
    cells: tuple[Cell, ...]
    unit: Unit

    @property
    def problems(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.problem)


@dataclass(frozen=True, kw_only=True)
class UnitTable:
    """The table as read. `notes` say what was left out and how it was understood."""

    rows: tuple[Row, ...]
    columns: tuple[UnitColumn, ...]
    notes: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[tuple[Row, Cell], ...]:
        """Every cell to mend, with its row."""
        return tuple((row, cell) for row in self.rows for cell in row.problems)

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(row.unit for row in self.rows)


# --- Text to cells ---


def split_text(text: str) -> list[list[str]]:
    """The cells of a pasted text: between tabs as Excel copies them, else between commas. Raises `TableRefused`."""
    if len(text) > MOST_CHARACTERS:
        raise TableRefused(
            f"貼り付けた表が大きすぎます({len(text):,}文字)。{MOST_UNITS}部屋までの、部屋の一覧だけを貼り付けてください。"
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    sign = "\t" if "\t" in lines or "," not in lines else ","
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(lines), delimiter=sign)]
    except csv.Error as error:
        raise TableRefused(
            "貼り付けた表の区切りを読み取れません。Excelで範囲を選んでコピーし、貼り直してください。"
        ) from error
    return checked_size(rows)


def checked_size(rows: list[list[str]]) -> list[list[str]]:
    """The rows without blank ones at the end. Raises `TableRefused` when there is nothing, or far too much."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise TableRefused("表が空です。Excelで部屋の一覧を選んでコピーし、ここに貼り付けてください。")
    if len(rows) > MOST_LINES:
        raise TableRefused(
            f"表が{len(rows):,}行あります。一度に読めるのは{MOST_UNITS}部屋までです。分けて貼り付けてください。"
        )
    widest = max(map(len, rows))
    if widest > MOST_COLUMNS:
        raise TableRefused(
            f"表が{widest:,}列あります。{MOST_COLUMNS}列までにし、部屋の一覧だけを貼り付けてください。"
        )
    return rows


def to_text(rows: Grid) -> str:
    """The cells as Excel copies them, so that they can be pasted again."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def with_mends(rows: Grid, mends: Mapping[tuple[int, int], str]) -> list[list[str]]:
    """The cells with some of them typed anew: by line (1 is the first) and column (0 is the first)."""
    mended = [list(row) for row in rows]
    for (line, at), text in mends.items():
        if 0 < line <= len(mended) and 0 <= at < MOST_COLUMNS:
            row = mended[line - 1]
            row.extend([""] * (at + 1 - len(row)))
            row[at] = text
    return mended


# --- Cells to units ---


def read_units(rows: Grid, *, taken: Iterable[str] = ()) -> UnitTable:
    """Every room of the table. `taken`: numbers it must not bear, because other rooms have them. Raises `TableRefused`."""
    head = _find_head(rows)
    read = _Reading(head=head, seen={folded(number): 0 for number in taken if number.strip()})
    for line, cells in enumerate(rows, start=1):
        if line > head.last and any(cell.strip() for cell in cells):
            read.take(line, cells)
    if not read.rows:
        raise TableRefused("部屋の行が見つかりません。見出しの下に、1行に1部屋ずつ書いてください。")
    if len(read.rows) > MOST_UNITS:
        raise TableRefused(
            f"部屋が{len(read.rows)}あります。一度に読めるのは{MOST_UNITS}部屋までです。分けて貼り付けてください。"
        )
    columns = tuple(column for column in COLUMNS if column.name in head.places)
    return UnitTable(rows=tuple(read.rows), columns=columns, notes=(*head.notes, *read.notes))


def with_kept_keys(units: Sequence[Unit], *, saved: Sequence[Unit]) -> tuple[Unit, ...]:
    """The rooms, each with the key of the saved room of its number, so that it stays the same room in a comparison."""
    keys: dict[str, str] = {}
    for unit in saved:
        keys.setdefault(folded(unit.number), unit.key)
    return tuple(dataclasses.replace(unit, key=keys.pop(folded(unit.number), "")) for unit in units)


def to_rows(units: Iterable[Unit]) -> list[list[str]]:
    """The rooms with headings, as `read_units` reads them."""
    return [[column.heading for column in COLUMNS], *(_cells_of(unit) for unit in units)]


def sample_rows() -> list[list[str]]:
    """What an empty sheet holds under its headings: what may stand in each column, and an example."""
    explain, example = SAMPLE_MARKS
    first = [f"{explain} {COLUMNS[0].note}", *(column.note for column in COLUMNS[1:])]
    return [first, [f"{example} {COLUMNS[0].example}", *(column.example for column in COLUMNS[1:])]]


def _cells_of(unit: Unit) -> list[str]:
    return [_shown(column, getattr(unit, column.name)) for column in COLUMNS]


def _shown(column: UnitColumn, value: Any) -> str:
    if value is None or value == "":
        # An empty floor would be read as that of the row above.
        return EMPTY if column.name == "floor" else ""
    if isinstance(value, bool):
        return "専用" if value else "非専用"
    return choice_label(Facility, value) if column.name in _FACILITIES else str(value)


# --- The headings ---


@dataclass(frozen=True, kw_only=True)
class _Head:
    """Where each field stands, by how much its numbers are multiplied, and the last line of the headings (0: none)."""

    places: Mapping[str, int]
    scales: Mapping[str, int] = field(default_factory=dict)
    last: int = 0
    notes: tuple[str, ...] = ()


_BRACKETS: Final = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|〔.*?〕")
_SIGNS: Final = re.compile(r"[\s・/,.:;*※_-]|m2$|円$|万円$")


def folded(text: str) -> str:
    """Half width, one kind of dash, small letters, without spaces around."""
    return re.sub("[‐‑‒–—―−]", "-", unicodedata.normalize("NFKC", text)).strip().casefold()


def _plain(heading: str) -> str:
    """A heading without units, brackets, signs."""
    return _SIGNS.sub("", _SIGNS.sub("", _BRACKETS.sub("", folded(heading))))


_SPELLINGS: Final = {
    _plain(text): column.name for column in COLUMNS for text in (column.heading, *column.spellings)
}


def _known(cells: Sequence[str]) -> dict[int, str]:
    return {at: _SPELLINGS[_plain(cell)] for at, cell in enumerate(cells) if _plain(cell) in _SPELLINGS}


def _find_head(rows: Grid) -> _Head:
    """The headings, in one line or two (設備 above 台所・便所 …); without any, the order of `COLUMNS`."""
    known = [_known(row) for row in rows[:_HEAD_WITHIN]]
    best = max(range(len(known)), key=lambda at: (len(known[at]), -at))
    if len(known[best]) < 2 and "number" not in known[best].values():
        return _standard(rows)
    found, last = dict(known[best]), best + 1
    if last < len(known) and len(known[last]) >= 2:
        found = {**known[last], **found}
        last += 1
    return _named(rows[best:last], found, last=last)


def _standard(rows: Grid) -> _Head:
    widest = max(len(row) for row in rows)
    if widest > len(COLUMNS):
        raise TableRefused(
            f"見出しの行が見つからず、列が{widest}あります。いちばん上に「部屋番号」「専用面積」などの見出しを付けて貼り付けてください。"
        )
    names = "、".join(column.heading for column in COLUMNS[:widest])
    return _Head(
        places={column.name: at for at, column in enumerate(COLUMNS[:widest])},
        notes=(f"見出しがないので、左から順に{names}と読みました。",),
    )


def _named(head: Grid, found: Mapping[int, str], *, last: int) -> _Head:
    places: dict[str, int] = {}
    for at, name in sorted(found.items()):
        if name in places:
            raise TableRefused(
                f"「{_BY_NAME[name].heading}」の列が2つあります({places[name] + 1}列目と{at + 1}列目)。どちらかを消してください。"
            )
        places[name] = at
    if "number" not in places:
        raise TableRefused("「部屋番号」の列が見つかりません。見出しに「部屋番号」を付けてください。")
    scales = {name: _scale(head, at) for name, at in places.items() if name in _MONEY}
    return _Head(places=places, scales=scales, last=last, notes=_unused(head, places))


def _scale(head: Grid, at: int) -> int:
    """家賃(万円) and (千円) say how their numbers are meant."""
    text = folded("".join(row[at] for row in head if at < len(row)))
    return 10_000 if "万円" in text else 1_000 if "千円" in text else 1


def _unused(head: Grid, places: Mapping[str, int]) -> tuple[str, ...]:
    others = [cell.strip()[:20] for at, cell in enumerate(head[0]) if at not in places.values()]
    named = [f"「{text}」" for text in others if text and text.isprintable()]
    if not named:
        return ()
    more = f"など{len(named)}列" if len(named) > 5 else "の列"
    return (f"{''.join(named[:5])}{more}は、計画にないので使いません。",)


# --- One row ---


@dataclass(kw_only=True)
class _Reading:
    """What has been read so far: the rooms, the numbers seen with their lines (0: saved), the floor above."""

    head: _Head
    seen: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    floor: str = ""

    def take(self, line: int, cells: Sequence[str]) -> None:
        typed = {name: _at(cells, at) for name, at in self.head.places.items()}
        if folded(typed["number"]).startswith(SAMPLE_MARKS):
            return
        if folded(typed["number"]) in _SUMS:
            self.notes.append(f"{line}行目は「{typed['number'].strip()}」なので、部屋と読みませんでした。")
            return
        if not any(typed.values()):
            return
        self._fill_floor(typed)
        values, problems = self._read(typed)
        problems |= self._repeated(line, typed["number"], problems)
        self.rows.append(
            Row(
                line=line,
                cells=tuple(
                    Cell(
                        column=column,
                        at=self.head.places.get(column.name, -1),
                        typed=typed.get(column.name, ""),
                        problem=problems.get(column.name, ""),
                    )
                    for column in COLUMNS
                ),
                unit=Unit(**values),
            )
        )

    def _fill_floor(self, typed: dict[str, str]) -> None:
        """A merged cell is copied as one value and blanks below it; only floors are merged for a reason."""
        if "floor" not in typed:
            return
        if typed["floor"]:
            self.floor = typed["floor"]
        elif self.floor and self.floor not in _BLANKS:
            typed["floor"] = self.floor
            note = "階が空の行は、上の行と同じ階と読みました。"
            if note not in self.notes:
                self.notes.append(note)

    def _read(self, typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        # In our order: a deposit in months needs the rent, wherever it stands.
        for name, text in ((column.name, typed[column.name]) for column in COLUMNS if column.name in typed):
            try:
                values[name] = self._value(name, text, values)
            except CellRefused as error:
                problems[name] = str(error)
        return values, problems

    def _value(self, name: str, text: str, values: Mapping[str, Any]) -> Any:
        check_text(text)
        if name != "number" and text in _BLANKS:
            return _blank(name)
        if name == "deposit_yen":
            return _deposit(text, rent=values.get("monthly_rent_yen"), scale=self.head.scales.get(name, 1))
        if name in _MONEY:
            return _money(text, scale=self.head.scales.get(name, 1), may_be_none=name == "common_fee_yen")
        return _READERS[name](text)

    def _repeated(self, line: int, number: str, problems: Mapping[str, str]) -> dict[str, str]:
        if "number" in problems:
            return {}
        before = self.seen.setdefault(folded(number), line)
        if before == line:
            return {}
        where = f"{before}行目にもあります" if before else "すでに計画にあります"
        return {"number": f"「{number}」は{where}。番号を変えるか、どちらかの行を消してください。"}


def _at(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


_SUMS: Final = ("合計", "計", "小計", "総計", "平均")
_BLANKS: Final = ("", EMPTY, "-", "-", "‐", "−", "ー", "―", "…", "未定")


def _blank(name: str) -> Any:
    return "" if name in _FACILITIES or name == "layout" else None


# --- One cell ---


def check_text(text: str) -> None:
    """What no cell may hold. Raises `CellRefused`."""
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in text) or "\ufffd" in text:
        raise CellRefused("目に見えない文字が混じっています。打ち直してください。")
    if folded(text).startswith(("=", "@", "+")):
        raise CellRefused(
            f"「{text[:20]}」は計算式のようです。値だけを入れてください(Excelでは「値の貼り付け」)。"
        )
    if len(text) > LONGEST_CELL:
        raise CellRefused(f"{LONGEST_CELL}文字を超えています。短くしてください。")


def _number(text: str) -> str:
    if not text:
        raise CellRefused("部屋番号がありません。番号を入れてください。部屋でない行は消してください。")
    return text


_FLOOR: Final = re.compile(r"(地下|b|-)?([0-9]{1,9})(階|f)?")


def _floor(text: str) -> int:
    match = _FLOOR.fullmatch(folded(text).replace(" ", ""))
    if match is None:
        raise CellRefused(f"「{text[:20]}」を階として読めません。数字で入れてください(例: 2)。")
    floor = int(match[2])
    if match[1] and floor > 9:
        raise CellRefused("地下は9階までです。階を確かめてください。")
    return -floor if match[1] else floor


_YES: Final = ("専用", "専用住戸", "はい", "○", "◯", "〇", "●", "true", "yes", "1")
_NO: Final = ("非専用", "非専用住戸", "専用でない", "いいえ", "×", "✕", "false", "no", "0", "一般")


def _exclusive(text: str) -> bool:
    plain = folded(text)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise CellRefused(f"「{text[:20]}」を読めません。「専用」か「非専用」と入れてください。")


_AREA: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")
_AREA_UNITS: Final = re.compile(r"(m2|平米|平方メートル|平方m)$")


def _area(text: str) -> Decimal:
    plain = folded(text).replace(",", "").replace(" ", "")
    if plain.endswith(("坪", "畳", "帖")):
        raise CellRefused(f"「{text[:20]}」は㎡に直して入れてください(例: 25.20)。")
    plain = _AREA_UNITS.sub("", plain)
    if not _AREA.fullmatch(plain):
        raise CellRefused(
            f"「{text[:20]}」を面積として読めません。小数点以下2桁までの数字で入れてください(例: 25.20)。"
        )
    return Decimal(plain)


def _capacity(text: str) -> int:
    plain = re.sub("(人|名)$", "", folded(text))
    if not re.fullmatch("[0-9]{1,9}", plain):
        raise CellRefused(f"「{text[:20]}」を人数として読めません。数字で入れてください(例: 1)。")
    return int(plain)


_SAID: Final[Mapping[str, Facility]] = {
    **dict.fromkeys(("専用", "各戸", "各室", "専有", "○", "◯", "〇"), Facility.PRIVATE),
    **dict.fromkeys(("共用", "共同", "共有"), Facility.SHARED),
    **dict.fromkeys(("なし", "無", "無し", "ない", "×", "✕"), Facility.NONE),
}


def _facility(text: str) -> str:
    said = _SAID.get(folded(text))
    if said is not None:
        return said.value
    if folded(text) in ("あり", "有", "有り"):
        raise CellRefused(
            f"「{text}」だけでは、専用か共用か分かりません。「専用」か「共用」と入れてください。"
        )
    raise CellRefused(f"「{text[:20]}」を読めません。「専用」「共用」「なし」のどれかを入れてください。")


_YEN: Final = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)万)?(?:([0-9]+(?:\.[0-9]+)?)千)?([0-9]+(?:\.[0-9]+)?)?円?")
_AROUND_YEN: Final = re.compile(r"^(月額|月)|(/月|/1?か月|也|\(税込\)|税込)$")
_NOTHING: Final = ("なし", "無", "無し", "ない", "無料", "不要", "0円", "ゼロ", "込み", "込", "家賃に含む")
_MOST_YEN: Final = 999_999_999


def _money(text: str, *, scale: int, may_be_none: bool) -> int:
    """52,000円, ¥52,000, 6.5万円, 6万5千円 as whole yen; なし as 0 where there may be none."""
    if may_be_none and folded(text) in _NOTHING:
        return 0
    plain = re.sub(r"[\s,、¥\\]", "", folded(text))
    match = _YEN.fullmatch(_AROUND_YEN.sub("", plain))
    if match is None or not any(match.groups()):
        raise CellRefused(f"「{text[:20]}」を金額として読めません。数字だけで入れてください(例: 52,000)。")
    yen = _sum(match, scale=scale)
    if yen != yen.to_integral_value():
        raise CellRefused(
            f"「{text[:20]}」は円の数になりません。「6.5万円」か「65,000」のように入れてください。"
        )
    if yen > _MOST_YEN:
        raise CellRefused("金額が大きすぎます。桁を確かめてください。")
    return int(yen)


def _sum(match: re.Match[str], *, scale: int) -> Decimal:
    says_its_unit = bool(match[1] or match[2]) or match[0].endswith("円")
    ten_thousands, thousands, ones = (Decimal(part or 0) for part in match.groups())
    return ten_thousands * 10_000 + thousands * 1_000 + ones * (1 if says_its_unit else scale)


_MONTHS: Final = re.compile(r"(?:家賃の?)?([0-9]{1,2}(?:\.[0-9])?)(?:か|ヶ|ヵ|カ|ケ|ヶ|箇)?月分?")


def _deposit(text: str, *, rent: int | None, scale: int) -> int:
    """An amount, or months of the rent of the same row."""
    match = _MONTHS.fullmatch(re.sub(r"\s", "", folded(text)))
    if match is None:
        return _money(text, scale=scale, may_be_none=True)
    months = Decimal(match[1])
    if not months:
        return 0
    if rent is None:
        raise CellRefused(
            f"「{text[:20]}」は家賃から計算しますが、この行の家賃が読めません。家賃を直すか、円で入れてください。"
        )
    yen = months * rent
    if yen != yen.to_integral_value():
        raise CellRefused(f"「{text[:20]}」は家賃から計算すると円の端数が出ます。円で入れてください。")
    return int(yen)


_MONEY: Final = ("monthly_rent_yen", "common_fee_yen", "deposit_yen")
_FACILITIES: Final = ("kitchen", "toilet", "storage", "washbasin", "bath")
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "number": _number,
    "floor": _floor,
    "is_exclusive": _exclusive,
    "floor_area_m2": _area,
    "layout": str,
    "capacity": _capacity,
    **dict.fromkeys(_FACILITIES, _facility),
}
