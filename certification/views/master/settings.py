"""The settings of a municipality and its departments."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from certification.forms import master as forms
from certification.selectors import master as selectors
from certification.selectors.master import Names
from certification.services import master as services
from certification.views.master.frame import (
    NEW,
    Attempt,
    administered,
    attempt,
    content_of,
    seen_in,
    standing_rows,
    whole,
)


@administered
def settings(request: ActorRequest) -> HttpResponse:
    """認定の設定; with `?department=` the form of one department (`new` for another one)."""
    if "department" in request.GET:
        return _department(request, request.GET["department"])
    actor = request.actor
    setting = selectors.setting_of(actor)
    departments = selectors.all_departments(actor)
    current = selectors.setting_content(setting) if setting else None
    form = forms.SettingForm(
        request.POST or None, initial=vars(current) if current else {}, departments=departments
    )
    tried, typed = Attempt(), None
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.save_setting(
                content=form.content(), actor=actor, now=timezone.now(), seen=seen_in(request)
            ),
        )
        if tried.is_done:
            return _setting_saved(request, form)
        typed = content_of(form)
    names = Names(departments={row.pk: row.name for row in departments})
    context = {
        "form": form,
        "seen": selectors.fingerprint(current),
        "standing": standing_rows(tried, typed, current, names=names),
        "is_new": setting is None,
        "departments": departments,
        "lead_id": setting.lead_department_id if setting else None,
        "running": selectors.running_by_lead(actor),
    }
    return render(request, "certification/master/settings.html", context, status=tried.status)


def _setting_saved(request: ActorRequest, form: forms.SettingForm) -> HttpResponse:
    messages.success(request, "認定の設定を保存しました。")
    lead_id = form.cleaned_data["lead_department_id"]
    if lacking := selectors.posts_lacking(lead_id, day=timezone.localdate()):
        messages.warning(
            request,
            f"主管課に{'・'.join(lacking)}の辞令のある人がいません。「職員と辞令」で任命してください。",
        )
    return redirect("certification:settings")


def _department(request: ActorRequest, asked: str) -> HttpResponse:
    actor = request.actor
    department = None if asked == NEW else selectors.department_of(actor, whole(asked))
    current = selectors.department_content(department) if department else None
    form = forms.DepartmentForm(request.POST or None, initial=vars(current) if current else {})
    tried, typed = Attempt(), None
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.save_department(
                department_id=department.pk if department else None,
                content=form.content(),
                actor=actor,
                now=timezone.now(),
                seen=seen_in(request),
            ),
        )
        if tried.is_done:
            messages.success(request, f"{form.cleaned_data['name']}を保存しました。")
            return redirect(f"{reverse('certification:settings')}#departments")
        typed = content_of(form)
    context = {
        "form": form,
        "department": department,
        "seen": selectors.fingerprint(current),
        "standing": standing_rows(tried, typed, current, names=Names()),
        "breadcrumb": [
            {"label": "認定の設定", "url": reverse("certification:settings")},
            {"label": department.name if department else "課を加える", "url": ""},
        ],
    }
    return render(request, "certification/master/department.html", context, status=tried.status)
