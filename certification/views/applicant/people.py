"""The own operators: who belongs to them in which role, inviting, changing, removing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import moment_text
from certification.forms.applicant.people import InviteMemberForm, RoleForm, SeenRoleForm
from certification.rules.operators import ROLE_TEXTS, OperatorRole
from certification.selectors import operators as selectors
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound, Stale
from certification.services.operators import (
    change_role,
    invite_member,
    remove_member,
    withdraw_member_invitation,
)
from certification.views.applicant.frame import INVALID, STALE, applicant_page

SENT = "{email}に招待を送りました。14日のあいだ使えます。"
CHANGED_MEANWHILE = "ほかの管理者が、このあいだに変えました。今の役割を確かめて、もう一度行ってください。"


@applicant_page
@require_safe
def operators(request: ActorRequest) -> HttpResponse:
    """The operators the person belongs to; whoever has but one goes straight there."""
    rows = selectors.memberships(request.actor)
    if len(rows) == 1:
        return redirect("certification:operator", operator_id=rows[0].operator.public_id)
    found = [
        {
            "name": row.operator.name,
            "url": reverse("certification:operator", args=[row.operator.public_id]),
            "role": row.get_role_display(),
            "people": row.people,  # type: ignore[attr-defined]
        }
        for row in rows
    ]
    return render(request, "certification/applicant/operators.html", {"rows": found})


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def operator(request: ActorRequest, operator_id: uuid.UUID) -> HttpResponse:
    """事業者の担当者: everybody with role; a 管理者 invites here."""
    people = selectors.people_of(request.actor, operator_id, now=timezone.now())
    form = InviteMemberForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, people, form)
    if not form.is_valid():
        return _page(request, people, form, status=INVALID)
    try:
        invite_member(
            operator_id=operator_id,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _page(request, people, form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _page(request, people, form, status=STALE)
    messages.success(request, SENT.format(email=form.cleaned_data["email"]))
    return redirect("certification:operator", operator_id=operator_id)


def _page(
    request: ActorRequest, people: selectors.People, form: InviteMemberForm, *, status: int = 200
) -> HttpResponse:
    operator_id = people.operator.public_id
    context = {
        "operator": people.operator,
        "manages": people.manages,
        "own_role": people.role.label,
        "own_role_text": ROLE_TEXTS[people.role],
        "members": [
            {
                "name": member.user.name,
                "email": member.user.email,
                "role": member.get_role_display(),
                "is_self": member.user_id == request.actor.user_id,
                "url": reverse("certification:operator_member", args=[operator_id, member.user.public_id])
                if people.manages
                else "",
            }
            for member in people.members
        ],
        "invitations": [
            {
                "email": one.email,
                "role": one.get_role_display(),
                "until": moment_text(one.expires_at),
                "url": reverse("certification:operator_invitation", args=[operator_id, one.public_id]),
            }
            for one in people.invitations
        ],
        "form": form,
    }
    return render(request, "certification/applicant/operator.html", context, status=status)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def operator_member(request: ActorRequest, operator_id: uuid.UUID, member_id: uuid.UUID) -> HttpResponse:
    """One colleague: another role, or out of the operator. `do` says which."""
    people = selectors.people_of(request.actor, operator_id, now=timezone.now())
    member = selectors.member_of(people, member_id)
    form = RoleForm(initial={"role": member.role, "seen": member.role})
    if request.method != "POST":
        if not people.manages:
            return redirect("certification:operator", operator_id=operator_id)
        return _member_page(request, people, member, form)
    act = _remove if request.POST.get("do") == "remove" else _change
    try:
        done = act(request, operator_id=operator_id, member_id=member_id)
    except NotFound:
        raise
    except CaseError as error:
        text = CHANGED_MEANWHILE if isinstance(error, Stale) else str(error)
        return _member_page(request, people, member, form, error=text, status=STALE)
    if not done:
        return _member_page(request, people, member, form, error="役割を選んでください。", status=INVALID)
    messages.success(request, done)
    return redirect(
        "certification:operators"
        if member.user_id == request.actor.user_id
        else reverse("certification:operator", args=[operator_id])
    )


def _change(request: ActorRequest, *, operator_id: uuid.UUID, member_id: uuid.UUID) -> str:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return ""
    member = change_role(
        operator_id=operator_id,
        member_id=member_id,
        role=OperatorRole(form.cleaned_data["role"]),
        seen=form.cleaned_data["seen"],
        actor=request.actor,
        now=timezone.now(),
    )
    return f"{member.user.name}さんを{OperatorRole(member.role).label}にしました。"


def _remove(request: ActorRequest, *, operator_id: uuid.UUID, member_id: uuid.UUID) -> str:
    form = SeenRoleForm(request.POST)
    if not form.is_valid():
        return ""
    remove_member(
        operator_id=operator_id,
        member_id=member_id,
        seen=form.cleaned_data["seen"],
        actor=request.actor,
        now=timezone.now(),
    )
    return "担当者から外しました。"


def _member_page(
    request: ActorRequest,
    people: selectors.People,
    member: Any,
    form: RoleForm,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "operator": people.operator,
        "member": member,
        "is_self": member.user_id == request.actor.user_id,
        "form": form,
        "error": error,
        "points": [
            f"{member.user.name}さんは、{people.operator.name}の計画と申請を見られなくなります。",
            "これまでに書いたものと記録は残ります。",
        ],
        "fields": [{"name": "do", "value": "remove"}, {"name": "seen", "value": member.role}],
    }
    return render(request, "certification/applicant/operator_member.html", context, status=status)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitation(
    request: ActorRequest, operator_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """Ask, then take an invitation back."""
    people = selectors.people_of(request.actor, operator_id, now=timezone.now())
    invitation = selectors.invitation_of(people, invitation_id)
    if request.method != "POST":
        context = {"operator": people.operator, "invitation": invitation}
        return render(request, "certification/applicant/operator_invitation.html", context)
    try:
        withdraw_member_invitation(
            operator_id=operator_id, invitation_id=invitation_id, actor=request.actor, now=timezone.now()
        )
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "招待を取り消しました。送ったリンクは、もう使えません。")
    return redirect("certification:operator", operator_id=operator_id)
