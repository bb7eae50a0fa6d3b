"""Ages, intake, duplicates and consents: the plain rules, case by case."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.rules.ages import age_on, band_of, band_on
from consultations.rules.consents import Given, Scope, covered, missing
from consultations.rules.consents import problems_of as consent_problems
from consultations.rules.duplicates import Traits, alike
from consultations.rules.intake import Reachable, is_urgent, problems_of
from consultations.rules.words import AgeBand, Purpose

DAY = dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "teens"), (19, "teens"), (20, "20s"), (59, "50s"), (60, "60-64"), (64, "60-64"), (65, "65-74"), (74, "65-74"), (75, "75-84"), (84, "75-84"), (85, "85"), (104, "85")],
)  # fmt: skip
def test_a_band_begins_with_its_first_birthday(age: int, band: str) -> None:
    assert band_of(age) == band


def test_the_age_changes_on_the_birthday() -> None:
    birth = dt.date(1961, 11, 2)
    assert age_on(birth, DAY - dt.timedelta(days=1)) == 64
    assert age_on(birth, DAY) == 65
    assert band_on(birth, "20s", day=DAY) == AgeBand.OLD, "what was told gives way to the birth date"
    assert band_on(None, "20s", day=DAY) == "20s"
    assert band_on(None, "", day=DAY) == ""


def reach(**values: str) -> Reachable:
    nothing = dict.fromkeys(("phone", "email", "address", "contact_note", "proxy_phone"), "")
    return Reachable(**{**nothing, "phone_rule": "ok", **values})


def intake(found: Reachable, **values: object) -> dict[str, str]:
    usual = {"name": "", "call_name": "みほん", "birth": None, "received_on": DAY, "today": DAY}
    return problems_of(found, **{**usual, **values})  # type: ignore[arg-type]


def test_a_name_to_call_and_one_way_to_reach_are_enough() -> None:
    assert intake(reach(phone="000")) == {}
    assert intake(reach(contact_note="毎週金曜に来る")) == {}
    assert intake(reach(proxy_phone="000")) == {}
    assert set(intake(reach())) == {"phone"}
    assert set(intake(reach(phone="000"), call_name=" ")) == {"call_name"}
    assert intake(reach(phone="000"), call_name="", name="見本 花子") == {}


def test_who_must_not_be_called_is_reached_some_other_way() -> None:
    assert set(intake(reach(phone="000", phone_rule="never"))) == {"contact_note"}
    assert intake(reach(phone="000", phone_rule="never", contact_note="姉を通して")) == {}


def test_days_that_cannot_be_are_told() -> None:
    assert set(intake(reach(phone="0"), birth=DAY + dt.timedelta(days=1))) == {"birth_date"}
    assert set(intake(reach(phone="0"), birth=dt.date(1899, 12, 31))) == {"birth_date"}
    assert set(intake(reach(phone="0"), received_on=DAY + dt.timedelta(days=1))) == {"received_on"}


@pytest.mark.parametrize(("days", "urgent"), [(-3, True), (0, True), (14, True), (15, False)])
def test_two_weeks_before_one_has_to_be_out_it_is_urgent(days: int, urgent: bool) -> None:
    assert is_urgent(DAY + dt.timedelta(days=days), today=DAY) is urgent
    assert not is_urgent(None, today=DAY)


# --- Duplicates ---


def traits(key: int, **values: object) -> Traits:
    return Traits(**{"key": key, "name": "", "kana": "", "phone": "", "birth": None, **values})  # type: ignore[arg-type]


def test_empty_values_say_nothing() -> None:
    assert alike(traits(1), [traits(2), traits(3)]) == []
    assert alike(traits(1, name="見本花子"), [traits(2, name="見本花子")]) == [], (
        "a name alone is no evidence"
    )


def test_the_same_telephone_or_the_same_name_and_birth_date_is_told() -> None:
    one = traits(1, name="見本花子", phone="0001", birth=DAY)
    others = [
        traits(1, name="見本花子", phone="0001", birth=DAY),
        traits(2, phone="0001"),
        traits(3, name="見本花子", birth=DAY),
        traits(4, name="見本花子", phone="0001"),
        traits(5, birth=DAY),
    ]
    assert alike(one, others) == [
        (2, "電話番号が同じ"),
        (3, "氏名と生年月日が同じ"),
        (4, "氏名と電話番号が同じ"),
    ]


# --- Consents ---


def agreed(*scope: str, shop: int = 0, purpose: str = Purpose.SHOPS, days: int = 10) -> Given:
    return Given(
        purpose=purpose,
        scope=frozenset(scope),
        shop_id=shop,
        given_on=DAY,
        until=DAY + dt.timedelta(days=days),
    )


def test_nothing_leaves_without_a_consent() -> None:
    assert covered([], purpose=Purpose.SHOPS, day=DAY) == frozenset()
    assert (
        covered([agreed("conditions", purpose=Purpose.COUNCIL)], purpose=Purpose.SHOPS, day=DAY)
        == frozenset()
    )


@pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_consent_holds_from_its_day_to_its_last_day(day: int, holds: bool) -> None:
    found = covered([agreed("conditions")], purpose=Purpose.SHOPS, day=DAY + dt.timedelta(days=day))
    assert bool(found) is holds


def test_a_name_reaches_a_shop_only_by_a_consent_for_that_shop() -> None:
    for_all = agreed("conditions", "contact")
    for_one = agreed("contact", shop=7)
    assert covered([for_all], purpose=Purpose.SHOPS, day=DAY, shop_id=7) == {"conditions"}
    assert covered([for_all, for_one], purpose=Purpose.SHOPS, day=DAY, shop_id=7) == {"conditions", "contact"}
    assert covered([for_all, for_one], purpose=Purpose.SHOPS, day=DAY, shop_id=8) == {"conditions"}


@given(
    st.lists(
        st.builds(
            agreed,
            *[st.sampled_from(Scope.values)] * 2,
            shop=st.integers(0, 3),
            purpose=st.sampled_from(Purpose.values),
            days=st.integers(0, 400),
        )
    ),
    st.integers(0, 3),
)
def test_contact_never_leaves_for_a_shop_that_was_not_named(consents: list[Given], shop: int) -> None:
    found = covered(consents, purpose=Purpose.SHOPS, day=DAY, shop_id=shop)
    named = any(
        one.shop_id == shop and shop and "contact" in one.scope and one.purpose == "shops" for one in consents
    )
    assert ("contact" in found) <= named


def test_what_is_missing_is_named_in_the_order_of_the_list() -> None:
    assert missing({"contact", "conditions", "household"}, covered_by={"household"}) == [
        "希望する条件",
        "名前と連絡先",
    ]


def problems(**values: object) -> set[str]:
    usual = {
        "purpose": Purpose.AGENCIES, "scope": ["conditions"], "given_on": DAY, "until": DAY + dt.timedelta(days=183),
        "today": DAY, "proxy": "", "by_proxy": False,
    }  # fmt: skip
    return set(consent_problems(**{**usual, **values}))  # type: ignore[arg-type]


def test_a_consent_names_what_until_when_and_who_stands_in() -> None:
    assert problems() == set()
    assert problems(scope=[]) == {"scope"}
    assert problems(given_on=DAY + dt.timedelta(days=1)) == {"given_on"}
    assert problems(until=DAY - dt.timedelta(days=1)) == {"until"}
    assert problems(until=DAY + dt.timedelta(days=366)) == set()
    assert problems(until=DAY + dt.timedelta(days=367)) == {"until"}
    assert problems(by_proxy=True) == {"proxy"}
    assert problems(by_proxy=True, proxy="見本 花子(成年後見人)") == set()


def test_the_story_itself_never_goes_to_a_shop() -> None:
    assert problems(purpose=Purpose.SHOPS, scope=["situation"]) == {"scope"}
    assert problems(purpose=Purpose.AGENCIES, scope=["situation"]) == set()
