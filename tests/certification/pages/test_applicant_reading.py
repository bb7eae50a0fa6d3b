"""What an applicant reads in every state, and what no applicant's page may show."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, Walk, changed, item_numbers
from certification.models import Application, Operator, ReturnPoint
from certification.models import Plan as PlanRecord
from certification.rules.operators import OperatorRole
from certification.rules.plan import Contact, Plan
from certification.rules.workflow import Action, State
from certification.selectors.applicant import PAGE, own_case, returned
from certification.services.judging import draft_point
from tests.certification.pages.forms_on_page import post_form
from tests.certification.pages.test_applicant_files import url

MOST_QUERIES = 12
SECRET = "内部だけの所見です"


@pytest.fixture
def sent_back(accepted: Walk) -> Walk:
    """補正待ち: one point of each department, released together."""
    soft, hard = item_numbers(accepted.office.setting)
    accepted.gather(lead={soft: FLOW_MISSING}, second={hard: AREA_DOUBT})
    return accepted.send_back(message="次の点を直してください。")


def text_of(client: Client, name: str, walk: Walk, *args: str) -> str:
    answer = client.get(url(name, walk.application.public_id, *args))
    assert answer.status_code == 200
    return answer.content.decode()


# --- States ---


@pytest.mark.parametrize("end", [PlanRecord.Status.ABOLISHED, PlanRecord.Status.REVOKED])
def test_a_plan_that_ended_says_so_and_leads_to_what_was_told_of_it(
    proposed: Walk, applicant_client: Client, end: PlanRecord.Status
) -> None:
    """Who opens the old application must not read 認定されました, nor lose the way to its reports and letters."""
    walk = proposed.decide()
    whole = reverse("certification:own_certified", args=[walk.application.plan.public_id])
    shown = text_of(applicant_client, "plan", walk)
    assert whole in shown
    assert url("plan_register", walk.application.public_id) in shown
    PlanRecord.objects.filter(pk=walk.application.plan_id).update(status=end)
    shown = text_of(applicant_client, "plan", walk)
    assert f"いまは認定を受けていません({end.label})" in shown
    assert "認定されました" not in shown.partition("これまでのこと")[0]
    assert whole in shown
    assert url("plan_register", walk.application.public_id) not in shown


@pytest.mark.parametrize("role", OperatorRole)
def test_everybody_of_the_operator_finds_the_certified_plan(
    proposed: Walk, applicant_client: Client, role: OperatorRole
) -> None:
    """What to show on the public list is the manager's to say; the plan is everybody's to read."""
    walk = proposed.decide()
    walk.application.plan.operator.members.update(role=role)
    shown = text_of(applicant_client, "plan", walk)
    assert reverse("certification:own_certified", args=[walk.application.plan.public_id]) in shown
    is_manager = role == OperatorRole.MANAGER
    assert (url("plan_register", walk.application.public_id) in shown) == is_manager


def test_each_state_says_whose_turn_it_is(
    walk: Walk, owner: tuple[Operator, User], plan: Plan, applicant_client: Client
) -> None:
    expected: list[tuple[Callable[[], Walk], str]] = [
        (lambda: walk.begin(owner[0], plan), "申請できます"),
        (lambda: walk.act(Action.SUBMIT, walk.user), "輪野市が受け付けるのを待っています"),
        (lambda: walk.accept(), "輪野市が審査しています"),
        (lambda: walk.gather(lead={10: FLOW_MISSING}), "輪野市が審査しています"),
        (lambda: walk.send_back(), "直すところが1件あります"),
        (lambda: walk.answer("直しました。"), "すべて答えました"),
        (lambda: walk.resubmit(), "輪野市が審査しています"),
        (lambda: walk.gather().propose(), "輪野市が審査しています"),
        (lambda: walk.decide(), "認定されました"),
    ]
    for step, sentence in expected:
        step()
        assert sentence in text_of(applicant_client, "plan", walk)
        assert applicant_client.get(reverse("certification:plans")).status_code == 200


def test_a_certified_plan_shows_number_reasons_and_letter(proposed: Walk, applicant_client: Client) -> None:
    walk = proposed.decide()
    text = text_of(applicant_client, "plan", walk)
    letter = walk.application.letters.get()
    assert walk.application.plan.certified_number in text
    assert "法第41条各号の基準に適合すると認められるため" in text
    assert reverse("certification:letter", args=[letter.public_id]) in text


def test_a_refused_plan_shows_criterion_reasons_and_appeal(gathered: Walk, applicant_client: Client) -> None:
    walk = gathered.propose_refusal("41-7", "対価が著しく高いため。")
    assert "対価が著しく高いため" not in text_of(applicant_client, "plan", walk)
    text = text_of(applicant_client, "plan", walk.decide())
    assert "法第41条第7号(居住安定援助の対価)" in text
    assert "対価が著しく高いため。" in text
    assert "審査請求" in text


def test_a_withdrawn_plan_offers_a_new_one(filed: Walk, applicant_client: Client) -> None:
    case_id = filed.application.public_id
    question = applicant_client.get(url("plan_withdraw", case_id))
    form = post_form(question)
    for _ in range(2):
        assert applicant_client.post(url("plan_withdraw", case_id), form.fields).status_code == 302
    filed.reload()
    assert filed.application.state == State.WITHDRAWN
    assert reverse("certification:plan_new") in text_of(applicant_client, "plan", filed)
    assert applicant_client.get(url("plan_withdraw", case_id)).status_code == 302


def test_a_stale_withdrawal_is_asked_again(filed: Walk, applicant_client: Client) -> None:
    case_id = filed.application.public_id
    form = post_form(applicant_client.get(url("plan_withdraw", case_id)))
    filed.accept()
    answer = applicant_client.post(url("plan_withdraw", case_id), form.fields)
    assert answer.status_code == 409
    assert "まだ取り下げていません" in answer.content.decode()
    assert filed.reload().state == State.LEAD_REVIEW
    assert applicant_client.post(url("plan_withdraw", case_id), post_form(answer).fields).status_code == 302
    assert filed.reload().state == State.WITHDRAWN


# --- What is not told ---

PAGES = ("plan", "plan_preview", "plan_returns", "plan_submit", "plan_documents")


def test_drafts_of_points_never_reach_the_applicant(
    accepted: Walk, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    draft_point(
        application_id=accepted.application.public_id,
        item_number=10,
        text=SECRET,
        actor=accepted.actor(accepted.office.desk),
        now=accepted.at,
    )
    assert ReturnPoint.objects.filter(text=SECRET).count() == 1
    actor = actor_of(owner[1], day=timezone.localdate())
    assert returned(own_case(actor, accepted.application.public_id)) is None
    for name in PAGES:
        answer = applicant_client.get(url(name, accepted.application.public_id), follow=True)
        assert SECRET not in answer.content.decode()
    assert SECRET not in applicant_client.get(reverse("certification:plans")).content.decode()


def test_a_draft_of_the_second_round_stays_inside(
    sent_back: Walk, owner: tuple[Operator, User], plan: Plan, applicant_client: Client
) -> None:
    walk = sent_back
    walk.answer("直しました。").resubmit()
    draft_point(
        application_id=walk.application.public_id,
        item_number=11,
        text=SECRET,
        actor=walk.actor(walk.office.desk),
        now=walk.at,
    )
    actor = actor_of(owner[1], day=timezone.localdate())
    latest = returned(own_case(actor, walk.application.public_id))
    assert latest is not None
    assert len(latest.points) == 2
    for name in PAGES:
        answer = applicant_client.get(url(name, walk.application.public_id), follow=True)
        assert SECRET not in answer.content.decode()


def test_the_steps_inside_the_office_are_not_told(gathered: Walk, applicant_client: Client) -> None:
    """Names of people, departments, internal states and acts stay inside."""
    inside = ("持回り", "取りまとめ", "決裁", "起案", "都市計画課", "福祉総務課", gathered.office.desk.name)
    listing = applicant_client.get(reverse("certification:plans")).content.decode()
    for text in (text_of(applicant_client, "plan", gathered), listing):
        assert [word for word in inside if word in text] == []


def test_a_correction_past_its_day_says_so(sent_back: Walk, applicant_client: Client) -> None:
    case = sent_back.application
    case.return_rounds.update(due_on=timezone.localdate())
    assert "を過ぎています" not in text_of(applicant_client, "plan_returns", sent_back)
    case.return_rounds.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    assert "を過ぎています。できるだけ早く送るか" in text_of(applicant_client, "plan_returns", sent_back)


def test_judged_answers_are_not_told_before_the_next_return(
    sent_back: Walk, applicant_client: Client
) -> None:
    walk = sent_back
    walk.answer("直しました。").resubmit()
    walk.judge_answers(walk.office.desk, walk.lead_id, resolved=False, note=SECRET)
    assert ReturnPoint.objects.filter(judgement_note=SECRET).exists()
    text = text_of(applicant_client, "plan_returns", walk)
    assert SECRET not in text
    assert "直しました。" in text


def test_refusals_do_not_name_the_steps_inside(gathered: Walk, applicant_client: Client) -> None:
    case_id = gathered.application.public_id
    acts = {
        url("plan_section", case_id, "price"): {"monthly_yen": "1", "do": "back"},
        url("plan_documents", case_id): {},
        url("plan_submit", case_id): {
            "act": "submit",
            "seen": gathered.application.lock_version,
            "key": str(uuid.uuid4()),
        },
    }
    for address, data in acts.items():
        answer = applicant_client.post(address, data, follow=True)
        assert "取りまとめ" not in answer.content.decode(), address
    assert gathered.reload().state == State.GATHERING


# --- Others' plans ---


def test_another_operators_pages_do_not_exist(sent_back: Walk, outsider_client: Client) -> None:
    case_id = sent_back.application.public_id
    document = sent_back.reload().current_version.documents.first()
    assert document is not None
    addresses = [url(name, case_id) for name in (*PAGES, "plan_withdraw")]
    addresses += [
        url("plan_section", case_id, "price"),
        url("plan_document_remove", case_id, document.public_id),
        url("plan", uuid.uuid4()),
    ]
    for address in addresses:
        assert outsider_client.get(address).status_code == 404, address
        assert outsider_client.post(address).status_code in (404, 405), address
    listing = outsider_client.get(reverse("certification:plans")).content.decode()
    assert "見本荘" not in listing


def test_staff_do_not_meet_the_applicants_pages(filed: Walk, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(filed.office.desk)
    assert client.get(url("plan", filed.application.public_id)).status_code == 404
    assert "まだ事業者の担当者ではありません" in client.get(reverse("certification:plans")).content.decode()


def test_a_plan_is_not_begun_for_a_foreign_operator(
    office: Office, owner: tuple[Operator, User], outsider: tuple[Operator, User], outsider_client: Client
) -> None:
    data = {"operator": str(owner[0].public_id), "municipality": office.municipality.code}
    answer = outsider_client.post(reverse("certification:plan_new"), data)
    assert answer.status_code == 422
    assert owner[0].plans.count() == 0


def test_a_double_click_begins_one_plan(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    address = reverse("certification:plan_new")
    form = post_form(applicant_client.get(address)).fields | {"municipality": office.municipality.code}
    answers = [applicant_client.post(address, form) for _ in range(2)]
    assert owner[0].plans.count() == 1
    [case] = Application.objects.all()
    assert {answer.headers["Location"] for answer in answers} == {url("plan", case.public_id)}
    assert (
        applicant_client.get(answers[0].headers["Location"])
        .content.decode()
        .count("新しい計画を用意しました。")
        == 1
    )

    again = post_form(applicant_client.get(address)).fields | {"municipality": office.municipality.code}
    assert applicant_client.post(address, again).status_code == 302
    assert owner[0].plans.count() == 2, "A page opened anew is another plan."


@pytest.mark.parametrize("key", [None, "", "no-key"])
def test_without_a_key_nothing_is_begun_and_the_next_click_works(
    office: Office, owner: tuple[Operator, User], applicant_client: Client, key: str | None
) -> None:
    address = reverse("certification:plan_new")
    data = {"operator": str(owner[0].public_id), "municipality": office.municipality.code}
    answer = applicant_client.post(address, data if key is None else data | {"key": key})
    assert answer.status_code == 422
    assert "この画面は古くなっていました。" in answer.content.decode()
    assert owner[0].plans.count() == 0
    assert applicant_client.post(address, post_form(answer).fields).status_code == 302


def test_the_key_of_another_act_begins_nothing(
    filed: Walk, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    used = filed.application.performed_acts.get(action=Action.SUBMIT).key
    data = {"operator": str(owner[0].public_id), "municipality": filed.office.municipality.code, "key": used}
    answer = applicant_client.post(reverse("certification:plan_new"), data)
    assert answer.status_code == 422
    assert "この画面は古くなっていました。" in answer.content.decode()
    assert owner[0].plans.count() == 1


def test_a_municipality_that_takes_nothing_is_told(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    data = {"operator": str(owner[0].public_id), "municipality": "130001"}
    answer = applicant_client.post(reverse("certification:plan_new"), data)
    assert answer.status_code == 422
    assert "まだこのシステムで申請を受け付けていません" in answer.content.decode()


# --- 補正 ---


def test_points_are_answered_one_by_one_and_the_plan_goes_back(
    sent_back: Walk, plan: Plan, applicant_client: Client
) -> None:
    walk = sent_back
    case_id = walk.application.public_id
    page = applicant_client.get(url("plan_returns", case_id))
    text = page.content.decode()
    assert FLOW_MISSING[1] in text
    assert url("plan_section", case_id, "support") in text
    assert url("plan_documents", case_id) in text
    form = post_form(page)
    first, second = [name for name in form.fields if name.startswith("answer-")]
    answer: Any = applicant_client.post(
        url("plan_returns", case_id), form.fields | {first: "書き加えました。", "do": "stay"}
    )
    assert answer.url == url("plan_returns", case_id)
    assert sorted(walk.application.return_points.values_list("status", flat=True)) == ["answered", "released"]

    early = applicant_client.get(url("plan_submit", case_id))
    assert "まだ答えていないものが1件あります" in early.content.decode()
    refused = applicant_client.post(url("plan_submit", case_id), post_form(early).fields)
    assert refused.status_code == 409
    assert walk.reload().state == State.AWAITING_CORRECTION

    page = applicant_client.get(url("plan_returns", case_id))
    form = post_form(page)
    assert form.fields[first] == "書き加えました。"
    answer = applicant_client.post(
        url("plan_returns", case_id), form.fields | {second: "測り直しました。", "do": "next"}
    )
    assert answer.url == url("plan_submit", case_id)
    page = applicant_client.get(answer.url)
    assert applicant_client.post(answer.url, post_form(page).fields).status_code == 302
    assert walk.reload().state == State.LEAD_REVIEW
    assert "もう送りました" in text_of(applicant_client, "plan_returns", walk)


def test_an_answer_cannot_be_emptied_but_the_others_are_saved(
    sent_back: Walk, applicant_client: Client
) -> None:
    walk = sent_back.answer("直しました。")
    case_id = walk.application.public_id
    form = post_form(applicant_client.get(url("plan_returns", case_id)))
    first, second = [name for name in form.fields if name.startswith("answer-")]
    answer = applicant_client.post(
        url("plan_returns", case_id), form.fields | {first: " ", second: "別の答え"}
    )
    assert answer.status_code == 422
    assert "どこをどう直したか" in answer.content.decode()
    assert set(walk.application.return_points.values_list("answer", flat=True)) == {
        "直しました。",
        "別の答え",
    }


def test_a_change_nobody_asked_for_is_marked(sent_back: Walk, plan: Plan, applicant_client: Client) -> None:
    walk = sent_back
    safety = dataclasses.replace(plan.support.safety, flow="30分のうちに管理人が訪ねます。")
    support = dataclasses.replace(plan.support, safety=safety)
    walk.write(changed(plan, support=support, contact=Contact(name="別の窓口", phone="042-000-0009")))
    page = applicant_client.get(url("plan_submit", walk.application.public_id))
    rows = {row["term"]: row for row in page.context["changes"]}
    asked = [term for term, row in rows.items() if not row["unasked"]]
    unasked = [term for term, row in rows.items() if row["unasked"]]
    assert any("異常があったときの流れ" in term for term in asked)
    assert any("問合せ先の名称" in term for term in unasked)
    assert "指摘のない変更" in page.content.decode()


def test_a_foreign_point_is_not_answered(sent_back: Walk, applicant_client: Client) -> None:
    form = post_form(applicant_client.get(url("plan_returns", sent_back.application.public_id)))
    forged = form.fields | {f"answer-{uuid.uuid4()}": "なりすまし"}
    applicant_client.post(url("plan_returns", sent_back.application.public_id), forged)
    assert not ReturnPoint.objects.filter(answer="なりすまし").exists()


# --- Speed ---


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(caught)


def test_pages_of_one_plan_cost_few_queries(sent_back: Walk, applicant_client: Client) -> None:
    case_id = sent_back.application.public_id
    costs = {
        name: queries(applicant_client, url(name, case_id))
        for name in ("plan", "plan_documents", "plan_preview", "plan_returns", "plan_submit", "plan_withdraw")
    }
    costs["plan_section"] = queries(applicant_client, url("plan_section", case_id, "buildings"))
    # While the days stand still, the page says when an answer today would lead to a decision.
    costs["plan"] -= 1
    assert max(costs.values()) <= MOST_QUERIES, costs


@pytest.mark.slow
def test_the_list_costs_the_same_for_one_and_for_fifty(
    office: Office, owner: tuple[Operator, User], plan: Plan, applicant_client: Client
) -> None:
    from certification.services.planning import begin_plan

    actor = actor_of(owner[1], day=timezone.localdate())
    counts = []
    for wanted in (1, 3, 50):
        while owner[0].plans.count() < wanted:
            begin_plan(
                operator_id=owner[0].public_id,
                municipality_code=office.municipality.code,
                actor=actor,
                now=timezone.now(),
                key=uuid.uuid4(),
            )
        counts.append(queries(applicant_client, reverse("certification:plans")))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST_QUERIES


@pytest.mark.slow
def test_the_list_goes_on_by_page_and_shows_each_plan_once(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    from certification.services.planning import begin_plan

    actor = actor_of(owner[1], day=timezone.localdate())
    made = {
        begin_plan(
            operator_id=owner[0].public_id,
            municipality_code=office.municipality.code,
            actor=actor,
            now=timezone.now(),
            key=uuid.uuid4(),
        ).application.public_id
        for _ in range(PAGE + 3)
    }
    first = applicant_client.get(reverse("certification:plans"))
    after = first.context["page"].after
    second = applicant_client.get(reverse("certification:plans"), {"after": str(after)})
    seen = [row["case"].public_id for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen))
    assert set(seen) == made
    assert f"?after={after}" in first.content.decode()
    assert second.context["page"].after is None


def test_a_strange_cursor_is_no_page(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    for cursor in ("x", str(uuid.uuid4())):
        assert applicant_client.get(reverse("certification:plans"), {"after": cursor}).status_code == 404


# --- The front door ---


def test_the_front_door_is_open_and_no_dead_end(client: Client, db: None) -> None:
    text = client.get("/").content.decode()
    assert reverse("account_login") in text
    assert reverse("councils:search") in text
    assert reverse("councils:help_now") in text
