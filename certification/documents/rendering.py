"""From a letter's content to PDF, by typst.

The content travels as JSON in `sys.inputs`: what somebody typed is text there and never markup. The page may read
nothing outside its own folder and uses our two fonts only: Noto Serif JP, and Noto Sans CJK JP for the kanji that the
first one lacks. PDF/UA-1 is asked for because it makes typst refuse a missing glyph instead of printing an empty box.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import noto_cjk_sans_jp_regular
import pylopdf_fonts_jp
import typst

from certification.documents.letters import BASIS_LABEL, LetterContent, to_json
from certification.rules.letter_kinds import Layout
from japan.wareki import format_wareki

GETA = "〓"
"""What printers set for a character they have not."""
_PAGE_OF = {Layout.LETTER: "letter.typ", Layout.PUBLICATION: "letter.typ", Layout.CARD: "card.typ"}
PAGES = Path(__file__).parent / "typst"
JAPAN = dt.timezone(dt.timedelta(hours=9))

# What browsers and word processors put into pasted text and nobody sees: zero width space, word joiner, byte order
# mark, soft hyphen.
_AS_PRINTED = str.maketrans({"\r": "\n", "\t": " ", "\u200b": "", "\u2060": "", "\ufeff": "", "\u00ad": ""})
# Control signs, invisible format signs (also those that turn the direction of writing) and half characters.
_NEVER_PRINTED = {"Cc", "Cf", "Cs"}


class UnprintableCharacter(ValueError):
    """A character that no font of the letters has (外字, for instance). Its text is a Japanese sentence."""


def render(content: LetterContent, *, is_sample: bool = False) -> bytes:
    """The letter as tagged PDF (PDF/UA-1), A4. The same content gives the same bytes. A sample says 見本 on every page.

    Raises UnprintableCharacter: an official letter never shows a name with an empty box in it.
    """
    _refuse_signs(content)
    try:
        data = {**_page_data(content), "is_sample": is_sample, "basis_label": BASIS_LABEL}
        return _compile(_PAGE_OF[content.layout], data, issued_on=content.issued_on)
    except typst.TypstError as error:
        missing = _characters_without_glyph(content)
        if not missing:
            raise
        raise UnprintableCharacter(_sentence(_texts(content), missing)) from error


def render_strictly(page: str, data: dict[str, Any], *, issued_on: dt.date) -> bytes:
    """A letter of another shape, from the data its page takes, as strict as `render`. Raises UnprintableCharacter."""
    printed = _as_printed(data)
    texts = list(_walk(printed))
    if found := {sign for text in texts for sign in text if _is_never_printed(sign)}:
        raise UnprintableCharacter(_sentence(texts, sorted(found)))
    try:
        return _compile(page, printed, issued_on=issued_on)
    except typst.TypstError as error:
        missing = _without_glyph(texts, issued_on=issued_on)
        if not missing:
            raise
        raise UnprintableCharacter(_sentence(texts, missing)) from error


def render_working_paper(page: str, data: dict[str, object], *, printed_on: dt.date) -> bytes:
    """A paper of the office's own work as tagged PDF: a character that no font has is shown as 〓.

    Unlike a letter it goes to nobody outside, and a rare sign in one note must not keep the paper from being printed.
    """
    printable = _each_text(_as_printed(data), _without_signs)
    try:
        return _compile(page, printable, issued_on=printed_on)
    except typst.TypstError:
        missing = _without_glyph(_walk(printable), issued_on=printed_on)
        if not missing:
            raise
    shown = str.maketrans(dict.fromkeys(missing, GETA))
    return _compile(page, _each_text(printable, lambda text: text.translate(shown)), issued_on=printed_on)


def _without_signs(text: str) -> str:
    return "".join(sign for sign in text if not _is_never_printed(sign))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text in it changed, keys left as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each_text(part, change) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, change) for part in value]
    return value


def _page_data(content: LetterContent) -> dict[str, object]:
    """The content and what follows from it: the page itself knows no rules of dates or 敬称."""
    data = {
        **to_json(content),
        "issued_on_text": format_wareki(content.issued_on),
        "addressee_lines": [addressee.lines for addressee in content.addressees],
    }
    return {name: _as_printed(value) for name, value in data.items()}


def _as_printed(value: Any) -> Any:
    """Line ends of every system as one, a tab as a space, signs without any width left out; else as typed."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").translate(_AS_PRINTED)
    if isinstance(value, dict):
        return {name: _as_printed(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_printed(part) for part in value]
    return value


def _compile(page: str, data: dict[str, object], *, issued_on: dt.date) -> bytes:
    compiler = typst.Compiler(
        input=str(PAGES / page), root=str(PAGES), font_paths=_fonts(), ignore_system_fonts=True
    )
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=dt.datetime.combine(issued_on, dt.time(), tzinfo=JAPAN),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Our fonts only, so that every machine prints the same page."""
    folders = [pylopdf_fonts_jp.serif_path().parent, Path(str(noto_cjk_sans_jp_regular.FONT_PATH)).parent]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )


# --- Characters ---


def _refuse_signs(content: LetterContent) -> None:
    found = {sign for text in _texts(content) for sign in text if _is_never_printed(sign)}
    if found:
        raise UnprintableCharacter(_sentence(_texts(content), sorted(found)))


def _is_never_printed(sign: str) -> bool:
    return sign != "\n" and unicodedata.category(sign) in _NEVER_PRINTED


def _characters_without_glyph(content: LetterContent) -> list[str]:
    """Try each character alone. Variation selectors are left out: without their kanji they are nothing."""
    return _without_glyph(_texts(content), issued_on=content.issued_on)


def _without_glyph(texts: Iterable[str], *, issued_on: dt.date) -> list[str]:
    signs = {sign for text in texts for sign in text if not unicodedata.category(sign).startswith("M")}
    return [sign for sign in sorted(signs) if not _has_glyph(sign, issued_on=issued_on)]


def _has_glyph(sign: str, *, issued_on: dt.date) -> bool:
    try:
        _compile("glyph.typ", {"text": sign}, issued_on=issued_on)
    except typst.TypstError:
        return False
    return True


def _sentence(texts: Iterable[str], signs: list[str]) -> str:
    named = "、".join(_shown(sign) for sign in signs)
    place = next(text for text in texts if signs[0] in text)
    shown = "".join(GETA if sign in signs else sign for sign in place)[:40]
    return (
        f"通知文書の「{shown}」に、印刷できない文字（{named}）があります。"
        "その文字を、代わりに使う文字に直してからもう一度お試しください。"
    )


def _shown(sign: str) -> str:
    code = f"U+{ord(sign):04X}"
    hidden = _is_never_printed(sign) or unicodedata.category(sign) in {"Co", "Cn"}
    return code if hidden else f"{sign} {code}"


def _texts(content: LetterContent) -> Iterator[str]:
    return _walk(_page_data(content))


def _walk(value: object) -> Iterator[str]:
    """Every text inside lists and mappings, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _walk(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part)
