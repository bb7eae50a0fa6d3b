"""支援プラン and 入居後の確認 as the desk keeps them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, CaseTask, FollowUp, PlanStep, SupportPlan
from consultations.rules.plans import Step
from consultations.services import closing
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.follow_ups import record_follow_up
from consultations.services.plans import write_plan
from consultations.services.work import add_task
from tests.consultations.conftest import NOW, TODAY, TakeIn, acting

SECRET = "だれにも言わないこと"


def write(case: Case, team: Team, **values: Any) -> SupportPlan:
    usual = {
        "phase": "before", "situation": SECRET, "wish": "駅の近く", "goal": "移る",
        "steps": [Step(who="本人", what="店に行く"), Step(who="相談員", what="付き添う", until=TODAY)],
        "review_on": TODAY + dt.timedelta(days=30), "explained_on": None, "key": uuid.uuid4(), "seen": 0,
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return write_plan(case_id=case.public_id, **{**usual, **values})


def end(case: Case, team: Team, **values: Any) -> Case:
    case.refresh_from_db()
    usual = {
        "outcome": "contracted", "failure_reasons": [], "closing_note": "", "rent_yen": 50_000, "area": "",
        "seen": case.revision, "actor": acting(team.counsellor), "now": NOW, "is_followed": True,
    }  # fmt: skip
    return closing.close(case_id=case.public_id, **{**usual, **values})


def hear(found: FollowUp, team: Team, **values: Any) -> FollowUp:
    usual = {
        "result": "well", "text": "", "happened_on": TODAY, "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return record_follow_up(case_id=found.case.public_id, follow_up_id=found.public_id, **{**usual, **values})


def test_a_plan_puts_its_review_among_the_tasks(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    plan = write(case, desk_team)
    case.refresh_from_db()
    assert case.next_due_on == plan.review_on == plan.review_task.due_on
    assert plan.review_task.assigned_to_id == case.assigned_to_id
    assert [(step.who, step.until) for step in plan.steps.all()] == [("本人", None), ("相談員", TODAY)]
    event = AuditEvent.objects.get(action="consultations.plan_written")
    assert SECRET not in str(event.details), "the trail holds no word of a plan"


def test_a_review_is_the_next_version_and_finishes_the_task(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    first = write(case, desk_team)
    second = write(case, desk_team, seen=1, goal="もう移った")
    first.refresh_from_db()
    assert (first.version, second.version) == (1, 2)
    assert first.goal == "移る"
    first.review_task.refresh_from_db()
    assert first.review_task.done_at == NOW
    assert second.review_task.done_at is None


def test_the_slower_of_two_writers_is_told(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    write(case, desk_team)
    with pytest.raises(Stale):
        write(case, desk_team, seen=0, actor=acting(desk_team.supervisor))
    assert case.plans.count() == 1
    assert write(case, desk_team, phase="during", seen=0).version == 1, "each phase counts its own"


def test_a_double_click_is_one_version(take_in: TakeIn, desk_team: Team) -> None:
    case, key = take_in(), uuid.uuid4()
    assert write(case, desk_team, key=key) == write(case, desk_team, key=key)
    assert (SupportPlan.objects.count(), PlanStep.objects.count(), CaseTask.objects.count()) == (1, 2, 1)


def test_what_is_wrong_is_told_and_nothing_is_half_written(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    with pytest.raises(InputMissing) as told:
        write(case, desk_team, goal="", explained_on=TODAY + dt.timedelta(days=1))
    assert set(told.value.problems) == {"goal", "explained_on"}
    with pytest.raises(NotFound):
        write(case, desk_team, phase="afterlife")
    assert not SupportPlan.objects.exists()
    assert not CaseTask.objects.exists()


def test_another_desk_finds_no_case_to_plan_for(take_in: TakeIn, desk_team: Team, other_team: Team) -> None:
    with pytest.raises(NotFound):
        write(take_in(), desk_team, actor=acting(other_team.supervisor))


def test_the_database_lets_nobody_change_a_plan(take_in: TakeIn, desk_team: Team) -> None:
    write(take_in(), desk_team)
    for act in (
        lambda: SupportPlan.objects.update(goal=""),
        lambda: PlanStep.objects.update(what=""),
        lambda: PlanStep.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_home_is_asked_after_three_times(take_in: TakeIn, desk_team: Team) -> None:
    case = end(take_in(), desk_team, moved_in_on=dt.date(2026, 11, 30))
    found = list(case.follow_ups.values_list("months", "due_on"))
    assert found == [(1, dt.date(2026, 12, 30)), (3, dt.date(2027, 2, 28)), (12, dt.date(2027, 11, 30))]
    assert case.next_due_on == dt.date(2026, 12, 30)


@pytest.mark.parametrize(
    "values",
    [
        {"is_followed": False},
        {"outcome": "information", "rent_yen": None},
        {"outcome": "not_found", "rent_yen": None, "failure_reasons": ["age"]},
    ],
)
def test_who_has_no_home_or_wants_no_asking_is_not_asked(
    take_in: TakeIn, desk_team: Team, values: dict[str, Any]
) -> None:
    case = end(take_in(), desk_team, **values)
    assert not case.follow_ups.exists()
    assert case.next_due_on is None


def test_how_it_goes_is_kept_once_and_the_next_day_comes_up(take_in: TakeIn, desk_team: Team) -> None:
    case = end(take_in(), desk_team)
    first = case.follow_ups.all()[0]
    hear(first, desk_team, result="trouble", text="上の階の音で眠れない")
    case.refresh_from_db()
    assert case.next_due_on == case.follow_ups.get(months=3).due_on
    assert case.state == "closed"
    with pytest.raises(Refused):
        hear(first, desk_team)
    with pytest.raises(InputMissing):
        hear(case.follow_ups.get(months=3), desk_team, result="trouble")
    assert "眠れない" not in str(AuditEvent.objects.get(action="consultations.followed_up").details)


@pytest.mark.parametrize("result", ["moved", "declined"])
def test_who_moved_or_says_no_is_not_asked_again(take_in: TakeIn, desk_team: Team, result: str) -> None:
    case = end(take_in(), desk_team)
    hear(case.follow_ups.all()[0], desk_team, result=result)
    case.refresh_from_db()
    assert case.next_due_on is None
    assert case.follow_ups.filter(stopped_at=NOW).count() == 2
    with pytest.raises(Refused):
        hear(case.follow_ups.get(months=12), desk_team)


def test_taking_the_case_up_again_stops_the_asking(take_in: TakeIn, desk_team: Team) -> None:
    case = end(take_in(), desk_team)
    closing.reopen(case_id=case.public_id, seen=case.revision, actor=acting(desk_team.counsellor), now=NOW)
    assert not [row for row in case.follow_ups.all() if row.is_open]
    assert end(case, desk_team).follow_ups.filter(stopped_at__isnull=True).count() == 3


def test_the_review_falls_away_with_the_case_but_other_tasks_hold_it(
    take_in: TakeIn, desk_team: Team
) -> None:
    case = take_in()
    plan = write(case, desk_team)
    add_task(
        case_id=case.public_id, title="鍵を返す", due_on=TODAY, user_id=None, key=uuid.uuid4(),
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused):
        end(case, desk_team)
    case.tasks.exclude(pk=plan.review_task_id).update(done_at=NOW, done_by=desk_team.counsellor)
    end(case, desk_team)
    plan.review_task.refresh_from_db()
    assert plan.review_task.done_at == NOW
