"""同意によらない提供 and the watch over consents: who may, for how long, who looks at it, who is told."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Notice, User
from consultations.demo import Team, person
from consultations.models import Agency, Case, ConsentEvent, DeskPost, OverrideReview
from consultations.rules.words import PostRole
from consultations.services.consents import give_consent, withdraw_consent
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.overriding import (
    override_consent,
    remind_of_overrides,
    review_override,
    warn_of_consents,
)
from consultations.services.protecting import protect
from consultations.services.referrals import read_packet, refer, save_agency
from consultations.services.shop_links import code_of, token_of
from tests.consultations.conftest import NOW, SINCE, TODAY, TakeIn, acting

DAY = dt.timedelta(days=1)
REASON = "意識がなく、今夜の行き先を決めるため"


@pytest.fixture
def hospital(desk_team: Team) -> Agency:
    return save_agency(
        agency_id=None, values={"kind": "medical", "name": "見本病院"}, is_active=True,
        actor=acting(desk_team.supervisor), now=NOW,
    )  # fmt: skip


@pytest.fixture
def permitted(desk_team: Team) -> User:
    """The counsellor holds the permission."""
    DeskPost.objects.filter(user=desk_team.counsellor).update(may_override=True)
    return desk_team.counsellor


def decide(case: Case, agency: Agency, by: User, **values: Any) -> ConsentEvent:
    usual: dict[str, Any] = {
        "case_id": case.public_id, "agency_id": agency.public_id, "scope": ["situation"], "ground": "life",
        "reason": REASON, "key": uuid.uuid4(), "actor": acting(by), "now": NOW,
    }  # fmt: skip
    return override_consent(**{**usual, **values})


def look(event: ConsentEvent, by: User, **values: Any) -> OverrideReview:
    usual: dict[str, Any] = {
        "consent_id": event.public_id, "verdict": "proper", "note": "", "actor": acting(by), "now": NOW,
    }  # fmt: skip
    return review_override(**{**usual, **values})


def tell(
    case: Case, agency: Agency, by: User, *, now: dt.datetime = NOW, pieces: list[str] | None = None
) -> Any:
    case.refresh_from_db()
    return refer(
        case_id=case.public_id, agency_id=agency.public_id, pieces=pieces or ["situation"], request="今夜の受入れ",
        is_sure=False, key=uuid.uuid4(), seen=case.revision, actor=acting(by, now=now), now=now,
    )  # fmt: skip


def test_only_who_has_the_permission_tells_without_consent(
    take_in: TakeIn, desk_team: Team, hospital: Agency
) -> None:
    case = take_in(summary="駅で倒れた")
    for user in (desk_team.counsellor, desk_team.supervisor):
        with pytest.raises(NotFound):
            decide(case, hospital, user)
    assert not ConsentEvent.objects.exists()


def test_it_needs_a_ground_a_reason_and_an_agency(take_in: TakeIn, hospital: Agency, permitted: User) -> None:
    case = take_in()
    with pytest.raises(InputMissing) as refused:
        decide(case, hospital, permitted, agency_id=uuid.uuid4(), scope=[], ground="", reason="急ぎ")
    assert set(refused.value.problems) == {"agency", "scope", "ground", "reason"}
    with pytest.raises(InputMissing, match="伝えるもの"):
        decide(case, hospital, permitted, scope=["address"])


def test_it_covers_one_agency_and_what_was_named_for_a_week(
    take_in: TakeIn, desk_team: Team, hospital: Agency, permitted: User
) -> None:
    case = take_in(summary="駅で倒れた")
    with pytest.raises(InputMissing, match="同意がありません"):
        tell(case, hospital, permitted)
    key = uuid.uuid4()
    event = decide(case, hospital, permitted, key=key)
    assert decide(case, hospital, permitted, key=key).pk == event.pk
    assert (event.kind, event.until) == ("override", TODAY + 7 * DAY)
    with pytest.raises(InputMissing, match="名前と連絡先を渡す同意がありません"):
        tell(case, hospital, permitted, pieces=["situation", "contact"])
    other = save_agency(
        agency_id=None, values={"kind": "health", "name": "見本保健所"}, is_active=True,
        actor=acting(desk_team.supervisor), now=NOW,
    )  # fmt: skip
    with pytest.raises(InputMissing, match="見本保健所に伝える同意がありません"):
        tell(case, other, permitted)
    sent = tell(case, hospital, permitted)
    token, code = token_of(sent.public_id), code_of(sent.public_id)
    assert "駅で倒れた" in str(read_packet(token=token, code=code, now=NOW + 7 * DAY)[0])
    assert read_packet(token=token, code=code, now=NOW + 8 * DAY)[0] is None


def test_a_wide_consent_is_found_behind_a_newer_narrow_one(
    take_in: TakeIn, hospital: Agency, permitted: User
) -> None:
    case = take_in(summary="駅で倒れた", household="single")
    decide(case, hospital, permitted, scope=["situation", "household"])
    newer = agree(case, permitted, hospital.name, until=TODAY + 90 * DAY)
    assert tell(case, hospital, permitted, pieces=["situation"]).consent_id != newer.pk


def agree(case: Case, by: User, recipients: str, *, until: dt.date) -> ConsentEvent:
    return give_consent(
        case_id=case.public_id, purpose="agencies", scope=["household"], recipients=recipients, shop_id=None,
        given_how="phone", given_by="self", proxy="", given_on=TODAY, until=until, key=uuid.uuid4(),
        actor=acting(by), now=NOW,
    )  # fmt: skip


def test_another_supervisor_looks_at_it_and_ends_what_was_wrong(
    take_in: TakeIn, desk_team: Team, hospital: Agency, permitted: User
) -> None:
    case = take_in(summary="駅で倒れた")
    event = decide(case, hospital, permitted)
    sent = tell(case, hospital, permitted)
    told = Notice.objects.get(recipient=desk_team.supervisor)
    assert case.number in told.subject
    assert REASON not in told.subject + told.body
    with pytest.raises(NotFound):
        look(event, desk_team.colleague)
    with pytest.raises(InputMissing) as refused:
        look(event, desk_team.supervisor, verdict="improper")
    assert list(refused.value.problems) == ["note"]
    protect(case_id=case.public_id, is_protected=True, seen=case.revision, actor=acting(permitted), now=NOW)
    review = look(event, desk_team.supervisor, verdict="improper", note="本人は話せた")
    assert look(event, desk_team.supervisor).pk == review.pk
    sent.refresh_from_db()
    assert sent.state == "revoked"
    with pytest.raises(InputMissing, match="同意がありません"):
        tell(case, hospital, permitted)
    trail = str(list(AuditEvent.objects.values_list("reason", "details")))
    assert REASON not in trail
    assert "本人は話せた" not in trail


def test_nobody_looks_at_what_they_decided_themselves(
    take_in: TakeIn, desk_team: Team, hospital: Agency
) -> None:
    DeskPost.objects.filter(user=desk_team.supervisor).update(may_override=True)
    case = take_in()
    event = decide(case, hospital, desk_team.supervisor)
    with pytest.raises(Refused, match="自分では確かめられません"):
        look(event, desk_team.supervisor)
    assert not Notice.objects.exists()


def test_a_late_look_is_asked_for_every_day_until_it_is_done(
    take_in: TakeIn, desk_team: Team, hospital: Agency, permitted: User
) -> None:
    event = decide(take_in(), hospital, permitted)
    remind_of_overrides(now=NOW)
    assert Notice.objects.count() == 1
    for days, subject in ((1, "今日までです"), (2, "遅れています")):
        for _ in range(2):
            remind_of_overrides(now=NOW + days * DAY)
        assert subject in Notice.objects.order_by("-pk")[0].subject
    assert Notice.objects.count() == 3
    look(event, desk_team.supervisor, now=NOW + 2 * DAY)
    remind_of_overrides(now=NOW + 3 * DAY)
    assert Notice.objects.count() == 3


def test_the_person_may_say_no_to_an_override(take_in: TakeIn, hospital: Agency, permitted: User) -> None:
    case = take_in()
    event = decide(case, hospital, permitted)
    sent = tell(case, hospital, permitted, pieces=["situation"])
    withdraw_consent(
        case_id=case.public_id, consent_id=event.public_id, given_how="spoken", given_by="self",
        actor=acting(permitted), now=NOW,
    )  # fmt: skip
    sent.refresh_from_db()
    assert sent.state == "revoked"


def test_the_database_keeps_grounds_and_reasons_to_overrides(take_in: TakeIn, permitted: User) -> None:
    case = take_in()
    usual: dict[str, Any] = {
        "case": case, "purpose": "agencies", "recipients": "見本病院", "scope": ["situation"], "text_version": "x",
        "given_on": TODAY, "until": TODAY, "recorded_by": permitted, "recorded_at": NOW,
    }  # fmt: skip
    for wrong in (
        {"kind": "override"},
        {"kind": "override", "ground": "life"},
        {"kind": "override", "ground": "life", "reason": "x", "purpose": "shops"},
        {"kind": "given", "ground": "life", "reason": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentEvent.objects.create(key=uuid.uuid4(), **{**usual, **wrong})


def test_who_is_in_charge_is_told_once_before_a_consent_runs_out(
    take_in: TakeIn, desk_team: Team, permitted: User
) -> None:
    case = take_in()
    near = agree(case, permitted, "見本病院", until=TODAY + 14 * DAY)
    agree(case, permitted, "別の病院", until=TODAY + 15 * DAY)
    for _ in range(2):
        warn_of_consents(now=NOW)
    told = Notice.objects.get()
    assert (told.recipient, told.mail_state) == (desk_team.counsellor, Notice.MailState.NONE)
    assert case.number in told.subject
    Notice.objects.all().delete()
    agree(case, permitted, "見本病院", until=TODAY + 90 * DAY)
    warn_of_consents(now=NOW)
    assert not Notice.objects.exists()
    assert near.until == TODAY + 14 * DAY


def test_the_supervisors_are_told_where_nobody_is_in_charge(
    take_in: TakeIn, desk_team: Team, permitted: User
) -> None:
    case = take_in()
    agree(case, permitted, "見本病院", until=TODAY + 3 * DAY)
    Case.objects.filter(pk=case.pk).update(assigned_to=None)
    second = person("sekinin2@desk.example.jp", "見守 次子(見本)")
    DeskPost.objects.create(desk=desk_team.desk, user=second, role=PostRole.SUPERVISOR, since=SINCE)
    warn_of_consents(now=NOW)
    assert set(Notice.objects.values_list("recipient", flat=True)) == {desk_team.supervisor.pk, second.pk}
