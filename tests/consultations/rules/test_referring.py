"""関係機関への紹介: what goes, under which consent, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.rules.consents import Scope
from consultations.rules.referring import (
    MOST_TRIES,
    NO_TELEPHONE,
    Closed,
    DeclineReason,
    Facts,
    ReferralState,
    answer_problems,
    closed_because,
    names_agency,
    packet_of,
    referral_problems,
    state_on,
)
from tests.consultations.conftest import NOW

FACTS = Facts(
    name="例示 三郎", kana="レイジ サブロウ", phone="000-0000-0102", phone_rule="ok", rent_limit_yen=53_000,
    wished_area="見本町", household="single", household_size=1, age_band="75-84", obstacles=("no_contact",),
    summary="取り壊しになる",
)  # fmt: skip
PIECE_WORDS = {
    Scope.CONTACT: ("三郎", "サブロウ", "0102"),
    Scope.HOUSEHOLD: ("単身", "75歳以上"),
    Scope.CONDITIONS: ("見本町", "53,000"),
    Scope.OBSTACLES: ("緊急連絡先",),
    Scope.SITUATION: ("取り壊し",),
}


def text_of(facts: Facts, scope: frozenset[str]) -> str:
    return str(packet_of(facts, request="見守り", scope=scope))


@given(st.frozensets(st.sampled_from(Scope)))
def test_what_is_not_in_the_scope_is_nowhere(scope: frozenset[Scope]) -> None:
    text = text_of(FACTS, frozenset(each.value for each in scope))
    assert "見守り" in text
    for piece, words in PIECE_WORDS.items():
        for word in words:
            assert (word in text) == (piece in scope), (piece, word)


def test_who_must_not_be_called_has_no_number_in_it() -> None:
    scope = frozenset({Scope.CONTACT.value})
    assert NO_TELEPHONE in text_of(replace(FACTS, phone_rule="never"), scope)
    assert "0102" not in text_of(replace(FACTS, phone_rule="never"), scope)
    assert "留守番電話に残さないで" in text_of(replace(FACTS, phone_rule="no_message"), scope)


@pytest.mark.parametrize(
    ("recipients", "is_named"),
    [
        ("見本社協", True),
        (" 見本社協 ", True),
        ("見本病院、見本社協", True),
        ("見本病院\n見本社協", True),
        ("見本社協の友人", False),
        ("見本", False),
        ("", False),
    ],
)
def test_a_consent_names_the_agency_or_does_not(recipients: str, is_named: bool) -> None:
    assert names_agency(recipients, agency="見本社協") is is_named


def test_what_is_wrong_is_told_where() -> None:
    usual = {
        "pieces": ["household"], "scope": ["household"], "request": "見守り", "is_protected": False, "is_sure": False,
    }  # fmt: skip

    def found(**values: object) -> dict[str, str]:
        return referral_problems(**{**usual, **values})  # type: ignore[arg-type]

    assert found() == {}
    assert set(found(request=" ")) == {"request"}
    assert set(found(request="あ" * 401)) == {"request"}
    assert set(found(pieces=[])) == {"pieces"}
    assert "名前と連絡先" in found(pieces=["household", "contact"])["pieces"]
    named = {"pieces": ["contact"], "scope": ["contact"], "is_protected": True}
    assert set(found(**named)) == {"is_sure"}
    assert found(**named, is_sure=True) == {}
    assert found(is_protected=True) == {}, "without the name nobody has to be sure"


def test_an_answer_says_whose_no_it_was() -> None:
    assert answer_problems(is_accepted=True, reason="", reply="") == {}
    assert set(answer_problems(is_accepted=False, reason="", reply="")) == {"reason"}
    assert answer_problems(is_accepted=False, reason="full", reply="") == {}
    assert set(answer_problems(is_accepted=True, reason="", reply="あ" * 401)) == {"reply"}
    assert {label.split(":")[0] for _, label in DeclineReason.choices} == {"機関", "本人"}


def test_access_ends_by_itself() -> None:
    assert state_on("accepted", expires_at=NOW, now=NOW) == ReferralState.EXPIRED
    assert state_on("accepted", expires_at=NOW + dt.timedelta(seconds=1), now=NOW) == ReferralState.ACCEPTED
    assert state_on("done", expires_at=NOW, now=NOW) == ReferralState.DONE


@pytest.mark.parametrize(
    ("values", "closed"),
    [
        ({}, None),
        ({"state": "accepted"}, None),
        ({"state": "expired"}, Closed.EXPIRED),
        ({"state": "declined"}, Closed.DECLINED),
        ({"state": "done"}, Closed.OVER),
        ({"state": "revoked"}, Closed.OVER),
        ({"is_case_open": False}, Closed.OVER),
        ({"covered": []}, Closed.OVER),
        ({"covered": ["household"]}, Closed.OVER),
        ({"tries": MOST_TRIES}, Closed.LOCKED),
    ],
)
def test_when_a_link_is_closed(values: dict[str, object], closed: Closed | None) -> None:
    usual: dict[str, object] = {
        "state": "sent", "tries": 0, "is_case_open": True, "pieces": ["household", "contact"],
        "covered": ["household", "contact"],
    }  # fmt: skip
    assert closed_because(**{**usual, **values}) == closed  # type: ignore[arg-type]
