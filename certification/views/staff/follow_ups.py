"""認定後の確認: what certified plans promised for later, and saying that it was seen to."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from certification.forms.criteria import FollowUpForm
from certification.selectors.follow_ups import follow_up_of, follow_up_page, may_write
from certification.services import follow_ups as services
from certification.services.errors import InputMissing, Stale
from certification.views.staff.frame import INVALID, STALE, office_page

SOON: int = 30


@office_page
@require_safe
def follow_ups(request: ActorRequest) -> HttpResponse:
    """What is open, overdue first; with `?done=1` what was seen to."""
    today = timezone.localdate()
    done = request.GET.get("done") == "1"
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) < 10_000 else 1
    page = follow_up_page(request.actor, today=today, done=done, number=number)
    context = {
        "page": page,
        "done": done,
        "rows": [{"row": row, "due": _due(row, today=today)} for row in page.rows],
        "prev_url": _url(done, number - 1) if number > 1 else None,
        "next_url": _url(done, number + 1) if page.has_more else None,
    }
    return render(request, "certification/staff/follow_ups.html", context)


def _url(done: bool, number: int) -> str:
    return f"{reverse('certification:follow_ups')}?{'done=1&' if done else ''}page={number}"


def _due(row: Any, *, today: dt.date) -> dict[str, Any]:
    """How far away the day is, in words."""
    if row.done_on:
        return {"text": "確認済み", "kind": "done"}
    days = (row.due_on - today).days
    if days < 0:
        return {"text": f"{-days}日過ぎています", "kind": "danger"}
    return {
        "text": f"あと{days}日" if days else "きょうまで",
        "kind": "attention" if days <= SOON else "plain",
    }


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: ActorRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """One of them; a POST says when it was seen to and by what."""
    row = follow_up_of(request.actor, follow_up_id)
    start = {"seen": row.revision, "done_on": row.done_on, "note": row.note}
    form = FollowUpForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method != "POST":
        return _one(request, row, form)
    if not form.is_valid():
        return _one(request, row, form, status=INVALID)
    try:
        services.record_done(
            follow_up_id=follow_up_id,
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _one(request, row, form, status=INVALID)
    except Stale as error:
        typed = request.POST.copy()
        row = follow_up_of(request.actor, follow_up_id)
        typed["seen"] = str(row.revision)
        form = FollowUpForm(typed)
        form.add_error(None, str(error))
        return _one(request, row, form, status=STALE)
    messages.success(request, "確認の結果を記録しました。")
    return redirect("certification:follow_ups")


def _one(request: ActorRequest, row: Any, form: FollowUpForm, *, status: int = 200) -> HttpResponse:
    context = {
        "row": row,
        "due": _due(row, today=timezone.localdate()),
        "form": form,
        "may_write": may_write(request.actor, row) or form.is_bound,
        "breadcrumb": [
            {"label": "認定後の確認", "url": reverse("certification:follow_ups")},
            {"label": row.plan.certified_number, "url": ""},
        ],
    }
    return render(request, "certification/staff/follow_up.html", context, status=status)
