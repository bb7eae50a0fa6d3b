"""相談の重なり: which other cases may be of the same person. Only ever flagged; empty values say nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from japan.folding import fold


def digits_of(phone: str) -> str:
    """A telephone number as it is compared: its figures alone, full-width ones too; "" for none."""
    return "".join(sign for sign in fold(phone) if sign.isdigit())[:20]


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What is compared: folded name and kana, digits of the telephone, the birth date."""

    key: int
    name: str
    kana: str
    phone: str
    birth: dt.date | None


def alike(one: Traits, others: Iterable[Traits]) -> list[tuple[int, str]]:
    """(key, why) of those that may be the same person: the same telephone, or the same name and birth date."""
    found = []
    for other in others:
        if other.key == one.key:
            continue
        if reason := _reason(one, other):
            found.append((other.key, reason))
    return found


def _reason(one: Traits, other: Traits) -> str:
    same_name = bool(one.name and one.name == other.name) or bool(one.kana and one.kana == other.kana)
    if same_name and one.birth and one.birth == other.birth:
        return "氏名と生年月日が同じ"
    if one.phone and one.phone == other.phone:
        return "電話番号が同じ" if not same_name else "氏名と電話番号が同じ"
    return ""
