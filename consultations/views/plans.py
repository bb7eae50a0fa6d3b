"""支援プラン in three phases, its sheet for the person, and 入居後の確認."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from consultations import actions
from consultations.forms.plans import FollowUpForm, PlanForm
from consultations.rules.plans import ASK_ABOUT, Phase
from consultations.selectors.cases import case_page
from consultations.selectors.plans import latest_plan, one_follow_up, one_plan, plans_of
from consultations.services.errors import ConsultationError
from consultations.services.follow_ups import record_follow_up
from consultations.services.plans import write_plan
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, desk_page, head, put, seen_in


@desk_page
@require_safe
def case_plans(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The plans of a case, phase by phase."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    context = {**head(page, "支援プラン"), "phases": plans_of(page.case)}
    return render(request, "consultations/plans.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_write(request: ActorRequest, case_id: uuid.UUID, phase: str) -> HttpResponse:
    """Write the plan of a phase, or review it."""
    if phase not in Phase.values:
        raise Http404
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    before, steps = latest_plan(page.case, phase)
    form = PlanForm(request.POST if request.method == "POST" else None, before=before, steps=steps)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            write_plan(
                case_id=case_id,
                phase=phase,
                situation=given["situation"],
                wish=given["wish"],
                goal=given["goal"],
                steps=form.steps(),
                review_on=given["review_on"],
                explained_on=given["explained_on"],
                key=given["key"],
                seen=seen_in(request),
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "支援プランを保存しました。")
            return redirect("consultations:case_plans", case_id=case_id)
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    label = Phase(phase).label
    context = {
        **head(page, f"支援プラン({label})"),
        "form": form,
        "asks": ASK_ABOUT[phase],
        "seen": request.POST.get("seen", before.version if before else 0),
    }
    return render(request, "consultations/plan_write.html", context, status=status)


@desk_page
@require_safe
def plan_sheet(request: ActorRequest, case_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """A version on paper, to be handed to the person. Printing is an event."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    plan = one_plan(page.case, plan_id)
    record_reading(page.case, action=actions.PRINTED, actor=request.actor, now=now)
    context = {**head(page, "支援プラン"), "plan": plan, "steps": plan.steps.all()}
    return render(request, "consultations/plan_sheet.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: ActorRequest, case_id: uuid.UUID, follow_up_id: uuid.UUID) -> HttpResponse:
    """Record how it goes after moving in."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    found = one_follow_up(page.case, follow_up_id)
    form = FollowUpForm(request.POST if request.method == "POST" else None, today=page.today)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            record_follow_up(
                case_id=case_id,
                follow_up_id=follow_up_id,
                result=given["result"],
                text=given["text"],
                happened_on=given["happened_on"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "入居後のようすを記録しました。")
            return redirect("consultations:case", case_id=case_id)
    context = {
        **head(page, f"入居後の確認({found.label})"),
        "form": form,
        "action_label": "記録する",
    }
    return render(request, "consultations/act.html", context, status=status)
