"""One case as a reviewing office reads and judges it, by its pages alone, without JavaScript."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, Walk, changed, sample_pdf, with_safety_every
from certification.models import Document, Judgement, Operator
from certification.rules.plan import Plan
from certification.rules.workflow import Action, State, Verdict
from certification.services.judging import draft_point
from certification.services.planning import remove_document
from tests.certification.pages.forms_on_page import PageForm, _Reader

SignIn = Callable[[User], Client]
TODAY = dt.datetime(2026, 7, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
"""A Wednesday after everything the fixtures do in June 2026; pages read this clock."""

FLOW_ITEM, AREA_ITEM, SAFETY_ITEM, PARTY_ITEM = 10, 23, 7, 26


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


# --- How a person without JavaScript goes about it --------------------------------------------------------------------


def url(name: str, walk: Walk, **more: object) -> str:
    return reverse(f"certification:{name}", kwargs={"case_id": walk.application.public_id, **more})


def read(client: Client, address: str, *, status: int = 200) -> str:
    """The page as text a person sees: without tags, signs undone."""
    response = client.get(address, follow=True)
    assert response.status_code == status
    return words(response)


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def forms_of(response: Any) -> list[PageForm]:
    """The forms of the page; a short address is read from that of the page, as a browser does."""
    reader = _Reader()
    reader.feed(response.content.decode())
    for form in reader.forms:
        form.action = form.action and urljoin(response.request["PATH_INFO"], form.action)
    return reader.forms


def form_to(response: Any, address: str) -> PageForm:
    """The form of the page that is sent to this address."""
    found = [form for form in forms_of(response) if form.action == address]
    assert len(found) == 1, f"{len(found)} forms lead to {address}"
    return found[0]


def item_address(walk: Walk, row: Judgement) -> str:
    return url("case_judge", walk, judgement_id=row.pk)


def judgement(walk: Walk, number: int, *, department_id: int | None = None) -> Judgement:
    found = walk.application.judgements.filter(item__number=number)
    return found.get(department=department_id) if department_id else found.get()


def judge_by_page(
    client: Client, walk: Walk, row: Judgement, verdict: str, note: str = "", *, page: Any = None
) -> Any:
    """Fill in the form of one item as it stands on the page, and send it."""
    address = item_address(walk, row)
    form = form_to(page or client.get(url("case", walk)), address)
    return client.post(address, {**form.fields, "verdict": verdict, "note": note})


def judge_everything(
    client: Client, walk: Walk, *, special: dict[int, tuple[str, str]] | None = None
) -> list[int]:
    """Judge every open item that the page lets one judge: 適, unless `special` says otherwise. The item numbers."""
    page = client.get(url("case", walk))
    open_ = {
        item_address(walk, row): row
        for row in walk.application.judgements.filter(verdict="").select_related("item")
    }
    done = []
    for form in forms_of(page):
        if row := open_.get(form.action):
            verdict, note = (special or {}).get(row.item.number, (Verdict.FIT.value, ""))
            answer = client.post(form.action, {**form.fields, "verdict": verdict, "note": note})
            assert answer.status_code == 302, row.item.number
            done.append(row.item.number)
    return done


def article(response: Any, row: Judgement) -> str:
    """The part of the page about one item."""
    start = f'id="item-{row.item.number}-{row.department_id}"'
    found = re.search(rf"<article[^>]*{start}.*?</article>", response.content.decode(), re.S)
    assert found is not None
    return found[0]


@pytest.fixture
def desk(filed: Walk, sign_in: SignIn) -> Client:
    return sign_in(filed.office.desk)


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_opening_a_case_is_one_event_of_the_trail(accepted: Walk, desk: Client) -> None:
    before = AuditEvent.objects.count()
    assert desk.get(url("case", accepted)).status_code == 200
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.get(action="certification.viewed")
    assert event.subject_id == str(accepted.application.public_id)
    assert event.subject_label == "R8-認-0001"
    assert event.actor_id == str(accepted.office.desk.public_id)


def test_a_refused_judgement_is_not_taken_for_a_reading(accepted: Walk, desk: Client) -> None:
    page = desk.get(url("case", accepted))
    before = AuditEvent.objects.count()
    row = judgement(accepted, FLOW_ITEM)
    assert judge_by_page(desk, accepted, row, "correct", "", page=page).status_code == 422
    assert AuditEvent.objects.count() == before


def test_a_page_that_cannot_be_opened_leaves_no_event(
    accepted: Walk, other_office: Office, sign_in: SignIn
) -> None:
    assert sign_in(other_office.desk).get(url("case", accepted)).status_code == 404
    assert not AuditEvent.objects.filter(action="certification.viewed").exists()


def test_before_acceptance_there_are_no_items_and_no_number(filed: Walk, desk: Client) -> None:
    text = read(desk, url("case", filed))
    assert "まだ項目がありません" in text
    assert "受付前" in text
    assert "受け付ける" in text


def test_the_page_shows_plan_documents_people_and_timeline(accepted: Walk, desk: Client) -> None:
    text = read(desk, url("case", accepted))
    assert "見本荘" in text
    assert "感知器が12時間動かないと見守り会社が電話し" in text
    documents = accepted.application.current_version.documents.all()
    assert documents
    assert all(file.original_name in text for file in documents)
    assert "青葉 窓子" in text
    assert "福祉総務課" in text
    assert "都市計画課" in text
    assert "受け付ける" not in text


# --- What helps to judge ----------------------------------------------------------------------------------------------


def test_automatic_checks_stand_at_their_item_with_the_article(
    walk: Walk, owner: tuple[Operator, User], plan: Plan, sign_in: SignIn
) -> None:
    """A doubt is shown with the numbers and the law; it decides nothing."""
    walk.file(owner[0], with_safety_every(plan, 2)).accept()
    row = judgement(walk, SAFETY_ITEM)
    part = article(sign_in(walk.office.desk).get(url("case", walk)), row)
    assert 'class="check check-attention"' in part
    assert "安否確認 2日に1回(基準 1日に1回以上)" in part
    assert "法41条6号、共管省令14条1号イ" in part
    assert row.verdict == ""


def test_a_sound_check_says_so(accepted: Walk, desk: Client) -> None:
    part = article(desk.get(url("case", accepted)), judgement(accepted, SAFETY_ITEM))
    assert 'class="check check-ok"' in part
    assert "check-attention" not in part


def test_an_inferred_department_is_marked_as_such(accepted: Walk, desk: Client) -> None:
    page = desk.get(url("case", accepted))
    lead = accepted.lead_id
    assert "担当課は推定" in article(page, judgement(accepted, SAFETY_ITEM, department_id=lead))
    assert "担当課は推定" not in article(page, judgement(accepted, PARTY_ITEM, department_id=lead))
    assert "要綱の原本で担当の列が読み取れず" in words(page)


def test_the_items_of_other_departments_are_a_line_each(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, AREA_ITEM)
    page = desk.get(url("case", accepted))
    assert f'<p id="item-{AREA_ITEM}-{row.department_id}">{row.item} ' in page.content.decode()
    assert item_address(accepted, row) not in {form.action for form in forms_of(page)}


def test_the_items_of_another_department_are_read_whole_where_asked(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, AREA_ITEM)
    [link] = re.findall(
        rf'href="([^"]*others={row.department_id}#[^"]*)"', desk.get(url("case", accepted)).content.decode()
    )
    part = article(desk.get(link), row)
    assert "まだ判定していません" in part
    assert "見るところ" in part
    assert "<form" not in part


def test_who_judges_nothing_reads_all_items_whole(accepted: Walk, sign_in: SignIn) -> None:
    page = sign_in(accepted.office.viewer).get(url("case", accepted))
    assert page.content.decode().count("<article") == accepted.application.judgements.count()


def test_the_clock_tells_every_stretch(accepted: Walk, desk: Client, plan: Plan) -> None:
    """Counted, stopped while the applicant corrects, counted again: each with its days."""
    assert "期限まで" in read(desk, url("case", accepted))
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back(days=30)
    stopped = read(desk, url("case", accepted))
    assert "停止中(残り" in stopped
    accepted.answer("直しました。").resubmit()
    text = read(desk, url("case", accepted))
    assert re.search(r"補正待ち 令和8年6月\d+日から令和8年6月\d+日まで \d+日 数えません", text)
    assert re.search(r"標準処理期間30営業日のうち\d+日を使いました", text)


# --- Judging ----------------------------------------------------------------------------------------------------------


def test_a_judgement_is_kept_with_the_person_and_shown(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, FLOW_ITEM)
    answer = judge_by_page(desk, accepted, row, "correct", "フローに担当がありません。")
    assert answer.status_code == 302
    assert answer.url == f"{url('case', accepted)}#item-{FLOW_ITEM}-{accepted.lead_id}"
    row.refresh_from_db()
    assert (row.verdict, row.judged_by) == (Verdict.CORRECT, accepted.office.desk)
    form = form_to(desk.get(url("case", accepted)), item_address(accepted, row))
    assert (form.fields["verdict"], form.fields["note"]) == ("correct", "フローに担当がありません。")
    assert accepted.application.return_points.get().text == "フローに担当がありません。"


def test_a_verdict_that_asks_for_a_correction_needs_words(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, FLOW_ITEM)
    answer = judge_by_page(desk, accepted, row, "unfit", "  ")
    assert answer.status_code == 422
    assert "どこがなぜ合わないかを所見に書いてください" in article(answer, row)
    assert form_to(answer, item_address(accepted, row)).fields["verdict"] == "unfit"
    row.refresh_from_db()
    assert (row.verdict, row.revision) == ("", 0)


UNREADABLE = (
    {"verdict": "splendid"},
    {"note": "長" * 4_001},
    {"seen": ""},
    {"seen": "-1"},
    {"seen": "x"},
    {"note": "\x00"},
)


def test_what_no_form_sends_is_refused_with_a_sentence(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, FLOW_ITEM)
    for sent in UNREADABLE:
        data = {"seen": "0", "verdict": "fit", "note": "", **sent}
        answer = desk.post(item_address(accepted, row), data)
        assert answer.status_code == 422, sent
        assert "判定を選び直してください。所見は4,000字までです。" in words(answer), sent
    row.refresh_from_db()
    assert row.verdict == ""


def test_two_people_on_one_item_and_the_second_is_told(accepted: Walk, desk: Client, sign_in: SignIn) -> None:
    """409: what the colleague wrote stands, what was typed is kept beside it, and a second try is on purpose."""
    row = judgement(accepted, FLOW_ITEM)
    colleague = sign_in(accepted.office.colleague)
    page = desk.get(url("case", accepted))
    assert judge_by_page(colleague, accepted, row, "fit", "図を確かめました。").status_code == 302

    answer = judge_by_page(desk, accepted, row, "correct", "わたしの長い所見です。", page=page)
    assert answer.status_code == 409
    part = article(answer, row)
    assert "他の担当者が先に処理しました" in part
    assert "「適」(若葉 健" in unescape(part)
    assert "図を確かめました。" in part
    form = form_to(answer, item_address(accepted, row))
    assert (form.fields["verdict"], form.fields["note"]) == ("correct", "わたしの長い所見です。")
    row.refresh_from_db()
    assert (row.verdict, row.note) == ("fit", "図を確かめました。")

    assert desk.post(item_address(accepted, row), form.fields).status_code == 302
    row.refresh_from_db()
    assert (row.verdict, row.judged_by) == ("correct", accepted.office.desk)


def test_a_judgement_after_the_result_was_sent_is_refused_and_kept_on_the_page(
    accepted: Walk, sign_in: SignIn
) -> None:
    accepted.lead_review().act(Action.CIRCULATE, accepted.office.desk)
    reviewer = accepted.office.reviewers[accepted.second_id]
    client = sign_in(reviewer)
    page = client.get(url("case", accepted))
    row = judgement(accepted, AREA_ITEM)
    accepted.second_review().act(Action.SEND_RESULT, reviewer)
    answer = judge_by_page(client, accepted, row, "unfit", "消えては困る所見です。", page=page)
    assert answer.status_code == 409
    assert "消えては困る所見です。" in words(answer)
    row.refresh_from_db()
    assert row.verdict == Verdict.FIT


def test_a_verdict_is_taken_back(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, FLOW_ITEM)
    judge_by_page(desk, accepted, row, "correct", "フローがありません。")
    judge_by_page(desk, accepted, row, "", "")
    row.refresh_from_db()
    assert (row.verdict, row.judged_by) == ("", None)
    assert accepted.application.return_points.count() == 0


def test_with_htmx_the_item_and_the_foot_come_back_alone(accepted: Walk, desk: Client) -> None:
    row = judgement(accepted, FLOW_ITEM)
    data = {"seen": "0", "verdict": "fit", "note": ""}
    answer = desk.post(item_address(accepted, row), data, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'hx-swap-oob="true"' in text
    assert "1/12" in words(answer)
    stale = desk.post(item_address(accepted, row), data, headers={"HX-Request": "true"})
    assert "他の担当者が先に処理しました" in words(stale)


def test_another_departments_item_is_not_ones_own(accepted: Walk, desk: Client, sign_in: SignIn) -> None:
    row = judgement(accepted, AREA_ITEM)
    data = {"seen": "0", "verdict": "fit", "note": ""}
    assert desk.post(item_address(accepted, row), data).status_code == 404
    assert desk.post(url("case_judge", accepted, judgement_id=10**18), data).status_code == 404
    early = sign_in(accepted.office.reviewers[accepted.second_id]).post(item_address(accepted, row), data)
    assert early.status_code == 409
    row.refresh_from_db()
    assert row.verdict == ""


# --- 該当なし ---------------------------------------------------------------------------------------------------------


def test_what_the_plan_does_not_meet_is_set_aside_together(
    walk: Walk, owner: tuple[Operator, User], plan: Plan, sign_in: SignIn
) -> None:
    """No private body to refer to, no limited range: the page offers those items and touches no other."""
    public = tuple(dataclasses.replace(target, is_private=False) for target in plan.support.referral.targets)
    referral = dataclasses.replace(plan.support.referral, targets=public)
    acceptance = dataclasses.replace(plan.acceptance, is_limited=False, categories=())
    support = dataclasses.replace(plan.support, referral=referral)
    walk.file(owner[0], changed(plan, support=support, acceptance=acceptance)).accept()
    desk = sign_in(walk.office.desk)
    page = desk.get(url("case", walk))
    assert "この計画が条件に当たらない項目が2件あります" in words(page)
    form = form_to(page, url("case_not_applicable", walk))
    answer = desk.post(form.action, form.fields, follow=True)
    assert "2項目を「該当なし」にしました。" in words(answer)
    set_aside = walk.application.judgements.filter(verdict=Verdict.NOT_APPLICABLE)
    assert set(set_aside.values_list("item__number", flat=True)) == {12, 17}
    assert "条件に当たらない項目が" not in words(answer)


def test_setting_aside_is_not_for_other_departments(accepted: Walk, sign_in: SignIn) -> None:
    reviewer = sign_in(accepted.office.reviewers[accepted.second_id])
    answer = reviewer.post(url("case_not_applicable", accepted), follow=True)
    assert "いま開いている審査がありません" in words(answer)
    assert not accepted.application.judgements.exclude(verdict="").exists()


# --- In charge --------------------------------------------------------------------------------------------------------


def test_a_colleague_is_put_in_charge(accepted: Walk, desk: Client) -> None:
    address = f"{url('case_assign', accepted)}?department={accepted.lead_id}"
    assert address in desk.get(url("case", accepted)).content.decode()
    page = desk.get(address)
    form = next(form for form in forms_of(page) if "person" in form.fields)
    people = set(form.choices["person"]) - {""}
    assert people == {str(accepted.office.desk.pk), str(accepted.office.colleague.pk)}
    answer = desk.post(address, {**form.fields, "person": accepted.office.colleague.pk}, follow=True)
    assert "担当を決めました。" in words(answer)
    review = accepted.application.department_reviews.get(department=accepted.lead_id)
    assert review.assigned_to == accepted.office.colleague
    desk.post(address, {**form.fields, "person": ""})
    review.refresh_from_db()
    assert review.assigned_to is None


def test_only_people_of_the_department_are_put_in_charge(accepted: Walk, desk: Client) -> None:
    review = accepted.application.department_reviews.get(department=accepted.lead_id)
    before = review.assigned_to_id
    for person in ("999999", "x", "-1", str(accepted.office.decider.pk), str(accepted.user.pk)):
        answer = desk.post(url("case_assign", accepted), {"department": accepted.lead_id, "person": person})
        assert answer.status_code == 422, person
        assert "入力内容をご確認ください" in words(answer), person
    review.refresh_from_db()
    assert review.assigned_to_id == before


def test_nobody_is_put_in_charge_in_another_department(accepted: Walk, desk: Client) -> None:
    second = accepted.application.department_reviews.get(department=accepted.second_id)
    data = {"department": accepted.second_id, "person": accepted.office.desk.pk}
    desk.post(url("case_assign", accepted), data)
    second.refresh_from_db()
    assert second.assigned_to is None


# --- Changes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(accepted: Walk, plan: Plan) -> Walk:
    """補正後: the flow was asked for and changed; the rent of a room was changed unasked."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    safety = dataclasses.replace(plan.support.safety, flow="1時間のうちに管理人が訪ねます。")
    building = plan.buildings[0]
    units = (dataclasses.replace(building.units[0], monthly_rent_yen=58_000), *building.units[1:])
    accepted.write(
        changed(
            plan,
            support=dataclasses.replace(plan.support, safety=safety),
            buildings=(dataclasses.replace(building, units=units),),
        )
    )
    return accepted.answer("訪ねる人を書きました。").resubmit()


def test_changes_tell_asked_from_unasked(corrected: Walk, desk: Client) -> None:
    page = desk.get(url("case_changes", corrected))
    text = words(page)
    assert "第1版 → 第2版" in text
    rows = re.findall(r"<tr>.*?</tr>", page.content.decode(), re.S)
    [flow] = [row for row in rows if "1時間のうちに管理人が訪ねます。" in row]
    [rent] = [row for row in rows if "58,000" in row]
    assert f"第1回の指摘(項目{FLOW_ITEM})" in flow
    assert "指摘のない変更" not in flow
    assert "指摘のない変更" in rent
    assert "52,000" in rent
    assert "だれも指摘していない変更があります" in text


def test_the_case_counts_the_changes_and_marks_the_items(corrected: Walk, desk: Client) -> None:
    page = desk.get(url("case", corrected))
    assert re.search(
        r"前の版から\d+か所変わりました。うち1か所は、だれも指摘していない変更です。", words(page)
    )
    part = article(page, judgement(corrected, FLOW_ITEM))
    assert "前の版から変更" in part
    assert "前の版での判定: 要補正" in part
    assert "訪ねる人を書きました。" in part
    other = judgement(corrected, AREA_ITEM + 2)
    assert "指摘のない変更を含む" in article(
        desk.get(url("case", corrected), {"others": other.department_id}), other
    )


def test_any_two_versions_are_compared_and_odd_ones_left_out(corrected: Walk, desk: Client) -> None:
    for query in (
        "from=1&to=2",
        "from=2&to=1",
        "from=9&to=99",
        "from=x&to=%00",
        "from=1&to=1",
        "to=99999999999999",
    ):
        assert "第1版 → 第2版" in read(desk, f"{url('case_changes', corrected)}?{query}"), query


def test_one_version_has_nothing_to_compare(accepted: Walk, desk: Client) -> None:
    assert "ちがいはありません" in read(desk, url("case_changes", accepted))


# --- What the applicant is still writing ------------------------------------------------------------------------------


SECRET = "まだ出していない文です"


@pytest.fixture
def being_corrected(accepted: Walk, plan: Plan) -> Walk:
    """補正待ち, and the applicant has written and attached something that is not filed yet."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    safety = dataclasses.replace(plan.support.safety, flow=SECRET)
    accepted.write(changed(plan, support=dataclasses.replace(plan.support, safety=safety)))
    accepted.attach("floor_plan", "下書きの間取図.pdf", content=sample_pdf("下書き"))
    return accepted


def test_a_correction_being_written_is_invisible(being_corrected: Walk, desk: Client) -> None:
    for address in (
        url("case", being_corrected),
        url("case_changes", being_corrected),
        f"{url('case_changes', being_corrected)}?from=1&to=2",
        url("case_points", being_corrected),
        url("case_act", being_corrected, action="return"),
    ):
        text = read(desk, address)
        assert SECRET not in text, address
        assert "下書きの間取図" not in text, address


def test_a_correction_being_written_keeps_its_answers_to_itself(being_corrected: Walk, desk: Client) -> None:
    """What was answered so far may still change: the office reads it once it is sent."""
    being_corrected.answer("書きかけの回答です。")
    assert "書きかけの回答です。" not in read(desk, url("case", being_corrected))
    assert "書きかけの回答です。" not in read(desk, url("case_points", being_corrected))


def test_documents_of_a_draft_cannot_be_opened(being_corrected: Walk, desk: Client) -> None:
    for document in Document.objects.filter(version__plan=being_corrected.application.plan):
        response = desk.get(reverse("certification:document", args=[document.public_id]))
        assert response.status_code == (200 if document.version.frozen_at else 404)
        b"".join(getattr(response, "streaming_content", ()))


@pytest.fixture
def renamed(being_corrected: Walk, plan: Plan) -> Walk:
    """補正待ち, and the house has a new name in the version being written."""
    being_corrected.write(changed(plan, buildings=(dataclasses.replace(plan.buildings[0], name="改名荘"),)))
    return being_corrected


def test_a_name_being_changed_is_not_on_the_pages_of_the_case(renamed: Walk, desk: Client) -> None:
    for name in ("case", "case_changes", "case_points"):
        text = read(desk, url(name, renamed))
        assert "改名荘" not in text, name
        assert "見本荘" in text, name


def test_what_was_written_and_withdrawn_was_never_told(renamed: Walk, desk: Client) -> None:
    renamed.answer("書きかけの回答です。").act(Action.WITHDRAW, renamed.user)
    text = read(desk, url("case", renamed))
    assert "改名荘" not in text
    assert SECRET not in text
    assert "書きかけの回答です。" not in text


def test_a_name_being_changed_is_not_in_the_list_nor_found(renamed: Walk, desk: Client) -> None:
    queue = reverse("certification:queue")
    assert "改名荘" not in read(desk, f"{queue}?tab=all")
    assert "見つかりませんでした" in read(desk, f"{queue}?tab=all&q=改名荘")
    assert "見本荘" in read(desk, f"{queue}?tab=all&q=見本荘")


def test_a_plan_never_filed_does_not_exist_for_the_office(
    walk: Walk, owner: tuple[Operator, User], plan: Plan, sign_in: SignIn
) -> None:
    walk.begin(owner[0], plan)
    client = sign_in(walk.office.desk)
    for name in ("case", "case_changes", "case_points", "case_assign"):
        assert client.get(url(name, walk)).status_code == 404


# --- Readers ----------------------------------------------------------------------------------------------------------


def test_a_viewer_reads_and_cannot_act(accepted: Walk, sign_in: SignIn) -> None:
    client = sign_in(accepted.office.viewer)
    page = client.get(url("case", accepted))
    assert "いま、あなたができる操作はありません。" in words(page)
    assert [
        form.action for form in forms_of(page) if "/cases/" in form.action and form.method == "post"
    ] == []
    row = judgement(accepted, FLOW_ITEM)
    assert client.post(item_address(accepted, row), {"seen": "0", "verdict": "fit"}).status_code == 409
    row.refresh_from_db()
    assert row.verdict == ""


def test_a_department_added_to_a_case_reads_it(accepted: Walk, sign_in: SignIn) -> None:
    office = accepted.office
    extra = next(pk for pk in office.reviewers if pk != accepted.second_id)
    client = sign_in(office.reviewers[extra])
    assert client.get(url("case", accepted)).status_code == 404
    accepted.act(
        Action.ADD_DEPARTMENT, office.desk, department_id=extra, item_numbers=(19,), reason="構造のため。"
    )
    assert client.get(url("case", accepted)).status_code == 200


def test_a_decided_case_is_only_read(proposed: Walk, desk: Client) -> None:
    proposed.decide()
    page = desk.get(url("case", proposed))
    assert "いま、あなたができる操作はありません。" in words(page)
    assert "認定通知書(PDF)" in words(page)
    row = judgement(proposed, FLOW_ITEM)
    assert (
        desk.post(item_address(proposed, row), {"seen": row.revision, "verdict": "unfit"}).status_code == 409
    )
    assert proposed.reload().state == State.CERTIFIED


def test_what_a_department_drafts_shows_on_the_page(accepted: Walk, desk: Client) -> None:
    draft_point(
        application_id=accepted.application.public_id,
        item_number=None,
        text="全体に字が小さいです。",
        actor=accepted.actor(accepted.office.desk),
        now=accepted.at,
    )
    assert "まだ示していない案が1件あります" in read(desk, url("case", accepted))


def test_a_removed_attachment_is_told(accepted: Walk, desk: Client) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}, second={AREA_ITEM: AREA_DOUBT}).send_back()
    accepted.attach("floor_plan", "新しい間取図.pdf", content=sample_pdf("新"))
    old = (
        accepted.reload()
        .current_version.documents.exclude(original_name="新しい間取図.pdf")
        .get(code="floor_plan")
    )
    remove_document(
        application_id=accepted.application.public_id,
        document_id=old.public_id,
        actor=accepted.actor(accepted.user),
        now=accepted.at,
    )
    accepted.answer("差し替えました。").resubmit()
    page = desk.get(url("case", accepted))
    assert "新しい間取図.pdf" in words(page)
    assert "差し替え" in words(page)
