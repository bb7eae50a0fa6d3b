"""まとめて担当を決める: cases chosen on the queue, a person, a page that says what will be done, one act."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest, held_by
from certification.forms.desk_work import NOBODY, InChargeForm, case_ids, picks
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.assigning import Chosen, chosen_cases, people_by_department
from certification.services.assigning import Outcome, assign_many, check_number
from certification.services.errors import InputMissing
from certification.views.staff.frame import INVALID, office_page


@held_by(*REVIEW_ROLES)
@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def queue_assign(request: ActorRequest) -> HttpResponse:
    """GET with `case`: choose a person; with `person` too: what will be done. POST does it."""
    groups = _groups(request)
    if request.method == "POST":
        return _assign(request, InChargeForm(request.POST, groups=groups))
    ids = case_ids(request.GET)
    try:
        check_number(len(ids))
    except InputMissing as error:
        messages.warning(request, str(error))
        return redirect("certification:queue")
    asked = request.GET if "person" in request.GET else None
    form = InChargeForm(asked, groups=groups)
    chosen = chosen_cases(request.actor, ids)
    if not chosen:
        messages.warning(request, "選んだ申請は見つかりません。受付箱で選び直してください。")
        return redirect("certification:queue")
    is_ready = asked is not None and form.is_valid()
    rows = _rows(chosen, form) if is_ready else [_plain(each) for each in chosen]
    again = urlencode([("case", row["id"]) for row in rows])
    context = {
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {"label": "まとめて担当を決める", "url": ""},
        ],
        "form": form,
        "rows": rows,
        "is_ready": is_ready,
        "ready": [row for row in rows if row.get("pick")],
        "who": _name_of(groups, form.cleaned_data["person"]) if is_ready else "",
        "again_url": f"?{again}",
    }
    status = INVALID if asked is not None and not is_ready else 200
    return render(request, "certification/staff/bulk_assign.html", context, status=status)


def _assign(request: ActorRequest, form: InChargeForm) -> HttpResponse:
    if not form.is_valid():
        messages.warning(request, "担当する人を選び直してください。担当は変えていません。")
        return redirect("certification:queue")
    department_id, user_id = form.chosen()
    try:
        outcome = assign_many(
            picks=picks(request.POST),
            department_id=department_id,
            user_id=user_id,
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        messages.warning(request, str(error))
        return redirect("certification:queue")
    tell_outcome(request, outcome, done="の担当を決めました。")
    return redirect("certification:queue")


def tell_outcome(request: ActorRequest, outcome: Outcome, *, done: str) -> None:
    """How many were done, and every one that was left, by number."""
    if outcome.done:
        messages.success(request, f"{len(outcome.done)}件{done}")
    for reason in dict.fromkeys(reason for _, reason in outcome.left):
        numbers = "、".join(number for number, why in outcome.left if why == reason)
        messages.warning(request, f"{reason}: {numbers}")


def _groups(request: ActorRequest) -> list[tuple[str, list[tuple[object, str]]]]:
    """For each department of one's own: nobody, or one of its people."""
    return [
        (
            department.name,
            [
                *((f"{department.pk}-{user.pk}", user.name) for user in people),
                (f"{department.pk}-{NOBODY}", f"担当を外す({department.name})"),
            ],
        )
        for department, people in people_by_department(request.actor, day=timezone.localdate())
    ]


def _name_of(groups: list[tuple[str, list[tuple[object, str]]]], code: str) -> str:
    return next(name for _, people in groups for one, name in people if one == code)


def _plain(each: Chosen) -> dict[str, Any]:
    case = each.application
    people = [part.assigned_to.name for part in each.parts.values() if part.assigned_to]
    return {
        "id": case.public_id,
        "number": case.receipt_number or "—",
        "name": case.housing_name or "名称なし",
        "code": case.state,
        "state": case.state_label,
        "before": "、".join(people) or "未定",
    }


def _rows(chosen: list[Chosen], form: InChargeForm) -> list[dict[str, Any]]:
    department_id, _ = form.chosen()
    rows = []
    for each in chosen:
        part = each.parts.get(department_id)
        row = _plain(each)
        if part is not None:
            row["before"] = part.assigned_to.name if part.assigned_to else "未定"
            row["pick"] = f"{row['id']}:{each.application.lock_version}:{part.assigned_to_id or ''}"
        rows.append(row)
    return rows
