"""条件カード: what may stand on it, what a free text may not hold, and who is too rare to be described."""

from __future__ import annotations

from dataclasses import fields

import pytest

from consultations.rules.asking import (
    Ability,
    Closed,
    Fit,
    Limit,
    closed_because,
    fit_of,
    in_groups,
    limits_of,
    may_name,
    naming_problem,
    plain_token,
)
from consultations.rules.cards import (
    CONDITIONS,
    ConditionsCard,
    Facts,
    Trait,
    Wish,
    alike,
    build,
    conditions_of,
    flags_in,
    from_json,
    household_band,
    is_rare,
    lines,
    refusal,
    rent_step,
    to_json,
    wish_problems,
)
from consultations.rules.words import Obstacle

ALL = frozenset({"conditions", "household", "obstacles"})
FACTS = Facts(rent_limit_yen=53_700, household="single", household_size=1, age_band="75-84")
WISH = Wish(area="見本町", month="2027-01", conditions=("watch", "pet"), language="vi", note="日当たり")


def test_a_card_says_bands_and_not_values() -> None:
    card = build(FACTS, WISH, scope=ALL)
    assert lines(card) == [
        ("地域", "見本町"),
        ("家賃", "55,000円くらいまで(共益費込み)"),
        ("入居", "2027年1月まで"),
        ("世帯", "単身"),
        ("年代", "75歳以上"),
        ("条件", "見守りあり、ペットあり"),
        ("ことば", "ベトナム語"),
        ("そのほか", "日当たり"),
    ]
    assert [rent_step(yen) for yen in (None, 1, 50_000, 50_001)] == [None, 5_000, 50_000, 55_000]


@pytest.mark.parametrize(
    ("scope", "terms"),
    [
        (set(), []),
        ({"conditions"}, ["地域", "家賃", "入居", "そのほか"]),
        ({"household"}, ["世帯", "年代"]),
        ({"obstacles"}, ["条件", "ことば"]),
        ({"situation", "contact"}, []),
    ],
)
def test_each_piece_needs_its_own_consent(scope: set[str], terms: list[str]) -> None:
    assert [term for term, _ in lines(build(FACTS, WISH, scope=scope))] == terms


def test_the_list_of_what_a_card_holds_is_written_out() -> None:
    """Whoever adds a field here shares it with shops: the list of the design has to be changed too."""
    assert [each.name for each in fields(ConditionsCard)] == [
        "area", "rent_up_to_yen", "month", "household", "age_band", "conditions", "language", "note",
    ]  # fmt: skip
    assert [each.name for each in fields(Facts)] == [
        "rent_limit_yen",
        "household",
        "household_size",
        "age_band",
    ]


def test_protected_facts_become_conditions_or_nothing() -> None:
    assert conditions_of([Obstacle.AGE, Obstacle.BUDGET, Obstacle.OTHER]) == ()
    assert conditions_of([Obstacle.ARREARS]) == conditions_of([Obstacle.GUARANTOR_COMPANY]) == ("guarantee",)
    assert conditions_of(["nonsense"]) == ()
    for code in Obstacle.values:
        for condition in conditions_of([code]):
            assert not flags_in(CONDITIONS[condition], names=()), condition


def test_a_card_comes_back_as_it_was_kept_and_with_nothing_more() -> None:
    card = build(FACTS, WISH, scope=ALL)
    assert from_json(to_json(card)) == card
    assert from_json({**to_json(card), "name": "みほん"}) == card


@pytest.mark.parametrize(
    ("size", "kind", "band"),
    [
        (1, "", "単身"),
        (2, "", "2人"),
        (7, "family", "3人以上"),
        (None, "single", "単身"),
        (None, "family", ""),
        (None, "", ""),
    ],
)
def test_the_household_is_one_of_three(size: int | None, kind: str, band: str) -> None:
    assert household_band(Facts(household=kind, household_size=size)) == band


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("例示さんの部屋", "例示"),
        ("れいじ様", "レイジ"),
        ("三郎が住む", "三郎"),
        ("例示三郎", "例示"),
        ("アンさん向け", "アン"),
        ("林様のため", "林"),
        ("電話は０３−１２３４−５６７８", "03-1234-5678"),
        ("09012345678まで", "09012345678"),
        ("an@sumai.example.jp", "an@sumai.example.jp"),
        ("https://sumai.example.jp", "https://sumai.example.jp"),
        ("見本町三丁目", "三丁目"),
        ("見本町１－２－３", "1-2-3"),
        ("見本町5番地", "5番地"),
        ("101号室", "101号室"),
        ("昭和23年", "昭和23年"),
        ("72歳", "72歳"),
        ("生活保護です", "生活保護"),
        ("精神の手帳", "精神"),
        ("がんの治療", "がん"),
        ("うつで休む", "うつ"),
        ("認知症", "認知症"),
        ("ｄｖから", "DV"),
        ("刑務所を出た", "刑務所"),
        ("障がいあり", "障がい"),
        ("高齢で断られた", "断られ"),
    ],
)
def test_free_text_that_tells_who_it_is_is_refused_by_its_word(text: str, word: str) -> None:
    names = ("例示 三郎", "レイジ サブロウ", "アンさん", "林 花")
    flags = flags_in(text, names=names)
    assert word in [flag.word for flag in flags], flags
    assert f"「{word}」" in refusal(flags)


@pytest.mark.parametrize(
    "text",
    [
        "日当たりのよい部屋。自転車を2台置きたい。",
        "1階か2階、1DK、駅から10分。令和9年1月から。",
        "林町か小林の近く",
        "長くがんばって住みたい",
        "荷物をうつしやすい所",
        "家賃5万円くらい、一番静かな所",
        "",
    ],
)
def test_conditions_of_a_home_pass(text: str) -> None:
    assert flags_in(text, names=("林 花", "")) == ()


def test_area_and_note_are_both_checked() -> None:
    wish = Wish(area="見本町1-2", note="DVのため", month="1/2")
    assert set(wish_problems(wish, names=())) == {"area", "note", "month"}
    assert set(wish_problems(Wish(area=" "), names=())) == {"area"}
    assert wish_problems(WISH, names=("見本 花子",)) == {
        "area": refusal(flags_in("見本町", names=("見本 花子",)))
    }


def test_below_five_alike_is_rare() -> None:
    card = build(FACTS, WISH, scope=ALL)
    same = Trait(area="見本町、輪野駅", household="単身", age_band="75歳以上", language="ベトナム語の通訳")
    assert alike(card, [same] * 4) == 4
    assert is_rare(card, [same] * 4)
    assert not is_rare(card, [same] * 5)
    for other in ({"household": "2人"}, {"age_band": "20代"}, {"language": ""}, {"area": "別の町"}):
        differs = Trait(**{**same.__dict__, **other})
        assert alike(card, [differs]) == 0
    assert alike(build(FACTS, Wish(area="見本町"), scope={"conditions"}), [Trait(**{**same.__dict__, "language": ""})]) == 1  # fmt: skip


def test_a_shop_that_told_nothing_is_unknown_and_never_unmet() -> None:
    words = [("watch", "見守りあり"), ("pet", "ペットあり")]

    def fit(offers: set[str], languages: set[str]) -> tuple[tuple[str, ...], ...]:
        shop = Ability(offers=frozenset(offers), languages=frozenset(languages))
        found = fit_of(words, language="vi", language_label="ベトナム語", shop=shop)
        return found.met, found.unmet, found.unknown

    assert fit(set(), set()) == ((), (), ("見守りあり", "ペットあり", "ベトナム語"))
    assert fit({"watching"}, {"vi"}) == (("見守りあり", "ベトナム語"), (), ("ペットあり",))
    assert fit({"viewing"}, {"en"}) == ((), ("見守りあり", "ベトナム語"), ("ペットあり",))


def test_a_link_ends_with_the_case_the_consent_and_the_answer() -> None:
    assert closed_because("sent", is_case_open=True, scope={"conditions"}) is None
    assert closed_because("sent", is_case_open=False, scope={"conditions"}) == Closed.OVER
    assert closed_because("disclosed", is_case_open=True, scope={"contact"}) == Closed.OVER
    for state, why in (("expired", "EXPIRED"), ("answered_no", "ANSWERED"), ("contracted", "CONTRACTED")):
        assert closed_because(state, is_case_open=True, scope={"conditions"}) == Closed[why]


def test_a_name_needs_the_state_and_the_consent_for_this_shop() -> None:
    assert may_name("disclosed", scope={"contact"})
    assert not may_name("answered_yes", scope={"contact"})
    assert not may_name("disclosed", scope={"conditions"})
    usual = {
        "scope": {"contact"},
        "has_phone": True,
        "phone_rule": "ok",
        "is_protected": False,
        "is_sure": False,
    }
    assert naming_problem(**usual) == ""  # type: ignore[arg-type]
    for change, word in (
        ({"scope": {"conditions"}}, "同意がありません"),
        ({"phone_rule": "never"}, "電話してはいけない"),
        ({"has_phone": False}, "電話番号が記録にありません"),
        ({"is_protected": True}, "要保護"),
    ):
        assert word in naming_problem(**{**usual, **change})  # type: ignore[arg-type]
    assert naming_problem(**{**usual, "is_protected": True, "is_sure": True}) == ""  # type: ignore[arg-type]


def test_a_token_can_be_typed_from_a_fax() -> None:
    token = "abcdefghijklmnop23456789"
    assert in_groups(token).count("-") == 5
    assert plain_token(in_groups(token).upper()) == token


def test_the_condition_that_fewest_shops_take_comes_first() -> None:
    fits = [
        Fit(met=("見守り",), unmet=("連絡先なし",), unknown=()),
        Fit(met=("見守り",), unmet=(), unknown=("連絡先なし", "ペット")),
        Fit(met=("連絡先なし",), unmet=("見守り",), unknown=("ペット",)),
    ]
    assert limits_of(fits) == (
        Limit(label="ペット", met=0, unmet=0, unknown=2),
        Limit(label="連絡先なし", met=1, unmet=1, unknown=1),
        Limit(label="見守り", met=2, unmet=1, unknown=0),
    )
    assert limits_of([]) == ()
