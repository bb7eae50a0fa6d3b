"""認定の設定 and the departments: who may, what changes for running cases, two administrators at once, bad input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Department, User
from certification.demo import Office, Walk, sample_plan
from certification.models import Application, CertificationSetting, DepartmentReview, Operator
from certification.rules.plan import Plan
from certification.services import master as services
from tests.certification.conftest import MONDAY_MORNING

SignIn = Callable[[User], Client]

SETTINGS = reverse("certification:settings")
PAGES = (
    SETTINGS,
    f"{SETTINGS}?department=new",
    reverse("certification:review_table"),
    reverse("certification:review_table_draft"),
    f"{reverse('certification:review_table_draft')}?document=new",
    reverse("certification:review_item", args=[0]),
    reverse("certification:review_table_publish"),
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Pages read the clock; cases of these tests begin on the same morning."""
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def administrator(office: Office, sign_in: SignIn) -> Client:
    return sign_in(office.administrator)


def sent(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the page's form: its present values and fingerprint, with some of them changed."""
    data: dict[str, Any] = {"seen": response.context["seen"]}
    for bound in response.context["form"]:
        value = bound.value()
        if isinstance(value, bool):
            value = "on" if value else ""
        if value not in (None, ""):
            data[bound.html_name] = value
    assert f'name="seen" value="{data["seen"]}"' in response.content.decode()
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def actions_of(office: Office) -> list[str]:
    return list(
        AuditEvent.objects.filter(
            municipality_code=office.municipality.code, actor_id=str(office.administrator.public_id)
        )
        .order_by("pk")
        .values_list("action", flat=True)
    )


# --- Who ---


def test_only_the_administrator_gets_in(
    office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    people = [office.desk, office.colleague, *office.reviewers.values(), office.decider, office.viewer]
    for user in (*people, office.auditor, owner[1], User.objects.create_superuser("root@example.jp", "x")):
        client = sign_in(user)
        for page in PAGES:
            assert client.get(page).status_code == 404, (user.email, page)
            assert client.post(page, {"seen": ""}).status_code == 404, (user.email, page)


def test_without_login_every_page_leads_to_the_login(client: Client, office: Office) -> None:
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_another_citys_things_do_not_exist(
    administrator: Client, office: Office, other_office: Office
) -> None:
    foreign = other_office.municipality.departments.first()
    item = other_office.municipality.review_tables.get(procedure="certification").items.first()
    assert foreign is not None
    assert item is not None
    for page in (f"{SETTINGS}?department={foreign.pk}", reverse("certification:review_item", args=[item.pk])):
        assert administrator.get(page).status_code == 404
        assert administrator.post(page, {"name": "乗っ取り", "seen": ""}).status_code == 404
    assert foreign.name not in administrator.get(SETTINGS).content.decode()
    foreign.refresh_from_db()
    assert foreign.name != "乗っ取り"


@pytest.mark.parametrize("asked", ["", "abc", "-1", "1.5", "9" * 30, "٣"])
def test_an_odd_department_in_the_address_is_404(administrator: Client, asked: str) -> None:
    assert administrator.get(SETTINGS, {"department": asked}).status_code == 404


# --- The settings ---


def test_the_page_shows_and_saves_the_settings(administrator: Client, office: Office) -> None:
    page = administrator.get(SETTINGS)
    text = page.content.decode()
    assert page.status_code == 200
    assert "審査中の申請の主管課は変わりません" in text
    answer = administrator.post(SETTINGS, sent(page, standard_days="４５", authority_name="見本 次郎"))
    assert answer.status_code == 302
    setting = CertificationSetting.objects.get(municipality=office.municipality)
    assert (setting.standard_days, setting.authority_name) == (45, "見本 次郎")
    event = AuditEvent.objects.get(action=services.SETTING_SAVED)
    assert event.details["fields"] == ["standard_days", "authority_name"]
    assert event.details["standard_days"] == [30, 45]
    assert "見本 次郎" not in str(event.details)


def test_a_running_case_keeps_its_lead_and_the_next_one_gets_the_new(
    administrator: Client, accepted: Walk, office: Office, owner: tuple[Operator, User]
) -> None:
    before = accepted.lead_id
    other = office.municipality.departments.get(name="都市計画課")
    page = administrator.get(SETTINGS)
    assert "福祉総務課が主管課 1件" in page.content.decode()
    assert administrator.post(SETTINGS, sent(page, lead_department_id=other.pk)).status_code == 302
    assert Application.objects.get(pk=accepted.application.pk).lead_department_id == before
    later = Walk(office=office, user=owner[1], at=MONDAY_MORNING).file(owner[0], sample_plan("次の家"))
    assert Application.objects.get(pk=later.application.pk).lead_department_id == other.pk


def test_a_lead_without_people_is_pointed_out(administrator: Client, office: Office) -> None:
    other = office.municipality.departments.get(name="介護福祉課")
    answer = administrator.post(
        SETTINGS, sent(administrator.get(SETTINGS), lead_department_id=other.pk), follow=True
    )
    assert "窓口担当・決裁者の辞令のある人がいません" in answer.content.decode()


def test_new_days_move_the_due_dates_of_running_cases(administrator: Client, accepted: Walk) -> None:
    case = Application.objects.get(pk=accepted.application.pk)
    review = DepartmentReview.objects.get(application=case, department=accepted.lead_id)
    assert case.due_on is not None
    assert review.turn_due_on == case.due_on
    administrator.post(SETTINGS, sent(administrator.get(SETTINGS), standard_days="60"))
    moved = Application.objects.get(pk=case.pk)
    review.refresh_from_db()
    assert moved.due_on is not None
    assert moved.due_on > case.due_on
    assert review.turn_due_on == moved.due_on
    assert moved.lock_version == case.lock_version


BAD = (
    ("standard_days", "三十", "数字だけで入力してください"),
    ("standard_days", "0", "1から250までの数"),
    ("standard_days", "999", "1から250までの数"),
    ("correction_days", "", "入力または選択してください"),
    ("authority_title", "見本\u200b市長", "目に見えない文字"),
    ("authority_name", "", "入力または選択してください"),
    ("appeal_text", "あ" * 4_001, "4000 文字以下"),
    ("order", "sideways", "選択してください"),
    ("lead_department_id", "999999", "選択してください"),
)


@pytest.mark.parametrize(("field", "value", "sentence"), BAD)
def test_bad_input_is_answered_by_a_sentence_and_kept(
    administrator: Client, office: Office, field: str, value: str, sentence: str
) -> None:
    before = CertificationSetting.objects.filter(pk=office.setting.pk).values().get()
    answer = administrator.post(
        SETTINGS, sent(administrator.get(SETTINGS), enquiry_text="打ちかけの問合せ先", **{field: value})
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert "打ちかけの問合せ先" in text
    assert "入力内容をご確認ください" in text
    assert CertificationSetting.objects.filter(pk=office.setting.pk).values().get() == before


def test_another_citys_department_cannot_lead(
    administrator: Client, office: Office, other_office: Office
) -> None:
    foreign = other_office.municipality.departments.get(name="住宅政策課")
    answer = administrator.post(
        SETTINGS, sent(administrator.get(SETTINGS), lead_department_id=str(foreign.pk))
    )
    assert answer.status_code == 422
    assert CertificationSetting.objects.get(pk=office.setting.pk).lead_department_id != foreign.pk


# --- Two administrators ---


def save_twice(first: Client, second: Client) -> Any:
    """Both open the page; the first saves, then the second."""
    of_first, of_second = first.get(SETTINGS), second.get(SETTINGS)
    assert first.post(SETTINGS, sent(of_first, authority_name="先の 名前")).status_code == 302
    return second.post(SETTINGS, sent(of_second, authority_name="後の 名前"))


def test_the_second_administrator_is_told_and_keeps_the_text(
    administrator: Client, office: Office, sign_in: SignIn
) -> None:
    other = sign_in(office.administrator)
    answer = save_twice(administrator, other)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "他の担当者が先に処理しました" in text
    assert answer.context["standing"] == [{"term": "認定する者の氏名", "text": "先の 名前"}]
    assert 'value="後の 名前"' in text
    assert CertificationSetting.objects.get(pk=office.setting.pk).authority_name == "先の 名前"
    assert other.post(SETTINGS, sent(answer)).status_code == 302
    assert CertificationSetting.objects.get(pk=office.setting.pk).authority_name == "後の 名前"


def test_control_without_the_comparison_the_first_text_is_lost(
    administrator: Client, office: Office, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_is_done", lambda before, after, seen: before == after)
    answer = save_twice(administrator, sign_in(office.administrator))
    assert answer.status_code == 302
    assert CertificationSetting.objects.get(pk=office.setting.pk).authority_name == "後の 名前"


def test_a_double_click_is_one_act(administrator: Client, office: Office) -> None:
    data = sent(administrator.get(SETTINGS), correction_days="20")
    assert administrator.post(SETTINGS, data).status_code == 302
    assert administrator.post(SETTINGS, data).status_code == 302
    assert actions_of(office).count(services.SETTING_SAVED) == 1


# --- Departments ---


def department_url(department: Department | None = None) -> str:
    return f"{SETTINGS}?department={department.pk if department else 'new'}"


NEW_DEPARTMENT = {
    "name": "住宅課",
    "short_name": "住",
    "side": "housing",
    "document_symbol": "輪都住",
    "phone": "０４２−０００−００１０",
    "is_active": "on",
}


def test_a_department_is_added_and_changed(administrator: Client, office: Office) -> None:
    assert administrator.get(department_url()).status_code == 200
    assert administrator.post(department_url(), {**NEW_DEPARTMENT, "seen": ""}).status_code == 302
    department = office.municipality.departments.get(name="住宅課")
    assert department.phone == "042-000-0010"
    page = administrator.get(department_url(department))
    assert administrator.post(department_url(department), sent(page, short_name="宅")).status_code == 302
    department.refresh_from_db()
    assert (department.short_name, department.document_symbol) == ("宅", "輪都住")
    assert actions_of(office) == [services.DEPARTMENT_ADDED, services.DEPARTMENT_SAVED]
    assert "住宅課" in administrator.get(SETTINGS).content.decode()


BAD_DEPARTMENT = (
    ("name", "福祉総務課", "すでに登録されています"),
    ("short_name", "福", "略称「福」は福祉総務課が使っています"),
    ("short_name", "住宅都市課", "4 文字以下"),
    ("document_symbol", "輪福総", "文書記号「輪福総」は福祉総務課が使っています"),
    ("side", "", "入力または選択してください"),
    ("phone", "お電話ください", "数字とハイフン"),
)


@pytest.mark.parametrize(("field", "value", "sentence"), BAD_DEPARTMENT)
def test_a_bad_department_is_not_added(
    administrator: Client, office: Office, field: str, value: str, sentence: str
) -> None:
    count = office.municipality.departments.count()
    answer = administrator.post(department_url(), {**NEW_DEPARTMENT, "seen": "", field: value})
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert 'value="住宅課"' in answer.content.decode() or field == "name"
    assert office.municipality.departments.count() == count


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("福祉総務課", "は主管課です"), ("都市計画課", "審査中の申請1件に都市計画課が加わっています")],
)
def test_a_department_in_use_stays_in_use(
    administrator: Client, office: Office, accepted: Walk, name: str, sentence: str
) -> None:
    department = office.municipality.departments.get(name=name)
    page = administrator.get(department_url(department))
    answer = administrator.post(department_url(department), sent(page, is_active=None))
    assert answer.status_code == 422
    told = " ".join(answer.context["form"].errors["is_active"])
    assert sentence in told
    assert "公開している別表の" in told
    department.refresh_from_db()
    assert department.is_active


def test_a_department_nobody_needs_goes_out_of_use(administrator: Client, office: Office) -> None:
    department = office.municipality.departments.get(name="介護福祉課")
    page = administrator.get(department_url(department))
    assert administrator.post(department_url(department), sent(page, is_active=None)).status_code == 302
    department.refresh_from_db()
    assert not department.is_active
    text = administrator.get(SETTINGS).content.decode()
    assert "使用していない" in text
    assert f'<option value="{department.pk}">' not in text


def test_two_administrators_change_one_department(
    administrator: Client, office: Office, sign_in: SignIn
) -> None:
    department = office.municipality.departments.get(name="介護福祉課")
    second = sign_in(office.administrator)
    url = department_url(department)
    of_first, of_second = administrator.get(url), second.get(url)
    assert administrator.post(url, sent(of_first, phone="042-111-1111")).status_code == 302
    answer = second.post(url, sent(of_second, phone="042-222-2222"))
    assert answer.status_code == 409
    assert "042-111-1111" in answer.content.decode()
    assert 'value="042-222-2222"' in answer.content.decode()


# --- Before anything is set ---


def test_a_city_without_settings_can_make_them(
    administrator: Client, office: Office, walk: Walk, plan: Plan
) -> None:
    CertificationSetting.objects.filter(pk=office.setting.pk).delete()
    page = administrator.get(SETTINGS)
    assert "まだ設定がありません" in page.content.decode()
    lead = office.setting.lead_department_id
    data = {
        "seen": "",
        "lead_department_id": lead,
        "order": "serial",
        "standard_days": "30",
        "correction_days": "14",
        "authority_title": "輪野市長",
        "authority_name": "見本 太郎",
        "appeal_text": "教示です。",
        "enquiry_text": "福祉総務課",
    }
    assert administrator.post(SETTINGS, data).status_code == 302
    setting = CertificationSetting.objects.get(municipality=office.municipality)
    assert (setting.lead_department_id, setting.omits_seal) == (lead, False)
