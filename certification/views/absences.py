"""不在と代決: one's own absences with their deputies, and what waits for one's 後閲."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest, held_by
from accounts.rules.roles import Role
from certification.forms.approval import AbsenceForm
from certification.selectors.approval import absence_page, deciders_of
from certification.services import approval as services
from certification.services.errors import InputMissing, NotFound

INVALID = 422


@held_by(Role.DECIDER, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: ActorRequest) -> HttpResponse:
    """The page, with the form for one more absence."""
    form = _form(request)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=INVALID if form.is_bound else 200)
    given = form.cleaned_data
    try:
        services.register_absence(
            user_id=given["user"],
            deputy_id=given["deputy"],
            from_on=given["from_on"],
            until=given["until"],
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, form, status=INVALID)
    except NotFound as error:
        raise Http404 from error
    messages.success(request, "不在と、代決する人を登録しました。")
    return redirect("certification:absences")


@held_by(Role.DECIDER, Role.ADMINISTRATOR)
@require_POST
def absence_end(request: ActorRequest, absence_id: uuid.UUID) -> HttpResponse:
    """Take one back."""
    try:
        services.end_absence(absence_id=absence_id, actor=request.actor, now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    messages.success(request, "不在の登録を取り消しました。もう代決はできません。")
    return redirect("certification:absences")


def _form(request: ActorRequest) -> AbsenceForm:
    actor, today = request.actor, timezone.localdate()
    people = deciders_of(actor.home_id, day=today)
    is_administrator = actor.has(Role.ADMINISTRATOR)
    own = actor.departments(Role.DECIDER)
    return AbsenceForm(
        request.POST or None,
        deciders=[(user.pk, user.name) for user, where in people if is_administrator or where & own],
        own=None if is_administrator else actor.user_id,
        today=today,
    )


def _page(request: ActorRequest, form: AbsenceForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    is_administrator = actor.has(Role.ADMINISTRATOR)
    page = absence_page(actor, today=timezone.localdate())
    context = {
        "form": form,
        "rows": [
            {"absence": row, "may_end": is_administrator or row.user_id == actor.user_id} for row in page.rows
        ],
        "unconfirmed": page.unconfirmed,
        "is_administrator": is_administrator,
    }
    return render(request, "certification/absences.html", context, status=status)
