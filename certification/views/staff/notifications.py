"""届出・報告 for the office: those to receive, one of them, what came on paper, and the board of the year's reports."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.documents.workbook import CONTENT_TYPE
from certification.forms.applicant.requests import KeyForm
from certification.forms.notifications import (
    FORMS,
    ChaseForm,
    ExportForm,
    HandBackForm,
    SeenForm,
    notification_content,
    notification_form,
)
from certification.rules.ledger import Purpose
from certification.rules.notifications import (
    DESK,
    ChaseWay,
    NotificationAct,
    NotificationKind,
    ReportStanding,
    may_act,
    report_due_on,
    reported_year,
)
from certification.selectors.notifications import (
    NotificationPage,
    ReportRow,
    may_chase,
    notification_list,
    office_notification,
    plan_for_paper,
    report_rows,
    report_years,
    reports_of,
    waiting_count,
)
from certification.services.errors import ActRefused, CaseError, InputMissing, Stale
from certification.services.notifications import chase, file_on_paper, hand_back, receive, record_read
from certification.services.report_export import export_reports
from certification.views.notification_words import (
    OWN_FIELDS,
    basis_of,
    changes_of,
    filing_facts,
    line_of,
    stated,
    status_of_notification,
    title_of,
)
from certification.views.staff.frame import INVALID, STALE, office_page, status_of
from japan.wareki import fiscal_year_label, format_wareki

TABS: Final = (("waiting", "受理を待つもの"), ("all", "すべて"))
_CERTIFIED: Final = "認定計画"


@office_page
@require_safe
def notifications(request: ActorRequest) -> HttpResponse:
    """届出・報告の一覧."""
    asked, kind = request.GET.get("tab"), request.GET.get("kind", "")
    tab = asked if asked in dict(TABS) else "waiting"
    number = _number(request.GET.get("page"))
    page = notification_list(request.actor, tab=tab, kind=kind, number=number)
    here = {"tab": tab, **({"kind": kind} if kind in NotificationKind.values else {})}
    waiting = waiting_count(request.actor)
    context = {
        "breadcrumb": [
            {"label": _CERTIFIED, "url": reverse("certification:certified_plans")},
            {"label": "届出・報告", "url": ""},
        ],
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({**here, 'tab': code})}",
                "current": code == tab,
                "count": str(waiting) if code == "waiting" else None,
            }
            for code, label in TABS
        ],
        "tab": tab,
        "kind": kind,
        "kinds": NotificationKind.choices,
        "rows": [_row(row) for row in page.object_list],
        "prev_url": f"?{urlencode({**here, 'page': page.number - 1})}" if page.has_previous() else None,
        "next_url": f"?{urlencode({**here, 'page': page.number + 1})}" if page.has_next() else None,
    }
    return render(request, "certification/notifications/list.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _row(row: Any) -> dict[str, Any]:
    content = row.plan.register_entry.version.value
    return {
        **line_of(row, address="certification:notification"),
        "plan_number": row.plan.certified_number,
        "name": content.housing_name or "名称なし",
        "who": content.applicant_name,
    }


# --- One ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def notification(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One notification. Reading it is an event of the trail."""
    page = office_notification(request.actor, public_id)
    if request.method != "POST":
        record_read(page.notification, actor=request.actor, now=timezone.now())
        return _page(request, page)
    if not page.may_receive:
        raise NotVisible
    returns = request.POST.get("act") == NotificationAct.RETURN
    form = HandBackForm(request.POST if returns else None)
    try:
        if returns and not form.is_valid():
            return _page(request, page, form=form, status=INVALID)
        _act(request, public_id, form if returns else None)
    except CaseError as error:
        if isinstance(error, InputMissing):
            form.add_error(error.field if error.field in form.fields else None, str(error))
        page = office_notification(request.actor, public_id)
        told = "" if isinstance(error, InputMissing) else str(error)
        return _page(request, page, form=form, error=told, status=status_of(error))
    messages.success(request, "返戻しました。" if returns else "受理しました。")
    return redirect("certification:notification", public_id=public_id)


def _act(request: ActorRequest, public_id: uuid.UUID, form: HandBackForm | None) -> None:
    seen = SeenForm(request.POST)
    shared: dict[str, Any] = {
        "notification_id": public_id,
        "actor": request.actor,
        "now": timezone.now(),
        "seen": seen.cleaned_data["seen"] if seen.is_valid() else -1,
    }
    if form is None:
        receive(**shared)
        return
    told = form.cleaned_data
    hand_back(reason=told["reason"], needs_certification=told["needs_certification"], **shared)


def _page(
    request: ActorRequest,
    page: NotificationPage,
    *,
    form: HandBackForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    row = page.notification
    is_change = row.kind == NotificationKind.LESSER_CHANGE
    waits = may_act(NotificationAct.RECEIVE, kind=row.kind, status=row.status, side=DESK)
    form = form or HandBackForm()
    if not is_change:
        del form.fields["needs_certification"]
    context = {
        "breadcrumb": [
            {"label": _CERTIFIED, "url": reverse("certification:certified_plans")},
            {"label": "届出・報告", "url": reverse("certification:notifications")},
            {"label": title_of(row), "url": ""},
        ],
        "row": row,
        "title": title_of(row),
        "basis": basis_of(row.kind),
        "own_fields": "" if is_change else OWN_FIELDS,
        "kicker": f"認定番号 {row.plan.certified_number}",
        "name": page.content.housing_name or "名称なし",
        "plan_url": reverse("certification:certified_plan", args=[row.plan.public_id]),
        "status": status_of_notification(row),
        "facts": filing_facts(row),
        "stated": stated(row.kind, page.filings[0].statement, page.content),
        "changes": changes_of(page.filings[0]),
        "times": len(page.filings),
        "may_receive": page.may_receive and waits,
        "receive_text": _what_follows(row),
        "form": form,
        "error": error,
    }
    return render(request, "certification/notifications/one.html", context, status=status)


def _what_follows(row: Any) -> str:
    if row.kind == NotificationKind.LESSER_CHANGE:
        return "受理すると、届け出られた内容が、いまの認定計画になります。"
    if row.kind == NotificationKind.ABOLITION:
        day = format_wareki(row.effective_on)
        return f"受理すると、{day}に計画が廃止になり、公開一覧から外れ、公示されます。その日を過ぎているときは、すぐにそうなります。"
    return "受理すると、受理番号が付き、事業者に知らせます。"


# --- 紙で届いたもの ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def notification_paper(request: ActorRequest, plan_id: uuid.UUID, kind: str) -> HttpResponse:
    """Enter what came on paper; who entered it is on record."""
    entry = plan_for_paper(request.actor, plan_id)
    if kind not in FORMS:
        raise NotVisible
    chosen, content = NotificationKind(kind), entry.version.value
    if request.method != "POST":
        return _paper_page(request, entry, chosen, notification_form(kind, content={}, plan=content))
    form = notification_form(kind, content={}, plan=content, data=request.POST)
    keyed = KeyForm(request.POST)
    if not form.is_valid() or not keyed.is_valid():
        return _paper_page(request, entry, chosen, form, status=INVALID)
    try:
        made = file_on_paper(
            plan_id=plan_id,
            kind=chosen,
            content=notification_content(form),
            actor=request.actor,
            now=timezone.now(),
            key=keyed.cleaned_data["key"],
        )
    except CaseError as error:
        field = error.field if isinstance(error, InputMissing) and error.field in form.fields else None
        form.add_error(field, str(error))
        return _paper_page(request, entry, chosen, form, status=status_of(error))
    messages.success(request, "紙で届いた届出を入力しました。確かめて受理してください。")
    return redirect("certification:notification", public_id=made.public_id)


def _paper_page(
    request: ActorRequest, entry: Any, kind: NotificationKind, form: Any, *, status: int = 200
) -> HttpResponse:
    plan_url = reverse("certification:certified_plan", args=[entry.plan.public_id])
    name = entry.version.value.housing_name or "名称なし"
    title = f"紙で届いた{kind.label}を入力する"
    context = {
        "breadcrumb": [
            {"label": _CERTIFIED, "url": reverse("certification:certified_plans")},
            {"label": name, "url": plan_url},
            {"label": title, "url": ""},
        ],
        "kicker": f"認定番号 {entry.plan.certified_number} {name}",
        "title": title,
        "basis": basis_of(kind),
        "own_fields": OWN_FIELDS,
        "plan_url": plan_url,
        "form": form,
        "key": uuid.uuid4(),
    }
    return render(request, "certification/notifications/paper.html", context, status=status)


# --- 定期報告 ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: ActorRequest) -> HttpResponse:
    """The board of a year: who has reported, who is late, who was reminded when and how."""
    if request.method != "POST":
        return _board(request)
    if not may_chase(request.actor):
        raise NotVisible
    form = ChaseForm(request.POST)
    if not form.is_valid():
        return _board(request, form=form, status=INVALID)
    told = form.cleaned_data
    try:
        chase(
            notification_id=told["report"],
            on=told["on"],
            way=ChaseWay(told["way"]),
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _board(request, form=form, status=INVALID)
    except (Stale, ActRefused) as error:
        form.add_error(None, str(error))
        return _board(request, form=form, status=STALE)
    messages.success(request, "催促を記録しました。")
    return redirect(f"{reverse('certification:reports')}?{urlencode({'year': _year(request)})}")


def _year(request: ActorRequest) -> int:
    text = request.GET.get("year", "")
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    return reported_year(timezone.localdate())


def _board(request: ActorRequest, *, form: ChaseForm | None = None, status: int = 200) -> HttpResponse:
    actor, today, year = request.actor, timezone.localdate(), _year(request)
    rows = report_rows(reports_of(actor, year=year), year=year, today=today)
    may = may_chase(actor)
    years = sorted({year, *report_years(actor)}, reverse=True)
    context = {
        "breadcrumb": [
            {"label": _CERTIFIED, "url": reverse("certification:certified_plans")},
            {"label": "定期報告", "url": ""},
        ],
        "year": year,
        "year_label": fiscal_year_label(year),
        "years": [
            {"label": fiscal_year_label(one), "url": f"?{urlencode({'year': one})}", "current": one == year}
            for one in years
        ],
        "due": format_wareki(report_due_on(year)),
        "counts": [
            {"label": str(kind.label), "count": sum(1 for row in rows if row.standing == kind)}
            for kind in ReportStanding
        ],
        "rows": [_report_row(row, may=may) for row in rows],
        "waiting": [_choice(row) for row in rows if may and row.standing in _OPEN],
        "form": form or ChaseForm(initial={"on": today}),
        "may_chase": may,
        "export_url": f"{reverse('certification:reports_export')}?{urlencode({'year': year})}",
    }
    return render(request, "certification/notifications/reports.html", context, status=status)


_OPEN: Final = (ReportStanding.WAITING, ReportStanding.LATE)
_STANDING_CODES: Final = {
    ReportStanding.RECEIVED: "certified",
    ReportStanding.FILED: "submitted",
    ReportStanding.WAITING: "draft",
    ReportStanding.LATE: "awaiting_correction",
}


def _choice(row: ReportRow) -> dict[str, str]:
    number = row.report.plan.certified_number
    return {"id": str(row.report.public_id), "label": f"{number} {row.content.housing_name or '名称なし'}"}


def _report_row(row: ReportRow, *, may: bool) -> dict[str, Any]:
    report = row.report
    address = "certification:notification" if report.filed_at else ""
    return {
        "url": reverse(address, args=[report.public_id]) if address else "",
        "plan_url": reverse("certification:certified_plan", args=[report.plan.public_id]),
        "number": report.plan.certified_number,
        "name": row.content.housing_name or "名称なし",
        "who": row.content.applicant_name,
        "standing": {"code": _STANDING_CODES[row.standing], "label": str(row.standing.label)},
        "filed": _day(report.filed_at),
        "chases": [
            f"{format_wareki(one.on, style='short')} {one.get_way_display()}({one.by.name})"
            for one in row.chases
        ],
    }


def _day(moment: dt.datetime | None) -> str:
    return format_wareki(timezone.localdate(moment), style="short") if moment else ""


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def reports_export(request: ActorRequest) -> HttpResponseBase:
    """A copy of the board as a file, with what it is for."""
    year = _year(request)
    form = ExportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                found = export_reports(
                    year=year,
                    purpose=Purpose(form.cleaned_data["purpose"]),
                    actor=request.actor,
                    now=timezone.now(),
                )
            except ActRefused as error:
                form.add_error(None, str(error))
                status = STALE
            else:
                return _file(found.name, found.pieces)
    board = f"{reverse('certification:reports')}?{urlencode({'year': year})}"
    context = {
        "breadcrumb": [
            {"label": "定期報告", "url": board},
            {"label": "一覧を書き出す", "url": ""},
        ],
        "year_label": fiscal_year_label(year),
        "form": form,
        "board_url": board,
    }
    return render(request, "certification/notifications/export.html", context, status=status)


def _file(name: str, pieces: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        pieces,
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name)),
            "Cache-Control": "private, no-store",
        },
    )
