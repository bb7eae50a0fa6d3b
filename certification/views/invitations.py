"""招待: opening the link of a mail (or the notice in the inbox), registering, accepting. Open without a login.

The link leads on to an address without its token, so that no page, no log of a page and no referrer carries it. What the
browser's session keeps is which invitation was opened, not the token.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest, to_login
from accounts.selectors import NotVisible, moment_text
from certification.forms.applicant.people import JoinForm, RegisterForm
from certification.selectors.applicant import open_municipalities
from certification.selectors.operators import Invited, invited, joined_case, own_invitation
from certification.services.errors import ActRefused, InputMissing, NotFound
from certification.services.invitations import (
    REFUSALS,
    EmailInUse,
    accept,
    accept_as_new,
    open_link,
)
from certification.views.applicant.frame import INVALID, STALE, applicant_page

OPENED: Final = "operator_invitation"
"""Where the session keeps which invitation this browser opened by its link."""

TAKEN: Final = "このメールアドレスは、いま登録されました。ログインしてから、手続をしてください。"

_TITLES: Final = {
    "member": "{name}の担当者として、招待が届いています",
    "operator": "事業者としての利用に、招待が届いています",
    "partner": "共同での申請に、招待が届いています",
}


@login_not_required
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """申請を始めるには: how one comes to apply here. For everybody."""
    context = {"places": [name for _, name in open_municipalities()]}
    return render(request, "certification/applicant/begin.html", context)


@login_not_required
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: it proves the address, then leaves the token behind."""
    try:
        invitation = open_link(token)
    except NotFound as error:
        context = {"problem": str(error)}
        return render(request, "certification/applicant/invitation_closed.html", context, status=404)
    if request.method == "GET":
        request.session[OPENED] = str(invitation.public_id)
    return redirect("certification:invitation_open")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_open(request: HttpRequest) -> HttpResponseBase:
    """The invitation this browser opened by its link: log in, or register with name and password."""
    here = reverse("certification:invitation_open")
    kept = request.session.get(OPENED)
    if kept is None and request.method == "POST" and not request.user.is_authenticated:
        return to_login(request, back=here)
    try:
        found = invited(uuid.UUID(kept or ""), actor=request.actor)  # type: ignore[attr-defined]
    except (ValueError, NotVisible):
        status = STALE if request.method == "POST" else 200
        context = {"problem": "招待のメールにあるリンクを、もう一度開いてください。"}
        return render(request, "certification/applicant/invitation_closed.html", context, status=status)
    if found.is_own:
        return _own(request, found)  # type: ignore[arg-type]
    return _by_link(request, found)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_mine(request: ActorRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """An invitation to the signed-in person's own address, opened from the inbox: no mail is needed."""
    return _own(request, own_invitation(request.actor, invitation_id))


# --- Signed in with the address: one click ---


def _own(request: ActorRequest, found: Invited) -> HttpResponse:
    named = found.invitation.operator_name
    form = JoinForm(
        request.POST if request.method == "POST" else None, operators=found.operators, named=named
    )
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=INVALID)
    try:
        accept(
            invitation_id=found.invitation.public_id,
            actor=request.actor,
            now=timezone.now(),
            operator_id=form.chosen(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, found, form, status=INVALID)
    except ActRefused as error:
        return _closed(request, str(error), status=STALE)
    request.session.pop(OPENED, None)
    messages.success(request, "手続が済みました。")
    return redirect(_after(found))


# --- By the link alone ---


def _by_link(request: HttpRequest, found: Invited) -> HttpResponse:
    form = RegisterForm(request.POST if request.method == "POST" else None, email=found.invitation.email)
    may_register = not found.has_account and not request.user.is_authenticated
    if request.method != "POST":
        return _page(request, found, form if may_register else None)
    if not may_register:
        return _page(request, found, None, status=STALE)
    if not form.is_valid():
        return _page(request, found, form, status=INVALID)
    try:
        done = accept_as_new(
            invitation_id=found.invitation.public_id,
            name=form.cleaned_data["name"],
            kana=form.cleaned_data["kana"],
            password=form.cleaned_data["password1"],
            now=timezone.now(),
        )
    except EmailInUse:
        form.add_error(None, TAKEN)
        return _page(request, found, form, status=STALE)
    except ActRefused as error:
        return _closed(request, str(error), status=STALE)
    request.session.pop(OPENED, None)
    messages.success(
        request, "登録が済みました。次からは、このメールアドレスとパスワードでログインできます。"
    )
    return perform_login(request, done.accepted_by, redirect_url=_after(found))


def _after(found: Invited) -> str:
    """Where an accepted invitation leads."""
    case_id = joined_case(found.invitation)
    return reverse("certification:plan", args=[case_id]) if case_id else reverse("certification:plans")


# --- Pages ---


def _page(request: HttpRequest, found: Invited, form: Any, *, status: int = 200) -> HttpResponse:
    invitation = found.invitation
    if problem := REFUSALS.get(invitation.status(timezone.now())):
        return _closed(request, problem, status=STALE if request.method == "POST" else 200)
    rows = [
        {"term": "招いた方", "text": found.host},
        {"term": "事業者", "text": invitation.operator_name},
        {"term": "宛先", "text": invitation.email},
        {"term": "期限", "text": moment_text(invitation.expires_at)},
    ]
    if invitation.kind == "member":
        rows.insert(2, {"term": "役割", "text": invitation.get_role_display()})
    context = {
        "heading": _TITLES[invitation.kind].format(name=invitation.operator_name),
        "rows": rows,
        "is_partner": invitation.kind == "partner",
        "form": form,
        "is_own": found.is_own,
        "must_log_in": found.has_account and not request.user.is_authenticated,
        "is_other": request.user.is_authenticated and not found.is_own,
    }
    return render(request, "certification/applicant/invitation.html", context, status=status)


def _closed(request: HttpRequest, problem: str, *, status: int = 200) -> HttpResponse:
    context = {"problem": problem}
    return render(request, "certification/applicant/invitation_closed.html", context, status=status)
