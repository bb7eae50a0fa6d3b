"""What the public search keeps of a council, a desk or a shop: words to find it by, facets, and its row in a list.

Everything in an entry can be seen or guessed by anybody: whoever types a telephone number learns whose it is. So only
what residents may read comes in here; of a shop, what it agreed to publish (`ShopFacts.shown`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from councils.rules.grams import BETWEEN_FIELDS
from councils.rules.occurrences import weekdays_of
from councils.rules.schedule import Frequency, SessionRule, rule_to_json
from councils.rules.schedule_text import to_japanese
from councils.rules.words import Booking, ConsultationStatus, Feature, Language, Offer
from japan.folding import fold


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality: its code of six digits, its name, and its prefecture's; for a prefecture itself both are one."""

    code: str
    name: str
    prefecture: str


@dataclass(frozen=True, slots=True)
class Audience:
    """A category of people: code, the word of the law, the resident's word, and further words it is looked for by."""

    code: str
    label: str
    plain: str
    kana: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilFacts:
    """A council. `pk` makes the facet by which its desks and shops are listed; `areas` as they are named, one or more."""

    pk: int
    name: str
    kana: str = ""
    areas: tuple[Area, ...]
    consultation_status: str = ""
    shop_label: str = ""
    confirmed_on: dt.date | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFacts:
    """A desk. `operators`: the names it is run under; `places`: the venues and addresses of single sessions."""

    council: CouncilFacts
    name: str
    kana: str = ""
    area: Area
    summary: str = ""
    operators: tuple[str, ...] = ()
    venue: str = ""
    address: str = ""
    places: tuple[str, ...] = ()
    phone: str = ""
    booking: str = ""
    audience: tuple[Audience, ...] = ()
    languages: tuple[str, ...] = ()
    features: Mapping[str, bool]
    rules: tuple[SessionRule, ...] = ()
    confirmed_on: dt.date | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    """A shop. `shown`: those of its optional fields (`Shop.OPTIONAL_FIELDS`) that it agreed to publish."""

    council: CouncilFacts
    name: str
    kana: str = ""
    company: str = ""
    area: Area
    shown: Mapping[str, str]
    audience: tuple[Audience, ...] = ()
    offers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    features: Mapping[str, bool]
    confirmed_on: dt.date | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The values of a `DirectoryEntry`, without its kind and ids."""

    name: str
    text: str
    facets: str
    card: dict[str, Any]
    sessions: list[dict[str, Any]]
    rank: int


# --- One entry --------------------------------------------------------------------------------------------------------


def council_entry(council: CouncilFacts) -> Entry:
    """The entry of a council."""
    areas = [text for area in council.areas for text in _area_words(area)]
    return Entry(
        name=council.name,
        text=_text(council.name, council.kana, *areas, council.shop_label),
        facets=_facets(_coded("area", (area.code for area in council.areas)), _of_council(council)),
        card=_card(
            council,
            area="、".join(area.name for area in council.areas),
            shops=council.shop_label,
            summary=_CONSULTATION.get(council.consultation_status, ""),
        ),
        sessions=[],
        rank=rank_by_area(council.areas[0].code, council.kana or council.name, is_sample=council.is_sample),
    )


def desk_entry(desk: DeskFacts) -> Entry:
    """The entry of a desk. Raises as `to_japanese` does for rules that have problems."""
    council = desk.council
    return Entry(
        name=desk.name,
        text=_text(
            *(desk.name, desk.kana, desk.summary, desk.venue, *desk.places, *desk.operators),
            *_area_words(desk.area, desk.address),
            council.name,
            *_audience_words(desk.audience),
        ),
        facets=_facets(
            _coded("area", [desk.area.code]),
            _coded("who", (each.code for each in desk.audience)),
            _coded("day", map(str, open_weekdays(desk.rules))),
            _coded("booking", _known([desk.booking], Booking.choices)),
            _coded("lang", _known(desk.languages, Language.choices)),
            _coded("access", _there(desk.features)),
            _of_council(council),
        ),
        card=_card(
            desk,
            area=desk.area.name,
            council=council.name,
            shops=council.shop_label,
            who=[each.plain for each in desk.audience],
            languages=_labels(desk.languages, Language.choices),
            summary=desk.summary,
            place=desk.venue or desk.address,
            phone=desk.phone,
            booking="".join(_labels([desk.booking], Booking.choices)),
            opening=" ／ ".join(map(to_japanese, desk.rules)),
        ),
        sessions=[rule_to_json(rule) for rule in desk.rules],
        rank=rank_by_area(desk.area.code, desk.kana or desk.name, is_sample=desk.is_sample),
    )


def shop_entry(shop: ShopFacts) -> Entry:
    """The entry of a shop."""
    council, shown = shop.council, shop.shown
    closed = shown.get("closed_days", "")
    return Entry(
        name=shop.name,
        text=_text(
            *(shop.name, shop.kana, shop.company, shown.get("stations", "")),
            *_area_words(shop.area, shown.get("address", "")),
            *(council.name, council.shop_label),
            *_audience_words(shop.audience),
        ),
        facets=_facets(
            _coded("area", [shop.area.code]),
            _coded("who", (each.code for each in shop.audience)),
            _coded("lang", _known(shop.languages, Language.choices)),
            _coded("access", _there(shop.features)),
            _coded("offer", _known(shop.offers, Offer.choices)),
            _of_council(council),
        ),
        card=_card(
            shop,
            area=shop.area.name,
            council=council.name,
            shops=council.shop_label,
            who=[each.plain for each in shop.audience],
            languages=_labels(shop.languages, Language.choices),
            place=shown.get("address", ""),
            phone=shown.get("phone", ""),
            stations=shown.get("stations", ""),
            offers=_labels(shop.offers, Offer.choices),
            opening=" ".join(filter(None, (shown.get("hours", ""), closed and f"定休日 {closed}"))),
        ),
        sessions=[],
        rank=rank_by_reading(shop.kana or shop.name, is_sample=shop.is_sample),
    )


# --- Words ------------------------------------------------------------------------------------------------------------


def _text(*parts: str) -> str:
    """The folded parts, each once."""
    return BETWEEN_FIELDS.join(dict.fromkeys(filter(None, map(fold, parts))))


def _area_words(area: Area, address: str = "") -> list[str]:
    """The area, and the address with the area before it where it was left out: 東京都世田谷区太子堂 is one word."""
    whole = area.name if area.name == area.prefecture else area.prefecture + area.name
    if not address or area.name in address:
        return [whole, address]
    return [whole + address]


def _audience_words(audience: Iterable[Audience]) -> list[str]:
    return [text for each in audience for text in (each.label, each.plain, each.kana)]


# --- Facets -----------------------------------------------------------------------------------------------------------


def open_weekdays(rules: Iterable[SessionRule]) -> list[int]:
    """The weekdays (0 is Monday) on which the rules are open, ascending. A bare count has none."""
    single = {day.weekday() for rule in rules if rule.frequency == Frequency.DATES for day in rule.extra}
    return sorted(single.union(*map(weekdays_of, rules)))


def _facets(*groups: Iterable[str]) -> str:
    return " ".join(code for group in groups for code in group)


def _coded(group: str, codes: Iterable[str]) -> list[str]:
    return [f"{group}:{code}" for code in dict.fromkeys(codes)]


def _of_council(council: CouncilFacts) -> list[str]:
    return _coded("council", [str(council.pk)])


_Choices = Sequence[tuple[str, str]]


def _known(codes: Iterable[str], choices: _Choices) -> list[str]:
    """The codes there are words for, in the order of the words; the empty code says nothing and is left out."""
    wanted = set(codes)
    return [code for code, _ in choices if code and code in wanted]


def _there(features: Mapping[str, bool]) -> list[str]:
    """What is known to be there; what nobody wrote is not known, which is not the same as no."""
    return _known((code for code, is_there in features.items() if is_there is True), Feature.choices)


# --- The row in a list ------------------------------------------------------------------------------------------------

_CONSULTATION: Final[dict[str, str]] = {
    ConsultationStatus.IMPLEMENTED: "住まいの相談を受けています。",
    ConsultationStatus.PLANNED: "住まいの相談を準備しています。",
}


def _card(facts: CouncilFacts | DeskFacts | ShopFacts, **values: str | list[str]) -> dict[str, Any]:
    """Ready values; every card has all of them, so that a template asks for none that is not there."""
    return {
        **{"area": "", "council": "", "summary": "", "place": "", "phone": "", "stations": "", "opening": ""},
        **{"booking": "", "shops": "", "who": [], "languages": [], "offers": []},
        "name": facts.name,
        "confirmed_on": facts.confirmed_on.isoformat() if facts.confirmed_on else "",
        "sample": facts.is_sample,
        **values,
    }


def _labels(codes: Iterable[str], choices: _Choices) -> list[str]:
    words = dict(choices)
    return [words[code] for code in _known(codes, choices)]


# --- Order ------------------------------------------------------------------------------------------------------------

_LETTERS: Final = 128
_FIRST_KANA: Final = ord("ぁ")
_SAMPLE: Final = 50_000


def rank_by_area(area_code: str, reading: str, *, is_sample: bool) -> int:
    """Where a council or a desk stands: by area, there by its first two kana; samples after everything real.

    Ranks are below 2 to the power of 31 and favour nobody. What does not begin with kana comes after what does.
    """
    area = int(area_code[:5]) + (_SAMPLE if is_sample else 0)
    return area * _LETTERS**2 + _place(reading, 2)


def rank_by_reading(reading: str, *, is_sample: bool) -> int:
    """Where a shop stands: by its first four kana; samples after everything real.

    Not by area: what many shops have is found by walking down the ranks, and the way would be long when all shops of
    an area stood at its end.
    """
    return int(is_sample) * _LETTERS**4 + _place(reading, 4)


def _place(reading: str, letters: int) -> int:
    place = 0
    for letter in fold(reading)[:letters].ljust(letters, "\0"):
        place = place * _LETTERS + _place_of(letter)
    return place


def _place_of(letter: str) -> int:
    if letter == "\0":
        return 0
    at = ord(letter) - _FIRST_KANA
    return at + 1 if 0 <= at < _LETTERS - 2 else _LETTERS - 1
