"""Invented cooperating shops of the two sample cities: enough of them that a search is worth trying.

Every shop is made from its number alone, so that a second run makes the same. All say that they are samples: the names
carry words such as みほん or 架空, telephone numbers begin with 000 and ring nowhere, mail and web addresses lie under
example.jp, and licence numbers lie far above any that was ever given.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality
from councils.models import Category, Council, Shop
from councils.rules.words import Feature, Language, Offer, ShopState
from japan.licence import BrokerLicence

T = TypeVar("T")

#: Licence numbers of samples begin above this; real ones of one licensor have at most six digits.
SAMPLE_LICENCES: Final = 9_000_000
_SHOP_IDS: Final = uuid.UUID("6d69686f-6e00-4000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Town:
    """An invented sample city: where its shops stand."""

    code: str
    shops: int
    licensor: str
    association: str
    areas: Sequence[tuple[str, str]]
    """Towns with kana."""
    stations: Sequence[str]


TOWNS: Final = (
    Town(
        code="139912",
        shops=180,
        licensor="東京都知事",
        association="架空宅地建物取引業協会 輪野支部",
        areas=(
            ("見本町", "ミホンチョウ"), ("本町", "ホンチョウ"), ("北町", "キタマチ"), ("南町", "ミナミチョウ"),
            ("輪野台", "ワノダイ"), ("泉の森", "イズミノモリ"), ("若葉が丘", "ワカバガオカ"), ("橋場", "ハシバ"),
        ),
        stations=("輪野線 輪野駅", "輪野線 輪野本町駅", "輪野線 北輪野駅", "みほん鉄道 見本町駅", "みほん鉄道 輪野台駅"),
    ),
    Town(
        code="269913",
        shops=120,
        licensor="京都府知事",
        association="架空宅地建物取引業協会 古都見支部",
        areas=(
            ("見本大路", "ミホンオオジ"), ("架空橋東詰町", "カクウバシヒガシヅメチョウ"), ("大学前町", "ダイガクマエチョウ"),
            ("古都見本町", "コトミホンマチ"), ("西の里", "ニシノサト"), ("桜小路", "サクラコウジ"),
        ),
        stations=("古都見電鉄 見本大路駅", "古都見電鉄 架空橋駅", "古都見電鉄 古都見南駅", "みほん市電 大学前停留場"),
    ),
)  # fmt: skip

_FIRST: Final = (
    ("みほん", "ミホン"), ("見本", "ミホン"), ("サンプル", "サンプル"), ("架空", "カクウ"), ("かくう", "カクウ"),
    ("例示", "レイジ"), ("れいじ", "レイジ"), ("ひながた", "ヒナガタ"), ("おてほん", "オテホン"), ("お試し", "オタメシ"),
    ("仮名", "カメイ"), ("もしも", "モシモ"),
)  # fmt: skip
_SECOND: Final = (
    ("不動産", "フドウサン"), ("住宅", "ジュウタク"), ("ホーム", "ホーム"), ("ハウジング", "ハウジング"),
    ("エステート", "エステート"), ("地所", "ジショ"), ("住まい館", "スマイカン"), ("住宅センター", "ジュウタクセンター"),
    ("賃貸ショップ", "チンタイショップ"), ("土地建物", "トチタテモノ"), ("お部屋本舗", "オヘヤホンポ"),
)  # fmt: skip
_BRANDS: Final = len(_FIRST) * len(_SECOND)
_LEGAL_FORMS: Final = ("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}")
_HOURS: Final = ("9:00〜18:00", "9:30〜18:30", "10:00〜18:00", "10:00〜19:00", "")
_CLOSED: Final = ("水曜日", "火曜日・水曜日", "日曜日・祝日", "木曜日", "年末年始だけ")
_FIGURES: Final = "一二三四五"
_COMMON: Final = ("elderly", "disabled", "child_raising", "foreign", "low_income")
_SELDOM: Final = ("needy", "disaster", "women", "released", "care_leaver", "lgbt", "newlywed", "uij_turn")
_UNSHOWN: Final = (
    (),
    ("email",),
    ("fax",),
    ("phone", "fax"),
    ("address",),
    ("hours", "closed_days"),
    ("website",),
)
_NOT_PUBLIC: Final = (ShopState.APPLIED, ShopState.REVIEW, ShopState.WITHDRAWN, ShopState.REVOKED)


@transaction.atomic
def load_sample_shops(*, now: dt.datetime) -> int:
    """Make the shops of every sample council that has none; how many were made.

    The councils and categories must be loaded. The public directory is not touched.
    """
    made = 0
    councils = Council.objects.filter(is_sample=True, shops=None)
    for town in TOWNS:
        municipality = Municipality.objects.filter(code=town.code).first()
        council = councils.filter(municipalities=municipality).first() if municipality else None
        if municipality is not None and council is not None:
            made += _make_shops(town, council, municipality, now=now)
    return made


def _make_shops(town: Town, council: Council, municipality: Municipality, *, now: dt.datetime) -> int:
    numbers = range(1, town.shops + 1)
    shops = Shop.objects.bulk_create(
        sample_shop(number, town, council=council, municipality=municipality, now=now) for number in numbers
    )
    ids = dict(Category.objects.values_list("code", "pk"))
    through = Shop.categories.through
    through.objects.bulk_create(
        through(shop_id=shop.pk, category_id=ids[code])
        for number, shop in zip(numbers, shops, strict=True)
        for code in sample_categories(f"{town.code}/{number}")
        if code in ids
    )
    return len(shops)


def sample_shop(
    number: int, town: Town, *, council: Council, municipality: Municipality, now: dt.datetime
) -> Shop:
    """Shop `number` (from 1) of a sample city, not saved."""
    key = f"{town.code}/{number}"
    today = timezone.localdate(now)
    state = _NOT_PUBLIC[number // 25 % len(_NOT_PUBLIC)] if number % 25 == 0 else ShopState.REGISTERED
    stale = _chance(key, "stale", 12)
    return Shop(
        public_id=uuid.uuid5(_SHOP_IDS, key),
        council=council,
        municipality=municipality,
        state=state,
        registered_on=None
        if state in (ShopState.APPLIED, ShopState.REVIEW)
        else today - dt.timedelta(days=_number(key, "since", 60, 1500)),
        association=town.association if _number(key, "association", 0, 3) else "例示不動産協会",
        closed_days=_pick(key, "closed", _CLOSED),
        hours=_pick(key, "hours", _HOURS),
        offers=_some(key, "offers", Offer.values, most=5),
        languages=_some(key, "languages", Language.values, most=3) if _chance(key, "speaks", 3) else [],
        features={code: not _chance(key, code, 3) for code in _some(key, "features", Feature.values, most=4)},
        published_fields=_published(key),
        sticker_number=f"見本-{number:03}" if state == ShopState.REGISTERED else "",
        is_sample=True,
        published_at=now if state == ShopState.REGISTERED else None,
        confirmed_on=today
        - dt.timedelta(
            days=_number(key, "confirmed", 380, 800) if stale else _number(key, "confirmed", 1, 200)
        ),
        **_identity(number, town),
        **_licence(number, town, today=today),
        **_contact(number, town, city=municipality.name),
    )


def sample_categories(key: str) -> list[str]:
    """Whom a shop takes: one to four of the common categories, now and then one that few take."""
    common = _some(key, "who", _COMMON, most=4) or [_pick(key, "who", _COMMON)]
    return [*common, _pick(key, "seldom", _SELDOM)] if _chance(key, "seldom?", 4) else common


def _brand(number: int, town: Town) -> int:
    """Which of the brands: the first round gives each one shop, the second some of them a branch."""
    return (number * 7 + int(town.code)) % _BRANDS


def _identity(number: int, town: Town) -> dict[str, str]:
    brand = _brand(number, town)
    first, second = _FIRST[brand % len(_FIRST)], _SECOND[brand // len(_FIRST)]
    area, area_kana = _area(number, town)
    name, kana = first[0] + second[0], first[1] + second[1]
    company = _pick(str(brand), "form", _LEGAL_FORMS).format(name)
    if number > _BRANDS or brand % 3 == 0:
        return {"name": f"{name} {area}店", "kana": f"{kana} {area_kana}テン", "company": company}
    return {"name": name, "kana": kana, "company": company}


def _licence(number: int, town: Town, *, today: dt.date) -> dict[str, Any]:
    """Branches of a brand share its licence."""
    brand = _brand(number, town)
    licence = BrokerLicence(
        town.licensor, 1 + brand % 12, SAMPLE_LICENCES + 1000 * TOWNS.index(town) + brand + 1
    )
    return {
        "licensor": licence.licensor,
        "licence_renewals": licence.renewals,
        "licence_number": str(licence.number),
        "licence_until": today + dt.timedelta(days=_number(f"{town.code}-{brand}", "until", 20, 1800)),
    }


def _contact(number: int, town: Town, *, city: str) -> dict[str, str]:
    key = f"{town.code}/{number}"
    line = 1000 * (TOWNS.index(town) + 1) + number
    mark = f"mihon{line}"
    return {
        "address": f"{city}{_area(number, town)[0]}{_pick(key, 'chome', _FIGURES)}丁目{_number(key, 'ban', 1, 20)}番{_number(key, 'go', 1, 15)}号",
        "stations": f"{_pick(key, 'station', town.stations)} 歩いて{_number(key, 'walk', 1, 18)}分",
        "phone": f"000-0000-{line:04}",
        "fax": f"000-0000-{5000 + line}" if _chance(key, "fax", 2) else "",
        "email": f"{mark}@fudosan.example.jp" if _chance(key, "email", 2) else "",
        "website": f"https://{mark}.example.jp/" if _chance(key, "website", 2) else "",
    }


def _area(number: int, town: Town) -> tuple[str, str]:
    """In turn; one further in the second round, so that a branch stands elsewhere than the first shop of its brand."""
    return town.areas[(number + number // _BRANDS) % len(town.areas)]


def _published(key: str) -> list[str]:
    """Most shops publish everything, the others all but something."""
    hidden = _pick(key, "hidden", _UNSHOWN) if _chance(key, "hides", 2) else ()
    return [name for name in Shop.OPTIONAL_FIELDS if name not in hidden]


# --- Choices that depend on nothing but the key ---


def _number(key: str, what: str, low: int, high: int) -> int:
    """From `low` to `high`, both included."""
    digest = blake2b(f"{what}/{key}".encode(), digest_size=4).digest()
    return low + int.from_bytes(digest, "big") % (high - low + 1)


def _chance(key: str, what: str, one_in: int) -> bool:
    return _number(key, what, 1, one_in) == 1


def _pick(key: str, what: str, values: Sequence[T]) -> T:
    return values[_number(key, what, 0, len(values) - 1)]


def _some(key: str, what: str, values: Sequence[str], *, most: int) -> list[str]:
    """Up to `most` of the values, in their order."""
    count = _number(key, f"{what}#", 0, most)
    ranked = sorted(values, key=lambda value: _number(key, f"{what}:{value}", 0, 1 << 30))
    return [value for value in values if value in ranked[:count]]
