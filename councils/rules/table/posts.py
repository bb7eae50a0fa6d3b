"""Posts and offices of a municipality, as listed in one cell: 福祉部長 住宅課長, 部(課、課), or all in one string.

A department that stands before several offices holds for each of them: 福祉部 福祉課長、高齢課長 are 福祉部 福祉課長 and
福祉部高齢課長. One that is part of an item before (福祉部福祉課長 高齢課長) is not carried over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from councils.rules.table.bodies import POST_END
from councils.rules.table.writing import LONGEST_PIECE, Piece, even, pieces, widened

_DEPARTMENT = re.compile(r"(?:部|局|本部|庁|公室)$")
_OFFICE = re.compile(r"(?:課|係|室|担当|班|所|センター|館|署|グループ|チーム)$")
_POST = re.compile(rf"{POST_END}(?:\([^)]*\))?$")
_POST_INSIDE = re.compile(
    r"(?:部長|局長|課長|室長|次長|係長|所長|センター長|館長|参事|主幹|主査|副[市区町村]長|副知事)"
)
# Behind a post, behind the brackets of one, or behind an office that another department follows directly.
_END_INSIDE = re.compile(
    rf"{_POST_INSIDE.pattern}|(?<=[長事)])\)(?=[^)]{{2,}})|(?<=担当)\)|課(?=[^長係補・、()\s]{{2,10}}(?:部|局)(?:[^長部局\s]*課|$))"
)
# 部長寿応援課: the 長 belongs to the word behind it. 課長補佐, 部長級, 室長代理 are one post.
_GOES_ON = re.compile(r"寿|補佐|級|代理|職|兼|会|\(|\)|・?$")
_OWN_DEPARTMENT = re.compile(r"(?:部|局|庁)(?!長|会|門|落|屋)|公室")
_HEAD_POST = re.compile(r"(?<!担当)(?:部|局)長(?:\([^)]*\))?$")
_BRACKETED = re.compile(r"(?P<head>[^()]*(?:部|局|本部|室|課))\s*\((?P<offices>[^()]*)\)$")
# What stands behind an office and is a part of it.
_BELOW_OFFICE = re.compile(r"[^\s()課部]*(?:係|係長|担当|担当[課係]長|主査|主任|主事|課長補佐)|課長|室長")


@dataclass(frozen=True, slots=True)
class Post:
    """`text` as it came, or with its department carried over, which `carried` then names."""

    text: str
    carried: str = ""


def split_posts(text: str) -> list[Post]:
    """Every post or office in the cell, in order."""
    text = widened(text)
    return _Reader(text).read()


def looks_like_posts(text: str) -> bool:
    """Whether most of the parts are posts or offices."""
    parts = [piece.text for piece in pieces(even(text))]
    fitting = [
        part for part in parts if _POST.search(part) or _OFFICE.search(part) or _DEPARTMENT.search(part)
    ]
    return bool(parts) and len(fitting) * 2 > len(parts)


class _Reader:
    """Walks over the parts of one cell, holding the department that stands before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._even = even(text)
        self._parts = _completed(_cut(_bracket_joined(pieces(self._even))), self._even)
        self._mixed = any(part.comma for part in self._parts) and re.search(r"\s", self._even) is not None
        self._nested = any(_nested(part) for part in self._parts)
        self._department: Piece | None = None
        self._inline = ""
        self._opened = False
        self._found: list[Post] = []

    def read(self) -> list[Post]:
        for number, part in enumerate(self._parts):
            following = self._parts[number + 1] if number + 1 < len(self._parts) else None
            self._take(part, following)
        return self._found

    def _take(self, part: Piece, following: Piece | None) -> None:
        nested = _nested(part)
        if nested:
            self._close()
            self._found += nested
        elif _DEPARTMENT.search(part.text) and following is not None and _may_hang(following, below=part):
            self._open(part)
        elif self._department is not None and _hangs_on(part):
            self._add_below_department(part)
        elif self._inline and part.comma and _hangs_on(part):
            self._found.append(Post(self._inline + self._raw(part), carried=self._inline))
        else:
            self._close()
            self._found.append(Post(self._raw(part)))
            self._inline = self._department_inside(part) if self._mixed else ""

    def _open(self, part: Piece) -> None:
        if self._department is not None and self._opened:
            # 福祉保健局 高齢社会対策部 …課長: two levels before the first office.
            part = Piece(
                self._department.start, part.end, self._even[self._department.start : part.end], part.hard
            )
        self._department, self._opened, self._inline = part, True, ""

    def _close(self) -> None:
        self._department, self._opened, self._inline = None, False, ""

    def _add_below_department(self, part: Piece) -> None:
        assert self._department is not None
        name = self._raw(self._department)
        if not self._opened:
            self._found.append(Post(name + self._raw(part), carried=name))
        elif self._nested:
            self._found.append(Post(name + self._raw(part)))
        else:
            self._found.append(Post(re.sub(r"\s+", " ", self._text[self._department.start : part.end])))
        self._opened = False

    def _department_inside(self, part: Piece) -> str:
        own = _OWN_DEPARTMENT.search(part.text)
        return self._text[part.start : part.start + own.end()] if own else ""

    def _raw(self, part: Piece) -> str:
        return re.sub(r"\s+", " ", self._text[part.start : part.end])


def _hangs_on(part: Piece) -> bool:
    """Whether the part needs a department before it: 住宅課長, 住宅課, 生活福祉担当部長; not 福祉部長, 福祉部住宅課."""
    if _OWN_DEPARTMENT.search(part.text) or (_HEAD_POST.search(part.text) and len(part.text) > 2):
        return False
    return bool(_OFFICE.search(part.text) or _POST.search(part.text))


def _may_hang(following: Piece, *, below: Piece) -> bool:
    """Whether the part is one below this department: an office, or a 部 below a 局."""
    is_higher = re.search(r"(?:局|本部|支所)$", below.text) is not None
    return _hangs_on(following) or (is_higher and following.text.endswith("部") and not following.hard)


def _nested(part: Piece) -> list[Post]:
    """Of 都市整備部(住宅課、建築指導課) both offices with the department; nothing when the brackets hold a remark."""
    match = _BRACKETED.fullmatch(part.text)
    if match is None:
        return []
    offices = [piece.text for piece in pieces(match["offices"].replace("・", "、"))]
    if not offices or not all(_OFFICE.search(office) or _POST.search(office) for office in offices):
        return []
    if len(offices) == 1 and _OFFICE.search(offices[0]) and offices[0].endswith("担当"):
        return []
    head = match["head"].strip()
    return [Post(head + office, carried=head) for office in offices]


# --- The parts ---


def _bracket_joined(parts: list[Piece]) -> list[Piece]:
    """都市整備部 (住宅課、建築課): the brackets belong to the word before."""
    joined: list[Piece] = []
    for part in parts:
        if joined and part.text.startswith("(") and part.text.endswith(")") and not part.hard:
            before = joined[-1]
            joined[-1] = Piece(before.start, part.end, before.text + part.text, before.hard, before.comma)
        else:
            joined.append(part)
    return joined


def _cut(parts: list[Piece]) -> list[Piece]:
    """Posts without anything between them, 福祉部長子ども家庭部長, and those with a middle dot between."""
    cut: list[Piece] = []
    for part in parts:
        inside = _ends_inside(part.text) if len(part.text) <= LONGEST_PIECE else []
        ends = [*inside, len(part.text)]
        start = 0
        for number, end in enumerate(ends):
            body = part.text[start:end]
            dots = len(body) - len(body.lstrip("・"))
            hard, comma = (part.hard, part.comma) if number == 0 else (bool(dots), False)
            cut.append(Piece(part.start + start + dots, part.start + end, body[dots:], hard, comma))
            start = end
    return cut


def _ends_inside(text: str) -> list[int]:
    depth = [text[:at].count("(") - text[:at].count(")") for at in range(len(text) + 1)]
    ends = []
    for match in _END_INSIDE.finditer(text):
        rest = text[match.end() :]
        if depth[match.end()] or _GOES_ON.match(rest) or not _is_office_or_post(rest):
            continue
        ends.append(match.end())
    for match in re.finditer(r"(?<=課)・(?=[^・]*課(?:・|$))", text):
        if not depth[match.start()]:
            ends.append(match.start())
    return sorted(ends)


def _is_office_or_post(text: str) -> bool:
    return bool(_POST.search(text) or _OFFICE.search(text) or _DEPARTMENT.search(text))


def _completed(parts: list[Piece], text: str) -> list[Piece]:
    """高齢者、障害者支援課長 is one post, 住宅課 住宅係 one office."""
    done: list[Piece] = []
    for part in parts:
        before = done[-1] if done else None
        if before is not None and _completes(part, before, between=text[before.end : part.start]):
            done[-1] = Piece(before.start, part.end, text[before.start : part.end], before.hard, before.comma)
        else:
            done.append(part)
    return done


def _completes(part: Piece, before: Piece, *, between: str) -> bool:
    if part.hard:
        return before.text.endswith("者") and between.strip() in "、,"
    return before.text.endswith(("課", "室")) and _BELOW_OFFICE.fullmatch(part.text) is not None
