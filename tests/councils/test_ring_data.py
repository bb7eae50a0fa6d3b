"""The ring's data for a first run: what the shipped files say, loading them once and twice, and broken files."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from accounts.models import Appointment, Department, Municipality, Role, User
from councils.demo import SAMPLE_LICENCES, TOWNS, load_sample_shops
from councils.intake.ring import load_ring
from councils.intake.ring_rows import RingDataError
from councils.models import (
    Category,
    Council,
    CouncilProfile,
    Desk,
    DirectoryEntry,
    Seat,
    SecretariatOffice,
    Session,
    Shop,
)
from councils.rules.occurrences import next_dates
from councils.rules.schedule_problems import problems
from councils.rules.schedule_text import to_japanese
from councils.rules.words import ShopState
from japan.codes import check_municipality_code
from japan.kana import is_kana
from japan.licence import BrokerLicence

FOLDER = project.BASE_DIR / "fixtures" / "ring"
REFERENCE = project.BASE_DIR / "fixtures" / "reference"
NOW = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 1)
MODELS = (
    Category,
    Council,
    SecretariatOffice,
    Seat,
    CouncilProfile,
    Desk,
    Session,
    Shop,
    Council.municipalities.through,
    Desk.categories.through,
    Shop.categories.through,
)

Alter = Callable[[str, Callable[[dict[str, Any]], None]], None]


def content(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return read


# --- What the files say ---


def test_every_code_of_a_municipality_has_its_check_digit() -> None:
    codes = [
        row["code"] for row in json.loads((REFERENCE / "municipalities.json").read_text())["municipalities"]
    ]
    for name in ("councils.json", "samples.json"):
        for row in content(name)["councils"]:
            codes += [
                row["prefecture"],
                *row["municipalities"],
                *(each["municipality"] for each in row["desks"]),
            ]

    assert [code for code in codes if check_municipality_code(code) != code] == []


def test_each_category_names_its_article_and_day() -> None:
    rows = content("categories.json")["categories"]
    bases = [row["basis"] for row in rows]

    assert {basis for basis in bases if basis.startswith("法")} == {f"法2条1項{n}号" for n in range(1, 6)}
    assert {f"国土交通省令3条{number}号" for number in range(1, 13)} <= set(bases)
    assert sum("東京都" in basis for basis in bases) == 8
    days = {row["effective_from"] for row in rows if "東京都" not in row["basis"]}
    assert days == {"2025-10-01"}


def test_real_councils_are_those_of_the_table_and_invent_no_contact() -> None:
    text = (FOLDER / "councils.json").read_text(encoding="utf-8")
    rows = content("councils.json")["councils"]

    assert len(rows) == 22
    assert not re.search(r"0\d{1,4}-\d{1,4}-\d{3,4}|@|https?://", text)
    assert {row["name"]: row["shop_count"]["count"] for row in rows if "shop_count" in row} == {
        "江東区居住支援協議会": 48,
        "大田区居住支援協議会": 107,
        "渋谷区居住支援協議会": 40,
        "八王子市居住支援協議会": 33,
        "府中市居住支援協議会": 29,
    }


def test_samples_stand_in_the_invented_cities_only() -> None:
    towns = {code for row in content("samples.json")["councils"] for code in row["municipalities"]}

    assert towns == {"139912", "269913"} == {town.code for town in TOWNS}
    assert content("samples.json")["is_sample"] is True


def test_no_number_of_a_sample_can_ring() -> None:
    """No Japanese number begins with 00 inside the country: 000-0000 reaches nobody."""
    text = (FOLDER / "samples.json").read_text(encoding="utf-8")
    numbers = re.findall(r'"(?:phone|fax)": "([^"]*)"', text)

    assert len(numbers) > 10
    assert [number for number in numbers if not re.fullmatch(r"000-0000-\d{4}", number)] == []
    assert set(re.findall(r"(?:@|//)([\w.-]+)", text)) == {
        "wano-sumai.example.jp",
        "kotomi-sumai.example.jp",
    }


# --- Loading ---


@pytest.fixture
def reference(db: None) -> None:
    """The municipalities, without the rest of the reference data."""
    rows = json.loads((REFERENCE / "municipalities.json").read_text(encoding="utf-8"))["municipalities"]
    names = ("code", "name", "kana", "kind")
    Municipality.objects.bulk_create(Municipality(**{name: row[name] for name in names}) for row in rows)


def load(folder: Path = FOLDER, *, with_samples: bool = True) -> list[str]:
    lines = load_ring(folder, now=NOW, with_samples=with_samples).lines
    if with_samples:
        load_sample_shops(now=NOW)
    return lines


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_everything_is_loaded_and_said(reference: None) -> None:
    assert load() == [
        "要配慮者の区分: 追加25件、登録済み0件",
        "居住支援協議会: 追加24件、登録済み0件",
        "追加した協議会の窓口33、ひらく日時25を登録しました。",
    ]
    assert counts()["Shop"] == 300


def test_a_second_time_changes_nothing(reference: None) -> None:
    load()
    before = [sorted(map(str, model._default_manager.values_list())) for model in MODELS]

    assert load() == ["要配慮者の区分: 追加0件、登録済み25件", "居住支援協議会: 追加0件、登録済み24件"]
    assert [sorted(map(str, model._default_manager.values_list())) for model in MODELS] == before


def test_what_people_have_changed_is_left_alone(reference: None) -> None:
    load()
    Category.objects.filter(code="elderly").update(plain="お年を召した方")
    Council.objects.filter(name="狛江市居住支援協議会").update(shop_label="住まいの協力店")
    Desk.objects.filter(council__name="狛江市居住支援協議会").delete()
    Shop.objects.filter(municipality__code="139912").exclude(name="みほん不動産 輪野台店").delete()
    before = counts()

    load()

    assert counts() == before
    assert Category.objects.get(code="elderly").plain == "お年を召した方"
    assert Council.objects.get(name="狛江市居住支援協議会").shop_label == "住まいの協力店"


def test_real_councils_tell_residents_how_old_their_facts_are(reference: None) -> None:
    load(with_samples=False)

    assert not Council.objects.filter(is_sample=True).exists()
    assert not Desk.objects.filter(is_sample=True).exists()
    assert set(Council.objects.public().values_list("confirmed_on", flat=True)) == {dt.date(2024, 3, 31)}
    assert set(Desk.objects.values_list("confirmed_on", "source")) == {
        (dt.date(2024, 3, 31), "都内居住支援協議会の状況一覧(令和6年3月末時点、東京都)")
    }


def test_dates_are_kept_as_exactly_as_they_are_known(reference: None) -> None:
    load(with_samples=False)
    names = ("established_on", "established_precision", "established_text")

    assert Council.objects.values_list(*names).get(name="東京都居住支援協議会") == (
        dt.date(2014, 6, 25),
        "day",
        "2014年6月25日",
    )
    assert Council.objects.values_list(*names).get(name="あきる野市居住支援協議会") == (
        dt.date(2023, 5, 1),
        "month",
        "令和5年5月",
    )


def test_sessions_print_back_what_the_table_says(reference: None) -> None:
    load(with_samples=False)
    said = {
        session.desk.council.name: to_japanese(session.rule)
        for session in Session.objects.select_related("desk__council")
        if session.frequency != "office_days"
    }

    assert said == {
        "新宿区居住支援協議会": "第1〜第4木曜日・金曜日 週2回",
        "江東区居住支援協議会": "毎週火曜日",
        "足立区居住支援協議会": "月2回",
        "八王子市居住支援協議会": "年6回(令和5年度中)",
        "狛江市居住支援協議会": "毎月第1火曜日 10:00〜10:30・10:45〜11:15・11:30〜12:00 1日3組(令和6年度中)",
    }


def test_every_rule_is_sound_and_most_sample_desks_open_soon(reference: None) -> None:
    load()

    assert {session.raw: problems(session.rule) for session in Session.objects.all()} == {
        session.raw: [] for session in Session.objects.all()
    }
    desks = Desk.objects.filter(is_sample=True).prefetch_related("sessions")
    coming = [next_dates([each.rule for each in desk.sessions.all()], after=TODAY, count=1) for desk in desks]
    assert sum(bool(days) and (days[0].day - TODAY).days <= 21 for days in coming) >= 6


def test_a_search_for_the_elderly_finds_desks(reference: None) -> None:
    load()

    found = Desk.objects.public().filter(categories__code="elderly")
    assert found.filter(is_sample=True).count() >= 4
    assert found.filter(is_sample=False, council__name="品川区居住支援協議会").count() == 1


def test_all_that_is_loaded_passes_its_own_validation(reference: None) -> None:
    load()

    for model in MODELS[:8]:
        for row in model._default_manager.all():
            row.full_clean(validate_unique=False)


# --- Sample shops ---


def test_shops_are_samples_of_sample_councils_and_ring_nowhere(reference: None) -> None:
    load()

    assert not Shop.objects.filter(is_sample=False).exists()
    assert not Shop.objects.filter(council__is_sample=False).exists()
    words = re.compile("みほん|見本|サンプル|架空|かくう|例示|れいじ|ひながた|おてほん|お試し|仮名|もしも")
    for shop in Shop.objects.all():
        assert words.search(shop.name), shop.name
        assert re.fullmatch(r"000-0000-\d{4}", shop.phone), shop.phone
        assert re.fullmatch(r"(000-0000-\d{4})?", shop.fax), shop.fax
        assert re.fullmatch(r"(mihon\d+@fudosan\.example\.jp)?", shop.email), shop.email
        assert re.fullmatch(r"(https://mihon\d+\.example\.jp/)?", shop.website), shop.website
        assert is_kana(shop.kana.replace(" ", "")), shop.kana


def test_no_shop_has_the_licence_of_a_real_one(reference: None) -> None:
    load()

    for shop in Shop.objects.all():
        BrokerLicence(shop.licensor, shop.licence_renewals, int(shop.licence_number))
        assert int(shop.licence_number) > SAMPLE_LICENCES
    per_company = Shop.objects.values("council", "licence_number").annotate(n=Count("company", distinct=True))
    assert set(per_company.values_list("n", flat=True)) == {1}


def test_shops_differ_enough_for_a_search(reference: None) -> None:
    load()
    shops = Shop.objects.public()

    assert 280 <= shops.count() < 300
    assert set(Shop.objects.values_list("state", flat=True)) == set(ShopState.values)
    assert not Shop.objects.exclude(state=ShopState.REGISTERED).filter(published_at__isnull=False).exists()
    assert Shop.objects.values("council", "name").distinct().count() == 300
    for code in ("elderly", "disabled", "child_raising", "foreign", "low_income"):
        assert 60 <= shops.filter(categories__code=code).count() <= 250, code
    assert any("phone" not in shop.published_fields for shop in shops)
    ages = [(TODAY - shop.confirmed_on).days for shop in shops if shop.confirmed_on]
    assert min(ages) >= 1
    assert 5 <= sum(age > 365 for age in ages) <= 60
    assert not shops.filter(licence_until__lt=TODAY).exists()


def test_the_same_shops_are_made_again(reference: None) -> None:
    load()
    names = ("public_id", "name", "address", "licence_number", "offers", "languages", "published_fields")
    first = list(Shop.objects.order_by("public_id").values_list(*names))
    Shop.objects.all().delete()
    load()

    assert list(Shop.objects.order_by("public_id").values_list(*names)) == first


# --- Broken files ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files."""
    shutil.copytree(FOLDER, tmp_path / "ring")
    return tmp_path / "ring"


@pytest.fixture
def alter(folder: Path) -> Alter:
    """Change one of the copied files."""

    def change(name: str, how: Callable[[dict[str, Any]], None]) -> None:
        read = json.loads((folder / name).read_text(encoding="utf-8"))
        how(read)
        (folder / name).write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")

    return change


def first_desk(read: dict[str, Any], council: str) -> dict[str, Any]:
    desk: dict[str, Any] = next(row for row in read["councils"] if row["name"] == council)["desks"][0]
    return desk


SHINJUKU, WANO = "新宿区居住支援協議会", "輪野市居住支援協議会"
THURSDAYS = "samples.json 輪野市居住支援協議会 窓口「輪野 住まいの相談室」"
BROKEN: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    (
        "councils.json",
        lambda read: first_desk(read, SHINJUKU)["sessions"][0].update(weekdays=[]),
        "councils.json 新宿区居住支援協議会 窓口「住宅相談」 日時1: ",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO)["sessions"][0].update(start="25:00"),
        f"{THURSDAYS} 日時1: 日時として読めません",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO)["sessions"][0].update(start="17:00"),
        f"{THURSDAYS} 日時1: 終了(16:30)が開始(17:00)より後になっていません。",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO)["sessions"][0].pop("raw"),
        f"{THURSDAYS} 日時1: raw がありません。",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO).update(categories=["martian"]),
        f"{THURSDAYS} categories: 「martian」というコードはありません。",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO).update(languages=["tlh"]),
        f"{THURSDAYS} languages: 「tlh」というコードはありません。",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO).update(features={"moat": True}),
        f"{THURSDAYS} features: 「moat」というコードはありません。",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO).update(booking="maybe"),
        f"{THURSDAYS} booking: ",
    ),
    (
        "samples.json",
        lambda read: first_desk(read, WANO).update(confirmed_days_ago=-1),
        f"{THURSDAYS} confirmed_days_ago: 「-1」は0以上の数で書いてください。",
    ),
    (
        "samples.json",
        lambda read: read["councils"][0]["seats"].update(king=["王"]),
        "samples.json 輪野市居住支援協議会 seats: 「king」というコードはありません。",
    ),
    (
        "samples.json",
        lambda read: read["councils"][0]["seats"].update(observer=["東京都", "東京都"]),
        "samples.json 輪野市居住支援協議会 構成員 observer: 「東京都」が2回あります。",
    ),
    (
        "samples.json",
        lambda read: read["councils"][0]["desks"].append(dict(read["councils"][0]["desks"][0])),
        "samples.json 輪野市居住支援協議会 desks: 「輪野 住まいの相談室」が2回あります。",
    ),
    (
        "councils.json",
        lambda read: read["councils"][1].update(municipalities=["131017"]),
        "councils.json 千代田区居住支援協議会: 自治体「131017」が登録されていません。",
    ),
    (
        "councils.json",
        lambda read: read["councils"][1].update(municipalities=[]),
        "councils.json 千代田区居住支援協議会 municipalities: 設置した自治体のコードを書いてください。",
    ),
    (
        "councils.json",
        lambda read: read["councils"][1]["established"].update(precision="day"),
        "councils.json 千代田区居住支援協議会 established: 「2016-07」の精度は「day」ではありません。",
    ),
    (
        "councils.json",
        lambda read: read["councils"][1].update(shop_count={"count": 3}),
        "councils.json 千代田区居住支援協議会 shop_count: count、is_approximate、as_of の3つを書いてください。",
    ),
    (
        "councils.json",
        lambda read: read["councils"][1].update(secretary="?"),
        "councils.json 千代田区居住支援協議会: secretary は知らない項目です。",
    ),
    (
        "councils.json",
        lambda read: read["councils"].append(dict(read["councils"][1])),
        "councils.json: 「130001 千代田区居住支援協議会」が2回あります。",
    ),
    (
        "councils.json",
        lambda read: read["councils"].append("港区"),
        "councils.json 23件目: 項目を { } に入れて書いてください。",
    ),
    (
        "categories.json",
        lambda read: read["categories"][0].update(effective_from="令和7年"),
        "categories.json elderly effective_from: 日付「令和7年」は 2025-10-01 の形で書いてください。",
    ),
    (
        "categories.json",
        lambda read: read["categories"][1].update(code="elderly"),
        "categories.json: 「elderly」が2回あります。",
    ),
    ("categories.json", lambda read: read["categories"][0].pop("plain"), "elderly: plain がありません。"),
    ("categories.json", lambda read: read.pop("source"), "出典(source)と日付(as_of)を書いてください。"),
    ("councils.json", lambda read: read.pop("councils"), "councils の一覧がありません。"),
]


@pytest.mark.parametrize(("name", "how", "sentence"), BROKEN)
def test_a_wrong_file_is_refused_and_nothing_is_written(
    reference: None,
    folder: Path,
    alter: Alter,
    name: str,
    how: Callable[[dict[str, Any]], None],
    sentence: str,
) -> None:
    alter(name, how)

    with pytest.raises(RingDataError) as refused:
        load(folder)

    assert sentence in str(refused.value)
    assert set(counts().values()) == {0}


def test_all_faults_of_all_files_are_told_at_once_each_with_its_place(
    reference: None, folder: Path, alter: Alter
) -> None:
    alter("categories.json", lambda read: read["categories"][2].update(label=""))
    alter("councils.json", lambda read: first_desk(read, SHINJUKU).update(website="新宿区のページ"))
    alter("samples.json", lambda read: first_desk(read, WANO)["sessions"][0].update(weekdays=[9], nth=[1]))

    with pytest.raises(RingDataError) as refused:
        load(folder)

    places = [line.split(": ")[0] for line in str(refused.value).splitlines()]
    assert places == [
        "categories.json child_raising label",
        "councils.json 新宿区居住支援協議会 窓口「住宅相談」 website",
        f"{THURSDAYS} 日時1",
        f"{THURSDAYS} 日時1",
    ]


def test_faults_of_samples_do_not_matter_where_they_are_not_loaded(reference: None, folder: Path) -> None:
    (folder / "samples.json").write_text("{", encoding="utf-8")

    assert load(folder, with_samples=False)[1] == "居住支援協議会: 追加22件、登録済み0件"


@pytest.mark.parametrize("text", ["", "{", "\x00\xff", "[]"])
def test_what_is_not_json_is_refused(reference: None, folder: Path, text: str) -> None:
    (folder / "councils.json").write_text(text, encoding="utf-8")

    with pytest.raises(RingDataError, match=r"councils\.json"):
        load(folder)


def test_without_municipalities_it_says_what_to_do_first(db: None) -> None:
    with pytest.raises(RingDataError, match=r"先に manage\.py load_reference を行うか"):
        load()


# --- The commands ---


def run(name: str = "load_ring", **options: Any) -> str:
    out = io.StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


def test_the_command_tells_what_it_did_and_fills_the_directory(reference: None) -> None:
    assert run().splitlines()[-1] == "協力不動産店(見本): 追加300件"
    shown = dict(DirectoryEntry.objects.values_list("kind").annotate(Count("pk")).order_by())
    assert shown == {"council": 24, "desk": 33, "shop": Shop.objects.public().count()}
    entries = set(DirectoryEntry.objects.values_list("kind", "public_id"))

    assert "追加0件" in run()
    assert set(DirectoryEntry.objects.values_list("kind", "public_id")) == entries
    assert run(verbosity=0) == ""


def test_the_command_leaves_samples_out_when_told_and_in_production(reference: None, settings: Any) -> None:
    run(without_samples=True)
    settings.IS_PRODUCTION = True
    run()

    assert Council.objects.count() == 22
    assert not Shop.objects.exists()


def test_the_command_says_that_nothing_was_written(reference: None, folder: Path) -> None:
    (folder / "categories.json").unlink()

    with pytest.raises(CommandError, match="何も登録していません"):
        run(folder=folder)


def test_the_demo_has_an_officer_of_the_prefecture_and_one_of_a_city(reference: None) -> None:
    printed = run("load_ring_demo")
    assert run("load_ring_demo") == printed

    assert User.objects.count() == 2
    posts = Appointment.objects.values_list("user__email", "department__municipality__name", "role")
    assert set(posts) == {
        ("kyogikai@pref.example.jp", "東京都", Role.COUNCIL_OFFICER),
        ("kyogikai@city1.example.jp", "輪野市", Role.COUNCIL_OFFICER),
    }
    assert Department.objects.get(municipality__code="130001").side == Department.Side.HOUSING
    for user in User.objects.all():
        assert user.email in printed
        assert user.check_password("mihon-no-aikotoba-8")
        assert user.name.endswith("(見本)")
        assert user.appointments.in_force(timezone.localdate()).exists()


def test_the_demo_is_refused_in_production(reference: None, settings: Any) -> None:
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="本番では読み込めません"):
        run("load_ring_demo")
    assert not User.objects.exists()
