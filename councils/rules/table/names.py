"""Names of bodies in one cell, set apart: by white space, signs, legal forms, or nothing at all.

(公社)全日本不動産協会 東京都本部 is one body and its branch; 輪野大学 心理・福祉学部 准教授 is one person's standing;
(社福)○○市社会福祉協議会○○市民生委員協議会 are two bodies.
"""

from __future__ import annotations

import re

from councils.rules.table.bodies import ACADEMIC_TITLE, COMPANY_FORM, LEGAL_FORM, POST_END
from councils.rules.table.writing import LONGEST_PIECE, Piece, even, pieces, widened

_FORM = re.compile(LEGAL_FORM)
_FORM_ALONE = re.compile(
    rf"(?:{LEGAL_FORM}|\((?:学識経験者|学識者?|有識者|会長|副会長|座長|委員長|委員|オブザーバー)\)|学識経験者|有識者)\s*[:・]?"
)
_COMPANY = re.compile(COMPANY_FORM)
_TITLE_END = re.compile(rf"{ACADEMIC_TITLE}\)?$")
_TITLE_INSIDE = re.compile(r"(?:(?<![名誉准客員特任])(?:准|名誉|特任|客員)?教授|講師|助教)\)?(?=[^\s)会])")
_BODY_END = (
    r"(?:協議会|連絡会|協会|連合会|公社|センター|支部|ブロック|事業団|機構|組合|団体|法人|会社|財団|会)"
)
_ENDS_AS_BODY = re.compile(rf"{_BODY_END}(?:\([^)]*\))?$")
# What nearly every council lists, and what therefore begins a new name where it follows another one directly.
_WHOLE_BODY_END = r"(?:本部|協議会|協会|連合会|公社|センター|機構|支部|ブロック|事業団)"
_BEGINS_A_BODY = r"民生委員|民生・児童委員|民生児童委員|自治会連合|町会連合|町会・自治会|町内会連合"
_FIRST_BODY = re.compile(
    r"(?:社会福祉協議会|児童委員協議会|連絡協議会|公社|機構|支援センター|連合会)(?=[^\s()]{4,})"
)
_WHOLE_NAMES = re.compile(
    r"社会福祉協議会|児童委員協議会|連絡協議会|[^\s]公社|包括支援センター|連合会|大学(?!院)"
)
_BRANCH = re.compile(
    r"(?:[^\s()]*本部[^\s()]*|第?\s*[\d一二三四五六七八九十]+(?:・第?[\d一二三四五六七八九十]+)?ブロック[^\s()]*|[^\s()]{1,14}(?:支部|支社|支店|支所|営業所|分会|分部|地区会|ブロック|地域本部))(?:\(.*\))?"
)
_HAS_BRANCHES = re.compile(r"(?:協会|機構|本部|連合会|公社|組合|会社|会|団|\(株\))(?:\([^)]*\))?$")
_REMARK = re.compile(r"\(.*\)|※.*")
_STANDING = re.compile(rf"[^\s()]{{0,12}}{POST_END}(?:\([^)]*\))?")
_UNIT = re.compile(r"[^\s()]{1,12}[課係室]")
_NO_PERSON = re.compile(rf"(?:{_BODY_END}|[士員者長人])$")
_PERSON = re.compile(r"[^\s()\d]{1,5}(?:氏|様)?")


def split_names(text: str, *, municipality: str) -> list[str]:
    """Every body in the cell as it is written there. `municipality` is the council's own: 輪野市."""
    text = widened(text)
    same = even(text)
    parts = [cut for piece in pieces(same) for cut in _cut_if_sensible(piece, municipality)]
    return [re.sub(r"\s+", " ", text[start:end]).strip() for start, end in _joined(parts, same)]


def may_be_two(name: str) -> bool:
    """Whether a second body may follow the first without anything between: 社会福祉協議会地域包括支援センター."""
    same = even(name)
    if len(_WHOLE_NAMES.findall(same)) > 1 or re.search(r"センター(?![次所副]?長).{3,}課長$", same):
        return True
    for match in _FIRST_BODY.finditer(same):
        rest = same[match.end() :]
        if _ENDS_AS_BODY.search(rest) and not _BRANCH.fullmatch(rest):
            return True
    return False


# --- Names without anything between them ---


def _cut_if_sensible(piece: Piece, municipality: str) -> list[Piece]:
    return _cut(piece, municipality) if len(piece.text) <= LONGEST_PIECE else [piece]


def _cut(piece: Piece, municipality: str) -> list[Piece]:
    ends = sorted({0, *_form_starts(piece.text), *_body_starts(piece.text, municipality), *_dots(piece.text)})
    cut = []
    for number, (start, end) in enumerate(zip(ends, [*ends[1:], len(piece.text)], strict=True)):
        body = piece.text[start:end]
        dots = len(body) - len(body.lstrip("・"))
        cut.append(
            Piece(piece.start + start + dots, piece.start + end, body[dots:], piece.hard or number > 0)
        )
    return [part for part in cut if part.text]


def _form_starts(text: str) -> list[int]:
    """Where a legal form begins a new name. 株式会社 behind a name ends that one."""
    starts = []
    for match in _FORM.finditer(text):
        if match.start() == 0 or _FORM_ALONE.fullmatch(text[: match.start()]):
            continue
        if text[: match.start()].count("(") > text[: match.start()].count(")"):
            continue
        if _COMPANY.fullmatch(match.group()) and not _begins_a_company(text, match):
            continue
        starts.append(match.start())
    return starts


def _begins_a_company(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() :]
    if not rest or rest.startswith(("・", "(")) or _FORM.match(rest):
        return False
    before = text[: match.start()]
    return _ENDS_AS_BODY.search(before) is not None or _COMPANY.search(before) is not None


def _body_starts(text: str, municipality: str) -> list[int]:
    """Where a name follows another one directly: behind a professor, or behind 協議会 and the like."""
    starts = [match.end() for match in _TITLE_INSIDE.finditer(text)]
    own = rf"|東京都|北海道|[^\s()]{{2,3}}[県府](?=[^\s]*公社){f'|{re.escape(municipality)}' if municipality else ''}"
    for match in re.finditer(rf"{_WHOLE_BODY_END}(?=(?:{_BEGINS_A_BODY}{own}))", text):
        rest = text[match.end() :]
        following = _FORM.search(rest)
        rest = rest[: following.start()] if following else rest
        before = text[: match.end()]
        is_inside = before.count("(") > before.count(")")
        if (
            is_inside
            or _BRANCH.fullmatch(rest)
            or not re.search(rf"(?:{_BODY_END}|大学|{ACADEMIC_TITLE})(?:\([^)]*\))?$", rest)
        ):
            continue
        starts.append(match.end())
    return starts


def _dots(text: str) -> list[int]:
    """A middle dot between two whole names: 住宅供給公社・都市再生機構; not 民生委員・児童委員協議会."""
    found = []
    for match in re.finditer("・", text):
        before, rest = text[: match.start()], text[match.end() :]
        if before.count("(") > before.count(")") or not _ENDS_AS_BODY.search(before):
            continue
        if re.search(r"(?:町会|自治会|連合会|委員会)$", before) and not _FORM.match(rest):
            continue
        first = rest.split("・")[0]
        if _FORM.match(rest) or (
            _ENDS_AS_BODY.search(first) and not _BRANCH.fullmatch(first) and len(first) > 4
        ):
            found.append(match.start())
    return found


# --- What belongs together ---


def _joined(parts: list[Piece], text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for part in parts:
        if spans and _belongs(part, before=text[slice(*spans[-1])]):
            spans[-1] = (spans[-1][0], part.end)
        else:
            spans.append((part.start, part.end))
    return spans


def _belongs(part: Piece, *, before: str) -> bool:
    """Whether the part goes on with the name before it."""
    if _FORM_ALONE.fullmatch(before.strip()):
        return True
    if _FORM_ALONE.fullmatch(part.text):
        return False
    if _REMARK.fullmatch(part.text) and not _FORM.match(part.text) and not _TITLE_END.search(part.text):
        return True
    if part.hard or _FORM.match(part.text):
        return False
    if _is_open_standing(before):
        return not re.search(r"協議会|協会", part.text)
    if _TITLE_END.search(before):
        return _PERSON.fullmatch(part.text) is not None and not _NO_PERSON.search(part.text)
    if _BRANCH.fullmatch(part.text) and _HAS_BRANCHES.search(before.strip()):
        return "協会" not in part.text
    if re.search(r"(?:本部|支社|支店)$", before) and re.fullmatch(r"[^\s()]{1,16}[部室課]", part.text):
        return True
    return _ENDS_AS_BODY.search(before) is not None and _is_post_in(part.text)


def _is_open_standing(before: str) -> bool:
    """A university without the title that ends a professor's standing."""
    return "大学" in before and not _TITLE_END.search(before) and not _ENDS_AS_BODY.search(before)


def _is_post_in(text: str) -> bool:
    return (_STANDING.fullmatch(text) is not None or _UNIT.fullmatch(text) is not None) and not re.search(
        r"部長$|協議会|委員$", text
    )
