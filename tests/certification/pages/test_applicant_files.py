"""An applicant files an invented plan from the first page to the last, through the pages alone."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from certification.demo import Office, sample_pdf, sample_plan
from certification.models import Application, Operator, PerformedAct
from certification.rules.completeness import gaps
from certification.rules.plan import Plan, Section
from certification.rules.workflow import Action, State
from tests.certification.pages.forms_on_page import post_form

TYPED: dict[Section, dict[str, Any]] = {
    Section.PARTIES: {
        "role": "both",
        "kind": "corporation",
        "name": "株式会社みほん住まい",
        "kana": "ミホンスマイ",
        "postal_code": "２０３−００００",
        "address": "輪野市見本町一丁目1番1号",
        "phone": "０４２−０００−００００",
        "email": "office@example.jp",
        "representative_title": "代表取締役",
        "representative_name": "架空 太郎",
        "is_designated_office": "False",
        "is_support_corporation": "False",
        "officers-0-name": "架空 太郎",
        "officers-0-kana": "カクウ タロウ",
        "officers-0-title": "代表取締役",
        "officers-1-name": "例示 花子",
        "officers-1-kana": "レイジ ハナコ",
        "officers-1-title": "取締役",
    },
    Section.BUILDINGS: {
        "name": "見本荘",
        "kana": "ミホンソウ",
        "address": "輪野市見本町二丁目3番4号",
        "dwelling_type": "apartment",
        "structure": "wood",
        "storeys": "２",
        "construction_started": "平成7年4月",
        "completed": "H7.12",
        "is_existing": "True",
        "right": "ownership",
        "is_sublease": "False",
        "seismic": "new_code",
        "is_shared_living": "False",
        "units-0-number": "101",
        "units-0-floor": "1階",
        "units-0-is_exclusive": "True",
        "units-0-floor_area_m2": "25.20㎡",
        "units-0-layout": "1K",
        "units-0-capacity": "1",
        "units-0-kitchen": "private",
        "units-0-toilet": "private",
        "units-0-storage": "private",
        "units-0-washbasin": "private",
        "units-0-bath": "private",
        "units-0-monthly_rent_yen": "５２，０００円",
        "units-0-common_fee_yen": "3,000円/月",
        "units-0-deposit_yen": "52000",
    },
    Section.LEASE: {
        "kind": "ordinary",
        "years": "2年",
        "key_money_yen": "0",
        "renewal_fee_yen": "0",
        "guarantee": "家賃債務保証会社の利用をお願いします。費用は月額家賃の半分です。",
        "comparable_rent": "同じ町内の似た広さの部屋3件で、月5万円から5万6千円です。",
    },
    Section.ACCEPTANCE: {"is_limited": "True", "categories": ["a1", "a3", "a4", "b11"]},
    Section.SUPPORT: {
        "safety-methods": "device",
        "safety-device_name": "人の動きを見る感知器(見本)",
        "safety-every_days": "1日に1回",
        "safety-provider": "subcontracted",
        "safety-flow": "感知器が12時間動かないと見守り会社が電話し、出られないときは1時間のうちに訪ねます。",
        "watch-methods": "visit",
        "watch-every_months": "1",
        "watch-provider": "self",
        "watch-content": "月に1回お部屋を訪ね、体調と暮らしの困りごとを聞いて記録します。",
        "targets-0-kind": "community_care",
        "targets-0-name": "見本町地域包括支援センター",
        "targets-0-is_private": "False",
        "targets-0-address": "輪野市見本町三丁目1番",
        "targets-0-phone": "042-000-0001",
        "targets-1-kind": "home_nursing",
        "targets-1-name": "架空訪問看護ステーション",
        "targets-1-is_private": "True",
        "targets-1-address": "輪野市中央一丁目2番",
        "targets-1-phone": "042-000-0002",
        "referral-flow": "つないだ日に電話で確かめ、1週間後に相手先から返事をもらって記録します。",
        "subcontractors-0-name": "株式会社架空見守り",
        "subcontractors-0-address": "輪野市北町一丁目5番",
        "subcontractors-0-scope": "安否確認",
    },
    Section.PRICE: {
        "monthly_yen": "３，３００",
        "breakdown": "安否確認1,800円、見守り1,500円",
        "collection": "家賃と一緒に口座振替",
        "extra_costs": "駆けつけ1回につき2,000円",
        "has_general_service": "True",
        "general_service_monthly_yen": "3500円",
    },
    Section.CONTACT: {
        "name": "株式会社みほん住まい 入居相談係",
        "person": "例示",
        "phone": "042-000-0003",
        "email": "room@example.jp",
        "hours": "平日 9:00〜17:00",
    },
    Section.PLEDGES: {
        "disqualification": "on",
        "structure": "on",
        "policy": "on",
        "signer": "代表取締役 架空 太郎",
    },
}


def url(name: str, case_id: uuid.UUID, *args: object) -> str:
    return reverse(f"certification:{name}", args=[case_id, *args])


def begin(client: Client) -> uuid.UUID:
    page = client.get(reverse("certification:plan_new"))
    data = post_form(page).fields | {"municipality": "139912"}
    answer = client.post(reverse("certification:plan_new"), data)
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.latest("pk").public_id


def press(client: Client, page: Any, do: str) -> Any:
    """Press a button that keeps the page, for example 「行を増やす」."""
    form = post_form(page)
    return client.post(form.action, form.fields | {"do": do})


def write(client: Client, case_id: uuid.UUID, section: Section) -> None:
    page = client.get(url("plan_section", case_id, section.value))
    if section == Section.SUPPORT:
        page = press(client, page, "more.subcontractors")
    if section == Section.BUILDINGS:
        page = fill_rooms(client, page)
        typed: dict[str, Any] = {}
    else:
        typed = TYPED[section]
    form = post_form(page)
    unknown = set(typed) - set(form.fields) - set(form.choices)
    assert unknown == set()
    answer = client.post(form.action, form.fields | typed | {"do": "next"})
    assert answer.status_code == 302, answer.content.decode()


def fill_rooms(client: Client, page: Any) -> Any:
    """Room 101 by hand, the others as copies, then what differs."""
    form = post_form(page)
    copies = {"copy-source": "0", "copy-numbers": "１０２、201〜202", "do": "copy"}
    page = client.post(form.action, form.fields | TYPED[Section.BUILDINGS] | copies)
    assert page.status_code == 200
    form = post_form(page)
    assert [form.fields[f"units-{place}-number"] for place in range(4)] == ["101", "102", "201", "202"]
    assert [form.fields[f"units-{place}-floor"] for place in range(4)] == ["1階", "1階", "1階", "1階"]
    form.fields |= {
        "units-2-floor": "2",
        "units-3-floor": "2",
        "units-2-floor_area_m2": "24.80",
        "units-2-monthly_rent_yen": "54,000",
        "units-2-deposit_yen": "54,000",
        "units-3-is_exclusive": "False",
        "copy-numbers": "",
    }
    page = client.post(form.action, form.fields | {"do": "more.units"})
    assert post_form(page).fields["units-4-number"] == ""
    return page


def attach(client: Client, case_id: uuid.UUID, codes: list[str]) -> Any:
    files = {
        f"file-{code}": SimpleUploadedFile(f"{code}.pdf", sample_pdf(code), content_type="application/pdf")
        for code in codes
    }
    return client.post(url("plan_documents", case_id), files)


def without_keys(part: Any) -> Any:
    """The same value with every row's key empty: keys are random."""
    if isinstance(part, tuple):
        return tuple(without_keys(one) for one in part)
    if not dataclasses.is_dataclass(part):
        return part
    values = {item.name: without_keys(getattr(part, item.name)) for item in dataclasses.fields(part)}
    return dataclasses.replace(part, **{**values, **({"key": ""} if "key" in values else {})})  # type: ignore[type-var]


def wanted_plan() -> Plan:
    plan = sample_plan()
    today = timezone.localdate()
    pledges = tuple(
        dataclasses.replace(
            pledge, acknowledged_on=today, capacity="applicant", for_whom=plan.parties[0].name
        )
        for pledge in plan.pledges
    )
    # Boxes are kept in the order of the list, not of ticking.
    acceptance = dataclasses.replace(plan.acceptance, categories=("a1", "a3", "a4", "b11"))
    return dataclasses.replace(plan, pledges=pledges, acceptance=acceptance)


@pytest.mark.slow
def test_a_plan_is_written_and_filed_through_the_pages(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    client = applicant_client
    case_id = begin(client)
    for section in Section:
        write(client, case_id, section)
    application = Application.objects.select_related("current_version").get(public_id=case_id)
    plan = application.current_version.value
    assert gaps(plan) == ()
    assert without_keys(plan) == without_keys(wanted_plan())

    overview = client.get(url("plan", case_id)).content.decode()
    assert "申請するまでに、あと" in overview
    page = client.get(url("plan_documents", case_id))
    codes = [need.code for need in page.context["missing"]]
    assert codes
    attach(client, case_id, codes)
    assert client.get(url("plan_documents", case_id)).context["missing"] == ()

    page = client.get(url("plan_submit", case_id))
    form = post_form(page)
    answer = client.post(url("plan_submit", case_id), form.fields)
    assert answer.status_code == 302
    again = client.post(url("plan_submit", case_id), form.fields)
    assert again.status_code == 302
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert PerformedAct.objects.filter(application=application, action=Action.SUBMIT).count() == 1
    assert "受け付けるのを待っています" in client.get(url("plan", case_id)).content.decode()


def test_gaps_keep_a_plan_from_being_filed(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    case_id = begin(applicant_client)
    page = applicant_client.get(url("plan_submit", case_id))
    text = page.content.decode()
    assert "賃貸人を1人以上入れてください" in text
    assert url("plan_section", case_id, "parties") in text
    assert url("plan_documents", case_id) in text
    assert 'aria-disabled="true"' in text
    form = post_form(page)
    answer = applicant_client.post(url("plan_submit", case_id), form.fields)
    assert answer.status_code == 409
    assert "まだ足りないところが" in answer.content.decode()
    assert Application.objects.get(public_id=case_id).state == State.DRAFT
