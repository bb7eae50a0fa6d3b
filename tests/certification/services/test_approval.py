"""A proposal along its route: order, four eyes, 代決 and 後閲, returns, versions, access, lists."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, Role, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk, person
from certification.demo_approval import Hall, hall_of, lay_route, route_of
from certification.models import (
    Absence,
    Application,
    ApprovalRoute,
    Letter,
    PostHolder,
    Proposal,
    ProposalStamp,
)
from certification.rules.workflow import Action, State, Turn
from certification.selectors.access import staff_cases
from certification.selectors.approval import unconfirmed_of
from certification.selectors.master import fingerprint, route_content
from certification.selectors.queue import Tab, cases_in
from certification.services.approval import confirm_stamp, end_absence, register_absence
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.routes import end_route, save_route
from tests.certification.conftest import MONDAY_MORNING, SINCE


@pytest.fixture
def hall(office: Office) -> Hall:
    hall = hall_of(office, prefix="own", since=SINCE)
    lay_route(office, hall, now=MONDAY_MORNING)
    return hall


@pytest.fixture
def routed(hall: Hall, gathered: Walk) -> Walk:
    """決裁中, before 合議."""
    return gathered.propose()


def away(walk: Walk, who: User, deputy: User, *, days: int = 30) -> Absence:
    today = timezone.localdate(walk.at)
    return register_absence(
        user_id=who.pk,
        deputy_id=deputy.pk,
        from_on=today,
        until=today + dt.timedelta(days=days),
        actor=walk.actor(who),
        now=walk.at,
    )


def case_of(walk: Walk) -> Application:
    return Application.objects.get(pk=walk.application.pk)


def refused(walk: Walk, user: User, action: Action = Action.STAMP) -> str:
    with pytest.raises(ActRefused) as told:
        walk.act(action, user)
    return str(told.value)


def mine(walk: Walk, user: User) -> bool:
    """Whether the case stands under 自分の番 of the person."""
    today = timezone.localdate(walk.at)
    return cases_in(Tab.MINE, walk.actor(user), today=today).filter(pk=walk.application.pk).exists()


def may_open(walk: Walk, user: User) -> bool:
    return staff_cases(walk.actor(user)).filter(pk=walk.application.pk).exists()


# --- The way ----------------------------------------------------------------------------------------------------------


def test_without_a_route_one_decider_decides(proposed: Walk) -> None:
    proposed.decide()

    assert case_of(proposed).state == State.CERTIFIED
    assert not ProposalStamp.objects.exists()


def test_the_last_stamp_is_the_decision(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner, comment="支障ありません。")
    routed.act(Action.STAMP, hall.section_chief)
    assert case_of(routed).state == State.DECIDING
    assert case_of(routed).turn == Turn.DECIDER
    assert not Letter.objects.filter(application=routed.application).exists()

    routed.act(Action.DECIDE, hall.director)

    case = case_of(routed)
    assert (case.state, case.decided_by_id) == (State.CERTIFIED, hall.director.pk)
    stamps = ProposalStamp.objects.order_by("pk")
    assert [stamp.by_id for stamp in stamps] == [hall.partner.pk, hall.section_chief.pk, hall.director.pk]
    assert [stamp.kind for stamp in stamps] == ["agree", "decide", "decide"]
    assert stamps[0].comment == "支障ありません。"
    assert {stamp.signed_hash for stamp in stamps} == {Proposal.objects.get().signed_hash}


def test_steps_go_in_order(routed: Walk, hall: Hall) -> None:
    assert refused(routed, hall.section_chief, Action.DECIDE).startswith("いまは合議 都市計画課の番です。")
    assert "まだ段があります" in refused(routed, hall.partner, Action.DECIDE)
    assert not ProposalStamp.objects.exists()


def test_who_holds_no_post_of_the_route_is_told_so(routed: Walk, hall: Hall) -> None:
    assert refused(routed, hall.deputy, Action.DECIDE) == "この起案の決裁の経路に、あなたの段はありません。"


def test_the_next_person_is_told(routed: Walk, hall: Hall) -> None:
    def told(user: User) -> int:
        return Notice.objects.filter(recipient=user, subject__startswith="決裁する起案").count()

    assert (told(hall.partner), told(hall.section_chief), told(hall.director)) == (1, 0, 0)
    routed.act(Action.STAMP, hall.partner)
    assert (told(hall.partner), told(hall.section_chief), told(hall.director)) == (1, 1, 0)


def test_every_stamp_is_an_event_of_the_trail(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner, comment="秘密の意見")

    event = AuditEvent.objects.get(action="certification.stamp")
    assert event.details == {"step": 1, "stamp": "agree"}
    assert "秘密" not in str(event.__dict__)


# --- Four eyes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.DESK, Role.REVIEWER])
def test_who_drafted_or_reviewed_stamps_no_step(routed: Walk, hall: Hall, role: Role) -> None:
    office = routed.office
    if role == Role.DESK:
        routed.act(Action.STAMP, hall.partner)
        user, department = office.desk, office.setting.lead_department_id
        PostHolder.objects.filter(title="課長").update(user=user)
        words = "起案した人は決裁できません"
    else:
        user, department = office.reviewers[routed.second_id], routed.second_id
        words = "審査に加わった人は決裁できません"
    user.appointments.create(department_id=department, role=Role.DECIDER, from_on=SINCE)

    assert words in refused(routed, user)


def test_nobody_stamps_two_steps(routed: Walk, hall: Hall) -> None:
    """課長 became 部長 as well: the second step needs somebody else."""
    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    PostHolder.objects.filter(title="部長").update(user=hall.section_chief)

    assert "同じ人が二つの段" in refused(routed, hall.section_chief, Action.DECIDE)
    assert not mine(routed, hall.section_chief)


def test_stamps_fall_when_the_content_changes(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner)
    row = routed.application.judgements.order_by("pk")[0]
    type(row).objects.filter(pk=row.pk).update(note="あとから書き足した。")

    # The stamp of 合議 no longer counts, and nothing else may be stamped on the new content.
    assert refused(routed, hall.section_chief, Action.DECIDE).startswith("いまは合議 都市計画課の番です。")
    routed.act(Action.RETURN_PROPOSAL, hall.section_chief, reason="内容が変わったため。")
    assert case_of(routed).state == State.GATHERING


def test_any_step_may_return_and_a_new_proposal_starts_over(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner)
    routed.act(Action.RETURN_PROPOSAL, hall.director, reason="理由を詳しく。")
    assert not mine(routed, hall.section_chief)

    routed.propose()

    assert mine(routed, hall.partner)
    assert not mine(routed, hall.section_chief)
    assert ProposalStamp.objects.count() == 1


# --- 代決 and 後閲 ----------------------------------------------------------------------------------------------------


def decided_by_deputy(routed: Walk, hall: Hall) -> ProposalStamp:
    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    away(routed, hall.director, hall.deputy)
    assert mine(routed, hall.deputy)
    routed.act(Action.DECIDE, hall.deputy)
    return ProposalStamp.objects.get(kind="deputy")


def test_a_deputy_decides_while_the_holder_is_away(routed: Walk, hall: Hall) -> None:
    stamp = decided_by_deputy(routed, hall)

    assert (stamp.by_id, stamp.on_behalf_of_id) == (hall.deputy.pk, hall.director.pk)
    assert case_of(routed).state == State.CERTIFIED
    assert Notice.objects.filter(recipient=hall.director, subject__startswith="代決がありました").exists()


def test_what_was_decided_by_a_deputy_stays_open_until_it_is_read(routed: Walk, hall: Hall) -> None:
    stamp = decided_by_deputy(routed, hall)
    director = routed.actor(hall.director)
    assert list(unconfirmed_of(director)) == [stamp]
    given: dict[str, Any] = {
        "application_id": routed.application.public_id,
        "stamp_id": stamp.public_id,
        "now": routed.at,
    }

    with pytest.raises(ActRefused, match="本人だけ"):
        confirm_stamp(**given, comment="", actor=routed.actor(hall.deputy))
    first = confirm_stamp(**given, comment="了解しました。", actor=director)
    again = confirm_stamp(**given, comment="二度目", actor=director)

    assert first == again
    assert not unconfirmed_of(director).exists()
    assert AuditEvent.objects.filter(action="certification.confirm_stamp").count() == 1


def test_no_deputy_without_an_absence_of_today(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    absence = away(routed, hall.director, hall.deputy, days=3)
    end_absence(absence_id=absence.public_id, actor=routed.actor(hall.director), now=routed.at)
    assert "あなたの段はありません" in refused(routed, hall.deputy, Action.DECIDE)
    assert not mine(routed, hall.deputy)

    away(routed, hall.director, hall.deputy, days=1)
    routed.tick()
    routed.tick()
    assert "あなたの段はありません" in refused(routed, hall.deputy, Action.DECIDE)
    assert not mine(routed, hall.deputy)


def test_no_deputy_where_the_step_does_not_allow_one(routed: Walk, hall: Hall) -> None:
    routed.act(Action.STAMP, hall.partner)
    away(routed, hall.section_chief, hall.deputy)

    assert "あなたの段はありません" in refused(routed, hall.deputy, Action.DECIDE)
    assert not mine(routed, hall.deputy)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"deputy": "director"}, "deputy", "別の人"),
        ({"deputy": "partner"}, "deputy", "同じ課の決裁者"),
        ({"until": -1}, "until", "初日以後"),
        ({"from_on": -9, "until": -2}, "until", "もう終わった期間"),
        ({"until": 400}, "until", "1年まで"),
    ],
)
def test_an_absence_that_does_not_fit(
    routed: Walk, hall: Hall, change: dict[str, object], field: str, words: str
) -> None:
    today = timezone.localdate(routed.at)
    given = {"deputy": "deputy", "from_on": 0, "until": 5} | change
    with pytest.raises(InputMissing, match=words) as told:
        register_absence(
            user_id=hall.director.pk,
            deputy_id=getattr(hall, str(given["deputy"])).pk,
            from_on=today + dt.timedelta(days=int(str(given["from_on"]))),
            until=today + dt.timedelta(days=int(str(given["until"]))),
            actor=routed.actor(hall.director),
            now=routed.at,
        )
    assert told.value.field == field


def test_absences_do_not_overlap_and_a_second_click_is_one(routed: Walk, hall: Hall) -> None:
    first = away(routed, hall.director, hall.deputy)
    assert away(routed, hall.director, hall.deputy) == first
    with pytest.raises(InputMissing, match="重なる不在"):
        away(routed, hall.director, hall.section_chief, days=2)


def test_only_oneself_and_the_administrator_register_an_absence(routed: Walk, hall: Hall) -> None:
    today = timezone.localdate(routed.at)
    given: dict[str, Any] = {
        "user_id": hall.director.pk,
        "deputy_id": hall.deputy.pk,
        "from_on": today,
        "until": today,
    }

    with pytest.raises(NotFound):
        register_absence(**given, actor=routed.actor(hall.section_chief), now=routed.at)
    absence = register_absence(**given, actor=routed.actor(routed.office.administrator), now=routed.at)
    with pytest.raises(NotFound):
        end_absence(absence_id=absence.public_id, actor=routed.actor(hall.section_chief), now=routed.at)


# --- Who sees it ------------------------------------------------------------------------------------------------------


def test_lists_show_it_to_whose_step_it_is(routed: Walk, hall: Hall) -> None:
    people = (hall.partner, hall.section_chief, hall.director, hall.deputy)
    assert [mine(routed, user) for user in people] == [True, False, False, False]
    routed.act(Action.STAMP, hall.partner)
    assert [mine(routed, user) for user in people] == [False, True, False, False]
    routed.act(Action.STAMP, hall.section_chief)
    assert [mine(routed, user) for user in people] == [False, False, True, False]
    routed.act(Action.DECIDE, hall.director)
    assert [mine(routed, user) for user in people] == [False] * 4


def test_a_department_that_only_agrees_sees_the_case_from_when_it_arrives(
    office: Office, gathered: Walk, hall: Hall
) -> None:
    """The third department reviews nothing; its 合議 comes after the 課長."""
    third = next(pk for pk in office.reviewers if pk != gathered.second_id)
    user = person("third@own.example.jp", "三田 合議(見本)")
    user.appointments.create(department_id=third, role=Role.DECIDER, from_on=SINCE)
    change_route(office, hall, third=third)
    assert not may_open(gathered, user)

    gathered.propose()
    assert not may_open(gathered, user)
    gathered.act(Action.STAMP, hall.section_chief)
    assert may_open(gathered, user)
    gathered.act(Action.STAMP, user).act(Action.DECIDE, hall.director)
    assert may_open(gathered, user)


# --- Routes -----------------------------------------------------------------------------------------------------------


def change_route(office: Office, hall: Hall, *, third: int) -> ApprovalRoute:
    """課長, then 合議 of the third department, then 部長."""
    content = route_of(office, hall)
    agree, chief, director = content.steps
    steps = (
        dataclasses.replace(chief, order=1),
        dataclasses.replace(agree, order=2, department_id=third),
        director,
    )
    route = ApprovalRoute.objects.in_use().get()
    return save_route(
        route_id=route.public_id,
        content=dataclasses.replace(content, steps=steps),
        actor=actor_of(office.administrator, day=timezone.localdate(MONDAY_MORNING)),
        now=MONDAY_MORNING,
        seen=fingerprint(route_content(route)),
    )


def test_a_running_proposal_keeps_its_route(routed: Walk, hall: Hall) -> None:
    office = routed.office
    third = next(pk for pk in office.reviewers if pk != routed.second_id)
    new = change_route(office, hall, third=third)

    assert (new.version, Proposal.objects.values_list("route__version", flat=True).get()) == (2, 1)
    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    routed.act(Action.DECIDE, hall.director)
    assert case_of(routed).state == State.CERTIFIED


def test_a_successor_stamps_what_is_under_way(routed: Walk, hall: Hall) -> None:
    """People are no part of a version."""
    office, route = routed.office, ApprovalRoute.objects.get()
    content = route_content(route)
    steps = [
        dataclasses.replace(step, holders=(hall.deputy.pk,)) if step.title == "課長" else step
        for step in content.steps
    ]
    same = save_route(
        route_id=route.public_id,
        content=dataclasses.replace(content, steps=tuple(steps)),
        actor=routed.actor(office.administrator),
        now=routed.at,
        seen=fingerprint(content),
    )
    assert same == route

    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.deputy)
    assert mine(routed, hall.director)


def test_an_ended_route_leaves_one_decider(hall: Hall, gathered: Walk) -> None:
    route = ApprovalRoute.objects.get()
    actor = gathered.actor(gathered.office.administrator)
    with pytest.raises(Stale):
        end_route(route_id=route.public_id, actor=actor, now=gathered.at, seen="old")
    end_route(route_id=route.public_id, actor=actor, now=gathered.at, seen=fingerprint(route_content(route)))

    gathered.propose().decide()
    assert case_of(gathered).state == State.CERTIFIED


def test_two_routes_never_claim_one_proposal(office: Office, hall: Hall) -> None:
    actor = actor_of(office.administrator, day=timezone.localdate(MONDAY_MORNING))
    content = dataclasses.replace(route_of(office, hall), kinds=("refuse",))
    with pytest.raises(InputMissing, match="もう別の経路があります"):
        save_route(route_id=None, content=content, actor=actor, now=MONDAY_MORNING, seen="")


def test_a_route_of_another_city_does_not_exist(hall: Hall, other_office: Office) -> None:
    route = ApprovalRoute.objects.get()
    actor = actor_of(other_office.administrator, day=timezone.localdate(MONDAY_MORNING))
    with pytest.raises(NotFound):
        end_route(route_id=route.public_id, actor=actor, now=MONDAY_MORNING, seen="")


# --- What the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certification_proposalstamp SET by_id = by_id",
        "DELETE FROM certification_proposalstamp",
        "UPDATE certification_stampconfirmation SET comment = 'x'",
        "DELETE FROM certification_stampconfirmation",
        "UPDATE certification_approvalstep SET title = title",
        "DELETE FROM certification_approvalstep",
    ],
)
def test_stamps_and_steps_are_only_ever_added(routed: Walk, hall: Hall, statement: str) -> None:
    stamp = decided_by_deputy(routed, hall)
    confirm_stamp(
        application_id=routed.application.public_id,
        stamp_id=stamp.public_id,
        comment="",
        actor=routed.actor(hall.director),
        now=routed.at,
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_that_was_replaced_never_changes(office: Office, hall: Hall, accepted: Walk) -> None:
    third = next(pk for pk in office.reviewers if pk != accepted.second_id)
    change_route(office, hall, third=third)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalRoute.objects.filter(ended_at__isnull=False).update(ended_at=None)
