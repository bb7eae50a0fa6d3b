"""まとめて担当を決める: cases ticked in the queue, who gets them, what that changes, and then the act."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.assigning import AssignManyForm, chosen_ids, marks_seen
from certification.rules.queue import MOST_AT_ONCE
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.assigning import candidates, short_id, teams_of
from certification.services.assigning import Assigned, assign_many
from certification.services.errors import ActRefused
from certification.views.staff.frame import INVALID, STALE, case_url, office_page

QUEUE = "certification:queue"


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def assign_cases(request: ActorRequest) -> HttpResponse:
    """By GET choose and look; by POST it is done. Only for people of a department that reviews."""
    if not request.actor.departments(*REVIEW_ROLES):
        raise NotVisible
    return _done(request) if request.method == "POST" else _asked(request)


def _asked(request: ActorRequest) -> HttpResponse:
    ids = chosen_ids(request.GET.getlist("case"))
    if not ids or len(ids) > MOST_AT_ONCE:
        messages.info(
            request,
            f"一度に決められるのは{MOST_AT_ONCE}件までです。選び直してください。"
            if ids
            else "担当を決める申請を、受付箱で選んでください。",
        )
        return redirect(QUEUE)
    return _page(request, ids, _form(request, request.GET if "to" in request.GET else None))


def _form(request: ActorRequest, sent: Any) -> AssignManyForm:
    return AssignManyForm(sent, teams=teams_of(request.actor, day=timezone.localdate()))


def _page(request: ActorRequest, ids: list[uuid.UUID], form: AssignManyForm) -> HttpResponse:
    """Without a person: who shall it be? With one: this would change."""
    is_chosen = form.is_bound and form.is_valid()
    department, user = form.chosen if is_chosen else (min(request.actor.departments(*REVIEW_ROLES)), None)
    rows = candidates(request.actor, ids, department_id=department, user_id=user)
    if not rows:
        raise NotVisible
    names = {value: label for value, label in _flat(form.fields["to"].choices)}  # type: ignore[attr-defined]
    to = form.cleaned_data["to"] if is_chosen else ""
    context = {
        "breadcrumb": _breadcrumb(),
        "form": form,
        "rows": [
            {
                **_words(row.case),
                "url": case_url(row.case),
                "id": short_id(row.case.public_id),
                "person": row.person,
                "sent": f"{short_id(row.case.public_id)}/{row.mark}",
                "problem": row.problem if is_chosen else "",
            }
            for row in rows
        ],
        "is_chosen": is_chosen,
        "to": to,
        "person": "未定" if is_chosen and user is None else names.get(to, ""),
        "count": sum(1 for row in rows if not row.problem),
        "again_url": f"?{urlencode([('case', short_id(each)) for each in ids])}",
        "queue_url": reverse(QUEUE),
    }
    status = INVALID if form.is_bound and not is_chosen else 200
    return render(request, "certification/staff/assign_many.html", context, status=status)


def _flat(choices: Any) -> list[tuple[str, str]]:
    """Choices without their groups."""
    found: list[tuple[str, str]] = []
    for value, label in choices:
        found += label if isinstance(label, list | tuple) else [(value, label)]
    return found


def _done(request: ActorRequest) -> HttpResponse:
    seen = marks_seen(request.POST.getlist("seen"))
    form = _form(request, request.POST)
    if not form.is_valid():
        # Whom one chose has left the post meanwhile: choose again, the cases stay chosen.
        return _page(request, list(seen), form)
    department, user = form.chosen
    try:
        done = assign_many(
            seen=seen, department_id=department, user_id=user, actor=request.actor, now=timezone.now()
        )
    except ActRefused as error:
        messages.warning(request, str(error))
        return redirect(QUEUE)
    if done.left_out:
        return _left_out(request, done)
    messages.success(request, f"{len(done.given)}件の担当を決めました。")
    return redirect(QUEUE)


def _left_out(request: ActorRequest, done: Assigned) -> HttpResponse:
    """Not all of them: what was done and what was not, case by case."""
    context = {
        "breadcrumb": _breadcrumb(),
        "given": [{**_words(case), "url": case_url(case)} for case in done.given],
        "left_out": [
            {**_words(row.case), "url": case_url(row.case), "reason": row.reason} for row in done.left_out
        ],
        "queue_url": reverse(QUEUE),
    }
    return render(request, "certification/staff/assigned_many.html", context, status=STALE)


def _words(case: Any) -> dict[str, str]:
    return {
        "number": case.receipt_number or "受付前",
        "name": case.housing_name or "名称なし",
        "applicant": case.applicant_name,
    }


def _breadcrumb() -> list[dict[str, str]]:
    return [
        {"label": "受付箱", "url": reverse(QUEUE)},
        {"label": "まとめて担当を決める", "url": ""},
    ]
