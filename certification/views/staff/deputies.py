"""代理: who looks after whose cases, from when until when."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest, held_by
from accounts.rules.roles import Role
from certification.forms.desk_work import DeputyForm
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.deputies import deputies_page, reviewers_of
from certification.services import deputies as services
from certification.services.errors import InputMissing, NotFound
from certification.views.staff.frame import INVALID


@held_by(*REVIEW_ROLES, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: ActorRequest) -> HttpResponse:
    """The page, with the form for one more."""
    form = _form(request)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    given = form.cleaned_data
    try:
        services.name_deputy(
            user_id=given["user"],
            deputy_id=given["deputy"],
            from_on=given["from_on"],
            until=given["until"],
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, form)
    except NotFound as error:
        raise Http404 from error
    messages.success(request, "代理を決めました。その間の知らせは、代理の人にも届きます。")
    return redirect("certification:deputies")


@held_by(*REVIEW_ROLES, Role.ADMINISTRATOR)
@require_POST
def deputy_end(request: ActorRequest, deputy_id: uuid.UUID) -> HttpResponse:
    """Take one back."""
    try:
        services.end_deputy(deputy_id=deputy_id, actor=request.actor, now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    messages.success(request, "代理を取り消しました。")
    return redirect("certification:deputies")


def _form(request: ActorRequest) -> DeputyForm:
    actor, today = request.actor, timezone.localdate()
    is_administrator = actor.has(Role.ADMINISTRATOR)
    own = actor.departments(*REVIEW_ROLES)
    people = [
        (user.pk, user.name)
        for user, where in reviewers_of(actor.home_id, day=today)
        if is_administrator or where & own
    ]
    return DeputyForm(
        request.POST or None,
        people=people,
        deputies=people if is_administrator else [one for one in people if one[0] != actor.user_id],
        own=None if is_administrator else actor.user_id,
        today=today,
    )


def _page(request: ActorRequest, form: DeputyForm) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    is_administrator = actor.has(Role.ADMINISTRATOR)
    queue = reverse("certification:queue")
    context = {
        "form": form,
        "rows": [
            {
                "deputy": row,
                "may_end": is_administrator or row.user_id == actor.user_id,
                "cases_url": f"{queue}?tab=all&person={row.public_id}"
                if row.deputy_id == actor.user_id and row.from_on <= today
                else "",
            }
            for row in deputies_page(actor, today=today)
        ],
        "is_administrator": is_administrator,
    }
    return render(
        request, "certification/staff/deputies.html", context, status=INVALID if form.is_bound else 200
    )
