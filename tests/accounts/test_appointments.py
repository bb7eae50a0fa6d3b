"""Appointing, ending, transferring: the history stays, four eyes hold, nobody reaches next door."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core import mail

from accounts import handover
from accounts.models import Appointment, AuditEvent, Handover, Notice, Role, User
from accounts.outbox import run_once
from accounts.rules.appointments import (
    LEAVE,
    MOVE,
    STAY,
    Move,
    Span,
    first_uncovered_day,
    next_first_of_april,
)
from accounts.selectors import NotVisible, sitting_rows
from accounts.services import (
    AppointmentRefused,
    NewPerson,
    TransferLine,
    TransferRefused,
    appoint,
    end_appointment,
    invite_again,
    perform_handovers,
    preview_transfer,
    sitting_fingerprint,
    transfer,
)

from .town import NOW, TODAY, Town, add_person, appoint_directly

APRIL = dt.date(2027, 4, 1)
EVE = dt.date(2027, 3, 31)


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([(1, None)], None),
        ([(1, 9), (10, None)], None),
        ([(1, 9), (11, None)], 10),
        ([(1, 9)], 10),
        ([(8, None)], 5),
        ([], 5),
        ([(1, 9), (1, 3), (4, 20)], 21),
    ],
)
def test_first_uncovered_day(spans: list[tuple[int, int | None]], gap: int | None) -> None:
    days = [Span(dt.date(2026, 1, first), dt.date(2026, 1, last) if last else None) for first, last in spans]
    assert first_uncovered_day(days, since=dt.date(2026, 1, 5)) == (dt.date(2026, 1, gap) if gap else None)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (dt.date(2026, 11, 24), APRIL),
        (APRIL, APRIL),
        (dt.date(2027, 4, 2), dt.date(2028, 4, 1)),
        (dt.date(2027, 3, 31), APRIL),
    ],
)
def test_next_first_of_april(today: dt.date, day: dt.date) -> None:
    assert next_first_of_april(today) == day


# --- Appointing -------------------------------------------------------------------------------------------------------


def do_appoint(town: Town, **changed: Any) -> Appointment:
    arguments: dict[str, Any] = {
        "actor": town.actor(town.administrator),
        "now": NOW,
        "department_id": town.housing.pk,
        "role": Role.DESK,
        "from_on": TODAY,
        "user_id": town.clerk.public_id,
    }
    return appoint(**{**arguments, **changed})


def new_person(email: str = "new@kurume.example.jp") -> NewPerson:
    return NewPerson(name="神﨑 新子", kana="カンザキ シンコ", email=email)


def test_colleague_gets_a_second_post(town: Town) -> None:
    appointment = do_appoint(town)
    assert town.actor(town.clerk).has(Role.DESK, town.housing.pk)
    event = AuditEvent.objects.get(action="accounts.appointed")
    assert event.subject_id == str(appointment.public_id)
    assert event.actor_id == str(town.administrator.public_id)
    assert event.details == {"from_on": "2026-11-24", "until": ""}
    assert Notice.objects.get(recipient=town.clerk).mail_state == "none"


def test_new_person_is_invited_by_a_link_that_is_kept_nowhere(town: Town, client: Any, settings: Any) -> None:
    settings.SITE_URL = "https://sumai.example.jp"
    do_appoint(town, user_id=None, person=new_person())
    user = User.objects.get(email="new@kurume.example.jp")
    assert user.name == "神﨑 新子"
    assert not user.has_usable_password()
    run_once(now=NOW)
    invitation = next(each for each in mail.outbox if "パスワード" in each.subject)
    [path] = re.findall(r"https://sumai\.example\.jp(/\S+)", str(invitation.body))
    assert path.startswith("/accounts/password/reset/key/")
    key = path.rstrip("/").rsplit("-", 1)[1]
    kept = [*Notice.objects.values_list(), *AuditEvent.objects.values_list()]
    assert kept
    assert key not in str(kept)
    page = client.get(path, follow=True)
    done = client.post(
        page.request["PATH_INFO"], {"password1": "a-long-Passw0rd!", "password2": "a-long-Passw0rd!"}
    )
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password("a-long-Passw0rd!")
    assert AuditEvent.objects.filter(action="accounts.password_set", subject_id=str(user.public_id)).exists()
    again = client.get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_invitation_can_be_sent_again_until_a_password_is_set(town: Town) -> None:
    do_appoint(town, user_id=None, person=new_person())
    user = User.objects.get(email="new@kurume.example.jp")
    actor = town.actor(town.administrator)
    invite_again(actor=actor, now=NOW + dt.timedelta(hours=1), user_id=user.public_id)
    assert Notice.objects.filter(recipient=user, link="password").count() == 2
    with pytest.raises(AppointmentRefused, match="すでにパスワード"):
        invite_again(actor=actor, now=NOW, user_id=town.clerk.public_id)


@pytest.mark.parametrize("email", ["clerk@kurume.example.jp", "CLERK@kurume.example.jp"])
def test_address_in_use_is_refused_at_its_field(town: Town, email: str) -> None:
    with pytest.raises(AppointmentRefused, match="すでに使われている") as refused:
        do_appoint(town, user_id=None, person=new_person(email))
    assert refused.value.field == "email"
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", [Role.DECIDER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_raises_himself(town: Town, role: Role) -> None:
    with pytest.raises(AppointmentRefused, match="ご自身"):
        do_appoint(town, user_id=town.administrator.public_id, role=role)
    assert do_appoint(town, role=role).role == role  # the control: for somebody else it is allowed


@pytest.mark.parametrize("who", ["clerk", "auditor", "reviewer"])
def test_only_administrators_appoint(town: Town, who: str) -> None:
    with pytest.raises(NotVisible):
        do_appoint(town, actor=town.actor(getattr(town, who)))


def test_next_door_is_out_of_reach(town: Town, other_town: Town) -> None:
    with pytest.raises(NotVisible):
        do_appoint(town, department_id=other_town.welfare.pk)
    with pytest.raises(NotVisible):
        do_appoint(town, user_id=other_town.clerk.public_id)


def test_same_post_twice_is_refused(town: Town) -> None:
    with pytest.raises(AppointmentRefused, match="すでに福祉総務課の窓口担当"):
        do_appoint(town, department_id=town.welfare.pk)


def test_people_serve_one_municipality(town: Town, other_town: Town) -> None:
    appoint_directly(town.clerk, other_town.welfare, Role.DESK, from_on=dt.date(2026, 12, 1))
    with pytest.raises(AppointmentRefused, match="ほかの自治体"):
        do_appoint(town)


@pytest.mark.parametrize(
    ("days", "word"),
    [
        ({"from_on": TODAY, "until": TODAY - dt.timedelta(days=1)}, "発令日以後"),
        ({"from_on": dt.date(2062, 4, 1)}, "前後1年"),
    ],
)
def test_wrong_days_are_refused(town: Town, days: dict[str, dt.date], word: str) -> None:
    with pytest.raises(AppointmentRefused, match=word):
        do_appoint(town, **days)


# --- Ending -----------------------------------------------------------------------------------------------------------


def do_end(town: Town, user: User, **changed: Any) -> Appointment:
    arguments: dict[str, Any] = {
        "actor": town.actor(town.administrator),
        "now": NOW,
        "public_id": user.appointments.get().public_id,
        "until": TODAY,
        "seen_until": None,
    }
    return end_appointment(**{**arguments, **changed})


def test_ended_appointment_stays_as_history(town: Town) -> None:
    do_end(town, town.clerk, reason="退職")
    assert town.actor(town.clerk).has(Role.DESK)
    assert not town.actor(town.clerk, TODAY + dt.timedelta(days=1)).has(Role.DESK)
    assert town.clerk.appointments.get().until == TODAY
    assert AuditEvent.objects.get(action="accounts.appointment_ended").reason == "退職"


def test_stale_page_is_refused(town: Town) -> None:
    do_end(town, town.clerk, until=EVE)
    with pytest.raises(AppointmentRefused, match="先に変更"):
        do_end(town, town.clerk, seen_until=None)
    assert do_end(town, town.clerk, seen_until=EVE).until == TODAY


def test_last_administrator_stays(town: Town) -> None:
    with pytest.raises(AppointmentRefused, match="ひとりもいない"):
        do_end(town, town.administrator)
    assert town.administrator.appointments.get().until is None
    do_appoint(town, role=Role.ADMINISTRATOR, from_on=TODAY + dt.timedelta(days=1))
    assert do_end(town, town.administrator).until == TODAY  # the control: now somebody follows


def test_next_doors_appointment_cannot_be_ended(town: Town, other_town: Town) -> None:
    with pytest.raises(NotVisible):
        do_end(town, other_town.clerk)


# --- The sitting ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[int, int], int]:
    """Open cases by person and department, handed on as an app above would."""
    cases: dict[tuple[int, int], int] = {}

    def hand_on(*, from_user_id: int, to_user_id: int, department_id: int, **rest: Any) -> int:
        count = cases.pop((from_user_id, department_id), 0)
        if count:
            cases[to_user_id, department_id] = cases.get((to_user_id, department_id), 0) + count
        return count

    monkeypatch.setattr(handover, "_hand_on", [])
    monkeypatch.setattr(handover, "_count", [])
    handover.register(hand_on, count=lambda *, user_id, department_id: cases.get((user_id, department_id), 0))
    return cases


def sit(
    town: Town, *moves: Move, on: dt.date = APRIL, act: Any = transfer, **changed: Any
) -> list[TransferLine]:
    actor = town.actor(town.administrator)
    seen = sitting_fingerprint(sitting_rows(actor, on=on))
    return act(**{"actor": actor, "now": NOW, "on": on, "moves": moves, "seen": seen, **changed})


def move_of(user: User, kind: str, **rest: Any) -> Move:
    return Move(str(user.appointments.get().public_id), kind, **rest)


def test_sitting_moves_and_keeps_history(town: Town, desk: Any) -> None:
    lines = sit(
        town,
        move_of(town.clerk, MOVE, department_id=town.housing.pk, role=Role.REVIEWER),
        move_of(town.reviewer, LEAVE),
        move_of(town.auditor, STAY),
    )
    assert [line.after for line in lines] == ["都市計画課 審査担当", "退職・転出(令和9年3月31日まで)"]
    old, new = town.clerk.appointments.order_by("from_on")
    assert (old.department, old.until) == (town.welfare, EVE)
    assert (new.department, new.role, new.from_on, new.until) == (town.housing, Role.REVIEWER, APRIL, None)
    assert town.actor(town.clerk, EVE).label == "福祉総務課 窓口担当"
    assert town.actor(town.clerk, APRIL).label == "都市計画課 審査担当"
    assert town.actor(town.reviewer, APRIL).posts == ()
    assert town.actor(town.auditor, APRIL).has(Role.AUDITOR)
    summary = AuditEvent.objects.get(action="accounts.transferred")
    assert summary.details == {"on": "2027-04-01", "moved": 1, "left": 1}


def test_two_people_change_places(town: Town, desk: Any) -> None:
    sit(
        town,
        move_of(town.clerk, MOVE, department_id=town.housing.pk, role=Role.REVIEWER),
        move_of(town.reviewer, MOVE, department_id=town.welfare.pk, role=Role.DESK),
    )
    assert town.actor(town.reviewer, APRIL).label == "福祉総務課 窓口担当"


def test_open_cases_ask_for_a_successor(town: Town, desk: Any) -> None:
    desk[town.clerk.pk, town.welfare.pk] = 4
    with pytest.raises(TransferRefused) as refused:
        sit(town, move_of(town.clerk, LEAVE))
    [problems] = refused.value.rows.values()
    assert problems == ["担当している案件が4件あります。引継ぎ先を選んでください。"]
    assert town.clerk.appointments.get().until is None


def test_cases_wait_for_the_day_and_go_to_the_newcomer(town: Town, desk: Any) -> None:
    """The sitting is in November, the newcomer comes on 1 April."""
    desk[town.clerk.pk, town.welfare.pk] = 4
    sit(
        town,
        move_of(town.clerk, LEAVE, successor_id=str(town.reviewer.public_id)),
        move_of(town.reviewer, MOVE, department_id=town.welfare.pk, role=Role.DESK),
    )
    assert desk == {(town.clerk.pk, town.welfare.pk): 4}
    assert perform_handovers(now=NOW) == 0
    morning = dt.datetime(2027, 4, 1, 0, 5, tzinfo=NOW.tzinfo)
    assert perform_handovers(now=morning) == 1
    assert desk == {(town.reviewer.pk, town.welfare.pk): 4}
    assert perform_handovers(now=morning) == 0
    assert Handover.objects.get().case_count == 4
    event = AuditEvent.objects.get(action="accounts.handed_on")
    assert (event.municipality_code, event.details["cases"]) == ("132225", 4)
    assert Notice.objects.get(recipient=town.reviewer, key__startswith="handover:").subject.endswith(
        "4件引き継ぎました"
    )


def test_cases_go_at_once_when_the_day_has_come(town: Town, desk: Any) -> None:
    deputy = add_person("引継 五郎", "deputy@kurume.example.jp")
    appoint_directly(deputy, town.welfare, Role.REVIEWER)
    desk[town.clerk.pk, town.welfare.pk] = 2
    sit(town, move_of(town.clerk, LEAVE, successor_id=str(deputy.public_id)), on=TODAY)
    assert desk == {(deputy.pk, town.welfare.pk): 2}


def test_handover_that_breaks_waits_and_lets_others_pass(
    town: Town, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = add_person("引継 五郎", "deputy@kurume.example.jp")
    appoint_directly(deputy, town.welfare, Role.REVIEWER)
    sit(town, move_of(town.clerk, LEAVE, successor_id=str(deputy.public_id)))

    def broken(**arguments: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(handover, "_hand_on", [broken])
    later = dt.datetime(2027, 4, 2, tzinfo=NOW.tzinfo)
    assert perform_handovers(now=later) == 0
    assert Handover.objects.get().done_at is None
    monkeypatch.setattr(handover, "_hand_on", [])
    assert perform_handovers(now=later) == 1


@pytest.mark.parametrize("who", ["auditor", "reviewer"])
def test_successor_must_work_in_the_department(town: Town, desk: Any, who: str) -> None:
    """An auditor does not work on cases, a reviewer of elsewhere is not there."""
    with pytest.raises(TransferRefused, match="別の人を選んで"):
        sit(town, move_of(town.clerk, LEAVE, successor_id=str(getattr(town, who).public_id)))
    assert not Handover.objects.exists()


def test_new_role_in_the_same_department_keeps_the_cases(town: Town, desk: Any) -> None:
    desk[town.clerk.pk, town.welfare.pk] = 4
    sit(town, move_of(town.clerk, MOVE, department_id=town.welfare.pk, role=Role.REVIEWER))
    assert not Handover.objects.exists()


def test_preview_changes_nothing(town: Town, desk: Any) -> None:
    before = list(Appointment.objects.values())
    lines = sit(
        town,
        move_of(town.clerk, MOVE, department_id=town.housing.pk, role=Role.REVIEWER),
        act=preview_transfer,
    )
    assert [line.before for line in lines] == ["福祉総務課 窓口担当"]
    assert list(Appointment.objects.values()) == before
    assert not AuditEvent.objects.exists()
    assert not Notice.objects.exists()


def test_one_bad_row_refuses_the_whole_sitting(town: Town, desk: Any) -> None:
    with pytest.raises(TransferRefused, match="異動先の課と役割"):
        sit(town, move_of(town.reviewer, LEAVE), move_of(town.clerk, MOVE))
    assert town.reviewer.appointments.get().until is None


def test_stale_table_is_refused(town: Town, desk: Any) -> None:
    seen = sitting_fingerprint(sitting_rows(town.actor(town.administrator), on=APRIL))
    do_end(town, town.reviewer, until=dt.date(2027, 1, 31))
    with pytest.raises(TransferRefused, match="先に変更"):
        sit(town, move_of(town.clerk, LEAVE), seen=seen)
    assert town.clerk.appointments.get().until is None


def test_sitting_cannot_remove_the_last_administrator(town: Town, desk: Any) -> None:
    with pytest.raises(TransferRefused, match="ひとりもいない"):
        sit(town, move_of(town.administrator, LEAVE))


def test_sitting_keeps_four_eyes(town: Town, desk: Any) -> None:
    do_appoint(town, role=Role.ADMINISTRATOR)
    with pytest.raises(TransferRefused, match="ご自身"):
        sit(town, move_of(town.administrator, MOVE, department_id=town.housing.pk, role=Role.DECIDER))


@pytest.mark.parametrize(("kind", "rest"), [(STAY, {}), (MOVE, {"role": Role.DESK})])
def test_nothing_to_do_is_said(town: Town, desk: Any, kind: str, rest: dict[str, Any]) -> None:
    rest = {**rest, "department_id": town.welfare.pk} if rest else {}
    with pytest.raises(TransferRefused):
        sit(town, move_of(town.clerk, kind, **rest))


def test_row_of_next_door_does_not_exist(town: Town, other_town: Town, desk: Any) -> None:
    with pytest.raises(NotVisible):
        sit(town, move_of(other_town.clerk, LEAVE))
    with pytest.raises(NotVisible):
        sit(town, Move(str(uuid.uuid4()), LEAVE))
    with pytest.raises(NotVisible):
        sit(town, move_of(town.clerk, MOVE, department_id=other_town.welfare.pk, role=Role.DESK))
