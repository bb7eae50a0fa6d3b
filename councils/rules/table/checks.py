"""One check per rule; each yields what it finds, and all run on every row, so that nobody mends one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from councils.rules.table.columns import LABELS
from councils.rules.table.columns_behind import BEHIND
from councils.rules.table.consultation import is_example
from councils.rules.table.dates import PartialDate, agree, founded_in
from councils.rules.table.grid import Cell
from councils.rules.table.names import may_be_two
from councils.rules.table.reading import MEMBER_CATEGORIES, CouncilReading, Grade, Problem
from councils.rules.table.rows import LONGEST_CELL, looks_like_name
from councils.rules.table.slips import find_slips
from councils.rules.table.writing import is_nothing, squeezed

if TYPE_CHECKING:
    from councils.rules.table.council import Seen

_SURE_MARGIN = 0.8
_KNOWN_BASES = ("会則", "要綱", "要領")


def check(seen: Seen, reading: CouncilReading, *, as_of: PartialDate | None) -> Iterator[Problem]:
    for rule in _RULES:
        yield from rule(seen, reading)
    yield from _date_after_the_table(seen, as_of)


def _at(grade: Grade, cell: Cell | None, key: str, text: str, suggestion: str | None = None) -> Problem:
    return Problem(grade, cell.address if cell else "", LABELS.get(key, key), text, suggestion)


def _first(cells: list[Cell], seen: Seen) -> Cell:
    return cells[0] if cells else seen.name_cell


# --- Name, date, basis ---


def _name_is_one(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    if not seen.name:
        yield _at(Grade.STOP, seen.name_cell, "name", "協議会名が空です。協議会名を書いてください。")
    elif not looks_like_name(seen.name):
        text = f"「{seen.name[:30]}」は協議会の名前か確かめてください。"
        yield _at(Grade.CONFIRM, seen.name_cell, "name", text)


def _date_is_readable(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    if seen.established is not None:
        return
    if seen.date_suggested is not None:
        text = "設立年月日が日付でなく通し番号の数になっています。表計算ソフトの日付とみられます。"
        yield _at(Grade.MEND, seen.date_cell, "established", text, str(seen.date_suggested))
    elif seen.date_problem:
        yield _at(Grade.MEND, seen.date_cell, "established", seen.date_problem)
    else:
        text = "設立年月日が空です。「令和6年3月」のように書いてください。"
        yield _at(Grade.MEND, seen.date_cell or seen.name_cell, "established", text)


def _date_agrees_with_text(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell in [*seen.cells_of("background"), *seen.cells_of("business")]:
        told = founded_in(cell.text)
        if told is None or seen.established is None or agree(told, seen.established):
            continue
        text = f"設立年月日は{seen.established}ですが、この欄の文では{told}です。どちらが正しいか確かめてください。"
        yield _at(Grade.CONFIRM, cell, "background", text, str(told))


def _date_after_the_table(seen: Seen, as_of: PartialDate | None) -> Iterator[Problem]:
    if as_of is None or seen.established is None or str(seen.established)[:7] <= str(as_of)[:7]:
        return
    text = f"設立年月日({seen.established})が、表の時点({as_of})より後です。確かめてください。"
    yield _at(Grade.CONFIRM, seen.date_cell, "established", text)


def _basis_is_there(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    if not seen.basis:
        text = "設立の根拠(会則・要綱・要領)のセルが見つからず、列の並びを決められません。「要綱設置」のように書いてください。"
        yield _at(Grade.STOP, seen.name_cell, "basis", text)
        return
    if len(seen.basis) > 1:
        text = "設立の根拠が隣り合う2つのセルにあります。片方は別の欄(オブザーバーなど)の値が失われた跡とみられます。"
        yield _at(Grade.CONFIRM, seen.basis[0].cell, "basis", text)
    if len({found.word for found in seen.basis}) > 1 or seen.basis_word not in _KNOWN_BASES:
        text = f"設立の根拠「{squeezed(seen.basis[0].cell.text)}」は、会則・要綱・要領のどれに当たるか確かめてください。"
        yield _at(Grade.CONFIRM, seen.basis[0].cell, "basis", text)
    if seen.basis[-1].rest:
        text = "設立の根拠のセルに、次の欄の文が続いています。"
        yield _at(Grade.CONFIRM, seen.basis[-1].cell, "basis", text)


# --- Columns ---


def _columns_fit_headings(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    places = {key: column for column, key in seen.row.headings.items()}
    moved = []
    for column, keys in sorted(seen.columns.items()):
        for key in keys:
            if key in places and places[key] != column and len(seen.cells_of(key)) == 1:
                moved.append(_moved(key, column - places[key]))
    if moved:
        text = "列が見出しと合っていません。並びを直して読みました: " + "、".join(moved) + "。"
        yield _at(Grade.CONFIRM, seen.basis[0].cell if seen.basis else seen.name_cell, "basis", text)


def _moved(key: str, by: int) -> str:
    return f"「{LABELS[key]}」は{abs(by)}列{'右' if by > 0 else '左'}"


def _columns_are_apart(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell in seen.row.cells:
        keys = seen.columns.get(cell.column, ())
        if len(keys) > 1:
            both = "と".join(f"「{LABELS[key]}」" for key in keys)
            yield _at(Grade.CONFIRM, cell, keys[0], f"{both}が1つのセルに入っているとみて読みました。")
    for key in BEHIND:
        cells = seen.cells_of(key)
        if len(cells) > 1:
            text = f"「{LABELS[key]}」が{len(cells)}つのセルに分かれているとみて読みました。"
            yield _at(Grade.CONFIRM, cells[1], key, text)


def _columns_are_all_there(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    found = {key for keys in seen.columns.values() for key in keys}
    missing = [key for key in (*BEHIND, "observer") if key not in found]
    if missing:
        names = "、".join(f"「{LABELS[key]}」" for key in missing)
        yield _at(Grade.CONFIRM, seen.name_cell, "name", f"この行には{names}のセルが見当たりません。")


def _order_is_clear(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    if seen.placing.columns and seen.placing.margin < _SURE_MARGIN:
        text = "設立の根拠より右の列の並びに、ほかの読み方もあります。各欄の中身を確かめてください。"
        yield _at(Grade.CONFIRM, seen.basis[-1].cell if seen.basis else seen.name_cell, "basis", text)


# --- Members, observers, secretariat ---


def _members_have_categories(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    cells = {cell.address: cell for cell in seen.row.cells}
    grouped: dict[tuple[str, str], list[str]] = {}
    for cell, name, category in seen.members.by_nature:
        grouped.setdefault((cell.address, category), []).append(name)
    for (address, category), names in grouped.items():
        text = (
            f"{_named(names)}は、団体の性格から「{LABELS[category]}」と読みました。区分を確かめてください。"
        )
        yield _at(Grade.CONFIRM, cells[address], category, text)


def _members_are_single(seen: Seen, reading: CouncilReading) -> Iterator[Problem]:
    for member in reading.members:
        if may_be_two(member.text):
            text = f"「{member.text}」は、2つの団体がつながっているかもしれません。確かめてください。"
            yield Problem(Grade.CONFIRM, member.cell, LABELS[member.category], text)


def _members_have_names(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell in seen.members.collective:
        key = seen.columns[cell.column][0]
        text = f"「{cell.text.strip()[:40]}」は団体の名前でなく数のため、構成員として取り込みません。"
        yield _at(Grade.CONFIRM, cell, key, text)


def _members_come_once(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell, name in seen.members.repeated:
        text = f"「{name}」はほかのセルにもあるため、1つにまとめました。"
        yield _at(Grade.CONFIRM, cell, seen.columns[cell.column][0], text)


def _departments_are_carried(seen: Seen, reading: CouncilReading) -> Iterator[Problem]:
    carried = [member for member in reading.members if member.carried]
    if carried:
        names = _named([member.text for member in carried])
        text = f"{names}は、前に書かれた部の名前を補いました。"
        yield Problem(Grade.CONFIRM, carried[0].cell, LABELS["local_government"], text)


def _members_are_there(seen: Seen, reading: CouncilReading) -> Iterator[Problem]:
    if not reading.members:
        yield _at(
            Grade.MEND,
            seen.name_cell,
            "local_government",
            "構成員を1つも読み取れません。構成員の欄を直してください。",
        )
        return
    read = {member.cell for member in reading.members}
    read |= {cell.address for cell in seen.members.collective}
    read |= {cell.address for cell, _ in seen.members.repeated}
    for category in MEMBER_CATEGORIES:
        for cell in seen.cells_of(category):
            if not is_nothing(cell.text) and cell.address not in read:
                yield _at(Grade.MEND, cell, category, "このセルから構成員の名前を読み取れません。")


def _secretariat_is_there(seen: Seen, reading: CouncilReading) -> Iterator[Problem]:
    if not reading.secretariat.value:
        yield _at(
            Grade.MEND,
            _first(seen.cells_of("secretariat"), seen),
            "secretariat",
            "事務局を読み取れません。部署の名前を書いてください。",
        )


# --- Consultation ---


def _answers_are_no_examples(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell in seen.row.cells:
        if is_example(cell.text):
            key = seen.columns.get(cell.column, ("consult_how",))[0]
            yield _at(
                Grade.MEND,
                cell,
                key,
                "記入例の文がそのまま残っています。実際の内容に直してください。数や窓口としては取り込みません。",
            )


def _status_is_clear(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    if not seen.status.sure:
        text = "相談を実施しているか、この行からははっきりしません。確かめてください。"
        yield _at(Grade.CONFIRM, _first(list(seen.status.cells), seen), "consult_how", text)


def _sessions_are_understood(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell, words in seen.sessions.not_understood:
        text = f"「{words}」を窓口の日時として読み切れません。曜日・第何週・時刻を確かめてください。"
        yield _at(Grade.CONFIRM, cell, "consult_how", text)


def _shops_are_counted_once(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    taken = seen.shops.shops
    for cell, count in seen.shops.others:
        text = (
            f"協力店の数が{taken.count if taken else ''}と{count}の2通りあります。どちらか確かめてください。"
        )
        yield _at(Grade.CONFIRM, cell, "consult_sites", text, str(count))


# --- The text itself ---


def _slips(seen: Seen, _: CouncilReading) -> Iterator[Problem]:
    for cell in seen.row.cells:
        key = seen.columns.get(cell.column, ("",))[0]
        for slip in find_slips(cell.text, municipality=seen.municipality):
            text = f"「{slip.written}」は「{slip.suggested}」の読み誤りとみられます。文は元のままにしてあります。"
            yield replace(_at(Grade.CONFIRM, cell, key, text, slip.suggested), is_spelling=True)


def _cells_are_of_a_sensible_length(seen: Seen, reading: CouncilReading) -> Iterator[Problem]:
    for cell in reading.cells:
        if len(cell.text) > LONGEST_CELL:
            text = f"このセルは{len(cell.text):,}文字あり、読み取りません。{LONGEST_CELL:,}文字以内に分けてください。"
            yield _at(Grade.MEND, cell, seen.columns.get(cell.column, ("",))[0], text)


def _named(names: list[str]) -> str:
    return "「" + "」「".join(names[:3]) + "」" + (f"ほか{len(names) - 3}件" if len(names) > 3 else "")


_RULES: tuple[Callable[[Seen, CouncilReading], Iterator[Problem]], ...] = (
    _name_is_one,
    _date_is_readable,
    _date_agrees_with_text,
    _basis_is_there,
    _columns_fit_headings,
    _columns_are_apart,
    _columns_are_all_there,
    _order_is_clear,
    _members_have_categories,
    _members_are_single,
    _members_have_names,
    _members_come_once,
    _departments_are_carried,
    _members_are_there,
    _secretariat_is_there,
    _answers_are_no_examples,
    _status_is_clear,
    _sessions_are_understood,
    _shops_are_counted_once,
    _slips,
    _cells_are_of_a_sensible_length,
)
