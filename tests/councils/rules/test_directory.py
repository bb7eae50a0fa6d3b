"""What an entry of the directory says: its words, facets, card and place."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from councils.rules.directory import (
    Area,
    Audience,
    CouncilFacts,
    DeskFacts,
    ShopFacts,
    council_entry,
    desk_entry,
    open_weekdays,
    rank_by_area,
    rank_by_reading,
    shop_entry,
)
from councils.rules.grams import hashed, is_exact, needed_for, numbers_of
from councils.rules.schedule import Frequency, Per, SessionRule
from japan.folding import fold

SETAGAYA = Area("131121", "世田谷区", "東京都")
TAMA = Area("132241", "多摩市", "東京都")
TOKYO = Area("130001", "東京都", "東京都")
ELDERLY = Audience("elderly", "高齢者", "高齢の方", "こうれい シニア")
THURSDAYS = SessionRule(frequency=Frequency.WEEKLY, weekdays=(3,), start=dt.time(13, 30), end=dt.time(16, 30))
COUNCIL = CouncilFacts(
    pk=7,
    name="世田谷区居住支援協議会",
    kana="セタガヤク",
    areas=(SETAGAYA,),
    shop_label="協力不動産店",
    confirmed_on=dt.date(2026, 10, 1),
)
DESK = DeskFacts(
    council=COUNCIL,
    name="住まいの相談室",
    kana="スマイノソウダンシツ",
    area=SETAGAYA,
    summary="部屋さがしを手伝います。",
    operators=("社会福祉協議会", "世田谷みほん財団"),
    venue="区役所第1庁舎2階",
    address="世田谷4-21-27",
    places=("太子堂出張所", "太子堂2-17-1"),
    phone="000-0000-0001",
    booking="required",
    audience=(ELDERLY, Audience("child", "子育て世帯", "子どものいる家庭")),
    languages=("en", "ja-x-easy"),
    features={"elevator": True, "parking": False},
    rules=(THURSDAYS,),
    confirmed_on=dt.date(2026, 9, 30),
)
SHOP = ShopFacts(
    council=COUNCIL,
    name="みほん不動産",
    company="株式会社みほん",
    area=SETAGAYA,
    shown={"address": "東京都世田谷区三軒茶屋1-1", "phone": "000-0000-0002", "closed_days": "水曜日"},
    audience=(ELDERLY,),
    offers=("viewing",),
    features={},
    is_sample=True,
)


def has(text: str, word: str) -> bool:
    """As the search looks for it."""
    return fold(word) in text


# --- Words ---


@pytest.mark.parametrize(
    "word",
    [
        *(
            "住まいの相談",
            "ｽﾏｲﾉｿｳﾀﾞﾝ",
            "すまいのそうだん",
            "部屋さがし",
            "第一庁舎",
            "東京都世田谷区世田谷4-21",
            "世田谷区居住支援",
        ),
        *(
            "高齢者",
            "高齢の方",
            "シニア",
            "子育て",
            "社会福祉協議会",
            "みほん財団",
            "太子堂出張所",
            "太子堂2-17",
        ),
    ],
)
def test_a_desk_is_found_by_all_that_stands_on_its_sheet(word: str) -> None:
    assert has(desk_entry(DESK).text, word)


@pytest.mark.parametrize(
    "word",
    [
        "みほん不動産",
        "株式会社みほん",
        "みほん",
        "世田谷区三軒茶屋",
        "居住支援協議会",
        "協力不動産店",
        "高齢",
    ],
)
def test_a_shop_is_found_by_what_it_publishes(word: str) -> None:
    assert has(shop_entry(SHOP).text, word)


@pytest.mark.parametrize("word", ["世田谷区居住支援", "セタガヤ", "東京都多摩市", "協力不動産店"])
def test_a_council_is_found_by_its_name_and_areas(word: str) -> None:
    assert has(council_entry(replace(COUNCIL, areas=(SETAGAYA, TAMA))).text, word)


def test_no_word_runs_from_one_field_into_the_next() -> None:
    text = desk_entry(DESK).text
    assert not has(text, "相談室すまい")
    assert "\n" not in fold("相談室\nすまい")


def test_an_area_is_told_with_its_prefecture_once() -> None:
    assert has(desk_entry(replace(DESK, area=TOKYO, address="")).text, "東京都")
    assert not has(desk_entry(replace(DESK, area=TOKYO)).text, "東京都東京都")
    assert not has(shop_entry(SHOP).text, "東京都世田谷区東京都")


# --- Facets ---


def test_the_facets_of_a_desk() -> None:
    assert desk_entry(DESK).facets.split() == [
        *("area:131121", "who:elderly", "who:child", "day:3", "booking:required"),
        *("lang:ja-x-easy", "lang:en", "access:elevator", "council:7"),
    ]


def test_the_facets_of_a_shop_and_of_a_council() -> None:
    assert shop_entry(SHOP).facets.split() == ["area:131121", "who:elderly", "offer:viewing", "council:7"]
    joint = council_entry(replace(COUNCIL, areas=(SETAGAYA, TAMA)))
    assert joint.facets.split() == ["area:131121", "area:132241", "council:7"]


def test_what_nobody_wrote_and_what_nobody_knows_is_no_facet() -> None:
    features: dict[str, Any] = {"lift": True, "parking": None, "elevator": "yes"}
    facets = desk_entry(replace(DESK, booking="", languages=("xx", "en en"), features=features)).facets
    assert not any(group in facets for group in ("booking:", "lang:", "access:"))


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (SessionRule(frequency=Frequency.OFFICE_DAYS), [0, 1, 2, 3, 4]),
        (SessionRule(frequency=Frequency.MONTHLY, weekdays=(2, 5), nth=(1, 3)), [2, 5]),
        (SessionRule(frequency=Frequency.DATES, extra=(dt.date(2026, 11, 22), dt.date(2026, 11, 29))), [6]),
        (SessionRule(frequency=Frequency.COUNT_ONLY, count=8, per=Per.YEAR), []),
        # One Saturday more does not make it a desk that is open on Saturdays.
        (SessionRule(frequency=Frequency.WEEKLY, weekdays=(3,), extra=(dt.date(2026, 11, 28),)), [3]),
    ],
)
def test_the_weekdays_of_rules(rule: SessionRule, days: list[int]) -> None:
    assert open_weekdays([rule]) == days
    assert open_weekdays([rule, THURSDAYS]) == sorted({*days, 3})


# --- Cards ---


def test_the_card_of_a_desk_is_ready_to_print() -> None:
    assert desk_entry(DESK).card == {
        "name": "住まいの相談室",
        "area": "世田谷区",
        "council": "世田谷区居住支援協議会",
        "summary": "部屋さがしを手伝います。",
        "place": "区役所第1庁舎2階",
        "phone": "000-0000-0001",
        "stations": "",
        "opening": "毎週木曜日 13:30〜16:30",
        "booking": "予約が必要",
        "shops": "協力不動産店",
        "who": ["高齢の方", "子どものいる家庭"],
        "languages": ["やさしい日本語", "英語"],
        "offers": [],
        "confirmed_on": "2026-09-30",
        "sample": False,
    }


def test_every_card_has_the_same_values() -> None:
    cards = [council_entry(COUNCIL).card, desk_entry(DESK).card, shop_entry(SHOP).card]
    assert len({frozenset(card) for card in cards}) == 1
    assert json.loads(json.dumps(cards)) == cards


def test_the_card_of_a_shop_says_when_it_is_closed_and_what_it_offers() -> None:
    card = shop_entry(SHOP).card
    assert (card["opening"], card["offers"], card["sample"]) == ("定休日 水曜日", ["内見の付き添い"], True)
    assert (card["place"], card["stations"]) == ("東京都世田谷区三軒茶屋1-1", "")


def test_the_card_of_a_council_says_whether_it_listens() -> None:
    asked = council_entry(replace(COUNCIL, areas=(SETAGAYA, TAMA), consultation_status="implemented")).card
    assert (asked["area"], asked["summary"]) == ("世田谷区、多摩市", "住まいの相談を受けています。")
    assert council_entry(replace(COUNCIL, consultation_status="template_text_only")).card["summary"] == ""


def test_the_rules_of_a_desk_come_along() -> None:
    (session,) = desk_entry(DESK).sessions
    assert (session["frequency"], session["weekdays"], session["start"]) == ("weekly", [3], "13:30")


# --- Places ---


def test_desks_stand_by_area_and_reading_with_samples_last() -> None:
    ordered = [
        rank_by_area("130001", "ンン", is_sample=False),
        rank_by_area("131016", "アオ", is_sample=False),
        rank_by_area("131016", "あか", is_sample=False),
        rank_by_area("131016", "ガ", is_sample=False),
        rank_by_area("131016", "ハウス", is_sample=False),
        rank_by_area("131016", "住宅", is_sample=False),
        rank_by_area("473821", "んん", is_sample=False),
        rank_by_area("011002", "ああ", is_sample=True),
        rank_by_area("473821", "龍", is_sample=True),
    ]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == len(ordered)
    assert ordered[-1] < 2**31


def test_shops_stand_by_reading_with_samples_last() -> None:
    ordered = [
        rank_by_reading(reading, is_sample=is_sample)
        for is_sample in (False, True)
        for reading in ("", "あ", "アオキ", "アオキフ", "いえ", "んんんん", "株式会社")
    ]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == len(ordered)
    assert ordered[-1] < 2**31


# --- Numbers ---


def test_numbers_of_characters_pairs_and_facets_do_not_meet() -> None:
    text = "住宅!~" + chr(0xFFEE) + "𠮷"
    numbers = numbers_of(text, ["area:131041"])
    assert len(numbers) == len(set(numbers)) == 6 + 5 + 1
    assert all(0 <= number < 2**32 for number in numbers)
    assert ord("住") << 16 | ord("宅") in numbers
    assert hashed("area:131041") in range(0xD8000000, 0xE0000000)


def test_numbers_are_the_same_everywhere() -> None:
    """They lie in databases: a change here needs `rebuild_directory` everywhere."""
    assert needed_for("住宅") == [0x4F4F5B85]
    assert needed_for("宅") == [0x5B85]
    assert needed_for("野𠮷") == [0xDCA8EAA6]
    assert hashed("area:131041") == 0xD968ACA4


@pytest.mark.parametrize(
    ("word", "exact"), [("住", True), ("𠮷", True), ("住宅", True), ("𠮷野", False), ("住宅地", False)]
)
def test_which_words_need_no_comparing(word: str, exact: bool) -> None:
    assert is_exact(word) is exact
