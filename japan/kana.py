"""フリガナ: what a kana field may hold, and one way to write it."""

from __future__ import annotations

import re
import unicodedata

# A syllable with its voiced mark, if that stands apart: half-width ｶﾞ, or か + U+3099 as macOS writes it.
_SYLLABLE = "[ぁ-ゖゝゞァ-ヺヽヾｦ-ｯｱ-ﾝ][\u3099\u309aﾞﾟ]?"
_KANA = re.compile(f"[ 　]*{_SYLLABLE}(?:{_SYLLABLE}|[ー・ｰ･ 　])*")

# NFKC on runs of kana only: on a whole text it would change Latin letters and compatibility kanji too.
_RUN_TO_COMPOSE = re.compile("[ァ-ヺー・ヽヾ･-ﾟ\u3099\u309a]+")
_HIRAGANA_TO_KATAKANA = str.maketrans(
    {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
)


def is_kana(text: str) -> bool:
    """Whether the text can stand in a フリガナ field.

    Allowed are katakana and hiragana of either width, the long mark, the middle dot and spaces. It must begin with a
    syllable, spaces aside, and so may not be empty. Digits, Latin letters and brackets are not kana: エービーシー, not ABC.
    """
    return _KANA.fullmatch(text) is not None


def to_katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana; every other character stays exactly as it is."""
    katakana = text.translate(_HIRAGANA_TO_KATAKANA)
    return _RUN_TO_COMPOSE.sub(lambda run: unicodedata.normalize("NFKC", run[0]), katakana)
