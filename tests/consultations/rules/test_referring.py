"""関係機関への紹介: what goes, under which consent, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

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
from consultations.rules.words import PhoneRule
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


MARKED = ("name", "kana", "phone", "wished_area", "summary")
OF = {"name": Scope.CONTACT, "kana": Scope.CONTACT, "phone": Scope.CONTACT, "wished_area": Scope.CONDITIONS, "summary": Scope.SITUATION}  # fmt: skip


@given(
    scope=st.frozensets(st.sampled_from(Scope)),
    words=st.tuples(*(st.text(st.characters(categories=["Lo", "Nd"]), max_size=20) for _ in MARKED)),
    phone_rule=st.sampled_from(["", *PhoneRule.values]),
)
def test_whatever_is_written_only_what_the_scope_holds_goes(
    scope: frozenset[Scope], words: tuple[str, ...], phone_rule: str
) -> None:
    marked = {name: f"<{name}>{word}" for name, word in zip(MARKED, words, strict=True)}
    facts = replace(Facts(phone_rule=phone_rule), **marked)  # type: ignore[arg-type]
    text = text_of(facts, frozenset(each.value for each in scope))
    for name in MARKED:
        may_go = OF[name] in scope and not (name == "phone" and phone_rule == PhoneRule.NEVER)
        assert (f"<{name}>" in text) == may_go, name


def test_the_address_and_what_is_not_listed_cannot_be_handed_over() -> None:
    assert {field.name for field in fields(Facts)} == {
        *("name", "kana", "phone", "phone_rule", "rent_limit_yen", "wished_area"),
        *("household", "household_size", "age_band", "obstacles", "summary"),
    }


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
        ("見本病院\r\n見本社協", True),
        ("見本病院､見本社協／見本会", True),
        ("見本社協の友人", False),
        ("見本", False),
        ("", False),
    ],
)
def test_a_consent_names_the_agency_or_does_not(recipients: str, is_named: bool) -> None:
    assert names_agency(recipients, agency="見本社協") is is_named


def test_half_a_name_is_another_agency() -> None:
    both = "見本市保健所・保健センター"
    assert not names_agency(both, agency="保健センター")
    assert not names_agency(both, agency="見本市保健所")
    assert names_agency(both, agency=both)
    assert names_agency(f"見本病院、{both}", agency=both)
    assert not names_agency("見本病院、", agency="ー"), "a name that folds to nothing is nobody's"


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
    named_in_words = {"request": "三郎さん(000-1234-5678)の見守り", "names": ["例示 三郎"]}
    refused = found(**named_in_words)["request"]
    assert "「三郎」(名前)" in refused
    assert "(電話番号)" in refused
    assert "request" not in found(**named_in_words, pieces=["contact"], scope=["contact"])
    assert "名前と連絡先" in found(pieces=["household", "contact"])["pieces"]
    assert set(found(pieces=["household", "address"])) == {"pieces"}, "a piece nobody knows"
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
