"""関係機関への紹介 from sending to its end."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Notice
from accounts.outbox import run_once
from consultations.demo import Team
from consultations.models import Agency, Case, ConsentEvent, DeskPost, Referral, ReferralEvent
from consultations.services import referrals as services
from consultations.services.closing import close
from consultations.services.consents import give_consent, withdraw_consent
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.protecting import protect
from consultations.services.shop_links import code_of, token_of
from tests.consultations.conftest import NOW, TODAY, TakeIn, acting

KNOWN: dict[str, Any] = {
    "name": "例示 三郎", "kana": "レイジ サブロウ", "phone": "000-0000-0102", "summary": "取り壊しになる",
    "household": "single", "household_size": 1, "age_band": "75-84", "address": "見本町9番9号",
}  # fmt: skip
WRONG = "000000"


def agency(team: Team, name: str = "見本社協", **values: str) -> Agency:
    usual = {"kind": "council", "name": name, "email": "mado@agency.example.jp"}
    return services.save_agency(
        agency_id=None, values={**usual, **values}, is_active=True, actor=acting(team.supervisor), now=NOW
    )


def agree(case: Case, team: Team, to: str = "見本社協", **values: Any) -> ConsentEvent:
    usual = {
        "purpose": "agencies", "scope": ["household", "contact"], "recipients": to, "shop_id": None,
        "given_how": "phone", "given_by": "self", "proxy": "", "given_on": TODAY,
        "until": TODAY + dt.timedelta(days=90), "key": uuid.uuid4(), "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return give_consent(case_id=case.public_id, **{**usual, **values})


def refer(case: Case, team: Team, to: Agency, **values: Any) -> Referral:
    case.refresh_from_db()
    usual = {
        "pieces": ["household"], "request": "見守りをお願いします", "is_sure": False, "key": uuid.uuid4(),
        "seen": case.revision, "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return services.refer(case_id=case.public_id, agency_id=to.public_id, **{**usual, **values})


def act(name: str, row: Referral, team: Team, **values: Any) -> Referral:
    row.refresh_from_db()
    usual = {"seen": row.revision, "actor": acting(team.counsellor), "now": NOW}
    return getattr(services, name)(
        case_id=row.case.public_id, referral_id=row.public_id, **{**usual, **values}
    )


def read(row: Referral, **values: Any) -> tuple[Any, str]:
    usual = {"code": code_of(row.public_id), "now": NOW}
    return services.read_packet(token=token_of(row.public_id), **{**usual, **values})


def answer(row: Referral, **values: Any) -> str:
    usual = {"code": code_of(row.public_id), "is_accepted": True, "reason": "", "reply": "", "now": NOW}
    return services.answer_by_link(token=token_of(row.public_id), **{**usual, **values})


@pytest.fixture
def referred(take_in: TakeIn, desk_team: Team) -> Referral:
    """A case with a consent for 見本社協, referred there with its household alone."""
    case = take_in(**KNOWN)
    agree(case, desk_team)
    return refer(case, desk_team, agency(desk_team))


def test_without_a_consent_that_names_it_nothing_goes(take_in: TakeIn, desk_team: Team) -> None:
    case, to = take_in(**KNOWN), agency(desk_team)
    agree(case, desk_team, "見本病院")
    with pytest.raises(InputMissing) as told:
        refer(case, desk_team, to)
    assert "見本社協に伝える同意がありません" in told.value.problems["agency"]
    agree(case, desk_team)
    with pytest.raises(InputMissing) as told:
        refer(case, desk_team, to, pieces=["household", "situation"])
    assert "相談の内容" in told.value.problems["pieces"]
    assert not Referral.objects.exists()
    assert not Notice.objects.exists()


def test_what_goes_is_what_was_chosen_and_stays_so(referred: Referral, desk_team: Team) -> None:
    assert referred.packet == [
        ["お願いしたいこと", "見守りをお願いします"],
        ["世帯", "単身"],
        ["年代", "75歳以上"],
    ]
    changes: tuple[dict[str, Any], ...] = (
        {"packet": []},
        {"pieces": ["contact"]},
        {"agency_id": referred.agency_id + 1},
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=referred.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralEvent.objects.all().delete()


def test_a_double_click_is_one_referral_and_one_mail(take_in: TakeIn, desk_team: Team) -> None:
    case, to, key = take_in(**KNOWN), agency(desk_team), uuid.uuid4()
    agree(case, desk_team)
    first, second = refer(case, desk_team, to, key=key), refer(case, desk_team, to, key=key)
    assert first == second
    assert Notice.objects.count() == 1
    with pytest.raises(InputMissing):
        refer(case, desk_team, to)
    with pytest.raises(Stale):
        refer(case, desk_team, to, seen=99)


def test_the_mail_bears_the_link_and_nothing_of_the_person(referred: Referral) -> None:
    run_once(now=NOW)
    assert [message.to for message in mail.outbox] == [["mado@agency.example.jp"]]
    text = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}"
    assert referred.reference in text
    assert token_of(referred.public_id) in text.replace("-", "")
    secrets = ("例示", "三郎", "0102", "単身", "見守り", referred.case.number, code_of(referred.public_id))
    assert [word for word in secrets if word in text] == []


def test_link_and_code_open_it_and_each_reading_is_on_record(referred: Referral) -> None:
    packet, why = read(referred)
    assert (packet[1], why) == (("世帯", "単身"), "")
    referred.refresh_from_db()
    assert referred.state == "seen"
    read(referred)
    assert list(referred.events.values_list("kind", flat=True)) == ["sent", "seen", "read"]
    event = AuditEvent.objects.filter(action="consultations.referral_read").first()
    assert event is not None
    assert event.actor_organisation == "見本社協"
    assert "単身" not in str(event.details)


def test_five_wrong_codes_lock_it(referred: Referral) -> None:
    for left in (4, 3, 2, 1):
        assert f"あと{left}回" in read(referred, code=WRONG)[1]
    assert "開けなくなりました" in read(referred, code=WRONG)[1]
    assert read(referred)[0] is None, "the right code comes too late"
    assert answer(referred) != ""
    with pytest.raises(NotFound):
        services.read_packet(token="nobody-made-this", code=WRONG, now=NOW)


def test_taken_on_the_access_lasts_thirty_days_and_ends_by_itself(referred: Referral) -> None:
    assert answer(referred, reply="担当は見本です") == ""
    referred.refresh_from_db()
    assert (referred.state, referred.reply) == ("accepted", "担当は見本です")
    assert read(referred, now=NOW + dt.timedelta(days=29))[0] is not None
    assert read(referred, now=NOW + dt.timedelta(days=30))[0] is None
    assert services.expire_referrals(now=NOW + dt.timedelta(days=30)) == "1件が期限切れ"
    assert services.expire_referrals(now=NOW + dt.timedelta(days=30)) == "0件が期限切れ"
    assert Notice.objects.filter(key__startswith="referral-answered").count() == 1


def test_a_no_is_kept_once_with_its_reason(referred: Referral) -> None:
    with pytest.raises(InputMissing):
        answer(referred, is_accepted=False)
    assert answer(referred, is_accepted=False, reason="full") == ""
    assert answer(referred) != ""
    referred.refresh_from_db()
    assert (referred.state, referred.decline_reason) == ("declined", "full")
    assert read(referred)[0] is None


def test_done_ends_the_access(referred: Referral, desk_team: Team) -> None:
    code = code_of(referred.public_id)
    token = token_of(referred.public_id)
    assert "先に、引き受けるか" in services.finish_by_link(token=token, code=code, now=NOW)
    with pytest.raises(Refused):
        act("finish", referred, desk_team)
    act("answer_for_agency", referred, desk_team, is_accepted=True, reason="", reply="電話で")
    assert services.finish_by_link(token=token, code=code, now=NOW) == ""
    assert read(referred)[0] is None
    with pytest.raises(Refused):
        act("revoke", referred, desk_team)


def test_a_consent_taken_back_ends_it_at_once(referred: Referral, desk_team: Team) -> None:
    run_once(now=NOW)
    withdraw_consent(
        case_id=referred.case.public_id, consent_id=referred.consent.public_id, given_how="phone", given_by="self",
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    referred.refresh_from_db()
    assert referred.state == "revoked"
    assert read(referred)[0] is None
    run_once(now=NOW)
    assert "紹介は終わりました" in mail.outbox[-1].subject
    assert "例示" not in mail.outbox[-1].body


def test_a_consent_that_ran_out_closes_the_link_without_anybody(referred: Referral) -> None:
    answer(referred, now=NOW + dt.timedelta(days=10))
    Referral.objects.filter(pk=referred.pk).update(expires_at=NOW + dt.timedelta(days=200))
    assert read(referred, now=NOW + dt.timedelta(days=90))[0] is not None
    assert read(referred, now=NOW + dt.timedelta(days=91))[0] is None


def take_back(row: ConsentEvent, team: Team, *, now: dt.datetime = NOW) -> None:
    withdraw_consent(
        case_id=row.case.public_id, consent_id=row.public_id, given_how="phone", given_by="self",
        actor=acting(team.counsellor, now=now), now=now,
    )  # fmt: skip


def test_taking_back_the_consent_it_went_out_under_ends_it_whatever_else_was_agreed(
    referred: Referral, desk_team: Team
) -> None:
    agree(referred.case, desk_team)
    take_back(referred.consent, desk_team)
    referred.refresh_from_db()
    assert referred.state == "revoked"
    assert read(referred)[0] is None


def test_another_consent_more_or_less_changes_nothing(referred: Referral, desk_team: Team) -> None:
    agree(referred.case, desk_team, scope=["conditions"])
    assert read(referred)[0] is not None, "what was agreed before still stands"
    take_back(agree(referred.case, desk_team, "見本病院"), desk_team)
    referred.refresh_from_db()
    assert referred.state == "seen"


def test_a_consent_given_anew_carries_on_one_that_ran_out(referred: Referral, desk_team: Team) -> None:
    late = NOW + dt.timedelta(days=91)
    Referral.objects.filter(pk=referred.pk).update(expires_at=NOW + dt.timedelta(days=200))
    assert read(referred, now=late)[0] is None
    agree(
        referred.case, desk_team, given_on=late.date(), until=late.date() + dt.timedelta(days=30),
        actor=acting(desk_team.counsellor, now=late), now=late,
    )  # fmt: skip
    assert read(referred, now=late)[0] is not None


def test_what_had_run_out_before_is_not_called_revoked(referred: Referral, desk_team: Team) -> None:
    run_once(now=NOW)
    take_back(referred.consent, desk_team, now=NOW + dt.timedelta(days=20))
    referred.refresh_from_db()
    assert referred.state == "expired"
    assert Notice.objects.filter(key__contains=":ended").count() == 0


def test_broken_off_while_taking_back_the_consent_stands_and_so_does_the_referral(
    referred: Referral, desk_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the power went")

    for broken in ("_step", "_record", "call_back", "_mail"):
        with monkeypatch.context() as patch:
            patch.setattr(services, broken, fall)
            with pytest.raises(RuntimeError):
                take_back(referred.consent, desk_team)
        referred.refresh_from_db()
        assert referred.state == "sent", broken
        assert not ConsentEvent.objects.filter(withdraws=referred.consent).exists(), broken
    take_back(referred.consent, desk_team)
    referred.refresh_from_db()
    assert referred.state == "revoked"


def test_no_sheet_for_a_link_that_opens_nothing(referred: Referral, desk_team: Team) -> None:
    which = {"case_id": referred.case.public_id, "referral_id": referred.public_id}
    actor = acting(desk_team.counsellor)
    assert services.print_sheet(**which, actor=actor, now=NOW)
    for _ in range(5):
        read(referred, code=WRONG)
    with pytest.raises(Refused, match="もう一度紹介"):
        services.print_sheet(**which, actor=actor, now=NOW)


def test_two_agencies_cannot_be_named_by_one_consent(desk_team: Team) -> None:
    agency(desk_team, "見本ケアセンター")
    for name in ("見本ケアセンタ", "見本ケア センター", "ー"):
        with pytest.raises(InputMissing) as told:
            agency(desk_team, name)
        assert set(told.value.problems) == {"name"}, name


def test_the_end_of_a_case_ends_its_referrals(referred: Referral, desk_team: Team) -> None:
    case = referred.case
    case.refresh_from_db()
    close(
        case_id=case.public_id, outcome="other_agency", failure_reasons=[], closing_note="", rent_yen=None, area="",
        seen=case.revision, actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    assert Referral.objects.get().state == "revoked"


def test_under_protection_a_name_goes_only_when_somebody_is_sure(take_in: TakeIn, desk_team: Team) -> None:
    case, to = take_in(**KNOWN), agency(desk_team)
    agree(case, desk_team)
    protect(
        case_id=case.public_id,
        is_protected=True,
        seen=case.revision,
        actor=acting(desk_team.counsellor),
        now=NOW,
    )
    with pytest.raises(InputMissing) as told:
        refer(case, desk_team, to, pieces=["contact"])
    assert "is_sure" in told.value.problems
    sent = refer(case, desk_team, to, pieces=["contact"], is_sure=True)
    assert ["名前", "例示 三郎"] in sent.packet
    assert "見本町9番9号" not in str(sent.packet)


def test_only_who_leads_the_desk_keeps_the_directory(desk_team: Team, other_team: Team) -> None:
    row = agency(desk_team)
    with pytest.raises(NotFound):
        services.save_agency(
            agency_id=None, values={"kind": "other", "name": "別"}, is_active=True,
            actor=acting(desk_team.counsellor), now=NOW,
        )  # fmt: skip
    with pytest.raises(NotFound):
        services.save_agency(
            agency_id=row.public_id, values={"kind": "other", "name": "別"}, is_active=True,
            actor=acting(other_team.supervisor), now=NOW,
        )  # fmt: skip
    with pytest.raises(InputMissing) as told:
        agency(desk_team, kind="?")
    assert set(told.value.problems) == {"kind", "name"}
    assert agency(other_team).council_id != row.council_id, "another council may have one of the same name"


def test_who_works_for_two_councils_keeps_the_directory_of_the_one_they_lead(
    desk_team: Team, other_team: Team
) -> None:
    """With a post at both desks, as 相談責任者 of the second: each directory by itself, and only the second is changed."""
    both = other_team.supervisor
    DeskPost.objects.create(desk=desk_team.desk, user=both, role="counsellor", since=TODAY)
    first, second = desk_team.desk.council, other_team.desk.council
    given: dict[str, Any] = {
        "agency_id": None, "values": {"kind": "other", "name": "別の機関"}, "is_active": True,
        "actor": acting(both), "now": NOW,
    }  # fmt: skip
    assert services.save_agency(**given).council == second
    with pytest.raises(NotFound):
        services.save_agency(**given, council_id=first.public_id)
    with pytest.raises(NotFound):
        services.save_agency(**given, council_id=uuid.uuid4())
    assert not first.agencies.exists()


def test_another_desk_finds_nothing(referred: Referral, other_team: Team) -> None:
    with pytest.raises(NotFound):
        act("revoke", referred, other_team, actor=acting(other_team.supervisor))


@pytest.mark.parametrize("broken", ["_step", "_record", "_mail"])
def test_broken_off_between_two_writes_nothing_stands(
    take_in: TakeIn, desk_team: Team, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    case, to = take_in(**KNOWN), agency(desk_team)
    agree(case, desk_team)
    before = AuditEvent.objects.count()

    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(services, broken, fall)
        with pytest.raises(RuntimeError):
            refer(case, desk_team, to)
    assert (Referral.objects.count(), ReferralEvent.objects.count(), Notice.objects.count()) == (0, 0, 0)
    assert AuditEvent.objects.count() == before
    assert refer(case, desk_team, to).state == "sent"
    assert Notice.objects.count() == 1


def test_danger_that_came_later_is_heeded(take_in: TakeIn, desk_team: Team) -> None:
    case, to = take_in(**KNOWN), agency(desk_team)
    agree(case, desk_team)
    row = refer(case, desk_team, to, pieces=["contact"])
    assert "0102" in str(read(row)[0])
    Case.objects.filter(pk=case.pk).update(phone_rule="never")
    assert "0102" not in str(read(row)[0])
    assert "窓口が間に入ります" in str(read(row)[0])
    case.refresh_from_db()
    protect(
        case_id=case.public_id,
        is_protected=True,
        seen=case.revision,
        actor=acting(desk_team.counsellor),
        now=NOW,
    )
    assert read(row)[0] is None, "the name went out before anybody made sure"
