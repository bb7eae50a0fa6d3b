"""事業者を招く: the office invites an operator that is to apply here, and sees what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest, held_by
from accounts.selectors import NotVisible, moment_text
from certification.forms.applicant.people import InviteOperatorForm
from certification.selectors.operators import INVITING_ROLES, invited_operator, invited_operators
from certification.services.errors import ActRefused, InputMissing, NotFound
from certification.services.operators import invite_operator, withdraw_operator_invitation
from certification.views.staff.frame import INVALID

P = ParamSpec("P")


def inviting_page(
    view: Callable[Concatenate[ActorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to those who invite for their municipality."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return held_by(*INVITING_ROLES)(guarded)


@inviting_page
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitations(request: ActorRequest) -> HttpResponse:
    """The form, and below it the newest invitations with what became of them."""
    form = InviteOperatorForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    try:
        invite_operator(**form.cleaned_data, actor=request.actor, now=timezone.now())
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _page(request, form, status=INVALID)
    messages.success(request, f"{form.cleaned_data['name']}に招待を送りました。14日のあいだ使えます。")
    return redirect("certification:operator_invitations")


def _page(request: ActorRequest, form: InviteOperatorForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    rows = []
    for one in invited_operators(request.actor):
        state = one.status(now)
        is_open = state == one.Status.OPEN
        rows.append(
            {
                "name": one.operator_name,
                "email": one.email,
                "when": moment_text(one.invited_at),
                "by": one.invited_by.name,
                "state": state.label,
                "kind": {"open": "info", "accepted": "done"}.get(state.value, "plain"),
                "until": moment_text(one.expires_at) if is_open else "",
                "url": reverse("certification:operator_invitation_end", args=[one.public_id])
                if is_open
                else "",
            }
        )
    context = {"form": form, "rows": rows, "municipality": request.actor.municipality_name}
    return render(request, "certification/staff/operators.html", context, status=status)


@inviting_page
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitation_end(request: ActorRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Ask, then take an invitation back."""
    invitation = invited_operator(request.actor, invitation_id)
    if request.method != "POST":
        return render(request, "certification/staff/operator_end.html", {"invitation": invitation})
    try:
        withdraw_operator_invitation(invitation_id=invitation_id, actor=request.actor, now=timezone.now())
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "招待を取り消しました。送ったリンクは、もう使えません。")
    return redirect("certification:operator_invitations")
