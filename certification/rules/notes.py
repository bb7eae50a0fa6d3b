"""内部メモ: how long one may be, and who is called in its text by @氏名."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LONGEST: Final = 4_000
NOTE_HEAD: Final = "【引き継ぎ】"
"""Begins a note that was written when a case was handed over."""


def called_in(text: str, names: Mapping[int, str]) -> set[int]:
    """Ids of those whose name stands in the text after ＠ or @. Spaces inside a name do not count.

    Of two names that begin alike (佐藤 健, 佐藤 健一) the longer one is meant.
    """
    squeezed = _squeezed(text).replace("＠", "@")
    found = set()
    for user, name in sorted(names.items(), key=lambda pair: -len(_squeezed(pair[1]))):
        sign = f"@{_squeezed(name)}"
        if name and sign in squeezed:
            found.add(user)
            squeezed = squeezed.replace(sign, "")
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())
