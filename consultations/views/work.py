"""Work on a case: contacts, tasks, who is in charge, how it ends."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest
from consultations.forms.cases import ClosingForm, ContactForm, PersonForm, TaskForm, people_of
from consultations.selectors.cases import case_page
from consultations.services import closing, work
from consultations.services.errors import ConsultationError, Refused
from consultations.views.frame import INVALID, desk_page, head, put, seen_in

FORM = "consultations/act.html"


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write down what was done."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = ContactForm(request.POST if request.method == "POST" else None, now=now)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            work.write_contact(
                case_id=case_id,
                happened_at=form.moment(),
                method=given["method"],
                other_side=given["other_side"],
                text=given["text"],
                minutes=given["minutes"],
                key=given["key"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "対応を記録しました。")
            return redirect("consultations:case", case_id=case_id)
    context = {**head(page, "対応を記録する"), "form": form, "action_label": "記録する"}
    return render(request, FORM, context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What is to be done until when."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = TaskForm(request.POST if request.method == "POST" else None, people=people_of(page.colleagues))
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            work.add_task(
                case_id=case_id,
                title=given["title"],
                due_on=given["due_on"],
                user_id=given["person"],
                key=given["key"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "することを加えました。")
            return redirect("consultations:case", case_id=case_id)
    context = {**head(page, "することを加える"), "form": form, "action_label": "加える"}
    return render(request, FORM, context, status=status)


@desk_page
@require_POST
def task_done(request: ActorRequest, case_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """It was done."""
    try:
        work.finish_task(case_id=case_id, task_id=task_id, actor=request.actor, now=timezone.now())
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "済みにしました。")
    return redirect("consultations:case", case_id=case_id)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_assign(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Who is in charge."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        people=people_of(page.colleagues),
        initial={"person": page.case.assigned_to_id},
    )
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            work.assign(
                case_id=case_id,
                user_id=form.cleaned_data["person"],
                seen=seen_in(request),
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "担当を決めました。")
            return redirect("consultations:cases")
    context = {
        **head(page, "担当を決める"),
        "form": form,
        "action_label": "この人を担当にする",
        "seen": request.POST.get("seen", page.case.revision),
    }
    return render(request, FORM, context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """End the case with its result."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            closing.close(
                case_id=case_id,
                outcome=given["outcome"],
                failure_reasons=given["failure_reasons"],
                closing_note=given["closing_note"],
                rent_yen=given["rent_yen"],
                area=given["area"],
                is_followed=given["is_followed"],
                moved_in_on=given["moved_in_on"],
                seen=seen_in(request),
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "相談を終結しました。")
            return redirect("consultations:case", case_id=case_id)
    context = {
        **head(page, "終結する"),
        "form": form,
        "action_label": "終結する",
        "seen": request.POST.get("seen", page.case.revision),
    }
    return render(request, FORM, context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_reopen(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take a closed case up again."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    if request.method == "POST":
        try:
            closing.reopen(case_id=case_id, seen=seen_in(request), actor=request.actor, now=now)
        except ConsultationError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, "相談を再開しました。")
        return redirect("consultations:case", case_id=case_id)
    context = {**head(page, "再開する"), "fields": [{"name": "seen", "value": page.case.revision}]}
    return render(request, "consultations/reopen.html", context)
