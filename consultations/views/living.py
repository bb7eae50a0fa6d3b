"""入居中と退居時: days to ask how it goes, and the steps of a leaving."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from consultations.forms.living import LeavingForm, WatchForm
from consultations.rules.plans import FOLLOWED
from consultations.selectors.cases import case_page
from consultations.services import living
from consultations.services.errors import ConsultationError
from consultations.views.frame import INVALID, desk_page, head, put


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_living(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Of a case that ended with a home: days to ask; of an open one: what a leaving needs."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    do = request.POST.get("do", "")
    watch = WatchForm(request.POST if do == "watch" else None)
    leaving = LeavingForm(request.POST if do == "leave" else None)
    typed = {"watch": watch, "leave": leaving}.get(do)
    status = 200 if request.method != "POST" else INVALID
    if typed is not None and typed.is_valid():
        who: dict[str, Any] = {"case_id": case_id, "actor": request.actor, "now": now}
        try:
            if do == "watch":
                added = living.add_watch(**typed.cleaned_data, **who)
                messages.success(request, f"見守りの日を{added}回入れました。")
            else:
                added = living.begin_leaving(**typed.cleaned_data, **who)
                messages.success(request, f"退居の手順を{added}件、「すること」に入れました。")
            return redirect("consultations:case", case_id=case_id)
        except ConsultationError as error:
            status = put(error, typed)
    context = {
        **head(page, "入居中と退居時"),
        "typed": typed or watch,
        "watch": watch,
        "leaving": leaving,
        "may_watch": page.case.outcome in FOLLOWED,
    }
    return render(request, "consultations/living.html", context, status=status)
