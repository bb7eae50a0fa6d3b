"""認定計画: the plans the office has certified, and the page of one with all that follows its certification."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.notifications import FORMS
from certification.selectors.certified import STATUSES, Certified, certified_page
from certification.selectors.certified import certified_plan as selected
from certification.selectors.files import letters_of_plan
from certification.selectors.notifications import of_plan, waiting_count
from certification.services.trail import record_plan
from certification.views.notification_words import direct_payment_box, line_of, permit_rows
from certification.views.shared import plan_status, standing_facts
from certification.views.staff.frame import office_page


@office_page
@require_safe
def certified_plans(request: ActorRequest) -> HttpResponse:
    """認定計画の一覧."""
    words, status = request.GET.get("q", "").strip()[:100], request.GET.get("status", "")
    after = request.GET.get("after", "")
    page = certified_page(request.actor, words=words, status=status, after=_cursor(after))
    kept = {key: value for key, value in (("q", words), ("status", status)) if value}
    context = {
        "rows": [_row(row) for row in page.rows],
        "words": words,
        "status": status,
        "statuses": STATUSES,
        "is_narrowed": bool(kept),
        "notifications_waiting": waiting_count(request.actor),
        "first_url": f"?{urlencode(kept)}" if after else None,
        "next_url": f"?{urlencode({**kept, 'after': str(page.after)})}" if page.after else None,
    }
    return render(request, "certification/staff/certified_list.html", context)


def _cursor(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotVisible from error


def _row(row: Any) -> dict[str, Any]:
    return {
        "url": reverse("certification:certified_plan", args=[row.plan.public_id]),
        "number": row.plan.certified_number,
        "since": row.plan.certified_on,
        "name": row.content.housing_name or "名称なし",
        "who": row.content.applicant_name,
        "address": row.content.address,
        "status": plan_status(row.plan),
        "under_way": row.open_procedure,
    }


@office_page
@require_safe
def certified_plan(request: ActorRequest, plan_id: uuid.UUID) -> HttpResponse:
    """One certified plan. Reading it is an event of the trail."""
    found = selected(request.actor, plan_id)
    record_plan(found.plan, action="plan_viewed", actor=request.actor, now=timezone.now())
    context = {
        **plan_head(found),
        "facts": standing_facts(found),
        "procedures": [_procedure(row) for row in found.applications],
        **_told(request, found),
        "letters": letters_of_plan(request.actor, found.plan),
        "sections": found.sections,
    }
    return render(request, "certification/staff/certified_plan.html", context)


def _told(request: ActorRequest, found: Certified) -> dict[str, Any]:
    """届出・報告, 目的外使用 and 代理納付, and what the desk may enter from paper."""
    plan = found.plan
    told = of_plan(request.actor, plan)
    papers = FORMS if told.may_enter_paper and found.is_certified else {}
    return {
        "notifications": [line_of(row, address="certification:notification") for row in told.notifications],
        "permits": permit_rows(told.permits, found.content, today=timezone.localdate()),
        "direct_payment": direct_payment_box(found.content),
        "papers": [
            {
                "label": str(kind.label),
                "url": reverse("certification:notification_paper", args=[plan.public_id, kind.value]),
            }
            for kind in papers
        ],
    }


def plan_head(found: Certified, *, here: str = "") -> dict[str, Any]:
    """What the staff pages about one certified plan have at their top."""
    plan = found.plan
    url = reverse("certification:certified_plan", args=[plan.public_id])
    items = [{"label": "認定計画", "url": reverse("certification:certified_plans")}]
    items += (
        [{"label": found.name, "url": url}, {"label": here, "url": ""}]
        if here
        else [{"label": found.name, "url": ""}]
    )
    return {
        "plan": plan,
        "plan_url": url,
        "supervision_url": reverse("certification:supervision_plan", args=[plan.public_id]),
        "kicker": f"認定番号 {plan.certified_number}",
        "name": found.name,
        "who_files": f"{found.content.applicant_name}・{found.content.address}",
        "status": plan_status(plan),
        "breadcrumb": items,
    }


def _procedure(row: Any) -> dict[str, Any]:
    return {
        "url": reverse("certification:case", args=[row.public_id]),
        "kind": row.get_procedure_display(),
        "number": row.receipt_number or "受付前",
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
        "code": row.state,
        "label": row.state_label,
    }
