"""The admin's windows: everything opens for a superuser, in Japanese, and nothing there goes round a service."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import AuditEvent, User
from certification.demo import Office, Walk
from certification.models import (
    Application,
    CertificationSetting,
    DepartmentReview,
    Letter,
    NumberSeries,
    Operator,
    OperatorUser,
    Plan,
    PlanVersion,
    Proposal,
    ReviewItem,
    ReviewTable,
    Threshold,
)
from tests.certification.conftest import MONDAY_MORNING
from tests.certification.pages.test_master_settings import SignIn

MASTER = (Operator, CertificationSetting, Threshold, ReviewTable, ReviewItem)
WINDOWS = (Application, Plan, PlanVersion, Proposal, Letter, NumberSeries)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root@example.jp", "x", name="管理 者")


@pytest.fixture
def browser(root: User, sign_in: SignIn) -> Client:
    return sign_in(root)


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:certification_{model._meta.model_name}_{page}", args=args)


def shown(response: Any) -> dict[str, Any]:
    """What a browser sends of the admin's form: its fields and those of the inlines."""
    data: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value in (None, "", False):
                continue
            data[bound.html_name] = "on" if value is True else getattr(value, "pk", value)
    return data


# --- Who ---


def test_only_superusers_and_admin_staff_get_in(
    office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    for user in (office.administrator, office.decider, office.auditor, owner[1]):
        for model in (*MASTER, *WINDOWS):
            assert sign_in(user).get(url(model, "changelist")).status_code != 200, (user.email, model)


def test_admin_staff_without_rights_sees_nothing_of_cases(
    office: Office, proposed: Walk, sign_in: SignIn
) -> None:
    helper = User.objects.create_user("helper@example.jp", "x", name="補助 者", is_staff=True)
    client = sign_in(helper)
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(url(Application, "changelist")).status_code == 403
    assert client.get(url(Application, "change", proposed.application.pk)).status_code == 403


# --- Everything opens, in Japanese ---


def test_every_window_opens_in_japanese(proposed: Walk, browser: Client) -> None:
    proposed.decide()
    index = browser.get(reverse("admin:index")).content.decode()
    assert "居住サポート住宅の認定" in index
    for model in (*MASTER, *WINDOWS):
        name = str(model._meta.verbose_name)
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", name), model
        listed = browser.get(url(model, "changelist"))
        assert listed.status_code == 200, model
        assert str(model._meta.verbose_name_plural) in listed.content.decode()
        row = model._default_manager.first()
        assert row is not None, model
        assert browser.get(url(model, "change", row.pk)).status_code == 200, model


def test_no_column_or_field_is_named_in_english(proposed: Walk, browser: Client) -> None:
    for model in (*MASTER, *WINDOWS):
        window = admin.site.get_model_admin(model)
        row = model._default_manager.first()
        assert row is not None or model is Letter
        labels = [
            str(field.verbose_name) for field in model._meta.get_fields() if hasattr(field, "verbose_name")
        ]
        columns = [str(column) for column in window.list_display]
        labels += [
            str(getattr(getattr(window, name), "short_description", ""))
            for name in columns
            if hasattr(window, name)
        ]
        english = [
            label for label in labels if re.fullmatch(r"[A-Za-z _]+", label) and label not in ("ID", "PDF")
        ]
        assert english == [], model


# --- Cases: windows only ---


@pytest.mark.parametrize("model", WINDOWS)
def test_cases_can_be_looked_at_and_nothing_else(proposed: Walk, browser: Client, model: type[Model]) -> None:
    proposed.decide()
    row = model._default_manager.first()
    assert row is not None
    before = model._default_manager.filter(pk=row.pk).values().get()
    page = browser.get(url(model, "change", row.pk)).content.decode()
    assert 'name="_save"' not in page
    assert browser.post(url(model, "change", row.pk), {"state": "draft", "_save": "保存"}).status_code == 403
    assert browser.get(url(model, "add")).status_code == 403
    assert browser.post(url(model, "add"), {}).status_code == 403
    assert browser.get(url(model, "delete", row.pk)).status_code == 403
    assert browser.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
    browser.post(url(model, "changelist"), bulk)
    assert model._default_manager.filter(pk=row.pk).values().get() == before


def test_rows_that_carry_a_case_have_no_window_at_all() -> None:
    assert not admin.site.is_registered(DepartmentReview)


def test_opening_a_case_is_recorded(proposed: Walk, browser: Client, root: User) -> None:
    for model in (Application, PlanVersion, Proposal):
        row = model._default_manager.order_by("pk").last()
        assert row is not None
        browser.get(url(model, "change", row.pk))
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.actor_id) == ("certification.viewed", str(root.public_id))
        assert event.subject_id == str(proposed.application.public_id)
        assert event.municipality_code == proposed.office.municipality.code
        assert event.details["window"] == model._meta.model_name


def test_what_a_plan_says_is_not_shown(proposed: Walk, browser: Client) -> None:
    version = PlanVersion.objects.get(pk=proposed.application.current_version_id)
    page = browser.get(url(PlanVersion, "change", version.pk)).content.decode()
    assert version.content["parties"][0]["officers"][0]["name"] not in page


# --- The 別表 ---


def test_a_published_table_is_read_only(office: Office, browser: Client) -> None:
    table = ReviewTable.objects.get(municipality=office.municipality, procedure="certification")
    item = table.items.first()
    assert item is not None
    for model, row in ((ReviewTable, table), (ReviewItem, item)):
        page = browser.get(url(model, "change", row.pk)).content.decode()
        assert 'name="_save"' not in page
        data = {"source": "書換え", "label": "書換え", "items-TOTAL_FORMS": "0", "items-INITIAL_FORMS": "0"}
        assert browser.post(url(model, "change", row.pk), data).status_code == 403
        assert browser.get(url(model, "add")).status_code == 403
        assert browser.get(url(model, "delete", row.pk)).status_code == 403
    table.refresh_from_db()
    item.refresh_from_db()
    assert "書換え" not in (table.source, item.label)


def test_a_draft_can_be_mended_and_not_published(office: Office, browser: Client, sign_in: SignIn) -> None:
    sign_in(office.administrator).post(reverse("certification:review_table_draft"))
    draft = ReviewTable.objects.get(municipality=office.municipality, published_at__isnull=True)
    data = shown(browser.get(url(ReviewTable, "change", draft.pk)))
    data |= {
        "source": "直した出典",
        "published_at_0": "2026-06-01",
        "published_at_1": "00:00",
        "version": "99",
    }
    assert browser.post(url(ReviewTable, "change", draft.pk), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.source, draft.published_at, draft.version) == ("直した出典", None, 2)
    event = AuditEvent.objects.filter(action=actions.ADMIN_CHANGED).latest("pk")
    assert event.details["fields"] == ["source"]
    assert event.municipality_code == office.municipality.code


def test_a_row_of_a_draft_gets_departments_of_its_own_city_only(
    office: Office, other_office: Office, browser: Client, sign_in: SignIn
) -> None:
    sign_in(office.administrator).post(reverse("certification:review_table_draft"))
    item = ReviewItem.objects.get(
        table__municipality=office.municipality, table__published_at__isnull=True, number=7
    )
    page = browser.get(url(ReviewItem, "change", item.pk))
    assert "居住安定援助の内容(この部分の全体)" in page.content.decode()
    data = shown(page)
    foreign = other_office.municipality.departments.first()
    own = office.municipality.departments.get(name="介護福祉課")
    assert foreign is not None
    added = {"departments-TOTAL_FORMS": "2", "departments-1-condition": "always"}
    wrong = browser.post(
        url(ReviewItem, "change", item.pk), {**data, **added, "departments-1-department": foreign.pk}
    )
    assert wrong.status_code == 200
    right = browser.post(
        url(ReviewItem, "change", item.pk), {**data, **added, "departments-1-department": own.pk}
    )
    assert right.status_code == 302
    assert set(item.departments.values_list("department__name", flat=True)) == {"福祉総務課", "介護福祉課"}
    event = AuditEvent.objects.filter(action=actions.ADMIN_CHANGED).latest("pk")
    assert event.details["rows"] == {"reviewitemdepartment": {"added": 1, "changed": 0, "removed": 0}}


# --- Master data ---


def test_the_first_setting_of_a_city_and_a_foreign_department(
    office: Office, other_office: Office, browser: Client
) -> None:
    setting = office.setting
    data = shown(browser.get(url(CertificationSetting, "change", setting.pk)))
    foreign = other_office.setting.lead_department
    wrong = browser.post(
        url(CertificationSetting, "change", setting.pk), {**data, "lead_department": foreign.pk}
    )
    assert wrong.status_code == 200
    assert "この自治体の、使用中の課を選んでください" in wrong.content.decode()
    right = browser.post(
        url(CertificationSetting, "change", setting.pk), {**data, "enquiry_text": "新しい問合せ先"}
    )
    assert right.status_code == 302
    setting.refresh_from_db()
    assert setting.enquiry_text == "新しい問合せ先"
    assert AuditEvent.objects.latest("pk").details["fields"] == ["enquiry_text"]


def test_days_set_in_the_admin_move_due_dates_too(accepted: Walk, browser: Client) -> None:
    before = Application.objects.get(pk=accepted.application.pk).due_on
    setting = accepted.office.setting
    data = shown(browser.get(url(CertificationSetting, "change", setting.pk)))
    assert (
        browser.post(
            url(CertificationSetting, "change", setting.pk), {**data, "standard_days": "60"}
        ).status_code
        == 302
    )
    after = Application.objects.get(pk=accepted.application.pk).due_on
    assert before is not None
    assert after is not None
    assert after > before


def test_an_operator_gets_people(owner: tuple[Operator, User], browser: Client) -> None:
    operator, _ = owner
    colleague = User.objects.create_user("colleague@example.jp", "x", name="同僚 三郎")
    data = shown(browser.get(url(Operator, "change", operator.pk)))
    data |= {
        "members-TOTAL_FORMS": "2",
        "members-1-user": colleague.pk,
        "members-1-operator": operator.pk,
        "members-1-role": "writer",
    }
    assert browser.post(url(Operator, "change", operator.pk), data).status_code == 302
    assert OperatorUser.objects.filter(operator=operator, user=colleague).exists()
    event = AuditEvent.objects.latest("pk")
    assert event.action == actions.ADMIN_CHANGED
    assert event.details["rows"] == {"operatoruser": {"added": 1, "changed": 0, "removed": 0}}
    assert browser.get(url(Operator, "delete", operator.pk)).status_code == 403


def threshold(office: Office) -> Threshold:
    return Threshold.objects.get(code="floor_area_new_m2")


def test_a_number_that_holds_already_only_gets_an_end(office: Office, browser: Client) -> None:
    row = threshold(office)
    page = browser.get(url(Threshold, "change", row.pk))
    data = shown(page)
    assert set(data) == {"effective_until"} or data == {}
    wrong = browser.post(url(Threshold, "change", row.pk), {"effective_until": "2026-05-31", "value": "1"})
    assert wrong.status_code == 200
    assert "終わりの日は、今日以後の日" in wrong.content.decode()
    right = browser.post(url(Threshold, "change", row.pk), {"effective_until": "2026-09-30", "value": "1"})
    assert right.status_code == 302
    row.refresh_from_db()
    assert (row.value, row.effective_until) == (Decimal("25.00"), dt.date(2026, 9, 30))


def test_a_city_gets_a_number_of_its_own_and_no_national_twin(office: Office, browser: Client) -> None:
    row = threshold(office)
    data = {
        "code": row.code,
        "label": row.label,
        "value": "18.00",
        "unit": row.unit,
        "basis": "共管省令16条",
        "effective_from": row.effective_from.isoformat(),
    }
    twin = browser.post(url(Threshold, "add"), data)
    assert twin.status_code == 200
    assert "同じ日から適用する国の値が、すでにあります" in twin.content.decode()
    own = browser.post(url(Threshold, "add"), {**data, "municipality": office.municipality.pk})
    assert own.status_code == 302
    found = Threshold.objects.in_force(municipality_id=office.municipality.pk, day=dt.date(2026, 6, 2))
    assert {one.code: one.value for one in found}[row.code] == Decimal("18.00")
    assert AuditEvent.objects.latest("pk").municipality_code == office.municipality.code
