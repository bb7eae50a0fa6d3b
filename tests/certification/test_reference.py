"""Loading reference data: once, twice, over an office's own settings, and from broken files."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import Department, Municipality
from certification.intake.reference import ReferenceDataError, load_reference
from certification.models import (
    CertificationSetting,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.rules.workflow import Order
from tests.certification.rules.sample import REFERENCE

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
MODELS = (
    Municipality,
    Department,
    CertificationSetting,
    Threshold,
    ReviewTable,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
)

Alter = Callable[[str, Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files."""
    shutil.copytree(REFERENCE, tmp_path / "reference")
    return tmp_path / "reference"


@pytest.fixture
def alter(folder: Path) -> Alter:
    """Change one of the copied files."""

    def change(name: str, how: Callable[[dict[str, Any]], None]) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        how(content)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return change


def load(folder: Path = REFERENCE, *, with_samples: bool = True) -> list[str]:
    return load_reference(folder, now=NOW, with_samples=with_samples).lines


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_everything_is_loaded_and_said() -> None:
    assert load() == [
        "自治体: 追加67件、登録済み0件",
        "基準の数値: 追加18件、登録済み0件",
        "輪野市: 課4、主管課 福祉総務課、別表 第1版(審査事項27、書類8)を登録しました。",
        "古都見市: 課3、主管課 住宅政策課、別表 第1版(審査事項26、書類9)を登録しました。",
    ]
    further = 5 + 4  # 地位の承継 and 目的外使用, in both cities
    assert counts()["ReviewItem"] == 27 + 26 + 2 * further
    assert counts()["ReviewItemDepartment"] == 27 + 8 + 26 + 2 * (further + 1)


def test_a_second_time_changes_nothing() -> None:
    load()
    before = counts()

    assert load() == [
        "自治体: 追加0件、登録済み67件",
        "基準の数値: 追加0件、登録済み18件",
        "輪野市: 設定済みなので、そのままにしました。",
        "古都見市: 設定済みなので、そのままにしました。",
    ]
    assert counts() == before


def test_the_two_cities_are_set_as_their_models() -> None:
    load()
    serial = CertificationSetting.objects.get(municipality__code="139912")
    parallel = CertificationSetting.objects.get(municipality__code="269913")

    assert (serial.order, serial.lead_department.side) == (Order.SERIAL, Department.Side.WELFARE)
    assert (parallel.order, parallel.lead_department.side) == (Order.PARALLEL, Department.Side.HOUSING)
    for setting in (serial, parallel):
        table = ReviewTable.objects.current(municipality_id=setting.municipality_id, day=dt.date(2025, 10, 1))
        assert table is not None
        assert (table.version, table.published_at) == (1, NOW)
        assert (
            ReviewTable.objects.current(municipality_id=setting.municipality_id, day=dt.date(2025, 9, 30))
            is None
        )


def test_the_party_lines_carry_their_condition_into_the_database() -> None:
    load()
    share = ReviewItemDepartment.objects.get(
        item__table__municipality__code="139912",
        item__table__procedure="certification",
        item__number=1,
        department__side="welfare",
    )

    assert (share.condition, share.is_inferred) == ("designated_office", False)
    assert share.department.name == "福祉総務課"


def test_what_an_office_has_changed_is_left_alone() -> None:
    load()
    Department.objects.filter(name="福祉総務課").update(name="福祉政策課")
    CertificationSetting.objects.filter(municipality__code="139912").update(standard_days=20)
    before = counts()

    load()

    assert counts() == before
    assert CertificationSetting.objects.get(municipality__code="139912").standard_days == 20


def test_a_number_that_differs_is_told_and_left() -> None:
    load()
    Threshold.objects.filter(code="floor_area_new_m2").update(value=Decimal(20))

    assert (
        "基準の数値「床面積(新築)」は20.00㎡で登録されています(資料では25)。登録のままにしました。" in load()
    )
    assert Threshold.objects.get(code="floor_area_new_m2").value == 20


def test_without_samples_only_what_is_real_is_loaded() -> None:
    lines = load(with_samples=False)

    assert lines == ["自治体: 追加65件、登録済み0件", "基準の数値: 追加18件、登録済み0件"]
    assert not CertificationSetting.objects.exists()
    names = set(Municipality.objects.values_list("name", flat=True))
    assert {"東京都", "東久留米市", "京都府", "京都市"} <= names
    assert not {"輪野市", "古都見市"} & names


# --- Tokyo's municipalities and their population ---


def test_the_population_of_tokyo_adds_up_to_the_census() -> None:
    """令和2年国勢調査: 特別区部 9,733,276, 東京都 14,047,594. A figure that slipped would show in one of the sums."""
    load(with_samples=False)
    prefecture = Municipality.objects.get(code="130001")
    tokyo = Municipality.objects.filter(code__startswith="13").exclude(pk=prefecture.pk)
    kinds = dict(tokyo.values_list("kind").annotate(Count("pk")).order_by())

    assert kinds == {"special_ward": 23, "city": 26, "town": 5, "village": 8}
    wards = tokyo.filter(kind="special_ward").aggregate(total=Sum("population"))
    assert wards["total"] == 9_733_276
    assert tokyo.aggregate(total=Sum("population"))["total"] == 14_047_594 == prefecture.population
    assert set(tokyo.values_list("population_on", flat=True)) == {dt.date(2020, 10, 1)}


def test_a_town_without_a_welfare_office_says_so() -> None:
    """Otherwise the town itself, not the prefecture, would be taken for the authority that certifies (法40条1項)."""
    load()

    without = Municipality.objects.filter(has_welfare_office=False)
    assert set(without.values_list("kind", flat=True)) == {"town", "village"}
    assert without.count() == 13


def test_a_missing_population_is_filled_in_and_told() -> None:
    load()
    Municipality.objects.filter(code="132225").update(population=None, population_on=None, name="東くるめ市")

    assert "登録済みの自治体のうち1件に、空だった人口を入れました。" in load()
    city = Municipality.objects.get(code="132225")
    assert (city.population, city.population_on) == (115_271, dt.date(2020, 10, 1))
    assert city.name == "東くるめ市"


def test_a_population_that_an_office_entered_stays() -> None:
    load()
    Municipality.objects.filter(code="132225").update(population=117_000, population_on=dt.date(2026, 4, 1))

    assert not any("人口" in line for line in load())
    assert Municipality.objects.get(code="132225").population == 117_000


BROKEN: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    (
        "review_table_serial.json",
        lambda content: content["items"][23].update(checks=["full_moon"]),
        "review_table_serial.json 審査事項24: 自動確認「full_moon」はありません。",
    ),
    (
        "review_table_serial.json",
        lambda content: content["items"][0].update(sections=["castle.towers"]),
        "review_table_serial.json 審査事項1: 計画の箇所「castle.towers」はありません。",
    ),
    (
        "review_table_serial.json",
        lambda content: content["items"][7].update(document_codes=["map"]),
        "review_table_serial.json 審査事項8: 書類「map」が一覧にありません。",
    ),
    (
        "review_table_serial.json",
        lambda content: content["items"][7].update(departments=[]),
        "review_table_serial.json 審査事項8: 審査する課がありません。",
    ),
    (
        "settings.json",
        lambda content: content["municipalities"][0]["reviewers"].pop("housing"),
        "「housing」を受け持つ課が決まっていません。",
    ),
    (
        "settings.json",
        lambda content: content["municipalities"][1]["setting"].update(lead_department="見えない課"),
        "settings.json 269913: 課「見えない課」が departments にありません。",
    ),
    (
        "settings.json",
        lambda content: content["municipalities"][0].update(code="132226"),
        "settings.json 132226: この自治体が municipalities.json にありません。",
    ),
    (
        "municipalities.json",
        lambda content: content["municipalities"][0].update(code="130002"),
        "検査数字",
    ),
    (
        "municipalities.json",
        lambda content: content["municipalities"][1].pop("population_on"),
        "municipalities.json 131016 __all__: 人口と基準日は、両方を入れるか、両方を空にしてください。",
    ),
    (
        "municipalities.json",
        lambda content: content["municipalities"][1].update(population_on="令和2年"),
        "日付「令和2年」は 2025-10-01 の形で書いてください。",
    ),
    (
        "thresholds.json",
        lambda content: content["thresholds"][0].update(value="広い"),
        "thresholds.json floor_area_new_m2: 値「広い」は数字で書いてください。",
    ),
    (
        "thresholds.json",
        lambda content: content["thresholds"][0].update(effective_from="R7.10.1"),
        "日付「R7.10.1」は 2025-10-01 の形で書いてください。",
    ),
    (
        "thresholds.json",
        lambda content: content["thresholds"][0].update(unti="㎡"),
        "unti は知らない項目です。綴りを確かめてください。",
    ),
    ("thresholds.json", lambda content: content["thresholds"][0].pop("basis"), "basis がありません。"),
    ("thresholds.json", lambda content: content.pop("source"), "出典(source)と日付(as_of)を書いてください。"),
    ("thresholds.json", lambda content: content.pop("thresholds"), "thresholds の一覧がありません。"),
]


@pytest.mark.parametrize(("name", "how", "sentence"), BROKEN)
def test_a_wrong_file_is_refused_and_nothing_is_written(
    folder: Path, alter: Alter, name: str, how: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    alter(name, how)

    with pytest.raises(ReferenceDataError) as refused:
        load(folder)

    assert sentence in str(refused.value)
    assert set(counts().values()) == {0}


def test_all_faults_of_a_table_are_told_at_once(folder: Path, alter: Alter) -> None:
    def spoil(content: dict[str, Any]) -> None:
        for item in content["items"][:3]:
            item["checks"] = ["x"]

    alter("review_table_serial.json", spoil)

    with pytest.raises(ReferenceDataError) as refused:
        load(folder)

    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize("text", ["", "{", "\x00\xff", "[]"])
def test_what_is_not_json_is_refused(folder: Path, text: str) -> None:
    (folder / "thresholds.json").write_text(text, encoding="utf-8")

    with pytest.raises(ReferenceDataError, match=r"thresholds\.json"):
        load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "review_table_parallel.json").unlink()

    with pytest.raises(ReferenceDataError, match=r"review_table_parallel\.json: 開けません"):
        load(folder)


# --- The command ---


def run(**options: Any) -> str:
    out = io.StringIO()
    call_command("load_reference", stdout=out, **options)
    return out.getvalue()


def test_the_command_tells_in_japanese_what_it_did() -> None:
    assert run().splitlines()[0] == "自治体: 追加67件、登録済み0件"
    assert run(verbosity=0) == ""


def test_the_command_leaves_samples_out_when_told_and_in_production(settings: Any) -> None:
    assert "輪野市" not in run(without_samples=True)
    settings.IS_PRODUCTION = True
    assert "輪野市" not in run()


def test_the_command_says_that_nothing_was_written(folder: Path) -> None:
    (folder / "settings.json").unlink()

    with pytest.raises(CommandError, match="何も登録していません"):
        run(folder=folder)


def test_what_the_command_publishes_is_published_now() -> None:
    before = timezone.now()
    run()

    assert all(
        before <= table.published_at <= timezone.now()
        for table in ReviewTable.objects.all()
        if table.published_at
    )
    assert ReviewTable.objects.filter(published_at__isnull=True).count() == 0
