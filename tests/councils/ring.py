"""A small ring for tests: an invented council with a desk and a shop, made as services leave them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Municipality
from councils.models import Category, Council, Desk, Session, Shop
from councils.models.desks import session_columns
from councils.rules.schedule import Frequency, SessionRule
from councils.rules.words import ShopState
from councils.services.directory import refresh_councils

PUBLISHED = dt.datetime(2026, 4, 1, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
THURSDAYS = SessionRule(
    frequency=Frequency.WEEKLY, weekdays=(3,), start=dt.time(13, 30), end=dt.time(16, 30), places=4
)


def prefecture(code: str = "130001", name: str = "東京都") -> Municipality:
    return Municipality.objects.get_or_create(
        code=code, defaults={"name": name, "kana": "テスト", "kind": Municipality.Kind.PREFECTURE}
    )[0]


def city(code: str = "139912", name: str = "輪野市") -> Municipality:
    return Municipality.objects.get_or_create(
        code=code, defaults={"name": name, "kana": "ワノシ", "kind": Municipality.Kind.CITY}
    )[0]


def category(code: str = "elderly", *, plain: str = "高齢の方", **values: Any) -> Category:
    defaults = {
        "label": "高齢者",
        "plain": plain,
        "kana": "こうれい シニア",
        "basis": "法2条1項",
        "effective_from": dt.date(2017, 10, 25),
        "is_prominent": True,
    }
    return Category.objects.get_or_create(code=code, defaults={**defaults, **values})[0]


def council(
    name: str = "輪野市居住支援協議会", *, area: Municipality | None = None, **values: Any
) -> Council:
    area = area or city()
    defaults = {"published_at": PUBLISHED, "confirmed_on": dt.date(2026, 10, 1), "is_sample": True}
    made = Council.objects.create(name=name, prefecture=prefecture(), **{**defaults, **values})
    made.municipalities.add(area)
    return made


def desk(
    of: Council,
    name: str = "すまいの相談室",
    *,
    rules: tuple[SessionRule, ...] = (THURSDAYS,),
    who: tuple[Category, ...] = (),
    **values: Any,
) -> Desk:
    defaults = {
        "municipality": of.municipalities.first(),
        "summary": "部屋さがしの相談を聞きます。",
        "venue": "輪野市役所2階",
        "phone": "000-0000-0001",
        "published_at": PUBLISHED,
        "confirmed_on": dt.date(2026, 10, 1),
    }
    made = Desk.objects.create(council=of, name=name, **{**defaults, **values})
    made.categories.set(who)
    for position, rule in enumerate(rules):
        Session.objects.create(desk=made, position=position, **session_columns(rule))
    return made


def shop(of: Council, name: str = "みほん不動産", *, who: tuple[Category, ...] = (), **values: Any) -> Shop:
    defaults = {
        "municipality": of.municipalities.first(),
        "state": ShopState.REGISTERED,
        "registered_on": dt.date(2025, 4, 1),
        "licensor": "東京都知事",
        "licence_renewals": 3,
        "licence_number": f"{Shop.objects.count() + 1:05}",
        "phone": "000-0000-0002",
        "published_fields": ["phone"],
        "published_at": PUBLISHED,
        "confirmed_on": dt.date(2026, 10, 1),
        "is_sample": True,
    }
    made = Shop.objects.create(council=of, name=name, **{**defaults, **values})
    made.categories.set(who)
    return made


def show(*councils: Council) -> None:
    """Write the directory's entries of these councils, their desks and shops."""
    refresh_councils([each.pk for each in councils])
