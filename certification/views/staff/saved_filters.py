"""保存した絞り込み: keep the conditions of the queue under a name; rename, share, choose as the first, delete."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest
from accounts.rules.actor import Actor
from certification.forms.desk_work import FilterForm
from certification.forms.filters import queue_filter
from certification.rules.queue import MOST_FILTERS, storable
from certification.selectors.access import CASE_ROLES
from certification.selectors.queue import Sort, Tab
from certification.selectors.saved_filters import filters_for, own_filter
from certification.services import saved_filters as services
from certification.services.errors import InputMissing
from certification.views.staff.frame import INVALID, office_page


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: ActorRequest) -> HttpResponse:
    """One's own and the shared ones; and, when the queue leads here with conditions, the form that keeps them."""
    actor = request.actor
    conditions = _conditions(request.GET, actor)
    form = FilterForm(request.POST or None, departments=_departments(actor))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_filter(
                conditions=conditions,
                name=form.cleaned_data["name"],
                department_id=form.cleaned_data["department"],
                is_default=form.cleaned_data["is_default"],
                actor=actor,
                now=timezone.now(),
            )
        except InputMissing as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "絞り込みを保存しました。受付箱の上に並びます。")
            return redirect(f"{reverse('certification:queue')}?{urlencode(conditions)}")
    rows = list(filters_for(actor))
    context = {
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {"label": "保存した絞り込み", "url": ""},
        ],
        "rows": [_row(row, actor=actor) for row in rows],
        "words": _words(conditions, actor),
        "has_query": bool(request.GET.get("q", "").strip()),
        "form": form,
        "most": MOST_FILTERS,
    }
    return render(
        request, "certification/staff/saved_filters.html", context, status=INVALID if form.errors else 200
    )


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def saved_filter(request: ActorRequest, filter_id: uuid.UUID) -> HttpResponse:
    """Rename one of one's own, share it, choose it as the first."""
    actor = request.actor
    row = own_filter(actor, filter_id)
    initial = {"name": row.name, "department": row.department_id, "is_default": row.is_default}
    form = FilterForm(request.POST or None, departments=_departments(actor), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_filter(
                filter_id=filter_id,
                name=form.cleaned_data["name"],
                department_id=form.cleaned_data["department"],
                is_default=form.cleaned_data["is_default"],
                actor=actor,
                now=timezone.now(),
            )
        except InputMissing as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "保存した絞り込みを変えました。")
            return redirect("certification:saved_filters")
    context = {
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {"label": "保存した絞り込み", "url": reverse("certification:saved_filters")},
            {"label": row.name, "url": ""},
        ],
        "row": row,
        "words": _words(row.conditions, actor),
        "form": form,
    }
    return render(
        request, "certification/staff/saved_filter.html", context, status=INVALID if form.errors else 200
    )


@office_page
@require_POST
def saved_filter_delete(request: ActorRequest, filter_id: uuid.UUID) -> HttpResponse:
    """Take one of one's own away."""
    services.delete_filter(filter_id=filter_id, actor=request.actor, now=timezone.now())
    messages.success(request, "保存した絞り込みを消しました。")
    return redirect("certification:saved_filters")


def _departments(actor: Actor) -> list[tuple[int, str]]:
    wanted = actor.departments(*CASE_ROLES)
    return list(
        {
            post.department_id: post.department_name for post in actor.posts if post.department_id in wanted
        }.items()
    )


def _conditions(asked: QueryDict, actor: Actor) -> dict[str, str]:
    """The conditions of the address that can be read and may be kept."""
    filters = queue_filter(asked, actor=actor)
    filters.form.full_clean()
    found = filters.kept()
    for name, kind in (("tab", Tab), ("sort", Sort)):
        if (value := asked.get(name, "")) in list(kind):
            found[name] = value
    return storable(found)


def _words(conditions: Mapping[str, str], actor: Actor) -> list[dict[str, str]]:
    """The conditions as people read them."""
    asked = QueryDict(urlencode(conditions))
    filters = queue_filter(asked, actor=actor)
    filters.form.full_clean()
    rows = [{"term": label, "text": text} for _, label, text in filters.in_force()]
    if conditions.get("tab") in list(Tab):
        rows.insert(0, {"term": "だれの番か", "text": Tab(conditions["tab"]).label})
    if conditions.get("sort") in list(Sort):
        rows.append({"term": "並び順", "text": Sort(conditions["sort"]).label})
    return rows


def filter_links(actor: Actor) -> list[dict[str, Any]]:
    """The kept filters as the queue shows them: the first one marked, shared ones with whose they are."""
    return [_row(row, actor=actor) for row in filters_for(actor)]


def _row(row: Any, *, actor: Actor) -> dict[str, Any]:
    is_own = row.owner_id == actor.user_id
    return {
        "id": row.public_id,
        "name": row.name,
        "url": f"{reverse('certification:queue')}?{urlencode(row.conditions)}",
        "conditions": row.conditions,
        "is_own": is_own,
        "is_default": is_own and row.is_default,
        "shared": row.department.name if row.department else "",
        "owner": row.owner.name,
    }
