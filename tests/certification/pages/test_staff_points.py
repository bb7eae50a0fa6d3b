"""補正の指摘 by page: drafted by each department, released together, answered, judged, carried on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certification.demo import AREA_DOUBT, FLOW_MISSING, Walk
from certification.models import ReturnPoint
from certification.rules.workflow import Action
from tests.certification.pages.test_staff_acts import act_page, done
from tests.certification.pages.test_staff_case import AREA_ITEM, FLOW_ITEM, TODAY, forms_of, read, url, words

SignIn = Callable[[User], Client]
Status = ReturnPoint.Status
NOT_RESOLVED = "まだ、だれが訪ねるかが書かれていません。"


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(accepted: Walk, sign_in: SignIn) -> Client:
    return sign_in(accepted.office.desk)


@pytest.fixture
def answered(accepted: Walk) -> Walk:
    """補正後, at the lead: one answered point of each department."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}, second={AREA_ITEM: AREA_DOUBT}).send_back()
    return accepted.answer("直しました。").resubmit()


def draft_form(page: Any) -> Any:
    [form] = [form for form in forms_of(page) if "text" in form.fields]
    return form


def write(client: Client, walk: Walk, *, page: Any = None, **typed: str) -> Any:
    address = url("case_points", walk)
    form = draft_form(page or client.get(address))
    return client.post(address, {**form.fields, **typed})


def point_of(walk: Walk, department_id: int) -> ReturnPoint:
    return walk.application.return_points.get(department=department_id)


def judge_address(walk: Walk, point: ReturnPoint) -> str:
    return url("case_point_judge", walk, point_id=point.public_id)


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_point_about_the_whole_application_is_drafted(
    accepted: Walk, desk: Client, applicant_client: Client
) -> None:
    """The applicant learns nothing of it until the lead returns the application."""
    answer = write(desk, accepted, text="全体に字が小さくて読めません。")
    assert answer.status_code == 302
    text = read(desk, url("case_points", accepted))
    assert "指摘を案に加えました" in text
    assert "申請全体" in text
    assert "全体に字が小さくて読めません。" in text
    point = accepted.application.return_points.get()
    assert (point.status, point.department_id, point.item) == (Status.DRAFT, accepted.lead_id, None)
    shown = applicant_client.get(reverse("certification:plan", args=[accepted.application.public_id]))
    assert "全体に字が小さくて" not in shown.content.decode()


def test_a_point_names_its_item(accepted: Walk, desk: Client) -> None:
    write(desk, accepted, item=str(FLOW_ITEM), text="概要図に時間を書いてください。")
    point = accepted.application.return_points.get()
    assert point.item is not None
    assert point.item.number == FLOW_ITEM


UNFIT = (
    ({"text": ""}, "直していただくこと"),
    ({"text": " \n "}, "直していただくこと"),
    ({"text": "長" * 4_001}, "4000"),
    ({"text": "直してください。", "item": "999"}, "審査事項"),
)


def test_what_does_not_fit_is_said_and_kept(accepted: Walk, desk: Client) -> None:
    for typed, sentence in UNFIT:
        answer = write(desk, accepted, **typed)
        assert answer.status_code == 422, typed
        summary = answer.content.decode().split("error-summary", 1)[1].split("</div>", 1)[0]
        assert sentence in summary, typed
        assert draft_form(answer).fields["text"].strip() == typed["text"].strip()
    assert not ReturnPoint.objects.exists()


def test_one_item_has_one_draft_of_a_department(accepted: Walk, desk: Client) -> None:
    write(desk, accepted, item=str(FLOW_ITEM), text="一つ目。")
    answer = write(desk, accepted, item=str(FLOW_ITEM), text="二つ目の文です。")
    assert answer.status_code == 422
    assert f"項目{FLOW_ITEM}の案はすでにあります" in words(answer)
    assert draft_form(answer).fields["text"] == "二つ目の文です。"


def test_a_draft_is_taken_back_by_who_wrote_it_or_by_the_lead(
    accepted: Walk, desk: Client, sign_in: SignIn
) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}, second={AREA_ITEM: AREA_DOUBT})
    reviewer = sign_in(accepted.office.reviewers[accepted.second_id])
    lead, second = point_of(accepted, accepted.lead_id), point_of(accepted, accepted.second_id)
    remove_lead = url("case_point_remove", accepted, point_id=lead.public_id)
    remove_second = url("case_point_remove", accepted, point_id=second.public_id)
    assert remove_lead not in reviewer.get(url("case_points", accepted)).content.decode()
    assert reviewer.post(remove_lead).status_code in (302, 404)
    assert ReturnPoint.objects.count() == 2
    page = desk.get(url("case_points", accepted))
    assert {remove_lead, remove_second} <= {form.action for form in forms_of(page)}
    answer = desk.post(remove_second, follow=True)
    assert "指摘の案を外しました。" in words(answer)
    assert desk.post(remove_second).status_code == 404
    assert ReturnPoint.objects.get() == lead


def test_a_point_written_too_late_is_refused_and_kept(accepted: Walk, sign_in: SignIn) -> None:
    """The result was sent from another window meanwhile."""
    accepted.lead_review().act(Action.CIRCULATE, accepted.office.desk)
    user = accepted.office.reviewers[accepted.second_id]
    reviewer = sign_in(user)
    page = reviewer.get(url("case_points", accepted))
    accepted.second_review().act(Action.SEND_RESULT, user)
    answer = write(reviewer, accepted, page=page, text="消えては困る指摘です。")
    assert answer.status_code == 409
    assert "いま開いている審査がありません" in words(answer)
    assert draft_form(answer).fields["text"] == "消えては困る指摘です。"
    assert not ReturnPoint.objects.exists()


def test_a_viewer_reads_drafts_and_writes_none(accepted: Walk, desk: Client, sign_in: SignIn) -> None:
    write(desk, accepted, text="全体に字が小さいです。")
    viewer = sign_in(accepted.office.viewer)
    page = viewer.get(url("case_points", accepted))
    assert "全体に字が小さいです。" in words(page)
    assert not [form for form in forms_of(page) if "text" in form.fields]
    assert viewer.post(url("case_points", accepted), {"text": "わたしも。"}).status_code == 409
    point = ReturnPoint.objects.get()
    viewer.post(url("case_point_remove", accepted, point_id=point.public_id))
    assert ReturnPoint.objects.get() == point


# --- Released together ------------------------------------------------------------------------------------------------


def test_the_lead_returns_the_drafts_of_all_departments_at_once(
    accepted: Walk, desk: Client, applicant_client: Client
) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}, second={AREA_ITEM: AREA_DOUBT})
    points = url("case_points", accepted)
    assert url("case_act", accepted, action="return") in desk.get(points).content.decode()
    done(desk, accepted, "return", due_on="令和8年7月31日")
    text = read(desk, points)
    assert "指摘の案(0件)" in text
    assert "第1回・回答待ち" in text
    shown = applicant_client.get(reverse("certification:plan_returns", args=[accepted.application.public_id]))
    assert FLOW_MISSING[1] in shown.content.decode()
    assert AREA_DOUBT[1] in shown.content.decode()
    assert accepted.office.desk.name not in shown.content.decode()


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_each_department_judges_the_answers_to_its_own_points(
    answered: Walk, desk: Client, sign_in: SignIn
) -> None:
    reviewer = sign_in(answered.office.reviewers[answered.second_id])
    lead, second = point_of(answered, answered.lead_id), point_of(answered, answered.second_id)
    page = desk.get(url("case_points", answered))
    assert "回答を確かめる(1件)" in words(page)
    assert judge_address(answered, second) not in {form.action for form in forms_of(page)}
    assert desk.post(judge_address(answered, second), {"resolved": "yes"}).status_code == 404
    assert reviewer.post(judge_address(answered, second), {"resolved": "yes"}).status_code == 409
    answer = desk.post(judge_address(answered, lead), {"resolved": "yes", "note": ""}, follow=True)
    assert "回答を確かめた結果を残しました。" in words(answer)
    lead.refresh_from_db()
    second.refresh_from_db()
    assert (lead.status, second.status) == (Status.RESOLVED, Status.ANSWERED)


UNCLEAR = (
    ({"resolved": "no", "note": " "}, "まだ足りないところを書いてください"),
    ({"resolved": "", "note": "途中の文"}, "「解消した」か「まだ足りない」を選んでください。"),
    ({"resolved": "perhaps", "note": "途中の文"}, "「解消した」か「まだ足りない」を選んでください。"),
    ({"resolved": "no", "note": "長" * 4_001}, "4,000字まで"),
)


def test_an_unclear_judgement_is_asked_again(answered: Walk, desk: Client) -> None:
    point = point_of(answered, answered.lead_id)
    for sent, sentence in UNCLEAR:
        answer = desk.post(judge_address(answered, point), sent)
        assert answer.status_code == 422, sent
        assert sentence in words(answer), sent
        [form] = [form for form in forms_of(answer) if form.action == judge_address(answered, point)]
        assert form.fields["note"].strip() == sent["note"].strip()
    point.refresh_from_db()
    assert point.status == Status.ANSWERED


def test_an_answer_that_falls_short_is_carried_into_the_next_return(answered: Walk, desk: Client) -> None:
    answered.lead_review()
    point = point_of(answered, answered.lead_id)
    desk.post(judge_address(answered, point), {"resolved": "no", "note": NOT_RESOLVED})
    page = act_page(desk, answered, "return")
    assert "申請者に示す指摘(1件)" in words(page)
    assert "前回から持ち越し" in words(page)
    assert NOT_RESOLVED in words(page)
    done(desk, answered, "return", due_on="令和8年7月31日")
    carried = answered.application.return_points.get(carried_from=point)
    assert NOT_RESOLVED in carried.text
    assert carried.round is not None
    assert carried.round.number == 2


def test_a_judgement_of_an_answer_too_late_keeps_its_words(answered: Walk, desk: Client) -> None:
    """The case has gone on to the other department: the sentence says so, the words stay on the page."""
    answered.lead_review().act(Action.CIRCULATE, answered.office.desk)
    point = point_of(answered, answered.lead_id)
    answer = desk.post(judge_address(answered, point), {"resolved": "no", "note": "消えては困る説明です。"})
    assert answer.status_code == 409
    assert "消えては困る説明です。" in words(answer)
    assert re.search(r"開いていません|開いている審査がありません", words(answer))
    point.refresh_from_db()
    assert point.status == Status.RESOLVED


def test_from_the_item_one_comes_back_to_the_item(answered: Walk, desk: Client) -> None:
    point = point_of(answered, answered.lead_id)
    page = desk.get(url("case", answered))
    [form] = [form for form in forms_of(page) if form.action == judge_address(answered, point)]
    answer = desk.post(form.action, {**form.fields, "resolved": "yes"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{url('case', answered)}#item-{FLOW_ITEM}-{answered.lead_id}"


def test_the_way_back_never_leads_elsewhere(answered: Walk, desk: Client) -> None:
    point = point_of(answered, answered.lead_id)
    for wanted in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        answer = desk.post(judge_address(answered, point), {"resolved": "yes", "next": wanted})
        assert answer.headers["Location"] == url("case_points", answered), wanted


def test_a_point_of_another_case_is_not_of_this_one(answered: Walk, desk: Client) -> None:
    point = point_of(answered, answered.lead_id)
    other = Walk(office=answered.office, user=answered.user, at=answered.at)
    other.file(answered.application.plan.operator, answered.application.current_version.value).accept()
    assert desk.post(judge_address(other, point), {"resolved": "yes"}).status_code == 404
    assert desk.post(url("case_point_remove", other, point_id=point.public_id)).status_code == 404
