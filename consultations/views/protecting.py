"""要保護: who may open a case, opening one in an emergency, and who opened what."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.audit import action_label
from accounts.selectors import NotVisible
from consultations.forms.cases import OpeningForm, PersonForm, people_of
from consultations.selectors.cases import case_page, openings_of, overrides_of, own_desks, reads_of
from consultations.services import protecting
from consultations.services.errors import ConsultationError, InputMissing
from consultations.views.frame import INVALID, desk_page, head, put


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_protection(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Put under protection or lift it; name and remove readers."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    named = {row.user_id for row in page.readers}
    others = [user for user in page.colleagues if user.pk not in named]
    is_act = request.method == "POST"
    form = PersonForm(
        request.POST if is_act else None, people=people_of([*others, *(row.user for row in page.readers)])
    )
    status = INVALID if is_act else 200
    if is_act and form.is_valid():
        try:
            _do(request, case_id, form)
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "保存しました。")
            return redirect("consultations:case_protection", case_id=case_id)
    context = {
        **head(page, "要保護"),
        "form": form,
        "others": people_of(others),
        "seen": page.case.revision,
    }
    return render(request, "consultations/protection.html", context, status=status)


def _do(request: ActorRequest, case_id: uuid.UUID, form: PersonForm) -> None:
    act, person, now = request.POST.get("do", ""), form.cleaned_data["person"], timezone.now()
    if act == "name" and person is not None:
        protecting.name_reader(case_id=case_id, user_id=person, actor=request.actor, now=now)
    elif act == "remove" and person is not None:
        protecting.remove_reader(case_id=case_id, user_id=person, actor=request.actor, now=now)
    elif act in ("protect", "lift"):
        text = request.POST.get("seen", "")
        seen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        protecting.protect(
            case_id=case_id, is_protected=act == "protect", seen=seen, actor=request.actor, now=now
        )
    else:
        raise InputMissing({"person": "だれかを選んでください。"})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def opening_new(request: ActorRequest) -> HttpResponse:
    """Open a protected case in an emergency: by its number, with a reason, for hours."""
    own_desks(request.actor, day=timezone.localdate())
    form = OpeningForm(request.POST if request.method == "POST" else None)
    status = INVALID if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            opening = protecting.open_in_emergency(
                number=given["number"],
                reason=given["reason"],
                hours=given["hours"],
                actor=request.actor,
                now=timezone.now(),
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.warning(
                request, f"{timezone.localtime(opening.until):%H:%M}まで開けます。相談責任者に知らせました。"
            )
            return redirect("consultations:case", case_id=opening.case.public_id)
    return render(request, "consultations/opening.html", {"form": form}, status=status)


@desk_page
@require_safe
def openings(request: ActorRequest) -> HttpResponse:
    """For supervisors: who opened protected cases in an emergency, who told without consent, and why."""
    now = timezone.now()
    context = {
        "rows": openings_of(request.actor, now=now),
        "overrides": overrides_of(request.actor, now=now),
        "now": now,
    }
    return render(request, "consultations/openings.html", context)


@desk_page
@require_safe
def case_reads(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """For supervisors and who is in charge: who read the case, and every act on it."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    if not page.may_lift:
        raise NotVisible
    rows = [
        {
            "title": action_label(event.action),
            "actor": f"{event.actor_organisation} {event.actor_name}".strip(),
            "at": event.recorded_at,
        }
        for event in reads_of(page.case)
    ]
    return render(request, "consultations/reads.html", {**head(page, "開いた記録"), "rows": rows})
