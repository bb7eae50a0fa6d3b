"""Check digits: 全国地方公共団体コード (municipalities) and 法人番号 (corporations)."""

from __future__ import annotations

import re
import unicodedata

_SPACES_AND_HYPHENS = re.compile(r"[\s‐‑–—−ー-]+")
_LONGEST = 40  # characters typed; far more than any grouping of 13 digits needs


class CodeError(ValueError):
    """A code that cannot be right. Its text is a Japanese sentence for the person who typed."""


# --- 全国地方公共団体コード ---


def check_municipality_code(text: str) -> str:
    """The code as six ASCII digits. Full-width digits, spaces and hyphens are accepted and removed.

    Five digits of JIS X 0401 and 0402 (prefecture 01-47, municipality) and a check digit; the last digit is required.
    This says that the code is well formed, not that such a municipality exists. Raises CodeError.
    """
    code = _digits_only(text)
    if not _is_digits(code):
        raise CodeError("全国地方公共団体コードは数字6桁です。数字だけで入力してください(例: 132225)。")
    if len(code) == 5:
        raise CodeError(_five_digits_problem(code))
    if len(code) != 6:
        raise CodeError(f"全国地方公共団体コードは6桁ですが、{len(code)}桁あります。桁数を確かめてください。")
    if not _has_prefecture(code):
        raise CodeError(
            f"全国地方公共団体コード「{code}」の先頭2桁が都道府県コード(01から47)ではありません。番号を確かめてください。"
        )
    if municipality_check_digit(code[:5]) != code[5]:
        raise CodeError(
            f"全国地方公共団体コード「{code}」の検査数字(6桁目)が合いません。打ち間違いがないか確かめてください。"
        )
    return code


def municipality_check_digit(five: str) -> str:
    """The sixth digit: 11 minus (the sum with weights 6, 5, 4, 3, 2, modulo 11), of which the last figure.

    Raises CodeError unless `five` is five ASCII digits.
    """
    if len(five) != 5 or not _is_digits(five):
        raise CodeError("検査数字を求めるには、全国地方公共団体コードの先頭5桁の数字が必要です。")
    total = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def _five_digits_problem(code: str) -> str:
    """A spreadsheet drops the first 0, and many lists leave the check digit out: offer what it may be."""
    candidates = [six for six in ("0" + code, code + municipality_check_digit(code)) if _is_sound(six)]
    hint = f"「{'」か「'.join(candidates)}」ではありませんか。" if candidates else ""
    return f"全国地方公共団体コード「{code}」は5桁です。{hint}検査数字まで含めた6桁で入力してください。"


def _is_sound(six: str) -> bool:
    return _has_prefecture(six) and municipality_check_digit(six[:5]) == six[5]


def _has_prefecture(code: str) -> bool:
    return 1 <= int(code[:2]) <= 47


# --- 法人番号 ---


def check_corporate_number(text: str) -> str:
    """The 法人番号 as thirteen ASCII digits. Full-width digits, spaces and hyphens are accepted and removed.

    A check digit (1-9) and then the twelve digits of the 基礎番号. By its nature the check digit cannot tell 0 from 9.
    Raises CodeError, whose text never repeats the digits: a person's 個人番号 has twelve and may have been typed here.
    """
    number = _digits_only(text)
    if not _is_digits(number):
        raise CodeError("法人番号は数字13桁です。数字だけで入力してください。")
    if len(number) == 12:
        raise CodeError(
            "入力された番号は12桁です。法人番号は13桁で、会社法人等番号(12桁)の前に1桁が付きます。13桁で"
            "入力してください。個人番号(マイナンバー)は入力しないでください。"
        )
    if len(number) != 13:
        raise CodeError(f"法人番号は13桁ですが、{len(number)}桁あります。桁数を確かめてください。")
    if corporate_check_digit(number[1:]) != number[0]:
        raise CodeError("法人番号の検査用数字(1桁目)が合いません。打ち間違いがないか確かめてください。")
    return number


def corporate_check_digit(twelve: str) -> str:
    """The first digit of a 法人番号, from its 基礎番号 (法人番号の指定等に関する省令2条).

    9 minus (the sum of the digits, from the right with weights 1, 2, 1, 2 …, modulo 9). Raises CodeError unless
    `twelve` is twelve ASCII digits.
    """
    if len(twelve) != 12 or not _is_digits(twelve):
        raise CodeError("検査用数字を求めるには、法人番号の2桁目からの12桁の数字が必要です。")
    total = sum(int(digit) * weight for digit, weight in zip(twelve, (2, 1) * 6, strict=True))
    return str(9 - total % 9)


# --- Both ---


def _digits_only(text: str) -> str:
    """Without width, spaces and hyphens; a text too long to be a code becomes one that is not digits."""
    if len(text) > _LONGEST:
        return ""
    return _SPACES_AND_HYPHENS.sub("", unicodedata.normalize("NFKC", text))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
