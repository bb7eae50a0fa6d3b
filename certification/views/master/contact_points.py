"""事前相談の窓口: which department answers what, and when it can be booked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.preliminary import ContactPointForm
from certification.rules.preliminary import topic_text
from certification.selectors import master as selectors
from certification.selectors import preliminary
from certification.services.contact_points import save_contact_point
from certification.services.errors import Stale
from certification.views.master.frame import Attempt, administered, attempt, seen_in, whole


@administered
def contact_points(request: ActorRequest) -> HttpResponse:
    """Every department in use with what it answers; with `?department=` the form of one."""
    if "department" in request.GET:
        return _one(request, whole(request.GET["department"]))
    if request.method == "POST":
        raise NotVisible
    departments = [row for row in selectors.all_departments(request.actor) if row.is_active]
    points = preliminary.contact_points_by_department(request.actor.home_id)
    context = {
        "breadcrumb": _breadcrumb("事前相談の窓口"),
        "rows": [_row(department, points.get(department.pk)) for department in departments],
    }
    return render(request, "certification/master/contact_points.html", context)


def _row(department: Any, point: Any) -> dict[str, Any]:
    return {
        "name": department.name,
        "topics": topic_text(point.topic_codes) if point else "",
        "hours": [str(each) for each in point.hours.all()] if point else [],
        "url": f"?department={department.pk}",
    }


def _one(request: ActorRequest, department_id: int) -> HttpResponse:
    department = selectors.department_of(request.actor, department_id)
    point = preliminary.contact_points_by_department(request.actor.home_id).get(department_id)
    form = ContactPointForm(request.POST if request.method == "POST" else None, point=point)
    tried = Attempt()
    if request.method == "POST":
        tried = attempt(form, lambda: _save(request, department_id, form))
        if tried.is_done:
            return _saved(request, department_id, name=department.name)
    context = {
        "breadcrumb": [*_breadcrumb("事前相談の窓口", is_last=False), {"label": department.name, "url": ""}],
        "department": department,
        "form": form,
        # The form of a stale page is shown on the newer row: a second press of the button means it.
        "seen": point.revision if point else 0,
        "is_stale": tried.stale,
    }
    return render(request, "certification/master/contact_point.html", context, status=tried.status)


def _save(request: ActorRequest, department_id: int, form: ContactPointForm) -> None:
    seen = seen_in(request)
    if not seen.isascii() or not seen.isdigit() or len(seen) > 9:
        raise Stale
    save_contact_point(
        department_id=department_id,
        content=form.content(),
        actor=request.actor,
        now=timezone.now(),
        seen=int(seen),
    )


def _saved(request: ActorRequest, department_id: int, *, name: str) -> HttpResponse:
    messages.success(request, f"{name}の事前相談の窓口を保存しました。")
    point = preliminary.contact_points_by_department(request.actor.home_id)[department_id]
    if left := preliminary.bookings_left_outside(point, today=timezone.localdate()):
        messages.warning(
            request,
            f"新しい時間に合わない予約が{left}件残っています。取り消されてはいません。窓口の担当者から電話などで知らせてください。",
        )
    return redirect("certification:contact_points")


def _breadcrumb(here: str, *, is_last: bool = True) -> list[dict[str, str]]:
    url = "" if is_last else reverse("certification:contact_points")
    return [{"label": "認定の設定", "url": reverse("certification:settings")}, {"label": here, "url": url}]
