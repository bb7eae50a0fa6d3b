"""Acts of the state table by their pages: the whole round, what blocks an act, and what becomes of a page too old."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role, User
from accounts.selectors import actor_of
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, Walk, appoint, changed, sample_plan
from certification.models import Letter, Operator, Proposal
from certification.rules.plan import Plan
from certification.rules.workflow import Action, State, Verdict
from certification.views.staff.acts import WHAT_HAPPENS
from tests.certification.pages.forms_on_page import post_form
from tests.certification.pages.test_staff_case import (
    AREA_ITEM,
    FLOW_ITEM,
    TODAY,
    forms_of,
    judge_everything,
    read,
    url,
    words,
)

SignIn = Callable[[User], Client]
REASON = "別表のすべての項目が適であり、基準に適合すると認められるため。"


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def act_page(client: Client, walk: Walk, action: str) -> Any:
    return client.get(url("case_act", walk, action=action))


def act(client: Client, walk: Walk, action: str, *, page: Any = None, **typed: Any) -> Any:
    """Open the page of the act (or take one opened before), fill it in, send it."""
    form = post_form(page or act_page(client, walk, action))
    return client.post(url("case_act", walk, action=action), {**form.fields, **typed})


def done(client: Client, walk: Walk, action: str, **typed: Any) -> str:
    """The act, and the page of the case that follows it."""
    answer = act(client, walk, action, **typed)
    assert answer.status_code == 302, words(answer)
    assert answer.url == url("case", walk)
    return read(client, answer.url)


# --- The round --------------------------------------------------------------------------------------------------------


def test_the_whole_round_by_pages(filed: Walk, plan: Plan, sign_in: SignIn) -> None:
    """From the desk to the letter and back: two departments, one return, one decision by another person."""
    office, walk = filed.office, filed
    desk, decider = sign_in(office.desk), sign_in(office.decider)

    text = done(desk, walk, "accept")
    assert "受け付けました。" in text
    assert "R8-認-0001" in text
    reviewer = sign_in(office.reviewers[walk.second_id])

    lead_items = judge_everything(desk, walk, special={FLOW_ITEM: FLOW_MISSING})
    assert lead_items == [*range(7, 16), 17, 26, 27]
    assert judge_everything(reviewer, walk) == []
    assert "持回り審査を依頼しました。" in done(desk, walk, "circulate")

    second_items = judge_everything(reviewer, walk, special={AREA_ITEM: AREA_DOUBT})
    assert len(second_items) == walk.application.judgements.filter(department=walk.second_id).count()
    assert "審査結果を送信しました。" in done(reviewer, walk, "send_result")
    assert walk.reload().state == State.GATHERING

    page = act_page(desk, walk, "return")
    assert "申請者に示す指摘(2件)" in words(page)
    assert FLOW_MISSING[1] in words(page)
    assert AREA_DOUBT[1] in words(page)
    text = done(desk, walk, "return", due_on="令和8年7月31日", message="次の点を直してください。")
    assert "差し戻しました。補正依頼書を出しました。" in text
    assert "補正依頼書(PDF)" in text
    assert walk.application.return_rounds.get().due_on == dt.date(2026, 7, 31)

    walk.at = TODAY
    safety = dataclasses.replace(plan.support.safety, flow="1時間のうちに管理人が訪ねます。")
    walk.write(changed(plan, support=dataclasses.replace(plan.support, safety=safety)))
    walk.answer("直しました。").resubmit()

    open_ = set(walk.application.judgements.filter(verdict="").values_list("item__number", flat=True))
    assert open_ == {7, 8, FLOW_ITEM, AREA_ITEM}
    assert "残り3項目" in read(desk, url("case", walk))
    assert judge_everything(desk, walk) == [7, 8, FLOW_ITEM]
    resolve_answers(desk, walk)
    done(desk, walk, "circulate")
    assert judge_everything(reviewer, walk) == [AREA_ITEM]
    resolve_answers(reviewer, walk)
    done(reviewer, walk, "send_result")

    assert "認定で起案しました。" in done(desk, walk, "propose_certify", reason=REASON)
    assert "決裁する" in read(decider, url("case", walk))
    page = act_page(decider, walk, "decide")
    assert REASON in words(page)
    text = done(decider, walk, "decide")
    assert "決裁しました。通知書を出しました。" in text
    assert "認定通知書(PDF)" in text
    assert walk.reload().state == State.CERTIFIED

    letters = list(Letter.objects.filter(application=walk.application).order_by("pk"))
    assert [letter.kind for letter in letters] == ["correction_request", "certification_notice"]
    for letter in letters:
        response = desk.get(reverse("certification:letter", args=[letter.public_id]))
        assert response.content.startswith(b"%PDF")


def resolve_answers(client: Client, walk: Walk) -> None:
    """Say of every answer the page of points lets one judge that it resolves its point."""
    page = client.get(url("case_points", walk))
    forms = [form for form in forms_of(page) if "resolved" in form.choices]
    assert forms
    for form in forms:
        assert client.post(form.action, {**form.fields, "resolved": "yes"}).status_code == 302


def test_the_other_order_goes_round_too(
    parallel_walk: Walk, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    """古都見市: both departments at the same time, each sends its result."""
    walk = parallel_walk.file(owner[0], sample_plan(city="古都見市"))
    desk = sign_in(walk.office.desk)
    done(desk, walk, "accept")
    reviewer = sign_in(walk.office.reviewers[walk.second_id])
    for client in (reviewer, desk):
        assert judge_everything(client, walk)
        done(client, walk, "send_result")
    done(desk, walk, "propose_certify", reason=REASON)
    assert "認定通知書(PDF)" in done(sign_in(walk.office.decider), walk, "decide")


def test_a_refusal_names_what_is_not_met(gathered: Walk, sign_in: SignIn) -> None:
    desk = sign_in(gathered.office.desk)
    done(desk, gathered, "propose_refuse", criterion="41-7", reason="対価が費用に照らして高すぎるため。")
    decider = sign_in(gathered.office.decider)
    page = act_page(decider, gathered, "decide")
    assert "法第41条第7号" in words(page)
    assert "対価が費用に照らして高すぎるため。" in words(page)
    assert "不認定通知書(PDF)" in done(decider, gathered, "decide")
    assert gathered.reload().state == State.REFUSED


def test_a_proposal_goes_back_with_its_reason(proposed: Walk, sign_in: SignIn) -> None:
    decider, desk = sign_in(proposed.office.decider), sign_in(proposed.office.desk)
    done(decider, proposed, "return_proposal", reason="図面の確認を書き足してください。")
    assert proposed.reload().state == State.GATHERING
    assert "図面の確認を書き足してください。" in read(desk, url("case", proposed))
    assert "図面の確認を書き足してください。" in words(act_page(desk, proposed, "propose_certify"))


def test_rework_and_another_department_are_asked_by_page(accepted: Walk, sign_in: SignIn) -> None:
    office = accepted.office
    desk = sign_in(office.desk)
    extra = next(pk for pk in office.reviewers if pk != accepted.second_id)
    done(desk, accepted, "add_department", department=extra, items=["19", "24"], reason="構造のため。")
    given = accepted.application.judgements.filter(department=extra)
    assert set(given.values_list("item__number", flat=True)) == {19, 24}
    accepted.lead_review().act(Action.CIRCULATE, office.desk)
    assert judge_everything(sign_in(office.reviewers[extra]), accepted) == [19, 24]
    done(sign_in(office.reviewers[extra]), accepted, "send_result")
    accepted.second_review().act(Action.SEND_RESULT, office.reviewers[accepted.second_id])
    page = act_page(desk, accepted, "rework")
    assert set(post_form(page).choices["department"]) == {"", str(accepted.second_id), str(extra)}
    done(desk, accepted, "rework", department=extra, reason="もう一度見てください。")
    assert accepted.reload().state == State.CIRCULATING


# --- What blocks an act -----------------------------------------------------------------------------------------------


def post_raw(client: Client, walk: Walk, action: str, **typed: Any) -> Any:
    """A form sent past the page that would not offer it, with what the page would have carried."""
    seen = {"seen": walk.reload().lock_version, "key": uuid.uuid4(), "saw": walk.application.state}
    return client.post(url("case_act", walk, action=action), {**seen, **typed})


def test_a_blocked_act_says_why_and_cannot_be_posted(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    reason = "主管課の残り12項目の判定が要ります。"
    case = desk.get(url("case", accepted))
    assert reason in words(case)
    assert 'aria-disabled="true"' in case.content.decode()
    page = act_page(desk, accepted, "circulate")
    assert "いまはできません" in words(page)
    assert reason in words(page)
    assert not [form for form in forms_of(page) if "seen" in form.fields]
    before = AuditEvent.objects.count()
    answer = post_raw(desk, accepted, "circulate")
    assert answer.status_code == 409
    assert "まだ行っていません" in words(answer)
    assert reason in words(answer)
    assert accepted.reload().state == State.LEAD_REVIEW
    assert AuditEvent.objects.count() == before


def test_an_open_point_keeps_the_case_from_certification(accepted: Walk, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING})
    desk = sign_in(accepted.office.desk)
    assert "「要補正」「不適」の項目が1件あります" in words(act_page(desk, accepted, "propose_certify"))
    assert post_raw(desk, accepted, "propose_certify", reason=REASON).status_code == 409
    assert not Proposal.objects.exists()


def test_an_act_of_another_state_says_when_it_can_be_done(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    text = words(act_page(desk, accepted, "accept"))
    assert "この申請は今「主管課審査中」です" in text
    assert "主管課の窓口担当だけができます" in text
    assert post_raw(desk, accepted, "accept").status_code == 409


def test_every_act_has_a_page_that_says_what_will_happen(gathered: Walk, sign_in: SignIn) -> None:
    """To everybody who may read the case; only to the right person at the right time with a form."""
    for user in (gathered.office.desk, gathered.office.decider, gathered.office.viewer):
        client = sign_in(user)
        for action, sentences in WHAT_HAPPENS.items():
            page = act_page(client, gathered, action.value)
            assert page.status_code == 200, action
            assert str(action.label) in words(page), action
            assert sentences[-1] in words(page), action


def test_what_is_no_act_of_the_office_has_no_page(gathered: Walk, sign_in: SignIn) -> None:
    desk = sign_in(gathered.office.desk)
    for action in ("judge", "submit", "withdraw", "resubmit", "edit", "assign", "nonsense", "answer_point"):
        assert act_page(desk, gathered, action).status_code == 404, action
        assert post_raw(desk, gathered, action).status_code == 404, action


def test_a_viewer_cannot_act(gathered: Walk, sign_in: SignIn) -> None:
    viewer = sign_in(gathered.office.viewer)
    before = AuditEvent.objects.count()
    typed = {"reason": REASON, "criterion": "41-7", "due_on": "令和8年7月31日", "items": "19"}
    for action in WHAT_HAPPENS:
        forms = forms_of(act_page(viewer, gathered, action.value))
        assert not [form for form in forms if "seen" in form.fields], action
        answer = post_raw(viewer, gathered, action.value, **typed, department=gathered.second_id)
        assert answer.status_code in (409, 422), action
    assert gathered.reload().state == State.GATHERING
    assert AuditEvent.objects.count() == before


def test_another_municipality_is_told_nothing(gathered: Walk, other_office: Office, sign_in: SignIn) -> None:
    foreign = sign_in(other_office.desk)
    row = gathered.application.judgements.all()[0]
    for address in (
        url("case", gathered),
        url("case_changes", gathered),
        url("case_points", gathered),
        url("case_assign", gathered),
        url("case_act", gathered, action="return"),
        url("case_judge", gathered, judgement_id=row.pk),
        url("case_not_applicable", gathered),
    ):
        assert foreign.get(address).status_code in (404, 405), address
        assert foreign.post(address, {"seen": "0", "key": uuid.uuid4()}).status_code in (404, 405), address
    assert "見本荘" not in read(foreign, f"{reverse('certification:queue')}?tab=all")


# --- Four eyes --------------------------------------------------------------------------------------------------------


def test_who_drafted_does_not_decide(gathered: Walk, sign_in: SignIn) -> None:
    office = gathered.office
    appoint(office.decider, office.setting.lead_department, Role.DESK, since=dt.date(2026, 4, 1))
    both = sign_in(office.decider)
    done(both, gathered, "propose_certify", reason=REASON)
    assert "起案した人は決裁できません" in read(both, url("case", gathered))
    answer = post_raw(both, gathered, "decide")
    assert answer.status_code == 409
    assert "起案した人は決裁できません" in words(answer)
    assert gathered.reload().state == State.DECIDING


def test_who_reviewed_does_not_decide(accepted: Walk, sign_in: SignIn) -> None:
    office = accepted.office
    appoint(office.decider, office.setting.lead_department, Role.REVIEWER, since=dt.date(2026, 4, 1))
    both = sign_in(office.decider)
    judge_everything(both, accepted)
    accepted.gather().propose()
    text = words(act_page(both, accepted, "decide"))
    assert "審査に加わった人は決裁できません" in text
    assert post_raw(both, accepted, "decide").status_code == 409
    assert accepted.reload().state == State.DECIDING


def test_the_decision_falls_when_what_was_signed_has_changed(proposed: Walk, sign_in: SignIn) -> None:
    decider = sign_in(proposed.office.decider)
    page = act_page(decider, proposed, "decide")
    row = proposed.application.judgements.all()[0]
    type(row).objects.filter(pk=row.pk).update(note="後から書き足した所見")
    answer = act(decider, proposed, "decide", page=page)
    assert answer.status_code == 409
    assert "起案の後に内容が変わりました" in words(answer)
    assert not Letter.objects.exists()


# --- Twice, and too late ----------------------------------------------------------------------------------------------


def test_a_double_click_is_one_act(gathered: Walk, sign_in: SignIn) -> None:
    """The same form twice: the second answer leads to the same page, and nothing is done again."""
    desk = sign_in(gathered.office.desk)
    page = act_page(desk, gathered, "propose_certify")
    answers = [act(desk, gathered, "propose_certify", page=page, reason=REASON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Proposal.objects.count() == 1
    assert AuditEvent.objects.filter(action="certification.propose_certify").count() == 1
    assert read(desk, url("case", gathered)).count("認定で起案しました。") == 1


def test_a_copied_form_is_not_another_persons_act(proposed: Walk, gathered: Walk, sign_in: SignIn) -> None:
    """The key belongs to one person and one act: with somebody else's it is a page too old."""
    decider = sign_in(proposed.office.decider)
    form = post_form(act_page(decider, proposed, "return_proposal"))
    act(decider, proposed, "return_proposal", reason="書き足してください。")
    answer = decider.post(url("case_act", proposed, action="decide"), form.fields)
    assert answer.status_code == 409
    assert proposed.reload().state == State.GATHERING


def test_a_page_too_old_keeps_what_was_typed(gathered: Walk, sign_in: SignIn) -> None:
    """409: what the case was, what it is now, who moved it; the text stays; the sent form would not act by itself."""
    desk = sign_in(gathered.office.desk)
    page = act_page(desk, gathered, "propose_refuse")
    gathered.propose()
    answer = act(
        desk, gathered, "propose_refuse", page=page, criterion="41-7", reason="時間をかけて書いた理由です。"
    )
    assert answer.status_code == 409
    text = words(answer)
    assert "他の担当者が先に処理しました" in text
    assert "あなたが見ていた状態 取りまとめ中" in text
    assert "いまの状態 決裁中" in text
    form = post_form(answer)
    assert form.fields["reason"] == "時間をかけて書いた理由です。"
    assert form.fields["criterion"] == "41-7"
    assert gathered.application.proposals.get().kind == "certify"
    again = desk.post(url("case_act", gathered, action="propose_refuse"), form.fields)
    assert again.status_code == 409
    assert gathered.application.proposals.count() == 1


def test_a_page_too_old_may_be_sent_again_when_the_act_is_still_open(accepted: Walk, sign_in: SignIn) -> None:
    """The person has read that the case moved, and still wants it: the page just sent is up to date."""
    office = accepted.office
    desk = sign_in(office.desk)
    extra = next(pk for pk in office.reviewers if pk != accepted.second_id)
    page = act_page(desk, accepted, "add_department")
    accepted.lead_review().act(Action.CIRCULATE, office.desk)
    typed = {"department": extra, "items": ["19", "24"], "reason": "構造のため。"}
    answer = act(desk, accepted, "add_department", page=page, **typed)
    assert answer.status_code == 409
    form = post_form(answer)
    assert form.fields["items"] == ["19", "24"]
    assert form.fields["department"] == str(extra)
    again = desk.post(url("case_act", accepted, action="add_department"), form.fields)
    assert again.status_code == 302
    assert accepted.application.judgements.filter(department=extra).count() == 2


def test_a_withdrawn_case_ends_the_decision(proposed: Walk, sign_in: SignIn) -> None:
    decider = sign_in(proposed.office.decider)
    page = act_page(decider, proposed, "decide")
    proposed.act(Action.WITHDRAW, proposed.user)
    answer = act(decider, proposed, "decide", page=page)
    assert answer.status_code == 409
    assert "取下げ" in words(answer)
    assert not Letter.objects.exists()


# --- What was typed ---------------------------------------------------------------------------------------------------


UNFIT = (
    ("return", {"due_on": ""}, "補正の期限"),
    ("return", {"due_on": "あした"}, "補正の期限"),
    ("return", {"due_on": "令和8年7月"}, "日まで入力してください。"),
    ("return", {"due_on": "令和8年6月30日"}, "補正の期限は、あすより後の日を入れてください。"),
    ("return", {"due_on": "令和8年7月1日"}, "補正の期限は、あすより後の日を入れてください。"),
    ("return", {"due_on": "令和8年7月31日", "message": "長" * 4_001}, "4000"),
    ("propose_refuse", {"criterion": "", "reason": "高い。"}, "満たさない基準"),
    ("propose_refuse", {"criterion": "41-99", "reason": "高い。"}, "満たさない基準"),
    ("propose_refuse", {"criterion": "41-7", "reason": "  "}, "不認定の理由"),
    ("rework", {"department": "", "reason": "もう一度。"}, "課"),
    ("rework", {"department": "999999", "reason": "もう一度。"}, "課"),
    ("rework", {"reason": ""}, "再審査を頼む理由"),
)


def test_what_does_not_fit_is_said_and_kept(accepted: Walk, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING})
    desk = sign_in(accepted.office.desk)
    for action, typed, sentence in UNFIT:
        given = {"department": accepted.second_id, **typed} if action == "rework" else typed
        answer = act(desk, accepted, action, **given)
        assert answer.status_code == 422, typed
        summary = answer.content.decode().split("error-summary", 1)[1].split("</div>", 1)[0]
        assert sentence in summary, typed
        form = post_form(answer)
        for name in {"due_on", "reason", "message"} & set(typed):
            assert form.fields[name].strip() == typed[name].strip(), typed
    assert accepted.reload().state == State.GATHERING


def test_items_and_department_must_be_of_this_case(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    extra = next(pk for pk in accepted.office.reviewers if pk != accepted.second_id)
    for typed in (
        {"department": extra, "items": [], "reason": "構造。"},
        {"department": extra, "items": ["999"], "reason": "構造。"},
        {"department": accepted.second_id, "items": ["19"], "reason": "構造。"},
    ):
        answer = act(desk, accepted, "add_department", **typed)
        assert answer.status_code == 422, typed
    assert accepted.application.department_reviews.count() == 2


def test_a_form_without_its_marks_is_no_act(gathered: Walk, sign_in: SignIn) -> None:
    desk = sign_in(gathered.office.desk)
    for sent in ({"seen": ""}, {"seen": "x"}, {"key": ""}, {"key": "no-key"}):
        answer = act(desk, gathered, "propose_certify", reason=REASON, **sent)
        assert answer.status_code == 422, sent
    assert not Proposal.objects.exists()


def test_judgements_stay_when_an_act_is_refused(accepted: Walk, sign_in: SignIn) -> None:
    judge_everything(sign_in(accepted.office.desk), accepted)
    before = list(accepted.application.judgements.order_by("pk").values_list("verdict", "revision"))
    post_raw(sign_in(accepted.office.desk), accepted, "gather")
    assert list(accepted.application.judgements.order_by("pk").values_list("verdict", "revision")) == before
    assert (Verdict.FIT.value, 1) in before


def test_the_applicants_person_is_no_colleague(gathered: Walk, sign_in: SignIn) -> None:
    """Whoever files has no way into the office's pages, not even of the own case."""
    client = sign_in(gathered.user)
    for address in (
        url("case", gathered),
        url("case_points", gathered),
        url("case_act", gathered, action="return"),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "x"}).status_code in (404, 405)
    assert not actor_of(gathered.user, day=TODAY.date()).posts
