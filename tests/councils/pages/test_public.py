"""The public directory as a resident meets it: search, desks, shops, councils, without a name and without a login."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from councils.models import Council, Shop
from councils.rules.schedule import Frequency, Per, SessionRule
from councils.rules.words import ShopState
from councils.views.results import Memory
from tests.councils import ring

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
"""勤労感謝の日; the Thursday after it is 26 November."""


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def page(path: str, **query: Any) -> str:
    answer = Client().get(path, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def results(**query: Any) -> str:
    return page(reverse("councils:search"), **query)


# --- The front door ---


def test_the_front_door_asks_one_question_and_shows_what_opens_next() -> None:
    council = ring.council()
    ring.desk(council, who=(ring.category(),))
    ring.show(council)
    text = page("/")
    assert "どこに相談しますか" in text
    assert "すまいの相談室" in text
    assert "11月26日" in text
    assert f"{reverse('councils:search')}?who=elderly" in text


def test_a_desk_that_opens_only_next_week_is_not_called_soon() -> None:
    council = ring.council()
    fourth_tuesday = SessionRule(frequency=Frequency.MONTHLY, weekdays=(1,), nth=(2,))
    ring.desk(council, rules=(fourth_tuesday,))
    ring.show(council)
    assert "すまいの相談室" not in page("/")


# --- Search ---


def test_a_desk_is_found_by_a_word_of_two_characters_and_tells_its_next_day() -> None:
    council = ring.council()
    ring.desk(council, who=(ring.category(),))
    ring.show(council)
    text = results(q="高齢")
    assert "すまいの相談室" in text
    assert "11月26日" in text
    assert "13:30〜16:30" in text


def test_what_does_not_match_is_not_shown() -> None:
    council = ring.council()
    ring.desk(council, "車いすの相談")
    ring.desk(council, "外国語の相談")
    ring.show(council)
    text = results(q="車いす")
    assert "車いすの相談" in text
    assert "外国語の相談" not in text


@pytest.mark.parametrize(
    ("chosen", "found"),
    [({"day": "3"}, True), ({"day": "0"}, False), ({"booking": "required"}, True), ({"lang": "vi"}, True),
     ({"access": "step_free"}, True), ({"access": "elevator"}, False), ({"access": "writing"}, False),
     ({"area": "139912"}, True), ({"day": ["0", "3"]}, True), ({"day": "3", "lang": "en"}, False)],
)  # fmt: skip
def test_boxes_narrow_what_is_shown(chosen: dict[str, Any], found: bool) -> None:
    """Within a group any box will do, between groups all must; what nobody confirmed (elevator) is not there."""
    council = ring.council()
    ring.desk(council, booking="required", languages=["vi"], features={"step_free": True, "writing": False})
    ring.show(council)
    text = results(kind="desk", **chosen)
    assert ("すまいの相談室</a>" in text.split("いちばん近い窓口")[0]) is found


def test_nothing_found_offers_the_desks_of_the_town() -> None:
    council = ring.council()
    ring.desk(council)
    ring.show(council)
    text = results(q="存在しないことば", area="139912")
    assert "見つかりませんでした" in text
    assert "すまいの相談室" in text.split("いちばん近い窓口")[1]


def test_a_condition_that_cannot_be_read_is_left_out_and_said() -> None:
    council = ring.council()
    ring.desk(council)
    ring.show(council)
    text = results(day="9", kind="palace", page="-3")
    assert "読み取れない条件がありました" in text
    assert "すまいの相談室" in text


@pytest.mark.parametrize("words", ["' OR 1=1 --", '"', "* AND", "\x00", "あ" * 5000, "<script>", "\ud800"])
def test_no_word_is_an_error(words: str) -> None:
    answer = Client().get(reverse("councils:search"), {"q": words.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_htmx_gets_only_the_part_that_changes() -> None:
    answer = Client().get(reverse("councils:search"), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert "HX-Request" in answer.headers["Vary"]


def test_pages_of_one_kind_lead_on() -> None:
    council = ring.council()
    for number in range(45):
        ring.shop(council, f"みほん不動産{number:02}")
    ring.show(council)
    first = results(kind="shop")
    assert "45件" in first
    following = re.search(r'href="([^"]+page=2[^"]*)"', first)
    assert following
    second = page(following[1].replace("&amp;", "&"))
    names = [set(re.findall(r"みほん不動産\d\d", text)) for text in (first, second)]
    assert len(names[0]) == len(names[1]) == 20
    assert not names[0] & names[1]


@pytest.mark.parametrize("query", [{}, {"q": "みほん"}, {"kind": "shop"}, {"area": "139912", "q": "みほん"}])
def test_queries_do_not_grow_with_what_is_found(query: dict[str, str]) -> None:
    council = ring.council()
    counts = []
    for size in (1, 3, 50):
        while Shop.objects.count() < size:
            ring.shop(council, f"みほん不動産{Shop.objects.count()}")
            ring.desk(council, f"みほん窓口{Shop.objects.count()}")
        ring.show(council)
        with CaptureQueriesContext(connection) as queries:
            results(**query)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 4


# --- What is not public ---


@pytest.mark.parametrize("what", ["council", "desk", "shop"])
def test_what_is_not_published_does_not_exist(what: str) -> None:
    council = ring.council()
    things: dict[str, Any] = {"council": council, "desk": ring.desk(council), "shop": ring.shop(council)}
    thing = things[what]
    path = reverse(f"councils:{what}", args=[thing.public_id])
    assert Client().get(path).status_code == 200
    type(thing).objects.filter(pk=thing.pk).update(published_at=None)
    ring.show(council)
    assert Client().get(path).status_code == 404
    assert thing.name not in results(q=thing.name).replace(f'value="{thing.name}"', "").replace(
        f"「{thing.name}」", ""
    )


@pytest.mark.parametrize("state", [state for state in ShopState if state != ShopState.REGISTERED])
def test_a_shop_that_is_not_registered_does_not_exist(state: ShopState) -> None:
    council = ring.council()
    shop = ring.shop(council, state=state)
    ring.show(council)
    assert Client().get(reverse("councils:shop", args=[shop.public_id])).status_code == 404


@pytest.mark.parametrize("field", Shop.OPTIONAL_FIELDS)
def test_a_field_the_shop_keeps_to_itself_is_nowhere(field: str) -> None:
    """Neither on its page, nor in the data for machines, nor in a list, nor found by searching for it."""
    secret = {"email": "himitsu@example.jp", "website": "https://himitsu.example.jp/"}.get(
        field, "ひみつのことば"
    )
    council = ring.council()
    values: dict[str, Any] = {field: secret, "published_fields": []}
    shop = ring.shop(council, "かくれ不動産", **values)
    ring.show(council)
    path = reverse("councils:shop", args=[shop.public_id])
    assert secret not in page(path)
    assert "かくれ不動産" not in results(q=secret)
    Shop.objects.filter(pk=shop.pk).update(published_fields=[field])
    assert secret in page(path)


# --- One desk ---


def test_a_desk_tells_its_next_three_dates_and_what_nobody_confirmed() -> None:
    council = ring.council()
    desk = ring.desk(council, features={"step_free": True, "parking": False})
    text = page(reverse("councils:desk", args=[desk.public_id]))
    dates = re.findall(r'<time datetime="([\d-]+)">', text)
    assert dates == ["2026-11-26", "2026-12-03", "2026-12-10"]
    words = re.sub(r"<[^>]+>", " ", text)
    assert re.search(r"入口に段差がない\s+あり", words)
    assert re.search(r"障害のある方の駐車場\s+なし", words)
    assert re.search(r"筆談\s+未確認", words)


def test_old_information_says_so() -> None:
    council = ring.council()
    fresh, old = ring.desk(council, "新しい"), ring.desk(council, "古い", confirmed_on=dt.date(2025, 11, 22))
    warning = "この情報は1年より前に確かめたものです"
    assert warning not in page(reverse("councils:desk", args=[fresh.public_id]))
    assert warning in page(reverse("councils:desk", args=[old.public_id]))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (SessionRule(frequency=Frequency.COUNT_ONLY, count=8, per=Per.YEAR), "決まった曜日はありません"),
        (replace(ring.THURSDAYS, valid_until=dt.date(2026, 3, 31)), "ここに載っている予定は終わりました"),
        (SessionRule(frequency=Frequency.OFFICE_DAYS), "役所のひらいている日"),
    ],
)
def test_a_desk_without_a_next_date_says_why(rule: SessionRule, said: str) -> None:
    desk = ring.desk(ring.council(), rules=(rule,))
    assert said in page(reverse("councils:desk", args=[desk.public_id]))


def test_where_nothing_is_known_of_access_one_line_says_so() -> None:
    desk = ring.desk(ring.council())
    words = re.sub(r"<[^>]+>", " ", page(reverse("councils:desk", args=[desk.public_id])))
    assert re.search(r"バリアフリー\s+未確認", words)
    assert "筆談" not in words


def test_a_desk_goes_into_a_calendar() -> None:
    desk = ring.desk(ring.council())
    answer = Client().get(reverse("councils:desk_calendar", args=[desk.public_id]))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "RRULE:FREQ=WEEKLY;BYDAY=TH" in text.replace("\r\n ", "")


def test_machines_read_the_same_facts() -> None:
    desk = ring.desk(ring.council(), name="</script>の相談")
    text = page(reverse("councils:desk", args=[desk.public_id]))
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    data = json.loads(block[1])
    assert data["@type"] == "GovernmentService"
    assert data["name"] == "</script>の相談"
    contact = data["availableChannel"]["servicePhone"]
    assert contact["telephone"] == "000-0000-0001"
    assert contact["hoursAvailable"][0]["startTime"].startswith("13:30")


# --- Councils ---


def test_a_council_shows_desks_seats_and_its_own_words() -> None:
    council = ring.council(established_on=dt.date(2020, 7, 1), established_precision="month")
    ring.desk(council)
    council.seats.create(category="local_government", name="福祉部長", position=1)
    council.seats.create(category="other", name="輪野市社会福祉協議会", position=2)
    council.seats.create(category="other", name="やめた団体", position=3, until=dt.date(2026, 3, 31))
    council.profiles.create(
        version=1, business="部屋さがしの会を開く。", created_at=MONDAY, approved_at=MONDAY
    )
    council.profiles.create(version=2, business="まだ承認されていない文。", created_at=MONDAY)
    ring.show(council)
    text = page(reverse("councils:council", args=[council.public_id]))
    for shown in (
        "すまいの相談室",
        "令和2年7月",
        "福祉部長",
        "輪野市社会福祉協議会",
        "部屋さがしの会を開く。",
    ):
        assert shown in text
    assert "やめた団体" not in text
    assert "まだ承認されていない文。" not in text


def test_the_list_of_councils_counts_only_what_is_public() -> None:
    council = ring.council()
    ring.desk(council)
    ring.desk(council, "準備中の窓口", published_at=None)
    rows = page(reverse("councils:councils"))
    assert "輪野市居住支援協議会" in rows
    assert re.search(r'data-label="窓口" class="num">1<', rows)


def test_the_list_of_councils_makes_the_same_queries_for_one_and_for_many() -> None:
    counts: list[int] = []
    for size in (1, 3, 30):
        for number in range(Council.objects.count(), size):
            ring.desk(ring.council(f"第{number}協議会"))
        with CaptureQueriesContext(connection) as queries:
            page(reverse("councils:councils"))
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


# --- All of them ---


PAGES = ("home", "ask", "help_now", "search", "councils")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_read_only_and_need_no_name(name: str) -> None:
    path = reverse(f"councils:{name}")
    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_pages_leave_nothing_on_the_residents_machine(name: str) -> None:
    assert not Client().get(reverse(f"councils:{name}")).cookies


# --- Answers from memory ---


def test_the_same_question_is_answered_from_memory_until_something_changes() -> None:
    """One query tells that nothing changed; a change of any entry is seen at once, by this process too."""
    council = ring.council()
    ring.desk(council)
    ring.show(council)
    first = results(q="相談")
    with CaptureQueriesContext(connection) as queries:
        assert results(q="相談") == first
    assert len(queries) == 1
    ring.desk(council, "べつの相談室")
    assert "べつの相談室" not in results(q="相談")
    ring.show(council)
    assert "べつの相談室" in results(q="相談")


def test_the_next_day_is_another_answer() -> None:
    council = ring.council()
    ring.desk(council)
    ring.show(council)
    with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
        assert "あした" in results(q="相談")
    with time_machine.travel(MONDAY + dt.timedelta(days=3), tick=False):
        assert "きょう" in results(q="相談")
    with time_machine.travel(MONDAY + dt.timedelta(days=4), tick=False):
        assert "12月3日" in results(q="相談")


def test_memory_keeps_the_newest_and_no_word_that_was_typed() -> None:
    memory: Memory[str] = Memory(2)
    for word in ("ひみつ一", "ひみつ二", "ひみつ三"):
        memory.ask(lambda: "答え", word)
    asked_again: list[str] = []

    def find() -> str:
        asked_again.append("見た")
        return "答え"

    memory.ask(find, "ひみつ三")
    assert asked_again == []
    memory.ask(find, "ひみつ一")
    assert asked_again == ["見た"]
    assert "ひみつ" not in repr(vars(memory))


# --- One page of one thing, however much hangs on it ---


def test_a_page_of_one_thing_makes_the_same_queries_with_one_three_and_fifty_of_all() -> None:
    council = ring.council()
    council.profiles.create(version=1, business="相談を受ける。", created_at=MONDAY, approved_at=MONDAY)
    desk, shop = ring.desk(council), ring.shop(council)
    counts: dict[str, list[int]] = {"council": [], "desk": [], "shop": []}
    for size in (1, 3, 50):
        for number in range(council.seats.count(), size):
            council.seats.create(category="other", name=f"みほんの会{number}", position=number)
            council.secretariat_offices.create(name=f"課{number}", position=number)
            desk.sessions.create(position=number + 1, frequency=Frequency.WEEKLY, weekdays=[number % 5])
            each = ring.category(f"kind-{number}", plain=f"事情{number}のある方")
            desk.categories.add(each)
            shop.categories.add(each)
            ring.desk(council, f"みほん窓口{number}")
        ring.show(council)
        for name, thing in (("council", council), ("desk", desk), ("shop", shop)):
            with CaptureQueriesContext(connection) as queries:
                page(reverse(f"councils:{name}", args=[thing.public_id]))
            counts[name].append(len(queries))
    assert {name: len(set(found)) for name, found in counts.items()} == dict.fromkeys(counts, 1), counts
    assert max(max(found) for found in counts.values()) <= 8, counts
