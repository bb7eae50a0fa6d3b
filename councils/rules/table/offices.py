"""The secretariat's offices in one cell: each with its levels, 都市整備部 住宅課 住宅係, however they are set apart."""

from __future__ import annotations

import re

from councils.rules.table.bodies import LEGAL_FORM
from councils.rules.table.writing import even, pieces, squeezed, widened

_MUNICIPALITY = re.compile(r"[^\s()]{1,6}(?:都|道|府|県|市|区|町|村)")
_LEVELS = (
    re.compile(r"(?:部|局|本部|庁|公室|センター|協会|協議会|公社|機構|法人|財団|事業団|会社)"),
    re.compile(r"室"),
    re.compile(r"課"),
    re.compile(r"(?:係|担当(?![部課局室])|班|グループ|チーム|主査|主任)"),
)
_ENDS_AS_OFFICE = re.compile(
    r"(?:部|局|室|課|係|担当|班|グループ|チーム|センター|協会|協議会|公社|機構|法人|財団|事業団|会社|連合会|長|主査|主任|参事|主幹|本部|まちづくり)(?:\([^)]*\))?$"
)
_WORK = re.compile(r"運営|開催|実施|支援事業|作成|検討|普及|啓発|登録|相談|情報|に関する|すること|を|。")
_FORM_ALONE = re.compile(rf"{LEGAL_FORM}")
_DOT_BETWEEN = re.compile(r"(?<=[課係室会社])・(?=[^・\s]*[課係室部会社](?:・|\s|$))")


def read_offices(text: str) -> tuple[list[str], str]:
    """The offices of a cell, and the rest that speaks of work (a fused column), empty when there is none."""
    text = widened(text)
    same = _DOT_BETWEEN.sub("、", even(text))
    same = re.sub(r"及び|並びに", lambda match: "、" + " " * (len(match.group()) - 1), same)
    spans: list[tuple[int, int]] = []
    for piece in pieces(same):
        if _begins_work(piece.text, hard=piece.hard and bool(spans)):
            return _written(spans, text), text[_bullet_before(text, piece.start) :].strip()
        if spans and _goes_on(same[slice(*spans[-1])], piece.text, hard=piece.hard):
            start = _without_doubled_municipality(same, spans[-1], piece.start)
            spans[-1] = (start, piece.end)
        else:
            spans.append((piece.start, piece.end))
    return _written(spans, text), ""


def looks_like_offices(text: str) -> bool:
    """Whether the whole cell is a list of offices."""
    same = squeezed(text)
    if not same or len(same) > 160 or "。" in same or "に関する" in same:
        return False
    offices, work = read_offices(text)
    return bool(offices) and not work and all(_is_office(even(office)) for office in offices)


def begins_with_offices(text: str) -> bool:
    offices, work = read_offices(text)
    return bool(offices and work) and all(_is_office(even(office)) for office in offices)


def _is_office(name: str) -> bool:
    return _ENDS_AS_OFFICE.search(name) is not None or _FORM_ALONE.match(name) is not None


def _begins_work(word: str, *, hard: bool) -> bool:
    if word.startswith("居住支援協議会") and not word.startswith("居住支援協議会事務局"):
        return True
    if hard and not _is_office(word):
        return True
    return _WORK.search(word) is not None and _ENDS_AS_OFFICE.search(word) is None


def _bullet_before(text: str, at: int) -> int:
    return at - 1 if at and even(text[at - 1]) in "・●○" else at


def _goes_on(before: str, word: str, *, hard: bool) -> bool:
    """Whether the word is a lower level of the office before it."""
    if hard or _FORM_ALONE.match(word) or _MUNICIPALITY.fullmatch(word):
        return False
    if _FORM_ALONE.fullmatch(before) or _MUNICIPALITY.fullmatch(before.strip()):
        return True
    if squeezed(word).startswith(squeezed(before)):
        return True
    return _first_level(word) > _last_level(before)


def _without_doubled_municipality(text: str, span: tuple[int, int], following: int) -> int:
    """輪野区 輪野区都市計画部 is one office that names its city twice: the first is left out."""
    before = text[slice(*span)]
    doubled = _MUNICIPALITY.fullmatch(before) is not None and text[following:].startswith(before)
    return following if doubled else span[0]


def _first_level(word: str) -> int:
    found = [
        (match.start(), level) for level, pattern in enumerate(_LEVELS) if (match := pattern.search(word))
    ]
    return min(found)[1] if found else len(_LEVELS)


def _last_level(words: str) -> int:
    found = [level for level, pattern in enumerate(_LEVELS) if pattern.search(words.split()[-1])]
    return max(found, default=-1)


def _written(spans: list[tuple[int, int]], text: str) -> list[str]:
    written = [re.sub(r"\s+", " ", text[start:end]).strip() for start, end in spans]
    # A city's name alone is what is left of the next column's first words.
    return [office for office in written if not _MUNICIPALITY.fullmatch(even(office))] or written
