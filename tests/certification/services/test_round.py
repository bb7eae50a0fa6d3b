"""The main job: an application goes round two departments, comes back, goes round again and is decided."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.selectors import actor_of
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, Walk, changed, sample_plan, with_safety_every
from certification.models import (
    Application,
    DepartmentReview,
    Letter,
    Operator,
    PlanVersion,
    Proposal,
    ReturnPoint,
)
from certification.rules.plan import Plan
from certification.rules.workflow import Action, State, Turn, Verdict
from certification.selectors.facts import clock_of
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.judging import draft_point, judge, judge_not_applicable, remove_draft_point
from certification.services.planning import answer_point, begin_plan, save_section
from certification.services.workflow import ActInput, perform

FLOW_ITEM, AREA_ITEM = 10, 23


def refresh(walk: Walk) -> Application:
    return Application.objects.get(pk=walk.application.pk)


def test_filing_freezes_the_version_and_calls_the_departments(filed: Walk) -> None:
    case = refresh(filed)
    assert case.state == State.SUBMITTED
    assert case.turn == Turn.LEAD
    assert case.current_version.frozen_at is not None
    assert case.current_version.content_hash
    names = set(case.department_reviews.values_list("department__name", flat=True))
    assert names == {"福祉総務課", "都市計画課"}


def test_a_frozen_version_cannot_be_changed_even_by_sql(filed: Walk) -> None:
    version = refresh(filed).current_version
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certification_planversion SET number = 9 WHERE id = %s", [version.pk])
    assert PlanVersion.objects.get(pk=version.pk).number == 1


def test_an_incomplete_plan_is_not_filed(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> None:
    walk.begin(owner[0], changed(plan, pledges=()))
    with pytest.raises(ActRefused, match="足りないところ"):
        walk.act(Action.SUBMIT, walk.user)
    assert refresh(walk).state == State.DRAFT


def test_accepting_numbers_the_case_and_makes_27_items(accepted: Walk) -> None:
    case = refresh(accepted)
    assert case.receipt_number == "R8-認-0001"
    assert case.state == State.LEAD_REVIEW
    assert set(case.judgements.values_list("item__number", flat=True)) == set(range(1, 28))


def test_welfare_reviews_the_party_rows_only_for_designated_offices(
    walk: Walk, owner: tuple[Operator, User], plan: Plan
) -> None:
    walk.file(owner[0], plan).accept()
    welfare = set(
        refresh(walk).judgements.filter(department=walk.lead_id).values_list("item__number", flat=True)
    )
    assert welfare == {*range(7, 16), 17, 26, 27}


def test_welfare_reviews_the_party_rows_when_a_designated_office_supports(
    walk: Walk, owner: tuple[Operator, User], plan: Plan
) -> None:
    party = dataclasses.replace(
        plan.parties[0], is_designated_office=True, designated_office_number="1370000000"
    )
    walk.file(owner[0], changed(plan, parties=(party,))).accept()
    welfare = set(
        refresh(walk).judgements.filter(department=walk.lead_id).values_list("item__number", flat=True)
    )
    assert welfare == {*range(1, 16), 17, 26, 27}


def test_the_lead_passes_on_only_when_its_items_are_judged(accepted: Walk) -> None:
    with pytest.raises(ActRefused, match="残り12項目"):
        accepted.act(Action.CIRCULATE, accepted.office.desk)


def test_the_second_department_cannot_judge_before_it_is_asked(accepted: Walk) -> None:
    with pytest.raises(ActRefused):
        accepted.second_review()


def test_the_whole_round_with_one_return(accepted: Walk, plan: Plan) -> None:
    office = accepted.office
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}, second={AREA_ITEM: AREA_DOUBT})
    assert refresh(accepted).state == State.GATHERING
    with pytest.raises(ActRefused, match="要補正"):
        accepted.propose()

    accepted.send_back(message="次の点を直してください。")
    case = refresh(accepted)
    assert case.state == State.AWAITING_CORRECTION
    assert case.current_version.number == 2
    points = list(case.return_points.told().order_by("item__number"))
    assert [(point.item and point.item.number, point.department.name) for point in points] == [
        (FLOW_ITEM, "福祉総務課"),
        (AREA_ITEM, "都市計画課"),
    ]
    assert Letter.objects.get(application=case).kind == Letter.Kind.CORRECTION_REQUEST

    with pytest.raises(ActRefused, match="答えていない"):
        accepted.resubmit()
    safety = dataclasses.replace(plan.support.safety, flow="1時間のうちに管理人が訪ねます。")
    accepted.write(changed(plan, support=dataclasses.replace(plan.support, safety=safety)))
    accepted.answer("直しました。").resubmit()

    reopened = set(case.judgements.filter(verdict="").values_list("item__number", "department__name"))
    assert (FLOW_ITEM, "福祉総務課") in reopened
    assert (AREA_ITEM, "都市計画課") in reopened
    assert all(number in {7, 8, FLOW_ITEM, AREA_ITEM} for number, _ in reopened)

    accepted.gather().propose().act(Action.DECIDE, office.decider)
    case = refresh(accepted)
    assert case.state == State.CERTIFIED
    assert case.plan.certified_number == "R8-0001"
    assert Letter.objects.filter(application=case, kind=Letter.Kind.CERTIFICATION_NOTICE).count() == 1


def test_both_orders_reach_a_decision(parallel_walk: Walk, owner: tuple[Operator, User]) -> None:
    plan = sample_plan(city="古都見市")
    parallel_walk.file(owner[0], plan).accept()
    assert refresh(parallel_walk).state == State.CIRCULATING
    assert parallel_walk.application.department_reviews.filter(opened_at__isnull=False).count() == 2
    parallel_walk.gather().propose().decide()
    assert refresh(parallel_walk).state == State.CERTIFIED


def test_an_unresolved_point_is_carried_into_the_next_return(accepted: Walk, plan: Plan) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    accepted.answer("直しません。").resubmit()
    desk = accepted.office.desk
    accepted.judge(desk, accepted.lead_id)
    accepted.judge_answers(desk, accepted.lead_id, resolved=False, note="流れがまだ書かれていません。")
    accepted.send_back()
    told = list(refresh(accepted).return_points.told().order_by("pk"))
    assert [point.status for point in told] == [ReturnPoint.Status.CARRIED, ReturnPoint.Status.RELEASED]
    assert told[1].carried_from_id == told[0].pk
    assert "流れがまだ書かれていません。" in told[1].text


def test_a_point_stays_unknown_to_the_applicant_until_released(accepted: Walk) -> None:
    accepted.lead_review(verdicts={FLOW_ITEM: FLOW_MISSING})
    points = refresh(accepted).return_points
    assert points.count() == 1
    assert points.told().count() == 0


def test_taking_back_a_verdict_takes_back_its_draft(accepted: Walk) -> None:
    accepted.lead_review(verdicts={FLOW_ITEM: FLOW_MISSING})
    row = refresh(accepted).judgements.get(item__number=FLOW_ITEM)
    judge(
        application_id=accepted.application.public_id,
        judgement_id=row.pk,
        verdict=Verdict.FIT,
        note="",
        actor=accepted.actor(accepted.office.desk),
        now=accepted.at,
        seen=row.revision,
    )
    assert refresh(accepted).return_points.count() == 0


@pytest.mark.parametrize("verdict", [Verdict.CORRECT, Verdict.UNFIT])
def test_an_adverse_verdict_needs_a_note(accepted: Walk, verdict: Verdict) -> None:
    row = refresh(accepted).judgements.get(item__number=FLOW_ITEM)
    with pytest.raises(InputMissing, match="所見"):
        judge(
            application_id=accepted.application.public_id,
            judgement_id=row.pk,
            verdict=verdict,
            note=" ",
            actor=accepted.actor(accepted.office.desk),
            now=accepted.at,
            seen=row.revision,
        )


def test_the_drafter_cannot_decide(proposed: Walk) -> None:
    office = proposed.office
    office.decider.appointments.create(
        department=office.setting.lead_department, role="desk", from_on=timezone.localdate(proposed.at)
    )
    proposed.act(Action.RETURN_PROPOSAL, office.decider, reason="理由を書き足してください。")
    reason = "すべての項目が適であるため。"
    proposed.act(Action.PROPOSE_CERTIFY, office.decider, reason=reason)
    with pytest.raises(ActRefused, match="起案した人は決裁できません"):
        proposed.decide()


def test_a_reviewer_cannot_decide(accepted: Walk) -> None:
    office = accepted.office
    office.decider.appointments.create(
        department=office.setting.lead_department, role="desk", from_on=timezone.localdate(accepted.at)
    )
    accepted.judge(office.decider, accepted.lead_id)
    accepted.gather().propose()
    with pytest.raises(ActRefused, match="審査に加わった人は決裁できません"):
        accepted.decide()


def test_the_signature_falls_when_what_was_signed_changes(proposed: Walk) -> None:
    row = refresh(proposed).judgements.first()
    assert row is not None
    type(row).objects.filter(pk=row.pk).update(note="後から書き足した所見")
    with pytest.raises(ActRefused, match="起案の後に内容が変わりました"):
        proposed.decide()
    assert refresh(proposed).state == State.DECIDING


def test_a_refusal_names_criterion_and_reasons(gathered: Walk) -> None:
    with pytest.raises(InputMissing) as refused:
        gathered.propose_refusal("", "高すぎるため。")
    assert refused.value.field == "criterion"
    gathered.propose_refusal("41-7", "対価が費用に照らして高すぎるため。").decide()
    letter = Letter.objects.get(application=gathered.application)
    assert letter.kind == Letter.Kind.REFUSAL_NOTICE
    assert refresh(gathered).state == State.REFUSED
    assert refresh(gathered).plan.certified_number == ""


def test_a_stale_page_is_refused_and_nothing_is_written(gathered: Walk) -> None:
    events = AuditEvent.objects.count()
    with pytest.raises(Stale, match="他の担当者が先に"):
        perform(
            application_id=gathered.application.public_id,
            action=Action.PROPOSE_CERTIFY,
            actor=gathered.actor(gathered.office.desk),
            now=gathered.at,
            seen=gathered.application.lock_version - 1,
            key=uuid.uuid4(),
            given=ActInput(reason="適合するため。"),
        )
    assert refresh(gathered).state == State.GATHERING
    assert AuditEvent.objects.count() == events


def test_a_double_click_is_one_act(gathered: Walk) -> None:
    key = uuid.uuid4()
    first, second = (
        perform(
            application_id=gathered.application.public_id,
            action=Action.PROPOSE_CERTIFY,
            actor=gathered.actor(gathered.office.desk),
            now=gathered.at,
            seen=gathered.application.lock_version,
            key=key,
            given=ActInput(reason="適合するため。"),
        )
        for _ in range(2)
    )
    assert (first.repeated, second.repeated) == (False, True)
    assert Proposal.objects.filter(application=gathered.application).count() == 1


def test_another_city_sees_nothing(gathered: Walk, other_office: Office) -> None:
    with pytest.raises(NotFound):
        gathered.act(Action.RETURN, other_office.desk)


def test_another_operator_sees_nothing(gathered: Walk, outsider: tuple[Operator, User]) -> None:
    with pytest.raises(NotFound):
        gathered.act(Action.WITHDRAW, outsider[1])


def test_withdrawing_during_the_decision_closes_the_proposal(proposed: Walk) -> None:
    proposed.act(Action.WITHDRAW, proposed.user)
    case = refresh(proposed)
    assert case.state == State.WITHDRAWN
    assert case.proposals.get().status == Proposal.Status.WITHDRAWN
    assert case.turn == Turn.NOBODY
    assert case.due_on is None


def test_an_added_department_judges_the_items_it_was_given(accepted: Walk) -> None:
    office = accepted.office
    extra = office.municipality.departments.exclude(
        pk__in=accepted.application.department_reviews.values("department")
    ).first()
    assert extra is not None
    accepted.act(
        Action.ADD_DEPARTMENT,
        office.desk,
        department_id=extra.pk,
        item_numbers=(19, 24),
        reason="構造を見てもらうため。",
    )
    accepted.lead_review().act(Action.CIRCULATE, office.desk)
    accepted.second_review().act(Action.SEND_RESULT, office.reviewers[accepted.second_id])
    assert refresh(accepted).state == State.CIRCULATING
    reviewer = office.reviewers[extra.pk]
    accepted.judge(reviewer, extra.pk).act(Action.SEND_RESULT, reviewer)
    assert refresh(accepted).state == State.GATHERING


def test_one_person_of_two_departments_sends_for_both(accepted: Walk) -> None:
    office = accepted.office
    second = accepted.second_id
    extra = next(pk for pk in office.reviewers if pk != second)
    reviewer = office.reviewers[second]
    reviewer.appointments.create(
        department_id=extra, role="reviewer", from_on=timezone.localdate(accepted.at)
    )
    accepted.act(
        Action.ADD_DEPARTMENT, office.desk, department_id=extra, item_numbers=(19,), reason="見てもらうため。"
    )
    accepted.lead_review().act(Action.CIRCULATE, office.desk)
    accepted.judge(reviewer, second).judge(reviewer, extra).act(Action.SEND_RESULT, reviewer)
    assert refresh(accepted).state == State.GATHERING


def test_rework_asks_one_department_again(gathered: Walk) -> None:
    office = gathered.office
    gathered.act(
        Action.REWORK, office.desk, department_id=gathered.second_id, reason="図面をもう一度見てください。"
    )
    review = DepartmentReview.objects.get(application=gathered.application, department=gathered.second_id)
    assert review.sent_at is None
    assert refresh(gathered).turn == Turn.DEPARTMENTS
    gathered.act(Action.SEND_RESULT, office.reviewers[gathered.second_id])
    assert refresh(gathered).state == State.GATHERING


def test_the_clock_stops_while_the_applicant_corrects(accepted: Walk) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    setting = accepted.office.setting
    stopped = clock_of(refresh(accepted), setting=setting, today=timezone.localdate(accepted.at))
    assert stopped is not None
    assert stopped.is_stopped
    used = stopped.used
    for _ in range(5):
        accepted.tick()
    later = clock_of(refresh(accepted), setting=setting, today=timezone.localdate(accepted.at))
    assert later is not None
    assert later.used == used


def test_everybody_whose_turn_it_becomes_is_told_without_names(accepted: Walk) -> None:
    accepted.lead_review().act(Action.CIRCULATE, accepted.office.desk)
    reviewer = accepted.office.reviewers[accepted.second_id]
    notice = Notice.objects.get(recipient=reviewer)
    assert "R8-認-0001" in notice.subject
    text = notice.subject + notice.body + notice.path
    assert not any(word in text for word in ("みほん住まい", "架空", "見本荘", "見本町"))


def test_each_act_leaves_one_event_with_its_basis(accepted: Walk) -> None:
    event = AuditEvent.objects.filter(action="certification.accept").get()
    assert (event.from_state, event.to_state) == ("受付待ち", "主管課審査中")
    assert event.legal_basis == "要綱第5の2(1)"
    assert event.actor_name.startswith("青葉")


def test_not_applicable_is_set_for_many_at_once(accepted: Walk) -> None:
    rows = refresh(accepted).judgements.filter(department=accepted.lead_id)[:3]
    count = judge_not_applicable(
        application_id=accepted.application.public_id,
        judgement_ids=tuple(row.pk for row in rows),
        actor=accepted.actor(accepted.office.desk),
        now=accepted.at,
    )
    assert count == 3
    assert refresh(accepted).judgements.filter(verdict=Verdict.NOT_APPLICABLE).count() == 3


def test_a_free_point_is_drafted_and_taken_back(accepted: Walk) -> None:
    actor = accepted.actor(accepted.office.desk)
    case_id = accepted.application.public_id
    point = draft_point(
        application_id=case_id, item_number=None, text="全体に誤字があります。", actor=actor, now=accepted.at
    )
    remove_draft_point(application_id=case_id, point_id=point.public_id, actor=actor, now=accepted.at)
    assert refresh(accepted).return_points.count() == 0


def test_an_applicant_cannot_answer_a_draft(accepted: Walk) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    point = refresh(accepted).return_points.get()
    ReturnPoint.objects.filter(pk=point.pk).update(status="draft", round=None)
    with pytest.raises(NotFound):
        answer_point(
            application_id=accepted.application.public_id,
            point_id=point.public_id,
            answer="直しました。",
            actor=accepted.actor(accepted.user),
            now=accepted.at,
        )


def test_a_stale_section_is_refused(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> None:
    walk.begin(owner[0], plan)
    with pytest.raises(Stale):
        save_section(
            application_id=walk.application.public_id,
            section="contact",  # type: ignore[arg-type]
            content={},
            actor=walk.actor(walk.user),
            now=walk.at,
            seen=0,
        )


def test_nobody_begins_a_plan_for_a_foreign_operator(
    walk: Walk, owner: tuple[Operator, User], outsider: tuple[Operator, User]
) -> None:
    with pytest.raises(NotFound):
        begin_plan(
            operator_id=owner[0].public_id,
            municipality_code=walk.office.municipality.code,
            actor=actor_of(outsider[1], day=timezone.localdate(walk.at)),
            now=walk.at,
            key=uuid.uuid4(),
        )


def test_a_gap_of_the_safety_interval_does_not_stop_filing(
    walk: Walk, owner: tuple[Operator, User], plan: Plan
) -> None:
    """The criteria advise; whether two days are too long is for the department to say."""
    walk.file(owner[0], with_safety_every(plan, 2))
    assert refresh(walk).state == State.SUBMITTED
