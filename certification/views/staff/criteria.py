"""基準の確かめ: every check of a case by article with its numbers and what would cure it, and the rents nearby."""

from __future__ import annotations

import uuid
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActorRequest
from certification.forms.criteria import RentForm
from certification.rules.application_form import sheets
from certification.rules.criteria import CheckCode, Finding
from certification.rules.criteria.findings import Outcome
from certification.rules.difference import display
from certification.rules.workflow import Action
from certification.selectors.case import CasePage, case_page
from certification.selectors.criteria import numbers_changed_since_filing
from certification.services import rents
from certification.services.errors import ActRefused, InputMissing
from certification.views.staff.frame import INVALID, STALE, breadcrumb, head, office_page, record_view

ARTICLES: Final = (
    ("法41条1号 床面積", (CheckCode.FLOOR_AREA,)),
    ("法41条2号 構造・設備", (CheckCode.EQUIPMENT, CheckCode.SEISMIC, CheckCode.PLEDGE_STRUCTURE)),
    ("法41条3号 受け入れる方の範囲", (CheckCode.ACCEPTANCE,)),
    ("法41条4号 専用戸数", (CheckCode.EXCLUSIVE_UNITS,)),
    ("法41条5号 家賃", (CheckCode.RENT,)),
    (
        "法41条6号 援助の内容",
        (CheckCode.SAFETY_FREQUENCY, CheckCode.WATCH_FREQUENCY, CheckCode.REFERRAL_LIST),
    ),
    ("法41条7号 援助の対価", (CheckCode.PRICE,)),
    ("法41条8号 基本方針・供給促進計画", (CheckCode.PLEDGE_POLICY,)),
    ("法42条 欠格・事業を行う者", (CheckCode.PARTIES, CheckCode.PLEDGE_DISQUALIFICATION)),
)
_ORDER: Final = (Outcome.ATTENTION, Outcome.UNKNOWN, Outcome.OK)
_KINDS: Final = {Outcome.OK: "done", Outcome.ATTENTION: "attention", Outcome.UNKNOWN: "plain"}


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_criteria(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The checks of a case; a POST adds a home nearby to compare the rents with."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = RentForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        record_view(page.application, request, now=now)
        return _page(request, page, form)
    if not form.is_valid():
        return _page(request, page, form, status=INVALID)
    try:
        rents.add_rent(application_id=case_id, content=form.content(), actor=request.actor, now=now)
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _page(request, page, form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _page(request, page, form, status=STALE)
    messages.success(request, "近傍の家賃を加えました。")
    return redirect("certification:case_criteria", case_id=case_id)


def _page(request: ActorRequest, page: CasePage, form: RentForm, *, status: int = 200) -> HttpResponse:
    groups = [_group(title, page.checked(codes)) for title, codes in ARTICLES]
    changed = numbers_changed_since_filing(page.application, now_used=page.thresholds)
    context = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, "基準の確かめ"),
        "groups": groups,
        "open_count": sum(group["open"] for group in groups),
        "rents": [_rent(row) for row in page.comparables],
        "form": form,
        # What was typed stays on the page even when the case has moved on meanwhile.
        "may_add": page.may(Action.JUDGE) or form.is_bound,
        "may_remove": page.may(Action.JUDGE),
        "is_decided": page.application.decided_at is not None,
        "changed_numbers": changed,
    }
    return render(request, "certification/staff/criteria.html", context, status=status)


def _group(title: str, findings: tuple[Finding, ...]) -> dict[str, Any]:
    found = sorted(findings, key=lambda one: _ORDER.index(one.outcome))
    wanted = [
        {"finding": one, "kind": _KINDS[one.outcome], "label": one.outcome.label}
        for one in found
        if one.outcome != Outcome.OK
    ]
    sound = [one for one in found if one.outcome == Outcome.OK]
    return {"title": title, "rows": wanted, "sound": sound, "open": len(wanted)}


def _rent(row: Any) -> dict[str, Any]:
    rate = (row.monthly_rent_yen / row.area_m2).quantize(Decimal(1), ROUND_HALF_UP)
    return {"row": row, "rent": f"{row.monthly_rent_yen:,}円", "rate": f"{rate:,}円/㎡"}


@office_page
@require_POST
def case_rent_remove(request: ActorRequest, case_id: uuid.UUID, rent_id: uuid.UUID) -> HttpResponse:
    """Take a home out of the comparison."""
    try:
        rents.remove_rent(application_id=case_id, rent_id=rent_id, actor=request.actor, now=timezone.now())
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "近傍の家賃を外しました。")
    return redirect("certification:case_criteria", case_id=case_id)


@office_page
@require_safe
def case_application(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The application to print for the file: 別紙, the 別添 this plan needs, and the pledges."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_view(page.application, request, now=now)
    context = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, "申請書と別添"),
        "sections": [part for part in display(page.plan) if part.section != "pledges"],
        "sheets": sheets(page.plan),
        "documents": page.documents,
        "printed_at": now,
    }
    return render(request, "certification/staff/application.html", context)
