"""ケース会議: what each printing may say."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.rules.conferences import (
    Facts,
    Printing,
    Role,
    initials,
    item_problems,
    sheet_of,
    task_title,
)
from consultations.rules.consents import Scope

TODAY = dt.date(2026, 11, 2)
FACTS = Facts(
    name="例示 三郎", kana="レイジ サブロウ", rent_limit_yen=53_000, wished_area="見本町", household="single",
    household_size=1, age_band="75-84", obstacles=("no_contact", "age"), summary="取り壊しになる",
)  # fmt: skip
HIDDEN = Facts(**{**FACTS.__dict__, "is_protected": True})
ALL = frozenset(each.value for each in Scope)


def text_of(facts: Facts, printing: str, scope: frozenset[str]) -> str:
    return str(sheet_of(facts, position=2, printing=printing, scope=scope))


@pytest.mark.parametrize(
    ("printing", "scope", "title"),
    [
        ("full", ALL, "例示 三郎さん"),
        ("full", ALL - {"contact"}, "レ.サ."),
        ("full", frozenset(), "2番の方"),
        ("initials", ALL, "レ.サ."),
        ("initials", frozenset(), "2番の方"),
        ("conditions", ALL, "2番の方"),
    ],
)
def test_how_a_case_is_called(printing: str, scope: frozenset[str], title: str) -> None:
    assert sheet_of(FACTS, position=2, printing=printing, scope=scope).title == title
    assert sheet_of(HIDDEN, position=2, printing=printing, scope=scope).title == "2番の方"


@given(
    st.sampled_from(["initials", "conditions"]), st.frozensets(st.sampled_from(sorted(ALL))), st.booleans()
)
def test_without_names_there_is_no_name_and_no_story(
    printing: str, scope: frozenset[str], is_protected: bool
) -> None:
    text = text_of(HIDDEN if is_protected else FACTS, printing, scope)
    for word in ("三郎", "レイジ", "サブロウ", "見本町", "取り壊し", "高齢", "53,000"):
        assert word not in text, word
    assert "単身" in text
    assert "緊急連絡先なし" in text


@given(st.frozensets(st.sampled_from(sorted(ALL))))
def test_the_full_printing_says_what_the_consent_covers(scope: frozenset[str]) -> None:
    text = text_of(FACTS, Printing.FULL, scope)
    assert ("三郎" in text) == ("contact" in scope)
    assert ("見本町" in text) == ("conditions" in scope)
    assert ("取り壊し" in text) == ({"situation", "contact"} <= scope)
    hidden = text_of(HIDDEN, Printing.FULL, scope)
    assert not any(word in hidden for word in ("三郎", "見本町", "取り壊し"))


def test_initials_come_from_the_reading() -> None:
    assert initials("レイジ サブロウ") == "レ.サ."
    assert initials(" アン・グエン") == "ア.グ."
    assert initials("") == ""


def test_a_note_without_a_decision_or_half_a_role_is_told() -> None:
    role = Role(who="社協", what="訪問する", until=TODAY)

    def found(**values: object) -> set[str]:
        usual: dict[str, object] = {"decision": "続ける", "roles": [role], "next_review_on": None}
        return set(item_problems(**{**usual, **values}, today=TODAY))  # type: ignore[arg-type]

    assert found() == set()
    assert found(decision=" ") == {"decision"}
    assert found(roles=[role, Role(who="社協", what="")]) == {"what_2"}
    assert found(roles=[Role(who="", what="訪問する", until=TODAY)]) == {"who_1"}
    assert found(roles=[Role(who="社協", what="訪問する")]) == {"until_1"}
    assert found(roles=[Role(who="社協", what="訪問する", until=TODAY - dt.timedelta(days=1))]) == {"until_1"}
    assert found(roles=[Role(who="あ" * 50, what="い" * 60, until=TODAY)]) == {"what_1"}
    assert found(next_review_on=TODAY) == {"next_review_on"}
    assert task_title(role) == "社協: 訪問する"
