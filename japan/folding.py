"""Folding of Japanese text for search: what a person would call the same word gets the same key.

Keys only. Names and addresses are stored as they were typed, never folded: 髙 and 高 are different people's names.
"""

from __future__ import annotations

import re
import unicodedata

from japan.variants import FOLDED_TO


def fold(text: str) -> str:
    """The search key of a text; fold both what is searched and what is searched for.

    - width and compatibility forms (NFKC), case: ＡＢＣ and abc, ㈱ and (株), ｶﾅ and カナ;
    - katakana to hiragana, small kana to large (ヶ and ケ, キャノン and キヤノン, and フリガナ in capitals only),
      ゐ to い, ゑ to え; voiced sounds stay apart (が is not か, so 霞が関 is not 霞ヶ関);
    - old and variant kanji to one form (髙 and 高, 﨑 and 崎: see `japan.variants`);
    - the kanji figures 一 to 九 and 〇 to digits, one by one (三丁目 and 3丁目, 第一 and 第1; not 十 and 10);
    - left out: spaces and control characters, hyphens and dashes, long marks and wave dashes, the middle dot,
      variation selectors and other invisible signs.

    Folding twice changes nothing. Apart from marks that combine with the letter before, each character folds by
    itself: a part of a text folds to a part of its key, so that a substring search on keys is one on texts.
    """
    # Leaving a sign out may bring a letter and its mark together, and folding case may undo NFKC: repeat until stable.
    while (folded := unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)) != text:
        text = folded
    return folded


def fold_house_number(folded: str) -> str:
    """A folded address with the words between its figures left out: 三丁目1番5号 and 3-1-5 both become 315.

    Give it what `fold` returned. Words that no figure precedes, or that another word follows, stay.
    """
    return _BETWEEN_FIGURES.sub("", folded)


_BETWEEN_FIGURES = re.compile(r"(?<=[0-9])(?:丁目|番地の?|番|号|の)(?=[0-9]|$)")


def bigrams(folded: str) -> list[str]:
    """Every two neighbouring characters of a folded text, in order, repeated when they occur again."""
    return [folded[at : at + 2] for at in range(len(folded) - 1)]


def grams(folded: str) -> list[str]:
    """The characters of a folded text, then its bigrams; both in order, repeated when they occur again.

    Nothing is made unique here because a phrase index needs the order; an index of sets makes a set of it.
    """
    return [*folded, *bigrams(folded)]


# --- The table, one entry per character as NFKC leaves it ---

_LARGE_KANA = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖゐゑ", "あいうえおつやゆよわかけいえ", strict=True))
_FIGURES = dict(zip("一二三四五六七八九〇", "1234567890", strict=True))
_DASHES_AND_MARKS = "-‐‑‒–—―⁃−─━ー〜~〰゠・·"


def _kana() -> dict[str, str]:
    katakana = (*range(ord("ァ"), ord("ヶ") + 1), ord("ヽ"), ord("ヾ"))
    hiragana = {chr(code): chr(code - 0x60) for code in katakana}
    hiragana |= dict(zip("ヷヸヹヺ", "わいえを", strict=True))  # have no hiragana of their own
    return {kana: _LARGE_KANA.get(folded, folded) for kana, folded in hiragana.items()} | _LARGE_KANA


def _left_out() -> dict[int, None]:
    invisible = (
        *range(0x00, 0x21),  # control characters, space
        *range(0x7F, 0xA1),  # control characters, no-break space
        0xAD,  # soft hyphen
        0x034F,  # combining grapheme joiner
        0x1680,  # ogham space
        *range(0x180B, 0x1810),  # Mongolian variation selectors and vowel separator
        *range(0x2000, 0x2010),  # spaces, zero-width signs, marks of direction
        *range(0x2028, 0x2030),  # line and paragraph separators, marks of direction
        *range(0x205F, 0x2070),  # word joiner, marks of direction
        0x3000,
        0x3099,  # voiced marks that no letter took: わ with one is as good as ヷ, which folds to わ
        0x309A,
        *range(0xFE00, 0xFE10),  # variation selectors
        0xFEFF,
        *range(0xE0100, 0xE01F0),  # ideographic variation selectors: 辻󠄀, 葛󠄀
    )
    return dict.fromkeys((*invisible, *map(ord, _DASHES_AND_MARKS)))


_TABLE: dict[int, str | None] = {
    **{ord(letter): folded for letter, folded in (FOLDED_TO | _FIGURES | _kana()).items()},
    **_left_out(),
}
