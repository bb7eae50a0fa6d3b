"""自動保存: what is typed is kept by itself while the page is open, and can be thrown away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.rules.plan import Section
from certification.selectors.applicant import own_case
from certification.services.errors import ActRefused, InputMissing
from certification.services.planning import discard_draft, keep_draft
from certification.views.applicant.frame import STALE, applicant_page, refusal_text
from certification.views.applicant.writing import row_of, section_url

TOO_MUCH = 413
_NOT_TYPED = ("csrfmiddlewaretoken", "do")


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_draft(request: ActorRequest, case_id: uuid.UUID, section: str) -> HttpResponse:
    """Keep what was posted, answered to the page's script as JSON; or throw it away. To be read, the page itself."""
    own = own_case(request.actor, case_id)
    if section not in Section.values:
        raise NotVisible
    row = row_of(request, own, Section(section))
    back = section_url(own, Section(section), row=row)
    if request.method != "POST":
        return redirect(back)
    if request.POST.get("do") == "discard":
        return _discard(request, case_id, Section(section), row=row, back=back)
    now = timezone.now()
    try:
        keep_draft(
            application_id=case_id,
            section=Section(section),
            row=row,
            fields={name: values for name, values in request.POST.lists() if name not in _NOT_TYPED},
            actor=request.actor,
            now=now,
        )
    except ActRefused as error:
        return JsonResponse({"problem": refusal_text(own, error)}, status=STALE)
    except InputMissing as error:
        return JsonResponse({"problem": str(error)}, status=TOO_MUCH)
    return JsonResponse({"saved_at": f"{timezone.localtime(now):%H:%M}"})


def _discard(
    request: ActorRequest, case_id: uuid.UUID, section: Section, *, row: str, back: str
) -> HttpResponse:
    try:
        found = discard_draft(application_id=case_id, section=section, row=row, actor=request.actor)
    except ActRefused:
        messages.warning(request, "この計画は、いま書き換えられません。")
        return redirect("certification:plan", case_id=case_id)
    if found:
        messages.success(request, "書きかけの内容を捨てました。最後に保存した内容を出しています。")
    return redirect(back)
