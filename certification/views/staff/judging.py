"""Judging items of the 別表."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import ActorRequest
from certification.forms.staff import JudgeForm
from certification.selectors.case import case_page
from certification.services import judging
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound, Stale
from certification.views.staff import parts
from certification.views.staff.frame import case_url, office_page, status_of
from certification.views.staff.reading import render_case


@office_page
@require_POST
def case_judge(request: ActorRequest, case_id: uuid.UUID, judgement_id: int) -> HttpResponse:
    """One judgement. With htmx the item and the foot come back; without, the page at the item."""
    error = _judge(request, case_id, judgement_id)
    page = case_page(request.actor, case_id, now=timezone.now())
    view = next((row for row in page.items if row.judgement.pk == judgement_id), None)
    if view is None:
        raise Http404
    typed = _typed(request, judgement_id, error) if error else None
    if request.headers.get("HX-Request") == "true":
        context = {"item": parts.item(page, view, typed=typed), "foot": parts.foot(page)}
        return render(request, "certification/staff/_judged.html", context)
    if error:
        return render_case(request, page, status=status_of(error), typed=typed)
    return redirect(f"{case_url(page.application)}#{view.anchor}")


def _judge(request: ActorRequest, case_id: uuid.UUID, judgement_id: int) -> CaseError | None:
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return InputMissing("verdict", "判定を選び直してください。所見は4,000字までです。")
    try:
        judging.judge(
            application_id=case_id,
            judgement_id=judgement_id,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except NotFound:
        raise
    except CaseError as error:
        return error
    return None


def _typed(request: ActorRequest, judgement_id: int, error: CaseError) -> dict[str, Any]:
    return {
        "judgement_id": judgement_id,
        "verdict": request.POST.get("verdict", ""),
        "note": request.POST.get("note", ""),
        "text": str(error),
        "is_stale": isinstance(error, Stale),
    }


@office_page
@require_POST
def case_not_applicable(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Set aside together what the plan's own facts make 該当なし."""
    page = case_page(request.actor, case_id, now=timezone.now())
    try:
        count = judging.judge_not_applicable(
            application_id=case_id,
            judgement_ids=tuple(view.judgement.pk for view in page.set_aside),
            actor=request.actor,
            now=timezone.now(),
        )
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"{count}項目を「該当なし」にしました。")
    return redirect("certification:case", case_id=case_id)
