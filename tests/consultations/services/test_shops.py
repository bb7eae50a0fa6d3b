"""店への問合せ: asked under a consent, answered once, named to one, ended for the others. And what must never get out."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, EmailField, TextField

from accounts.models import AuditEvent, Notice
from accounts.outbox import run_once
from consultations.demo import Team
from consultations.models import Case, ShopInquiry, ShopInquiryEvent
from consultations.rules.cards import CONDITIONS, HOUSEHOLDS, LANGUAGES, Wish, build, lines
from consultations.rules.consents import Scope
from consultations.rules.words import AgeBand, Obstacle
from consultations.selectors.inquiries import facts_of, shop_link
from consultations.services import shop_inquiries as services
from consultations.services.closing import close
from consultations.services.consents import give_consent, withdraw_consent
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.protecting import protect
from consultations.services.shop_links import code_of, token_of
from councils.models import Shop
from tests.consultations.conftest import NOW, TODAY, TakeIn, acting
from tests.councils import ring

WISH = Wish(area="輪野駅の近く", conditions=("watch",), note="日当たりのよい部屋")
KNOWN: dict[str, Any] = {
    "name": "例示 三郎",
    "kana": "レイジ サブロウ",
    "phone": "000-0000-0102",
    "household": "single",
    "household_size": 1,
    "rent_limit_yen": 53_000,
    "birth_date": dt.date(1948, 5, 3),
}


@pytest.fixture
def shops(desk_team: Team) -> list[Shop]:
    council = desk_team.desk.council
    return [
        ring.shop(council, "あおば不動産", email="aoba@shop.example.jp"),
        ring.shop(council, "わかば住宅", email="wakaba@shop.example.jp"),
        ring.shop(council, "ファクス商店"),
    ]


def agree(case: Case, team: Team, *scope: str, shop: Shop | None = None) -> Any:
    return give_consent(
        case_id=case.public_id, purpose="shops", scope=list(scope or ("conditions", "household", "obstacles")),
        recipients="", shop_id=shop.public_id if shop else None, given_how="spoken", given_by="self", proxy="",
        given_on=TODAY, until=TODAY + dt.timedelta(days=180), key=uuid.uuid4(),
        actor=acting(team.counsellor), now=NOW,
    )  # fmt: skip


def ask(case: Case, team: Team, *shops: Shop, **values: Any) -> list[ShopInquiry]:
    case.refresh_from_db()
    usual: dict[str, Any] = {
        "case_id": case.public_id, "shop_ids": [each.public_id for each in shops], "wish": WISH,
        "is_rare_accepted": True, "key": uuid.uuid4(), "seen": case.revision,
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return services.send(**{**usual, **values})


def say(inquiry: ShopInquiry, *, has_home: bool = True, now: dt.datetime = NOW, **values: Any) -> Any:
    given = {"offer": "1階、1DK", "rent_yen": 52_000, "reason": "", **values}
    return services.answer_by_link(token=token_of(inquiry.public_id), has_home=has_home, now=now, **given)


def act(name: str, inquiry: ShopInquiry, team: Team, **values: Any) -> ShopInquiry:
    inquiry.refresh_from_db()
    usual: dict[str, Any] = {
        "case_id": inquiry.case.public_id, "inquiry_id": inquiry.public_id, "seen": inquiry.revision,
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return getattr(services, name)(**{**usual, **values})


def contact(inquiry: ShopInquiry, *, code: str | None = None, now: dt.datetime = NOW) -> Any:
    return services.read_contact(
        token=token_of(inquiry.public_id), code=code or code_of(inquiry.public_id), now=now
    )


def named(case: Case, team: Team, shop: Shop) -> ShopInquiry:
    """An inquiry whose shop may see the name."""
    agree(case, team)
    inquiry = ask(case, team, shop)[0]
    say(inquiry)
    agree(case, team, Scope.CONDITIONS, Scope.CONTACT, shop=shop)
    return act("disclose", inquiry, team, is_sure=False)


def test_nothing_goes_out_without_a_consent(take_in: TakeIn, desk_team: Team, shops: list[Shop]) -> None:
    case = take_in(**KNOWN)
    with pytest.raises(InputMissing, match="条件を渡す同意がありません"):
        ask(case, desk_team, shops[0])
    agree(case, desk_team, "household")
    with pytest.raises(InputMissing, match="条件を渡す同意がありません"):
        ask(case, desk_team, shops[0])
    agree(case, desk_team, "conditions", shop=shops[1])
    with pytest.raises(InputMissing, match=r"あおば不動産"):
        ask(case, desk_team, shops[0], shops[1])
    assert ask(case, desk_team, shops[1])[0].shop == shops[1]
    assert ShopInquiry.objects.count() == 1


def test_the_card_is_frozen_with_what_the_consent_covers(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, "conditions")
    agree(case, desk_team, "conditions", "household", shop=shops[1])
    plain, fuller = ask(case, desk_team, shops[0], shops[1])
    assert (plain.card["household"], plain.card["age_band"]) == ("", "")
    assert (fuller.card["household"], fuller.card["age_band"]) == ("単身", "75歳以上")
    Case.objects.filter(pk=case.pk).update(rent_limit_yen=90_000)
    assert shop_link(token_of(plain.public_id), now=NOW).card.rent_up_to_yen == 55_000
    changes: list[dict[str, Any]] = [
        {"card": {}},
        {"reference": "X"},
        {"shop": shops[2]},
        {"token_hash": "x"},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ShopInquiry.objects.filter(pk=plain.pk).update(**change)
    for rows in (ShopInquiry.objects.all(), ShopInquiryEvent.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)
    Case.objects.filter(pk=case.pk).update(disposed_at=NOW)
    ShopInquiryEvent.objects.all().delete()
    ShopInquiry.objects.all().delete()


def test_a_second_click_asks_once_and_a_running_question_is_not_repeated(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    key = uuid.uuid4()
    one, two = (ask(case, desk_team, shops[0], key=key) for _ in range(2))
    assert [row.pk for row in one] == [row.pk for row in two]
    with pytest.raises(InputMissing, match="いま問い合わせています"):
        ask(case, desk_team, shops[0], shops[1])
    say(one[0], has_home=False, reason="no_stock")
    assert len(ask(case, desk_team, shops[0], shops[1])) == 2
    assert Notice.objects.filter(key__startswith="shop-inquiry:").count() == 3


def test_what_changed_since_the_preview_is_previewed_again(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    with pytest.raises(Stale):
        ask(case, desk_team, shops[0], seen=case.revision + 1)
    with pytest.raises(InputMissing) as refused:
        ask(case, desk_team, shops[0], wish=Wish(area="輪野駅", note="三郎は生活保護"))
    assert "「三郎」(名前)" in refused.value.problems["note"]
    assert "「生活保護」" in refused.value.problems["note"]


def test_a_rare_combination_must_be_ticked_and_the_tick_is_kept(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN, wished_area="輪野駅の近く")
    agree(case, desk_team)
    with pytest.raises(InputMissing) as refused:
        ask(case, desk_team, shops[0], is_rare_accepted=False)
    assert list(refused.value.problems) == ["rare"]
    assert ask(case, desk_team, shops[0])[0].is_rare
    assert AuditEvent.objects.get(action="consultations.shop_asked").details["rare"] is True
    for _ in range(4):
        take_in(household="single", age_band="85", wished_area="輪野駅の近く")
    assert not ask(case, desk_team, shops[1], is_rare_accepted=False)[0].is_rare


def test_two_questions_of_one_case_share_nothing_that_joins_them(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    one, two = ask(case, desk_team, shops[0], shops[1])
    assert len({one.reference, two.reference}) == 2
    assert len({token_of(one.public_id), token_of(two.public_id)}) == 2
    assert len({code_of(one.public_id), code_of(two.public_id)}) == 2
    digits = [part for part in case.number.split("-") if part.isdigit()]
    for inquiry in (one, two):
        assert not any(part in inquiry.reference for part in digits)
        link = shop_link(token_of(inquiry.public_id), now=NOW)
        assert str(case.public_id) not in str(link)
        assert case.number not in str(link)
    subjects = list(Notice.objects.filter(key__startswith="shop-inquiry:").values_list("subject", flat=True))
    assert len(set(subjects)) == 2


def test_no_token_and_no_code_stands_in_the_database(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    inquiry = named(case, desk_team, shops[0])
    act_sheet(inquiry, desk_team)
    contact(inquiry)
    run_once(now=NOW)
    secrets_of_it = (token_of(inquiry.public_id), code_of(inquiry.public_id))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names from the database itself
            text = str(cursor.fetchall()).replace("-", "")
            assert secrets_of_it[0] not in text, table
            assert f"'{secrets_of_it[1]}'" not in text, table


def act_sheet(inquiry: ShopInquiry, team: Team, *, now: dt.datetime = NOW) -> services.Sheet:
    return services.print_sheet(
        case_id=inquiry.case.public_id,
        inquiry_id=inquiry.public_id,
        actor=acting(team.counsellor),
        now=now,
    )


def test_the_mail_carries_reference_and_link_alone(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry, _ = ask(case, desk_team, shops[0], shops[2])
    run_once(now=NOW)
    assert [message.to for message in mail.outbox] == [["aoba@shop.example.jp"]]
    text = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}"
    assert inquiry.reference in text
    assert token_of(inquiry.public_id) in text.replace("-", "")
    for word in ("例示", "三郎", "レイジ", "0102", case.number, "輪野駅", "単身", code_of(inquiry.public_id)):
        assert word not in text, word


def test_the_sheet_is_printed_on_record_and_only_while_it_runs(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[2])[0]
    sheet = act_sheet(inquiry, desk_team)
    assert sheet.path.replace("-", "").endswith(f"{token_of(inquiry.public_id)}/")
    assert AuditEvent.objects.filter(action="consultations.shop_sheet_printed").count() == 1
    with pytest.raises(Refused):
        act_sheet(inquiry, desk_team, now=NOW + dt.timedelta(days=14))


def test_an_answer_is_kept_once_and_the_desk_is_told(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    services.mark_seen(token=token_of(inquiry.public_id), now=NOW)
    services.mark_seen(token=token_of(inquiry.public_id), now=NOW)
    with pytest.raises(InputMissing, match="理由を一つ"):
        say(inquiry, has_home=False, reason="病気だから")
    assert say(inquiry) is None
    assert say(inquiry, has_home=False, reason="owner") is not None
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.offer, inquiry.rent_offered_yen) == ("answered_yes", "1階、1DK", 52_000)
    assert [row.kind for row in inquiry.events.all()] == ["sent", "seen", "answered_yes"]
    told = Notice.objects.get(recipient=desk_team.counsellor)
    assert case.number in told.subject
    assert "1DK" not in told.subject + told.body
    with pytest.raises(NotFound):
        services.mark_seen(token="nobodymadethis", now=NOW)


def test_the_desk_writes_down_what_came_by_fax(take_in: TakeIn, desk_team: Team, shops: list[Shop]) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[2])[0]
    given = {"has_home": False, "offer": "", "rent_yen": None, "reason": "owner"}
    with pytest.raises(Stale):
        act("answer_for_shop", inquiry, desk_team, seen=9, **given)
    assert act("answer_for_shop", inquiry, desk_team, **given).no_reason == "owner"
    with pytest.raises(Refused):
        act("answer_for_shop", inquiry, desk_team, **given)


def test_after_fourteen_days_it_is_over_whether_or_not_the_job_ran(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    later = NOW + dt.timedelta(days=14)
    assert shop_link(token_of(inquiry.public_id), now=later - dt.timedelta(minutes=1)).closed is None
    link = shop_link(token_of(inquiry.public_id), now=later)
    assert link.closed is not None
    assert lines(link.card) == []
    assert say(inquiry, now=later) is not None
    assert services.expire_inquiries(now=later) == "1件が期限切れ"
    assert services.expire_inquiries(now=later) == "0件が期限切れ"
    inquiry.refresh_from_db()
    assert inquiry.state == "expired"
    assert ask(case, desk_team, shops[0], now=later)


def test_a_name_goes_to_one_shop_after_its_yes_and_the_consent_for_it(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, *[each for each in Scope.values if each != "situation"])
    one, two = ask(case, desk_team, shops[0], shops[1])
    with pytest.raises(Refused, match="心当たりあり"):
        act("disclose", one, desk_team, is_sure=False)
    say(one)
    say(two)
    with pytest.raises(InputMissing, match="同意がありません"):
        act("disclose", one, desk_team, is_sure=False)
    assert contact(one)[0] is None
    for shop in shops[:2]:
        agree(case, desk_team, "contact", shop=shop)
    act("disclose", one, desk_team, is_sure=False)
    with pytest.raises(Refused, match="先にその問合せを終えて"):
        act("disclose", two, desk_team, is_sure=False)
    found, why = contact(one)
    assert (found.name, found.phone, why) == ("例示 三郎", "000-0000-0102", "")
    assert contact(two)[0] is None
    assert one.events.filter(kind="contact_read").count() == 1
    assert AuditEvent.objects.filter(action="consultations.shop_read_name").count() == 1


def test_a_wrong_code_is_counted_and_five_lock(take_in: TakeIn, desk_team: Team, shops: list[Shop]) -> None:
    inquiry = named(take_in(**KNOWN), desk_team, shops[0])
    wrong = "000000" if code_of(inquiry.public_id) != "000000" else "111111"
    for _ in range(5):
        assert contact(inquiry, code=wrong)[0] is None
    found, why = contact(inquiry)
    assert found is None
    assert "開けなくなりました" in why
    assert inquiry.events.filter(kind="code_wrong").count() == 5


@pytest.mark.parametrize("change", ["withdrawn", "protected", "never", "closed", "expired", "ended"])
def test_a_name_already_told_is_shown_no_more_when_it_must_not_be(
    take_in: TakeIn, desk_team: Team, shops: list[Shop], change: str
) -> None:
    case = take_in(**KNOWN)
    inquiry = named(case, desk_team, shops[0])
    assert contact(inquiry)[0]
    case.refresh_from_db()
    actor, later = acting(desk_team.counsellor), NOW
    if change == "withdrawn":
        given = case.consents.filter(shop=shops[0]).latest("pk")
        withdraw_consent(
            case_id=case.public_id, consent_id=given.public_id, given_how="phone", given_by="self",
            actor=actor, now=NOW,
        )  # fmt: skip
    if change == "protected":
        protect(case_id=case.public_id, is_protected=True, seen=case.revision, actor=actor, now=NOW)
    if change == "never":
        Case.objects.filter(pk=case.pk).update(phone_rule="never")
    if change == "closed":
        close(
            case_id=case.public_id, outcome="lost", failure_reasons=[], closing_note="", rent_yen=None, area="",
            seen=case.revision, actor=actor, now=NOW,
        )  # fmt: skip
    if change == "expired":
        later = NOW + dt.timedelta(days=15)
    if change == "ended":
        act("end", inquiry, desk_team)
    assert contact(inquiry, now=later)[0] is None


def test_somebody_under_protection_is_named_only_with_the_tick(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN, is_protected=True)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    say(inquiry)
    agree(case, desk_team, "conditions", "contact", shop=shops[0])
    with pytest.raises(InputMissing, match="要保護"):
        act("disclose", inquiry, desk_team, is_sure=False)
    act("disclose", inquiry, desk_team, is_sure=True)
    assert contact(inquiry)[0]


def test_one_contract_ends_the_others_and_they_are_told(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    one, two, fax = ask(case, desk_team, *shops)
    say(one)
    with pytest.raises(Refused):
        act("contract", two, desk_team)
    act("contract", one, desk_team)
    states = {row.pk: row.state for row in ShopInquiry.objects.all()}
    assert states == {one.pk: "contracted", two.pk: "closed", fax.pk: "closed"}
    run_once(now=NOW)
    told = [message for message in mail.outbox if "終わりました" in message.subject]
    assert [message.to for message in told] == [["wakaba@shop.example.jp"]]
    assert shop_link(token_of(one.public_id), now=NOW).closed is not None
    with pytest.raises(Refused):
        act("end", two, desk_team)


def tell(inquiry: ShopInquiry, team: Team, stage: str, day: dt.date = TODAY, **values: Any) -> ShopInquiry:
    return act("tell_stage", inquiry, team, stage=stage, happened_on=day, **values)


def test_viewing_application_and_screening_are_told_with_their_days(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    with pytest.raises(Refused, match="心当たりあり"):
        tell(inquiry, desk_team, "viewed")
    say(inquiry)
    for stage, sentence in (("passed", "いまの次に"), ("sent", "いまの次に")):
        with pytest.raises(InputMissing, match=sentence):
            tell(inquiry, desk_team, stage)
    with pytest.raises(InputMissing, match="先の日"):
        tell(inquiry, desk_team, "viewed", TODAY + dt.timedelta(days=1))
    with pytest.raises(InputMissing, match="より前の日"):
        tell(inquiry, desk_team, "viewed", TODAY - dt.timedelta(days=1))
    with pytest.raises(Stale):
        tell(inquiry, desk_team, "viewed", seen=9)
    for stage in ("viewed", "applied", "failed", "applied", "passed"):
        tell(inquiry, desk_team, stage)
    with pytest.raises(InputMissing, match="いまの次に"):
        tell(inquiry, desk_team, "viewed")
    inquiry.refresh_from_db()
    assert inquiry.state == "answered_yes"
    assert inquiry.expires_at == NOW + dt.timedelta(days=30)
    told = inquiry.events.filter(happened_on=TODAY).values_list("kind", flat=True)
    assert list(told) == ["viewed", "applied", "failed", "applied", "passed"]
    assert AuditEvent.objects.filter(action="consultations.shop_stage").count() == 5
    assert act("contract", inquiry, desk_team).state == "contracted"


def test_the_database_keeps_a_day_for_stages_alone(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    values = {"case": case, "inquiry": inquiry, "at": NOW}
    for wrong in ({"kind": "viewed"}, {"kind": "closed", "happened_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ShopInquiryEvent.objects.create(**values, **wrong)


def test_a_consent_taken_back_ends_what_it_covered(
    take_in: TakeIn, desk_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    given = agree(case, desk_team)
    agree(case, desk_team, "conditions", shop=shops[1])
    one, two = ask(case, desk_team, shops[0], shops[1])
    withdraw_consent(
        case_id=case.public_id, consent_id=given.public_id, given_how="phone", given_by="self",
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("closed", "sent")
    assert [term for term, _ in lines(shop_link(token_of(two.public_id), now=NOW).card)] == [
        "地域",
        "家賃",
        "そのほか",
    ]


def test_colleagues_of_another_desk_find_nothing(
    take_in: TakeIn, desk_team: Team, other_team: Team, shops: list[Shop]
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shops[0])[0]
    for name, more in (("disclose", {"is_sure": True}), ("contract", {}), ("end", {})):
        with pytest.raises(NotFound):
            act(name, inquiry, desk_team, actor=acting(other_team.counsellor), **more)
    foreign = ring.shop(other_team.desk.council, "よその店")
    with pytest.raises(InputMissing, match="店を"):
        ask(case, desk_team, foreign)


def test_whatever_stands_in_a_case_only_the_listed_bands_reach_the_card() -> None:
    """A thousand invented cases: each text column holds words of its own, and none of them is on the card."""
    dice = random.Random(20261102)
    said = {
        *CONDITIONS.values(), *LANGUAGES.values(), *HOUSEHOLDS, "75歳以上",
        *(str(each.label) for each in AgeBand),
    }  # fmt: skip
    texts = [
        each.name
        for each in Case._meta.get_fields()
        if isinstance(each, CharField | TextField | EmailField) and not getattr(each, "choices", None)
    ]
    assert {"name", "summary", "wishes", "wished_area", "language", "address"} <= set(texts)
    for _ in range(1_000):
        case = Case(**{name: f"秘{dice.randrange(10**9):09}" for name in texts})
        case.household = dice.choice(["", "single", "couple", "family", "other"])
        case.household_size = dice.choice([None, 1, 2, 3, 9])
        case.age_band = dice.choice(["", *AgeBand.values])
        case.birth_date = dice.choice([None, dt.date(dice.randrange(1920, 2020), 5, 3)])
        case.rent_limit_yen = dice.choice([None, dice.randrange(1, 300_000)])
        wish = Wish(
            area="輪野駅",
            conditions=tuple(dice.sample(list(CONDITIONS), 3)),
            language=dice.choice(["", *LANGUAGES]),
        )
        scope = {each for each in Scope.values if dice.random() < 0.7}
        card = build(facts_of(case, day=TODAY), wish, scope=scope)
        for term, text in lines(card):
            assert "秘" not in text
            if term == "家賃":
                assert card.rent_up_to_yen is not None
                assert card.rent_up_to_yen % 5_000 == 0
            elif term != "地域":
                assert set(text.split("、")) <= said | {"1階か", "エレベーターのある所"}, text
    assert Obstacle.AGE not in str(CONDITIONS)
