"""How cells are written: widths, signs for nothing, brackets, the separators of a list. No meaning of words here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from councils.rules.schedule_reading_days import even as even

_HALF_WIDTH_KANA = re.compile(r"[ｦ-ﾟ]+")
_NOTHING = re.compile(
    r"\s*(?:[-‐‑–—―−ーｰ─]+|なし|無し?|特に?なし|該当(?:者)?なし|無|いない|未加入|不参加|未定)\s*。?\s*"
)
_ENUMERATOR = re.compile(r"\s*(?:[①-⑳●○■◆◇▪•*※]|[・･]|\(\d{1,2}\)|\d{1,2}[.．)、](?!\d))\s*")

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def widened(text: str) -> str:
    """Half-width kana as full-width ones, ﾎｰﾑ as ホーム; nothing else is changed."""
    return _HALF_WIDTH_KANA.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def is_nothing(text: str) -> bool:
    """Whether a cell says "none": empty, -, なし."""
    return not text.strip() or _NOTHING.fullmatch(even(text)) is not None


def squeezed(text: str) -> str:
    """Even, without any white space: for comparing what two cells say."""
    return re.sub(r"\s+", "", even(widened(text)))


#: No list of names without any separator is longer; a longer piece is left whole, so that nobody can keep us busy.
LONGEST_PIECE = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cell. `hard`: a sign of a list (、 or a bullet) stands before it, not only white space; `comma`: a 、."""

    start: int
    end: int
    text: str
    hard: bool
    comma: bool = False


def pieces(text: str) -> list[Piece]:
    """The parts between white space, commas and bullets; what stands in brackets stays together. `text` is even."""
    inside = _inside_brackets(text)
    found: list[Piece] = []
    start, hard, hard_next, comma = 0, True, False, False
    for at in range(len(text) + 1):
        sign = text[at] if at < len(text) else "\n"
        numbered = sign in _CIRCLED and at > start
        ends = at == len(text) or (not inside[at] and (sign.isspace() or sign in "、,;/" or numbered))
        if not ends:
            continue
        body = text[start:at]
        if body:
            bullet = _ENUMERATOR.match(body)
            skip = bullet.end() if bullet else 0
            if body[skip:]:
                found.append(Piece(start + skip, at, body[skip:], hard or hard_next or bool(bullet), comma))
                hard_next = False
            else:
                hard_next = True
            hard = comma = False
        hard = hard or sign in "、,;/"
        comma = comma or sign in "、,"
        start = at if numbered else at + 1
    return found


def _inside_brackets(text: str) -> list[bool]:
    """For each character whether it stands in a pair of brackets. A bracket without its other half counts as none."""
    inside = [False] * len(text)
    opened: list[int] = []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            first = opened.pop()
            inside[first : at + 1] = [True] * (at + 1 - first)
    return inside
