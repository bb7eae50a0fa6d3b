"""The automatic checks: what each says at, above and below its number. They advise; a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.rules.criteria import (
    CHECK_LABELS,
    CHECKS,
    CheckCode,
    Finding,
    Outcome,
    ThresholdCode,
    run,
    yen_amounts,
)
from certification.rules.plan import Category, Plan
from certification.rules.requirements import DocumentRule
from tests.certification.rules.any_plan import plans
from tests.certification.rules.sample import (
    BUILDING,
    COMPLETE,
    LESSOR,
    TARGET,
    THRESHOLDS,
    UNIT,
    replace,
    shared_living,
    with_building,
    with_part,
    with_safety,
    with_targets,
    with_unit,
    with_watch,
)

OK, ATTENTION, UNKNOWN = Outcome.OK, Outcome.ATTENTION, Outcome.UNKNOWN
CENT = Decimal("0.01")


def findings(code: CheckCode, plan: Plan, **given: Any) -> tuple[Finding, ...]:
    return run([code], plan, thresholds=given.pop("thresholds", THRESHOLDS), **given)


def finding(code: CheckCode, plan: Plan, **given: Any) -> Finding:
    (only,) = findings(code, plan, **given)
    return only


def outcomes(found: Iterable[Finding]) -> list[Outcome]:
    return [one.outcome for one in found]


# --- 床面積: 法41条1号, 共管省令9条 ---


def test_the_area_of_a_unit_is_told_with_its_case_and_number() -> None:
    found = finding(CheckCode.FLOOR_AREA, with_unit(floor_area_m2=Decimal("24.80")))

    assert found.outcome == OK
    assert found.text == "101号 24.80㎡(既存住宅の基準 18㎡以上)"
    assert found.numbers == (("専用面積", "24.80㎡"), ("基準(既存住宅)", "18㎡以上"))
    assert found.basis == "法41条1号、共管省令9条"
    assert found.path == "buildings[b1].units[u1].floor_area_m2"
    assert found.cure == ""


CASES = [
    (False, "private", Decimal(25), "新築"),
    (True, "private", Decimal(18), "既存住宅"),
    (False, "shared", Decimal(18), "新築・設備を共用"),
    (True, "shared", Decimal(13), "既存住宅・設備を共用"),
]


@pytest.mark.parametrize(("is_existing", "bath", "limit", "name"), CASES)
def test_exactly_the_number_is_enough_and_a_hundredth_less_is_not(
    is_existing: bool, bath: str, limit: Decimal, name: str
) -> None:
    def found(area: Decimal) -> Finding:
        unit = replace(UNIT, floor_area_m2=area, bath=bath)
        return finding(CheckCode.FLOOR_AREA, with_building(is_existing=is_existing, units=(unit,)))

    assert found(limit).outcome == OK
    assert found(limit - CENT).outcome == ATTENTION
    assert found(limit - CENT).cure
    assert f"({name}の基準 {limit}㎡以上)" in found(limit).text


@given(st.sampled_from(CASES), st.decimals(0, 60, places=2))
def test_a_unit_fits_if_and_only_if_it_reaches_its_number(
    case: tuple[bool, str, Decimal, str], area: Decimal
) -> None:
    is_existing, bath, limit, _ = case
    unit = replace(UNIT, floor_area_m2=area, bath=bath)
    found = finding(CheckCode.FLOOR_AREA, with_building(is_existing=is_existing, units=(unit,)))

    assert (found.outcome == OK) == (area >= limit)


def test_the_number_is_data_of_the_place_and_day() -> None:
    stricter = THRESHOLDS | {ThresholdCode.FLOOR_AREA_EXISTING: Decimal("22.50")}
    found = finding(CheckCode.FLOOR_AREA, with_unit(floor_area_m2=Decimal(22)), thresholds=stricter)

    assert found.outcome == ATTENTION
    assert "22.5㎡以上" in found.text


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        (with_unit(floor_area_m2=None), "専用面積"),
        (with_building(is_existing=None), "新築か既存住宅か"),
        (with_unit(bath=""), "設備が専用か共用か"),
    ],
)
def test_without_the_answers_the_number_is_not_guessed(plan: Plan, what: str) -> None:
    found = finding(CheckCode.FLOOR_AREA, plan)

    assert found.outcome == UNKNOWN
    assert found.text == f"101号 {what}が未入力なので、確かめられません。"


def test_with_several_buildings_the_building_is_named() -> None:
    plan = replace(COMPLETE, buildings=(BUILDING, replace(BUILDING, key="b2", name="見本ハイツ")))

    assert [found.text.split(" ")[0] for found in findings(CheckCode.FLOOR_AREA, plan)] == [
        "住宅「見本荘」",
        "住宅「見本ハイツ」",
    ]


def test_shared_living_is_measured_as_a_whole_and_by_room() -> None:
    # Two people: 15㎡×2人+10㎡ = 40㎡; each room 9㎡.
    whole, first, second = findings(CheckCode.FLOOR_AREA, shared_living("9.00", "8.99", total="40.00"))

    assert whole.text == "住宅 全体 40.00㎡(共同居住型の基準 15㎡×2人+10㎡=40㎡以上)"
    assert outcomes([whole, first, second]) == [OK, OK, ATTENTION]
    assert second.text == "2号 8.99㎡(共同居住型の部屋の基準 9㎡以上)"
    assert "告示" in whole.basis


@given(st.integers(2, 8), st.decimals(0, 200, places=2))
def test_the_whole_of_shared_living_fits_if_and_only_if_it_reaches_the_sum(
    people: int, total: Decimal
) -> None:
    whole, *_ = findings(CheckCode.FLOOR_AREA, shared_living(*["9"] * people, total=str(total)))

    assert (whole.outcome == OK) == (total >= 15 * people + 10)


@given(st.decimals(0, 20, places=2))
def test_a_room_of_shared_living_fits_if_and_only_if_it_reaches_nine(area: Decimal) -> None:
    _, room, _ = findings(CheckCode.FLOOR_AREA, shared_living(str(area), "9", total="40"))

    assert (room.outcome == OK) == (area >= 9)


def test_shared_living_is_for_two_people_or_more() -> None:
    whole, _ = findings(CheckCode.FLOOR_AREA, shared_living("9", total="25"))

    assert whole.outcome == ATTENTION
    assert "入居できる人数1人は2人以上に足りません" in whole.text


def test_a_room_of_shared_living_is_for_one_person() -> None:
    rooms = shared_living("9", "12", total="60").buildings[0].units
    plan = shared_living("9", "12", total="60", units=(rooms[0], replace(rooms[1], capacity=2)))
    crowded = findings(CheckCode.FLOOR_AREA, plan)[-1]

    assert crowded.outcome == ATTENTION
    assert crowded.text == "2号 定員2人(共同居住型の基準 1部屋1人)"
    assert crowded.path.endswith(".capacity")


def test_shared_living_without_its_numbers_is_unknown() -> None:
    whole, room, _ = findings(
        CheckCode.FLOOR_AREA, shared_living("9", "9", total="40", total_floor_area_m2=None)
    )

    assert outcomes([whole, room]) == [UNKNOWN, OK]


# --- 設備: 法41条2号, 共管省令10条2号 ---


def test_everything_of_its_own_is_ok() -> None:
    found = finding(CheckCode.EQUIPMENT, COMPLETE)

    assert found.outcome == OK
    assert found.text == "101号 台所・便所・収納設備・浴室又はシャワー室あり"


@pytest.mark.parametrize(
    ("field", "label"),
    [("kitchen", "台所"), ("toilet", "便所"), ("storage", "収納設備"), ("bath", "浴室又はシャワー室")],
)
def test_none_of_the_four_may_be_lacking(field: str, label: str) -> None:
    absent = finding(CheckCode.EQUIPMENT, with_unit(**{field: "none"}))
    blank = finding(CheckCode.EQUIPMENT, with_unit(**{field: ""}))

    assert (absent.outcome, absent.text) == (ATTENTION, f"101号 {label}がありません。")
    assert (blank.outcome, blank.text) == (UNKNOWN, f"101号 {label}が未入力です。")


def test_a_washbasin_is_not_among_the_four() -> None:
    assert finding(CheckCode.EQUIPMENT, with_unit(washbasin="none")).outcome == OK


def test_a_toilet_may_not_be_shared() -> None:
    found = finding(CheckCode.EQUIPMENT, with_unit(toilet="shared"))

    assert (found.outcome, found.text) == (ATTENTION, "101号 便所は共用にできません。")


def sharing(**changes: Any) -> Plan:
    values: dict[str, Any] = {"common_facilities": ("bath",), "has_equal_common_facilities": True}
    return with_building(units=(replace(UNIT, bath="shared"),), **(values | changes))


@pytest.mark.parametrize(
    ("plan", "outcome", "text"),
    [
        (sharing(), OK, "住宅 共用の設備(浴室又はシャワー室)は同等以上とされています。"),
        (
            sharing(common_facilities=("kitchen",)),
            ATTENTION,
            "住宅 共用とされた浴室又はシャワー室が、共用部分の設備にありません。",
        ),
        (
            sharing(has_equal_common_facilities=False),
            ATTENTION,
            "住宅 共用の設備(浴室又はシャワー室)が、各住戸に備えるのと同等以上ではないとされています。",
        ),
        (
            sharing(has_equal_common_facilities=None),
            UNKNOWN,
            "住宅 共用の設備(浴室又はシャワー室)が、各住戸に備えるのと同等以上かが未入力です。",
        ),
    ],
)
def test_what_is_shared_must_be_in_the_common_part_and_as_good(
    plan: Plan, outcome: Outcome, text: str
) -> None:
    unit, common = findings(CheckCode.EQUIPMENT, plan)

    assert unit.outcome == OK
    assert (common.outcome, common.text) == (outcome, text)


def test_shared_storage_has_no_entry_in_the_common_part() -> None:
    plan = with_building(units=(replace(UNIT, storage="shared"),), has_equal_common_facilities=True)

    assert outcomes(findings(CheckCode.EQUIPMENT, plan)) == [OK, OK]


def test_shared_living_has_everything_in_common() -> None:
    assert finding(CheckCode.EQUIPMENT, shared_living("9", "9", total="40")).outcome == OK


def test_shared_living_lacking_something_in_common() -> None:
    found = finding(
        CheckCode.EQUIPMENT, shared_living("9", "9", total="40", common_facilities=("living", "dining"))
    )

    assert found.outcome == ATTENTION
    assert (
        found.text
        == "住宅 共用部分に台所・便所・洗面設備・浴室又はシャワー室・洗濯室又は洗濯場がありません(共同居住型)。"
    )


def test_what_every_room_of_shared_living_has_itself_is_for_a_person_to_weigh() -> None:
    rooms = tuple(
        replace(room, toilet="private") for room in shared_living("9", "9", total="40").buildings[0].units
    )
    common = ("living", "dining", "kitchen", "washbasin", "bath", "laundry")
    found = finding(
        CheckCode.EQUIPMENT, shared_living("9", "9", total="40", units=rooms, common_facilities=common)
    )

    assert found.outcome == UNKNOWN
    assert "どの部屋にも専用で備えるとされています" in found.text


def test_from_the_sixth_person_on_one_bath_is_not_enough() -> None:
    assert len(findings(CheckCode.EQUIPMENT, shared_living(*["9"] * 5, total="90"))) == 1
    _, number = findings(CheckCode.EQUIPMENT, shared_living(*["9"] * 6, total="100"))

    assert number.outcome == UNKNOWN
    assert number.text.startswith("住宅 6人に対し、便所・洗面設備・浴室などは2か所以上(5人につき1か所)。")


# --- 専用戸数: 法41条4号, 共管省令12条 ---


@pytest.mark.parametrize(
    ("exclusive", "outcome", "text"),
    [
        ((True, False), OK, "専用1戸/全2戸・1棟(基準 1戸以上)"),
        ((False, False), ATTENTION, "専用0戸/全2戸・1棟(基準 1戸以上)"),
        ((False, None), UNKNOWN, "専用0戸/全2戸・1棟(基準 1戸以上)。未入力1戸"),
        ((True, None), OK, "専用1戸/全2戸・1棟(基準 1戸以上)。未入力1戸"),
    ],
)
def test_one_unit_at_least_is_kept_for_people_with_support(
    exclusive: tuple[bool | None, bool | None], outcome: Outcome, text: str
) -> None:
    first, second = exclusive
    units = (replace(UNIT, is_exclusive=first), replace(UNIT, key="u2", number="102", is_exclusive=second))
    found = finding(CheckCode.EXCLUSIVE_UNITS, with_building(units=units))

    assert (found.outcome, found.text) == (outcome, text)


def test_a_local_plan_may_ask_for_more_exclusive_units() -> None:
    stricter = THRESHOLDS | {ThresholdCode.EXCLUSIVE_UNITS_MIN: Decimal(2)}

    assert finding(CheckCode.EXCLUSIVE_UNITS, COMPLETE, thresholds=stricter).outcome == ATTENTION


# --- 援助: 法41条6号, 共管省令14条1号 ---


@pytest.mark.parametrize(("days", "outcome"), [(1, OK), (2, ATTENTION), (7, ATTENTION), (None, UNKNOWN)])
def test_safety_is_checked_once_a_day(days: int | None, outcome: Outcome) -> None:
    assert finding(CheckCode.SAFETY_FREQUENCY, with_safety(every_days=days)).outcome == outcome


@pytest.mark.parametrize(("months", "outcome"), [(1, OK), (2, ATTENTION), (12, ATTENTION), (None, UNKNOWN)])
def test_the_home_is_watched_over_once_a_month(months: int | None, outcome: Outcome) -> None:
    assert finding(CheckCode.WATCH_FREQUENCY, with_watch(every_months=months)).outcome == outcome


@given(st.integers(1, 60))
def test_no_interval_longer_than_the_number_passes(every: int) -> None:
    assert (finding(CheckCode.SAFETY_FREQUENCY, with_safety(every_days=every)).outcome == OK) == (every <= 1)
    assert (finding(CheckCode.WATCH_FREQUENCY, with_watch(every_months=every)).outcome == OK) == (every <= 1)


def test_an_interval_is_told_with_number_and_article() -> None:
    found = finding(CheckCode.SAFETY_FREQUENCY, with_safety(every_days=2))

    assert found.text == "安否確認 2日に1回(基準 1日に1回以上)"
    assert found.basis == "法41条6号、共管省令14条1号イ"
    assert found.cure == "安否確認を1日に1回以上行う計画にしてください。"
    assert (
        finding(CheckCode.WATCH_FREQUENCY, with_watch(every_months=2)).text
        == "見守り 2か月に1回(基準 1か月に1回以上)"
    )


CONSENT = DocumentRule(code="consent_letter", label="同意書等")
FLOOR_PLAN = DocumentRule(code="floor_plan", label="間取図")
PRIVATE = replace(TARGET, key="r2", name="架空訪問看護", is_private=True)


def test_somebody_to_refer_to_is_needed() -> None:
    found = finding(CheckCode.REFERRAL_LIST, with_targets())

    assert (found.outcome, found.text) == (ATTENTION, "つなぎ先がありません。")


def test_public_bodies_need_no_consent() -> None:
    found = finding(CheckCode.REFERRAL_LIST, COMPLETE)

    assert (found.outcome, found.text) == (OK, "つなぎ先1件(うち民間0件)")


def test_a_private_body_needs_a_consent_document() -> None:
    plan = with_targets(TARGET, PRIVATE)
    listed, consent = findings(CheckCode.REFERRAL_LIST, plan, documents=[CONSENT])

    assert outcomes([listed, consent]) == [OK, ATTENTION]
    assert (
        consent.text == "民間のつなぎ先「架空訪問看護」との連携が確認できる同意書などが添えられていません。"
    )
    assert len(findings(CheckCode.REFERRAL_LIST, plan, documents=[CONSENT], attached=["consent_letter"])) == 1


def test_where_the_list_does_not_ask_for_consent_none_is_missed() -> None:
    assert len(findings(CheckCode.REFERRAL_LIST, with_targets(PRIVATE), documents=[FLOOR_PLAN])) == 1


def test_a_body_of_unknown_kind_leaves_the_question_open() -> None:
    found = finding(CheckCode.REFERRAL_LIST, with_targets(replace(TARGET, is_private=None)))

    assert (found.outcome, found.text) == (UNKNOWN, "つなぎ先1件(うち民間0件、未入力1件)")


# --- 耐震: 共管省令8条6号 ---


@pytest.mark.parametrize(
    ("started", "completed", "attached", "outcome"),
    [
        ("1981-06", "", [], OK),
        ("1981-05", "", [], ATTENTION),
        ("1981-05", "", ["seismic_proof"], OK),
        # What stood by the cut-off was begun by it.
        ("", "1981-05", [], ATTENTION),
        # Completed soon after: begun before or after, the plan does not say.
        ("", "1981-06", [], UNKNOWN),
        ("", "2015-01", [], UNKNOWN),
        ("", "", [], UNKNOWN),
    ],
)
def test_work_begun_by_the_end_of_may_1981_needs_proof(
    started: str, completed: str, attached: list[str], outcome: Outcome
) -> None:
    plan = with_building(construction_started=started, completed=completed, seismic="proven")

    assert finding(CheckCode.SEISMIC, plan, attached=attached).outcome == outcome


@given(st.integers(1950, 2020), st.integers(1, 12))
def test_the_cut_off_lies_between_may_and_june_1981(year: int, month: int) -> None:
    plan = with_building(construction_started=f"{year}-{month:02}", completed="", seismic="proven")

    assert (finding(CheckCode.SEISMIC, plan).outcome == OK) == ((year, month) >= (1981, 6))


def test_an_old_house_said_to_follow_the_new_code_does_not_add_up() -> None:
    plan = with_building(construction_started="1979-03", seismic="new_code")
    found = finding(CheckCode.SEISMIC, plan, attached=["seismic_proof"])

    assert found.outcome == ATTENTION
    assert found.text == (
        "住宅 昭和54年3月着工(昭和56年5月31日以前の着工)。新耐震とされていますが、着工の時期と合いません。"
    )


def test_planned_works_stay_to_be_watched() -> None:
    plan = with_building(construction_started="1979-03", seismic="planned")
    found = finding(CheckCode.SEISMIC, plan, attached=["seismic_proof"])

    assert found.outcome == ATTENTION
    assert "工事計画の概要書" in found.cure


# --- 家賃: 法41条5号, 共管省令13条 ---


@pytest.mark.parametrize(
    ("comparable", "outcome", "said"),
    [
        ("", UNKNOWN, "近くの同じような住宅の家賃が書かれていません。"),
        ("町内と同じくらい", UNKNOWN, "近くの同じような住宅「町内と同じくらい」からは金額が読み取れません。"),
        ("5万2千円くらい", OK, "近くの同じような住宅 52,000円を超えません。"),
        ("50,000円〜56,000円", OK, "近くの同じような住宅 50,000円〜56,000円を超えません。"),
        ("5.1万円", ATTENTION, "近くの同じような住宅 51,000円より高い住戸があります。"),
    ],
)
def test_rents_stand_beside_those_of_the_neighbourhood(comparable: str, outcome: Outcome, said: str) -> None:
    found = finding(CheckCode.RENT, with_part("lease", comparable_rent=comparable))

    assert found.outcome == outcome
    assert found.text == f"家賃 52,000円(1戸あたり月額)。{said}"


def test_without_rents_nothing_is_said_of_them() -> None:
    assert finding(CheckCode.RENT, with_unit(monthly_rent_yen=None)).outcome == UNKNOWN


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("52,000円", [52_000]),
        ("5万円から5万6千円", [50_000, 56_000]),
        ("5.25万円", [52_500]),
        ("52000円、5万8000円", [52_000, 58_000]),
        ("月額５５,０００円", [55_000]),
        ("10万円", [100_000]),
        ("5万500円", [50_500]),
        ("3件を調べた", []),
        ("", []),
    ],
)
def test_amounts_of_money_in_free_words(text: str, amounts: list[int]) -> None:
    assert yen_amounts(text) == amounts


# --- 対価: 法41条7号, 共管省令15条 ---


@pytest.mark.parametrize(
    ("price", "outcome", "text"),
    [
        ({"monthly_yen": None}, UNKNOWN, "援助の対価が未入力です。"),
        ({"monthly_yen": 0}, OK, "援助の対価 0円/月。無償です。"),
        (
            {"has_general_service": False},
            UNKNOWN,
            "援助の対価 3,000円/月。比べられる一般向けサービスはありません。",
        ),
        (
            {"general_service_monthly_yen": 3_000},
            OK,
            "援助の対価 3,000円/月。一般向けサービス 3,000円/月を超えません。",
        ),
        (
            {"general_service_monthly_yen": 2_999},
            ATTENTION,
            "援助の対価 3,000円/月。一般向けサービス 2,999円/月より1円高くなっています。",
        ),
        (
            {"general_service_monthly_yen": None},
            UNKNOWN,
            "援助の対価 3,000円/月。一般向けサービスの料金が未入力です。",
        ),
    ],
)
def test_the_price_stands_beside_that_for_anybody(price: dict[str, Any], outcome: Outcome, text: str) -> None:
    found = finding(CheckCode.PRICE, with_part("price", **({"has_general_service": True} | price)))

    assert (found.outcome, found.text) == (outcome, text)


# --- 受入れの範囲: 法41条3号, 共管省令11条 ---


@pytest.mark.parametrize(
    ("acceptance", "outcome"),
    [
        ({"is_limited": None}, UNKNOWN),
        ({"is_limited": False}, OK),
        ({"is_limited": True, "categories": (Category.ELDERLY,)}, OK),
        ({"is_limited": True, "categories": (Category.HANSEN, Category.ABDUCTION)}, ATTENTION),
        ({"is_limited": True, "categories": (Category.HANSEN, Category.LOW_INCOME)}, OK),
        ({"is_limited": True, "categories": ()}, ATTENTION),
        ({"is_limited": True, "categories": (Category.ELDERLY,), "other": "80歳以上に限る"}, UNKNOWN),
    ],
)
def test_the_range_may_not_leave_markedly_few(acceptance: dict[str, Any], outcome: Outcome) -> None:
    found = finding(CheckCode.ACCEPTANCE, with_part("acceptance", **acceptance))

    assert found.outcome == outcome
    assert found.basis == "法41条3号、共管省令11条"


def test_words_beside_the_range_are_shown_to_be_read() -> None:
    plan = with_part("acceptance", is_limited=True, categories=("a3",), other=" 女性に限る ")

    assert (
        finding(CheckCode.ACCEPTANCE, plan).text == "受け入れる方は「高齢者」。補足「女性に限る」があります。"
    )


# --- 添付書類, 事業を行う者, 誓約 ---


def test_each_missing_document_is_one_finding() -> None:
    found = findings(
        CheckCode.REQUIRED_DOCUMENTS, COMPLETE, documents=[FLOOR_PLAN, CONSENT], attached=["floor_plan"]
    )

    assert [(one.outcome, one.text) for one in found] == [
        (ATTENTION, "「同意書等」が添えられていません。どの計画にも要ります。")
    ]


def test_all_needed_documents_are_there() -> None:
    found = finding(CheckCode.REQUIRED_DOCUMENTS, COMPLETE, documents=[FLOOR_PLAN], attached=["floor_plan"])

    assert (found.outcome, found.text) == (OK, "要る書類1種類がそろっています。")
    assert finding(CheckCode.REQUIRED_DOCUMENTS, COMPLETE).text == "この計画に要る書類はありません。"


def test_a_lessor_and_a_supporter_are_needed() -> None:
    assert (
        finding(CheckCode.PARTIES, COMPLETE).text
        == "賃貸人1者・援助実施者1者。書くべき事項がそろっています。"
    )
    alone = finding(CheckCode.PARTIES, replace(COMPLETE, parties=(LESSOR,)))

    assert alone.outcome == ATTENTION
    assert alone.text.startswith("援助実施者を1人以上")


PLEDGES = [
    (CheckCode.PLEDGE_DISQUALIFICATION, 0, "共管省令8条3号・4号"),
    (CheckCode.PLEDGE_STRUCTURE, 1, "共管省令8条5号"),
    (CheckCode.PLEDGE_POLICY, 2, "共管省令8条7号"),
]


@pytest.mark.parametrize(("code", "place", "article"), PLEDGES)
def test_each_declaration_is_looked_at_alone(code: CheckCode, place: int, article: str) -> None:
    made = finding(code, COMPLETE)
    others = replace(
        COMPLETE, pledges=tuple(one for index, one in enumerate(COMPLETE.pledges) if index != place)
    )
    unsigned = replace(COMPLETE, pledges=(*others.pledges, replace(COMPLETE.pledges[place], signer=" ")))

    assert made.outcome == OK
    assert "架空 太郎が誓約しています" in made.text
    assert article in made.basis
    assert finding(code, others).outcome == ATTENTION
    assert finding(code, unsigned).outcome == ATTENTION


# --- All checks ---


def test_every_code_has_a_check_and_a_label() -> None:
    assert set(CHECKS) == set(CheckCode) == set(CHECK_LABELS)


def test_every_number_is_shipped() -> None:
    assert set(THRESHOLDS) == set(ThresholdCode)


def test_the_shipped_numbers_are_those_of_the_law() -> None:
    assert {code: int(value) for code, value in THRESHOLDS.items()} == {
        "floor_area_new_m2": 25,
        "floor_area_existing_m2": 18,
        "floor_area_shared_new_m2": 18,
        "floor_area_shared_existing_m2": 13,
        "shared_living_per_person_m2": 15,
        "shared_living_base_m2": 10,
        "shared_living_room_m2": 9,
        "shared_living_people_min": 2,
        "shared_living_room_people_max": 1,
        "shared_living_people_per_facility": 5,
        "single_parent_per_household_m2": 22,
        "single_parent_room_m2": 12,
        "single_parent_wide_per_household_m2": 24,
        "single_parent_room_when_wide_m2": 10,
        "exclusive_units_min": 1,
        "safety_max_days": 1,
        "watch_max_months": 1,
        "rent_over_percent": 10,
    }


def test_a_number_that_is_not_registered_is_said_and_not_guessed() -> None:
    found = finding(CheckCode.SAFETY_FREQUENCY, COMPLETE, thresholds={})

    assert found.outcome == UNKNOWN
    assert "safety_max_days" in found.text


def test_findings_come_in_the_order_asked() -> None:
    codes = [CheckCode.PRICE, CheckCode.FLOOR_AREA]

    assert [found.code for found in run(codes, COMPLETE, thresholds=THRESHOLDS)] == codes


def test_an_unknown_check_is_refused() -> None:
    with pytest.raises(ValueError, match="full_moon"):
        run(["full_moon"], COMPLETE, thresholds=THRESHOLDS)


@given(plans())
@settings(max_examples=60)
def test_any_plan_can_be_checked_and_each_finding_explains_itself(plan: Plan) -> None:
    for found in run(CHECKS, plan, thresholds=THRESHOLDS):
        assert found.text
        assert found.basis
        assert bool(found.cure) == (found.outcome != OK)
