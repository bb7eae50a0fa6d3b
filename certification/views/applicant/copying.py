"""前の計画を写す: a new plan that begins with what an earlier one says."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.applicant.requests import CopyPlanForm, KeyForm
from certification.rules.plan import Section
from certification.selectors.applicant import LIVE, Own, open_municipalities, own_case
from certification.services.errors import InputMissing, Stale
from certification.services.planning import copy_plan
from certification.services.workflow import Performed
from certification.views.applicant.frame import INVALID, applicant_page, frame, new_key, told_state

TOO_OLD = (
    "この画面は古くなっていました。計画はまだ用意していません。もう一度「写して書き始める」を押してください。"
)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_copy(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What to take over from this plan, and to which municipality the new one goes."""
    own = own_case(request.actor, case_id)
    form = CopyPlanForm(
        request.POST if request.method == "POST" else None,
        municipalities=open_municipalities(),
        municipality=own.application.municipality.code,
        documents=[(str(file.public_id), f"{file.label}: {file.original_name}") for file in own.files],
    )
    if request.method != "POST":
        return _page(request, own, form)
    begun = _begin(request, own, form) if form.is_valid() else None
    if begun is None:
        return _page(request, own, form, status=INVALID)
    if not begun.repeated:
        messages.success(
            request, "前の計画を写しました。変わったところを直してください。誓約は、あらためて必要です。"
        )
    return redirect("certification:plan", case_id=begun.application.public_id)


def _begin(request: ActorRequest, own: Own, form: CopyPlanForm) -> Performed | None:
    """The new plan; None when it was not begun, and the form says why."""
    keyed = KeyForm(request.POST)
    if not keyed.is_valid():
        form.add_error(None, TOO_OLD)
        return None
    try:
        return copy_plan(
            source_id=own.application.public_id,
            sections=[Section(name) for name in form.cleaned_data["sections"]],
            documents=[uuid.UUID(one) for one in form.cleaned_data.get("documents", [])],
            municipality_code=form.cleaned_data["municipality"],
            actor=request.actor,
            now=timezone.now(),
            key=keyed.cleaned_data["key"],
        )
    except Stale:
        form.add_error(None, TOO_OLD)
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    return None


def _page(request: ActorRequest, own: Own, form: CopyPlanForm, *, status: int = 200) -> HttpResponse:
    context = {
        **frame(own, here="この計画を写して、新しく書く"),
        "form": form,
        "key": new_key(),
        "warning": _warning(own),
    }
    return render(request, "certification/applicant/plan_copy.html", context, status=status)


def _warning(own: Own) -> dict[str, Any] | None:
    """That the house of this plan is under way or certified already: it would be filed twice."""
    if own.application.state not in LIVE or not own.plan.buildings:
        return None
    label = told_state(own.application.state)["label"]
    return {
        "title": f"同じ住宅を、もう一度申請するためのものではありません(この計画は、いま「{label}」です)",
        "text": "別の住宅について書くときに使ってください。「住宅と住戸」を写すと、住宅の名前・所在地・部屋も同じ内容で始まります。認定された計画を変えるときは、新しい申請ではなく、変更の手続です。",
    }
