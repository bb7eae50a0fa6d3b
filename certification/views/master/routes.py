"""決裁の経路 of the municipality: what is in use with its problems, and the form of one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.approval import RouteForm
from certification.selectors import master as selectors
from certification.services import routes as services
from certification.services.errors import Stale
from certification.views.master.frame import NEW, Attempt, administered, attempt, seen_in
from certification.views.staff import boxes


@administered
def approval_routes(request: ActorRequest) -> HttpResponse:
    """決裁の経路; with `?route=` the form of one (`new` for another one)."""
    if "route" in request.GET:
        return _route(request, request.GET["route"])
    rows = selectors.route_rows(request.actor, today=timezone.localdate())
    routes = [
        {
            "row": row,
            "title_id": f"route-{row.route.pk}",
            "boxes": boxes.of_steps(row.steps, row.names),
        }
        for row in rows
    ]
    context = {"routes": routes}
    return render(request, "certification/master/routes.html", context)


def _route(request: ActorRequest, asked: str) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    route = None if asked == NEW else selectors.route_of(actor, _id(asked))
    current = selectors.route_content(route) if route else None
    if request.method == "POST" and route is not None and "end" in request.POST:
        return _end(request, route.public_id)
    form = RouteForm(
        request.POST or None,
        departments=selectors.all_departments(actor),
        deciders=selectors.decider_choices(actor, today=today),
        current=current,
    )
    tried = Attempt()
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.save_route(
                route_id=route.public_id if route else None,
                content=form.content(),
                actor=actor,
                now=timezone.now(),
                seen=seen_in(request),
            ),
        )
        if tried.is_done:
            messages.success(request, "決裁の経路を保存しました。これからの起案に使います。")
            return redirect("certification:approval_routes")
    return _form_page(request, form, route=route, current=current, tried=tried)


def _form_page(
    request: ActorRequest, form: RouteForm, *, route: Any, current: Any, tried: Attempt
) -> HttpResponse:
    today = timezone.localdate()
    rows = selectors.route_rows(request.actor, today=today) if tried.stale else []
    now = next((row for row in rows if route and row.route.public_id == route.public_id), None)
    context = {
        "form": form,
        "route": route,
        "seen": selectors.fingerprint(current),
        "standing": boxes.of_steps(now.steps, now.names) if now else [],
        "breadcrumb": [
            {"label": "認定の設定", "url": reverse("certification:settings")},
            {"label": "決裁の経路", "url": reverse("certification:approval_routes")},
            {"label": "経路を直す" if route else "経路を加える", "url": ""},
        ],
    }
    return render(request, "certification/master/route.html", context, status=tried.status)


def _end(request: ActorRequest, route_id: uuid.UUID) -> HttpResponse:
    try:
        services.end_route(route_id=route_id, actor=request.actor, now=timezone.now(), seen=seen_in(request))
    except Stale as error:
        messages.error(request, str(error))
        return redirect("certification:approval_routes")
    messages.success(request, "この経路をやめました。決裁中の起案は、このまま進みます。")
    return redirect("certification:approval_routes")


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotVisible from None
