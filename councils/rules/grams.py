"""The numbers under which the public search finds a text: one for each character and each two neighbours.

Two, because most Japanese words have two characters, too few for the databases' own trigrams. Facets (area:131041) have
numbers too. All have 32 bits and are the same on every machine and database.

A character is its code point, below 0x110000. Two characters of the basic plane are their code points side by side:
from 0x210000, as folded text has nothing below "!". Between those the surrogates leave numbers free that no text can
have; there the rest is hashed to: pairs with a character outside the basic plane, and facets. Hashed numbers are not
exact, so what they find must be compared.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from japan.folding import grams

#: Between the fields of a text. Folding leaves it out of what people type, so no word spans two fields.
BETWEEN_FIELDS: Final = "\n"
#: For `str.translate`: takes out halves of characters, which no stored text has and no database accepts.
SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000))

_HASHED: Final = 0xD800_0000
_HASHES: Final = 0x07FF_FFFF
_PLANE: Final = 0x1_0000


def numbers_of(text: str, facets: Iterable[str]) -> list[int]:
    """Everything a text of folded fields with these facets can be found by, each once.

    Facets come first, as given, then pairs: a list is compared from its start, and those are asked for most.
    """
    found = [gram for part in text.split(BETWEEN_FIELDS) for gram in grams(part)]
    return list(
        dict.fromkeys([*map(hashed, facets), *map(_number, sorted(set(found), key=len, reverse=True))])
    )


def needed_for(word: str) -> list[int]:
    """The numbers that every text with this folded word has. The word is not empty."""
    return [_number(gram) for gram in (grams(word)[len(word) :] or [word])]


def is_exact(word: str) -> bool:
    """Whether every text with the numbers of this folded word has the word."""
    return len(word) == 1 or (len(word) == 2 and max(map(ord, word)) < _PLANE)


def hashed(code: str) -> int:
    """The number of a facet."""
    return _HASHED | zlib.crc32(code.encode("utf-8", "replace")) & _HASHES


def _number(gram: str) -> int:
    if len(gram) == 1:
        return ord(gram)
    first, second = map(ord, gram)
    return first << 16 | second if first < _PLANE and second < _PLANE else hashed(gram)
