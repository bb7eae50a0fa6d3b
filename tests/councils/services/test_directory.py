"""The directory follows what residents may see: what is published, and of a shop what it agreed to."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from councils.models import Council, Desk, DirectoryEntry, Shop
from councils.rules.schedule import Frequency, SessionRule
from councils.rules.words import ShopState
from councils.search import Query, find
from councils.services.directory import (
    forget,
    rebuild,
    refresh_councils,
    refresh_desks,
    refresh_shops,
)
from tests.councils import ring

pytestmark = pytest.mark.django_db

Kind = DirectoryEntry.Kind


def found(*words: str, kind: str = "") -> list[str]:
    """The names of what these words find."""
    ids = find(Query(words=words, kind=kind)).ids
    names = dict(DirectoryEntry.objects.values_list("pk", "name"))
    return [names[pk] for pk in ids]


def indexed() -> int:
    """How many rows the index has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM councils_directoryindex")
        return cursor.fetchone()[0]


@pytest.fixture
def council() -> Council:
    return ring.council(is_sample=False)


# --- What is in ---


def test_a_published_council_comes_in_with_its_desks_and_shops(council: Council) -> None:
    desk = ring.desk(council, who=(ring.category(),), booking="none")
    shop = ring.shop(council)
    refresh_councils([council.pk])
    assert found("輪野市") == [desk.name, council.name, shop.name]
    assert found("シニア") == [desk.name]
    entry = DirectoryEntry.objects.get(kind=Kind.DESK)
    assert (entry.public_id, entry.municipality, entry.name) == (
        desk.public_id,
        desk.municipality,
        desk.name,
    )
    assert entry.card["who"] == ["高齢の方"]
    assert entry.sessions[0]["weekdays"] == [3]
    assert find(Query(facets={"day": ("3",), "booking": ("none",)}, kind="desk")).ids == [entry.pk]


def test_a_desk_with_several_venues_is_found_by_each(council: Council) -> None:
    desk = ring.desk(council)
    desk.sessions.update(venue="北出張所", address="北町1-2-3")
    refresh_desks([desk.pk])
    assert found("北出張所") == found("北町1") == [desk.name]


def test_a_council_without_a_municipality_belongs_to_its_prefecture(council: Council) -> None:
    council.municipalities.clear()
    refresh_councils([council.pk])
    entry = DirectoryEntry.objects.get()
    assert (entry.municipality, entry.facets.split()[0]) == (council.prefecture, "area:130001")


# --- What is out ---


@pytest.mark.parametrize("published", [{"published_at": None}, {"council": None}])
def test_an_unpublished_desk_goes_with_its_rows(council: Council, published: dict[str, Any]) -> None:
    desk = ring.desk(council)
    refresh_councils([council.pk])
    assert indexed() == 2
    if "council" in published:
        Council.objects.update(published_at=None)
    else:
        Desk.objects.update(published_at=None)
    refresh_desks([desk.pk])
    assert found("相談") == []
    assert not DirectoryEntry.objects.filter(kind=Kind.DESK).exists()
    assert indexed() == 1


@pytest.mark.parametrize("state", [state for state in ShopState if state != ShopState.REGISTERED])
def test_a_shop_that_is_not_registered_is_not_in(council: Council, state: ShopState) -> None:
    shop = ring.shop(council)
    refresh_shops([shop.pk])
    assert found("みほん") == [shop.name]
    Shop.objects.update(state=state)
    refresh_shops([shop.pk])
    assert (found("みほん"), indexed()) == ([], 0)


def test_an_unpublished_council_takes_everything_with_it(council: Council) -> None:
    ring.desk(council)
    ring.shop(council)
    refresh_councils([council.pk])
    assert indexed() == 3
    Council.objects.update(published_at=None)
    refresh_councils([council.pk])
    assert (DirectoryEntry.objects.count(), indexed()) == (0, 0)


def test_what_was_deleted_can_be_forgotten(council: Council) -> None:
    shop = ring.shop(council)
    refresh_shops([shop.pk])
    Shop.objects.all().delete()
    forget(Kind.SHOP, [shop.public_id])
    assert (found("みほん"), indexed()) == ([], 0)


# --- What a shop keeps to itself ---

CANARIES: dict[str, Any] = {
    "address": "カナリア町1-2-3",
    "phone": "090-7777-7771",
    "fax": "090-7777-7772",
    "email": "canary@example.jp",
    "website": "https://canary.example.jp/",
    "hours": "カナリア時から",
    "closed_days": "カナリア曜日",
    "stations": "カナリア駅",
}
NEVER_SHOWN: dict[str, Any] = {
    "postal_code": "777-7777",
    "latitude": "35.777777",
    "longitude": "139.777777",
    "sticker_number": "カナリア777",
}


def test_the_canaries_are_all_the_fields_a_shop_may_keep() -> None:
    assert set(CANARIES) == set(Shop.OPTIONAL_FIELDS)


@pytest.mark.parametrize("shown", [None, *CANARIES])
def test_a_field_a_shop_did_not_agree_to_publish_is_nowhere(council: Council, shown: str | None) -> None:
    ring.shop(council, published_fields=[shown] if shown else [], **CANARIES, **NEVER_SHOWN)
    refresh_councils([council.pk])
    entry = DirectoryEntry.objects.get(kind=Kind.SHOP)
    told = " ".join([entry.name, entry.text, entry.facets, json.dumps(entry.card, ensure_ascii=False)])
    for field, value in (CANARIES | NEVER_SHOWN).items():
        if field != shown:
            assert value not in told
            assert found(value, kind=Kind.SHOP) == []


def test_a_field_a_shop_publishes_no_more_is_gone_at_once(council: Council) -> None:
    shop = ring.shop(council, published_fields=["address", "phone"], **CANARIES)
    refresh_shops([shop.pk])
    assert found("カナリア町") == [shop.name]
    Shop.objects.update(published_fields=["phone"])
    refresh_shops([shop.pk])
    assert found("カナリア町") == []
    assert DirectoryEntry.objects.get().card["place"] == ""


# --- What changes ---


def test_a_new_name_of_a_council_reaches_its_desks_and_shops(council: Council) -> None:
    ring.desk(council)
    ring.shop(council)
    refresh_councils([council.pk])
    before = set(DirectoryEntry.objects.values_list("pk", flat=True))
    council.name = "あたらしい協議会"
    council.save()
    refresh_councils([council.pk])
    assert len(found("あたらしい")) == 3
    assert found("輪野市居住支援") == []
    assert set(DirectoryEntry.objects.values_list("pk", flat=True)) == before
    assert indexed() == 3


def test_other_councils_stay_as_they_are(council: Council) -> None:
    other = ring.council("となり市居住支援協議会", area=ring.city("139921", "となり市"))
    refresh_councils([council.pk, other.pk])
    Council.objects.update(kana="カワッタ")
    refresh_councils([council.pk])
    assert found("かわった") == [council.name]
    assert found("となり市") == ["となり市居住支援協議会"]


def test_nothing_to_refresh_is_fine() -> None:
    refresh_councils([])
    refresh_desks([])
    refresh_shops([0])
    assert indexed() == 0


# --- All of it ---


def test_rebuilding_mends_everything(council: Council) -> None:
    names = [ring.shop(council, f"みほん{number}号店").name for number in range(5)]
    ring.desk(council)
    refresh_councils([council.pk])
    fresh = list(DirectoryEntry.objects.order_by("pk").values("pk", "text", "facets", "card", "rank"))
    DirectoryEntry.objects.update(text="", facets="", card={}, rank=0)
    stray = DirectoryEntry.objects.create(kind=Kind.SHOP, municipality=ring.city(), name="迷子", card={})
    Shop.objects.filter(name=names[0]).update(published_at=None)
    Shop.objects.filter(name=names[1]).delete()
    assert rebuild(batch=2) == {Kind.DESK: 1, Kind.COUNCIL: 1, Kind.SHOP: 3}
    assert found("みほん") == names[2:]
    assert not DirectoryEntry.objects.filter(pk=stray.pk).exists()
    assert indexed() == 5
    kept = [entry for entry in fresh if entry["card"]["name"] not in names[:2]]
    assert list(DirectoryEntry.objects.order_by("pk").values("pk", "text", "facets", "card", "rank")) == kept


def test_the_command_says_how_many_there_are(council: Council) -> None:
    ring.shop(council)
    out = io.StringIO()
    call_command("rebuild_directory", stdout=out)
    assert out.getvalue().splitlines() == ["相談窓口: 0件", "居住支援協議会: 1件", "協力不動産店: 1件"]
    assert found("みほん") == ["みほん不動産"]


def test_a_batch_takes_the_same_few_queries_however_large(council: Council) -> None:
    who = (ring.category(), ring.category("child", plain="子どものいる家庭"))
    rules = (
        ring.THURSDAYS,
        SessionRule(frequency=Frequency.DATES, extra=(dt.date(2026, 12, 1),)),
    )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            refresh_councils([council.pk])
        # SQLite writes the index row by row, in the same transaction and process.
        return sum("directorygrams" not in q["sql"] and "directoryindex" not in q["sql"] for q in captured)

    ring.desk(council, who=who, rules=rules)
    ring.shop(council, who=who)
    queries()  # the very first refresh also makes the first edition
    few = queries()
    for number in range(20):
        ring.desk(council, f"窓口{number}", who=who, rules=rules)
        ring.shop(council, f"みほん{number}号店", who=who)
    assert queries() == few
    assert few <= 30


def test_a_failure_leaves_the_directory_as_it_was(council: Council) -> None:
    desk = ring.desk(council)
    refresh_councils([council.pk])
    Desk.objects.update(name="べつの名前")
    desk.sessions.update(frequency="unheard")
    with pytest.raises(ValueError, match="unheard"):
        refresh_councils([council.pk])
    assert found("すまい") == ["すまいの相談室"]
