"""Many cooperating shops for the public directory, invented by chance that is the same in every run."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, Final

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from councils.models import Category, Council, Shop
from councils.rules.words import Feature, Language, Offer, ShopState
from councils.services.directory import rebuild

_BATCH: Final = 5_000
_FRONT: Final = (
    *(
        "青葉",
        "朝日",
        "泉",
        "梅田",
        "大橋",
        "柏木",
        "川上",
        "桐生",
        "小山",
        "桜",
        "白石",
        "杉本",
        "高橋",
        "月見",
        "常盤",
    ),
    *(
        "中村",
        "西田",
        "野口",
        "浜田",
        "東",
        "平和",
        "藤",
        "堀川",
        "松風",
        "三浦",
        "緑",
        "宮前",
        "森",
        "吉野",
        "和田",
    ),
)
_BACK: Final = (
    "不動産",
    "ハウジング",
    "住宅",
    "エステート",
    "地所",
    "ホーム",
    "住宅サービス",
    "管理センター",
)
_READING: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_TOWNS: Final = (
    "本町",
    "栄町",
    "緑が丘",
    "若葉台",
    "中央",
    "南",
    "北野",
    "東山",
    "西原",
    "桜台",
    "泉町",
    "富士見",
    "大和",
)
#: In every fourth shop, in every eighth, in the same eighth (five characters when folded), and in one of all.
WORD: Final = "住宅"
SHORT_WORD: Final = "管理"
LONG_WORD: Final = "管理センター"
RARE: Final = "珍名庵"
_PUBLIC: Final = ["address", "phone", "hours", "closed_days", "stations"]


def open_directory() -> None:
    """Categories, councils and desks as a first run has them."""
    call_command("load_ring", verbosity=0, without_samples=True)


def open_shops(total: int) -> None:
    """Register `total` shops with the councils in turn, and make the directory anew."""
    councils = list(Council.objects.public().select_related("prefecture").prefetch_related("municipalities"))
    categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
    chance = random.Random(total)
    for first in range(0, total, _BATCH):
        numbers = range(first, min(first + _BATCH, total))
        made = Shop.objects.bulk_create(_shop(number, councils, chance) for number in numbers)
        through = Shop.categories.through
        through.objects.bulk_create(
            through(shop_id=shop.pk, category_id=category)
            for shop in made
            for category in chance.sample(categories, k=min(len(categories), chance.randrange(2, 6)))
        )
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _shop(number: int, councils: list[Council], chance: random.Random) -> Shop:
    council = councils[number % len(councils)]
    areas = list(council.municipalities.all()) or [council.prefecture]
    name = f"{chance.choice(_FRONT)}{chance.choice(_FRONT)}{chance.choice(_BACK)}"
    return Shop(
        council=council,
        municipality=areas[number // len(councils) % len(areas)],
        state=ShopState.REGISTERED,
        registered_on=dt.date(2025, 4, 1),
        name=f"{RARE}{name}" if number == 0 else f"{name}{number}号店",
        kana="".join(chance.choices(_READING, k=8)),
        company=f"株式会社{name}",
        licensor="東京都知事",
        licence_renewals=number % 9 + 1,
        licence_number=f"{number:06}",
        address=f"{chance.choice(_TOWNS)}{chance.randrange(1, 9)}丁目{chance.randrange(1, 30)}番{number % 20 + 1}号",
        stations=f"{chance.choice(_FRONT)}{chance.choice(_TOWNS)}駅 徒歩{chance.randrange(1, 20)}分",
        hours="9:30〜18:00",
        closed_days="水曜日",
        phone=f"000-{number // 10_000:04}-{number % 10_000:04}",
        languages=list(_some(Language.values, chance)),
        offers=list(_some(Offer.values, chance)),
        features=dict.fromkeys(_some(Feature.values, chance), True),
        published_fields=_PUBLIC,
        is_sample=True,
        published_at=timezone.now(),
        confirmed_on=dt.date(2026, 10, 1),
    )


def _some(values: list[Any], chance: random.Random) -> Iterator[Any]:
    return (value for value in values if chance.random() < 0.3)
