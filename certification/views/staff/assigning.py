"""Who is in charge of a case in a department."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.staff import AssignForm
from certification.rules.workflow import Action
from certification.selectors.case import case_page, colleagues_of
from certification.services import judging
from certification.services.errors import ActRefused
from certification.views.staff.frame import INVALID, breadcrumb, head, office_page


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_assign(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """担当を決める, for one of the actor's departments on the case."""
    page = case_page(request.actor, case_id, now=timezone.now())
    sent = request.POST.get("department") or request.GET.get("department") or ""
    reviews = {str(row.department_id): row for row in page.rows.reviews if row.department_id in page.own}
    review = reviews.get(sent) or next(iter(reviews.values()), None)
    if review is None or not page.may(Action.ASSIGN):
        messages.info(request, "この申請の担当は、いま決められません。")
        return redirect("certification:case", case_id=case_id)
    people = [(user.pk, user.name) for user in colleagues_of(page, review.department_id)]
    initial = {"department": review.department_id, "person": review.assigned_to_id or ""}
    form = AssignForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _assign(
            request, case_id, department_id=review.department_id, user_id=form.cleaned_data["person"]
        )
    context = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, "担当を決める"),
        "department": review.department.name,
        "form": form,
    }
    return render(
        request, "certification/staff/assign.html", context, status=INVALID if form.is_bound else 200
    )


def _assign(
    request: ActorRequest, case_id: uuid.UUID, *, department_id: int, user_id: int | None
) -> HttpResponse:
    try:
        judging.assign(
            application_id=case_id,
            department_id=department_id,
            user_id=user_id,
            actor=request.actor,
            now=timezone.now(),
        )
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "担当を決めました。")
    return redirect("certification:case", case_id=case_id)
