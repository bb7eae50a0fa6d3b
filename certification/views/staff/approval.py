"""決裁欄: the way of a proposal with the stamps so far, and 後閲 of what was stamped in one's stead."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.approval import ConfirmForm
from certification.selectors.case import CasePage, case_page
from certification.services.approval import confirm_stamp
from certification.services.errors import ActRefused
from certification.views.staff import boxes
from certification.views.staff.frame import INVALID, STALE, breadcrumb, head, office_page


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_approval(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """決裁欄; a POST is the 後閲 of one stamp. A case without a route has no such page."""
    page = case_page(request.actor, case_id, now=timezone.now())
    if page.rows.way is None:
        raise Http404
    if request.method != "POST":
        return _page(request, page)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, page, problem="意見は1,000字までで書いてください。", status=INVALID)
    try:
        confirm_stamp(
            application_id=case_id,
            stamp_id=form.cleaned_data["stamp"],
            comment=form.cleaned_data["comment"],
            actor=request.actor,
            now=timezone.now(),
        )
    except ActRefused as error:
        return _page(request, page, problem=str(error), status=STALE)
    messages.success(request, "後閲しました。")
    return redirect("certification:case_approval", case_id=case_id)


def _page(request: ActorRequest, page: CasePage, *, problem: str = "", status: int = 200) -> HttpResponse:
    way, proposal = page.rows.way, page.rows.proposal
    assert way is not None
    assert proposal is not None
    context: dict[str, Any] = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, "決裁欄"),
        "proposal": proposal,
        "boxes": boxes.of_page(page),
        "comments": boxes.comments(way),
        "to_confirm": [
            stamp for stamp in way.open_confirmations if stamp.on_behalf_of_id == request.actor.user_id
        ],
        "problem": problem,
        "typed": request.POST.get("comment", "")[:1_000],
    }
    return render(request, "certification/staff/approval.html", context, status=status)
