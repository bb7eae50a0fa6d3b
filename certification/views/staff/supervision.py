"""監督: certified plans by how soon they should be looked at, tips, and the sheet for fire and building offices."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.supervision import ListForm, TipCloseForm, TipForm
from certification.rules.supervision import (
    POINTS,
    MeasureKind,
    Risk,
    Step,
    TipKind,
    is_overdue,
    score,
)
from certification.rules.workflow import Who
from certification.selectors import supervision as selectors
from certification.services import tips as services
from certification.services.errors import CaseError, InputMissing, NotFound
from certification.services.trail import record_plan
from certification.views.shared import plan_status
from certification.views.staff.frame import INVALID, STALE, office_page, status_of
from japan.wareki import format_wareki

HOME: Final = "監督"
SHAPES: Final[dict[str, str]] = {
    Step.DRAFT: "draft",
    Step.DECIDING: "deciding",
    Step.APPROVED: "certified",
    Step.REPORTED: "submitted",
    Step.HEARD: "gathering",
    Step.HEARD_OUT: "gathering",
    Step.RESULTED: "gathering",
    Step.CARRIED_OUT: "lead_review",
    Step.REVOKED: "refused",
    Step.CLOSED: "withdrawn",
}
"""Which shape of the status component a step bears; the others wait for somebody."""


def home_crumb() -> dict[str, str]:
    return {"label": HOME, "url": reverse("certification:supervision")}


def plan_crumb(plan: Any, name: str) -> dict[str, str]:
    return {"label": name, "url": reverse("certification:supervision_plan", args=[plan.public_id])}


def step_status(measure: Any) -> dict[str, str]:
    """Code and label of the status component."""
    label = measure.get_outcome_display() if measure.outcome else measure.get_step_display()
    return {"code": SHAPES.get(measure.step, "awaiting_correction"), "label": str(label)}


def due_of(measure: Any, *, today: dt.date) -> dict[str, str] | None:
    """The date that runs in a measure, for the due component."""
    if measure.due_on is None or measure.step not in selectors.DUE_STEPS:
        return None
    left = (measure.due_on - today).days
    date = format_wareki(measure.due_on)
    if is_overdue(measure.step, measure.due_on, today=today):
        return {"label": f"{-left}日過ぎています", "date": date, "tone": "hot"}
    if left == 0:
        return {"label": "きょう", "date": date, "tone": "hot"}
    return {"label": f"あと{left}日", "date": date, "tone": "soon" if left <= 7 else ""}


# --- The list ---


@office_page
@require_safe
def supervision(request: ActorRequest) -> HttpResponse:
    """Plans in the order in which they should be looked at."""
    form = ListForm(request.GET or None)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words, risk = data.get("q", ""), data.get("risk", "")
    today = timezone.localdate()
    page = selectors.supervised_page(
        request.actor, today=today, words=words, risk=risk, everything=risk == "all"
    )
    context = {
        "form": form,
        "rows": [_row(row, today=today) for row in page.rows],
        "loose": [_tip_row(tip) for tip in page.loose_tips],
        "unpublished": [
            {
                "url": reverse("certification:measure", args=[measure.public_id]),
                "number": measure.plan.certified_number,
            }
            for measure in page.unpublished
        ],
        "more": selectors.SHOWN if page.more else 0,
        "is_narrowed": bool(words or risk),
        "points": [{"label": risk.label, "points": POINTS[risk]} for risk in Risk],
        "may_write": selectors.may_write(request.actor),
    }
    return render(request, "certification/supervision/list.html", context)


def _row(row: selectors.SupervisedRow, *, today: dt.date) -> dict[str, Any]:
    late = row.next_due is not None and row.next_due < today
    return {
        "url": reverse("certification:supervision_plan", args=[row.plan.public_id]),
        "number": row.plan.certified_number,
        "name": row.content.housing_name or "名称なし",
        "who": row.content.applicant_name,
        "address": row.content.address,
        "score": score(row.reasons),
        "reasons": [reason.text for reason in row.reasons],
        "due": format_wareki(row.next_due) if row.next_due else "",
        "is_late": late,
    }


def _tip_row(tip: Any) -> dict[str, Any]:
    return {
        "url": reverse("certification:tip", args=[tip.public_id]),
        "kind": tip.get_kind_display(),
        "about": tip.about,
        "received": format_wareki(tip.received_on),
        "way": tip.get_way_display(),
        "is_open": tip.closed_on is None,
        "closed": format_wareki(tip.closed_on) if tip.closed_on else "",
    }


# --- One plan ---


@office_page
@require_safe
def supervision_plan(request: ActorRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Tips, measures and what happened, of one plan. Reading it is an event of the trail."""
    today = timezone.localdate()
    page = selectors.supervision_of(request.actor, plan_id, today=today)
    plan, content = page.plan, page.content
    record_plan(plan, action="supervision_opened", actor=request.actor, now=timezone.now())
    name = content.housing_name or "名称なし"
    may_write = Who.LEAD_DESK in page.standing
    may_start = may_write and page.is_certified
    context = {
        "breadcrumb": [home_crumb(), {"label": name, "url": ""}],
        "plan": plan,
        "name": name,
        "kicker": f"監督・認定番号 {plan.certified_number}",
        "who_files": f"{content.applicant_name}・{content.address}",
        "status": plan_status(plan),
        "score": score(page.reasons),
        "reasons": [reason.text for reason in page.reasons],
        "tips": [_tip_row(tip) for tip in page.tips],
        "measures": [measure_row(measure, today=today) for measure in page.measures],
        "timeline": [event_item(event, with_kind=True) for event in page.events],
        "kinds": [
            {
                "label": kind.label,
                "url": reverse("certification:measure_new", args=[plan.public_id, kind.value]),
            }
            for kind in MeasureKind
        ]
        if may_start
        else [],
        "may_write": may_write,
        "tip_url": f"{reverse('certification:tip_new')}?plan={plan.certified_number}",
    }
    return render(request, "certification/supervision/plan.html", context)


def measure_row(measure: Any, *, today: dt.date) -> dict[str, Any]:
    return {
        "url": reverse("certification:measure", args=[measure.public_id]),
        "kind": measure.get_kind_display(),
        "drafted": format_wareki(timezone.localdate(measure.drafted_at)),
        "by": measure.drafted_by.name,
        "status": step_status(measure),
        "due": due_of(measure, today=today),
        "demand": measure.demand,
    }


def event_item(event: Any, *, with_kind: bool = False) -> dict[str, Any]:
    """One event for the timeline."""
    title = event.get_act_display()
    if with_kind:
        title = f"{event.measure.get_kind_display()}: {title}"
    on = f"行った日: {format_wareki(event.happened_on)}" if event.happened_on else ""
    letter = f"文書: {event.get_letter_display()}" if event.letter else ""
    due = f"期限・期日: {format_wareki(event.due_on)}" if event.due_on else ""
    return {
        "title": title,
        "actor": event.by.name,
        "when": format_wareki(timezone.localdate(event.at)),
        "text": "\n".join(filter(None, (on, event.text, due, letter))),
        "kind": "attention" if event.is_told else "",
    }


@office_page
@require_safe
def supervision_sheet(request: ActorRequest, plan_id: uuid.UUID) -> HttpResponse:
    """The sheet fire and building offices get (要綱第5の6): number, housing and what is asked; nobody who lives there."""
    plan = selectors.plan_to_supervise(request.actor, plan_id)
    now = timezone.now()
    record_plan(plan, action="supervision_sheet_opened", actor=request.actor, now=now)
    content = plan.register_entry.version.value
    name = content.housing_name or "名称なし"
    context = {
        "breadcrumb": [home_crumb(), plan_crumb(plan, name), {"label": "情報共有の用紙", "url": ""}],
        "plan": plan,
        "buildings": [{"name": one.name, "address": one.address} for one in content.buildings],
        "laws": [TipKind.FIRE_ORDER.label, TipKind.BUILDING_ORDER.label],
        "told": [
            {
                "kind": tip.get_kind_display(),
                "received": format_wareki(tip.received_on),
                "state": "対応済み" if tip.closed_on else "対応中",
            }
            for tip in selectors.orders_asked(plan)
        ],
        "municipality": plan.municipality.name,
        "printed_at": format_wareki(timezone.localdate(now)),
    }
    return render(request, "certification/supervision/sheet.html", context)


# --- Tips ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def tip_new(request: ActorRequest) -> HttpResponse:
    """Write down what came in."""
    actor, now = request.actor, timezone.now()
    if not selectors.may_write(actor):
        raise NotVisible
    initial = {
        "received_on": timezone.localdate(now),
        "certified_number": request.GET.get("plan", "")[:40],
        "key": uuid.uuid4(),
    }
    form = TipForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            tip = services.record_tip(content=form.told(), key=form.cleaned_data["key"], actor=actor, now=now)
        except InputMissing as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "通報を記録しました。")
            return redirect("certification:tip", tip_id=tip.public_id)
    context = {
        "breadcrumb": [home_crumb(), {"label": "通報を記録する", "url": ""}],
        "form": form,
        "back_url": reverse("certification:supervision"),
    }
    status = INVALID if form.is_bound else 200
    return render(request, "certification/supervision/tip_new.html", context, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: ActorRequest, tip_id: uuid.UUID) -> HttpResponse:
    """One tip. Reading it is an event; the desk of the lead department says here what was done about it."""
    actor, now = request.actor, timezone.now()
    page = selectors.tip_to_read(actor, tip_id)
    if request.method != "POST":
        services.record_read(page.tip, actor=actor, now=now)
        return _tip_page(request, page, TipCloseForm(initial={"seen": page.tip.revision}))
    if not page.may_write:
        raise NotVisible
    form = TipCloseForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, page, form, status=INVALID)
    try:
        services.close_tip(
            tip_id=tip_id,
            answer=form.cleaned_data["answer"],
            actor=actor,
            now=now,
            seen=form.cleaned_data["seen"],
        )
    except NotFound:
        raise
    except CaseError as error:
        form.add_error("answer" if isinstance(error, InputMissing) else None, str(error))
        return _tip_page(request, page, form, status=status_of(error))
    messages.success(request, "通報への対応を終えました。")
    return redirect("certification:tip", tip_id=tip_id)


def _tip_page(
    request: ActorRequest, page: selectors.TipPage, form: TipCloseForm, *, status: int = 200
) -> HttpResponse:
    row = page.tip
    number = row.plan.certified_number if row.plan else ""
    facts = [
        {"term": "種別", "text": row.get_kind_display()},
        {"term": "受けた日", "text": f"{format_wareki(row.received_on)}({row.get_way_display()})"},
        {"term": "受けた人", "text": row.received_by.name},
        {"term": "何についてか", "text": row.about or (f"認定番号 {number}" if number else "")},
        {
            "term": "通報した方",
            "text": "主管課だけが見られます"
            if page.informant is None
            else page.informant or "名乗っていない",
            "note": "秘密です。ほかの人に伝えないでください。" if page.informant else "",
        },
    ]
    context = {
        "breadcrumb": [home_crumb(), {"label": f"通報 {row.pk}", "url": ""}],
        "tip": row,
        "facts": facts,
        "plan_url": reverse("certification:supervision_plan", args=[row.plan.public_id]) if row.plan else "",
        "number": number,
        "closed": format_wareki(row.closed_on) if row.closed_on else "",
        "form": form if page.may_write and row.closed_on is None else None,
        "is_stale": status == STALE,
    }
    return render(request, "certification/supervision/tip.html", context, status=status)
