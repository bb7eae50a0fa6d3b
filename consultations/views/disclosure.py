"""開示と訂正の請求: the copy of what is kept of one person, and the wish to mend it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from consultations import actions
from consultations.forms.counting import CorrectionForm, DisclosureForm
from consultations.rules.purposes import Asker, DisclosurePurpose
from consultations.selectors.cases import case_page
from consultations.services.disclosing import ask_correction, disclose
from consultations.services.errors import ConsultationError
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, desk_page, head, put


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_disclosure(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """For supervisors: what the copy is for; by POST the copy, to print. It is kept nowhere."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    if not page.is_supervisor:
        raise NotVisible
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        case, sections = disclose(
            case_id=case_id,
            purpose=DisclosurePurpose(form.cleaned_data["purpose"]),
            asker=Asker(form.cleaned_data["asker"]),
            actor=request.actor,
            now=now,
        )
        context = {"case": case, "case_id": case_id, "sections": sections, "printed_at": now}
        return render(request, "consultations/disclosure_copy.html", context)
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    context = {**head(page, "開示・訂正の請求"), "form": form}
    return render(request, "consultations/disclosure.html", context, status=INVALID if form.is_bound else 200)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_correction(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The person asks to mend what is kept."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ask_correction(
                case_id=case_id,
                method=given["method"],
                asker=Asker(given["asker"]),
                text=given["text"],
                key=given["key"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "訂正の請求を記録しました。")
            return redirect("consultations:case", case_id=case_id)
    context = {**head(page, "訂正の請求"), "form": form, "action_label": "記録する"}
    return render(request, "consultations/act.html", context, status=status)
