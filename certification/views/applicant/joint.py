"""共同申請: naming a second operator, asking for its consent, agreeing, letting it go."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible, moment_text
from certification.forms.applicant.people import ConfirmForm, InvitePartnerForm
from certification.rules.operators import OperatorRole
from certification.rules.workflow import Action
from certification.selectors.applicant import WRITTEN_IN, Own, document_lines, missing, offers, own_case
from certification.services.errors import ActRefused, InputMissing, Stale
from certification.services.joint import (
    ask_confirmation,
    confirm,
    end_partner,
    invite_partner,
    may_change_partner,
)
from certification.views.applicant.frame import INVALID, STALE, applicant_page, frame

FELL = (
    "読んでいるあいだに内容が変わりました。まだ同意していません。もう一度読んで、よければ同意してください。"
)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_partner(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Who applies jointly and whether they agree; POST invites, or (`do=ask`) asks for the consent."""
    own = own_case(request.actor, case_id)
    if request.method != "POST":
        return _page(request, own, InvitePartnerForm())
    if request.POST.get("do") == "ask":
        return _ask(request, case_id)
    form = InvitePartnerForm(request.POST)
    if not form.is_valid():
        return _page(request, own, form, status=INVALID)
    try:
        invite_partner(application_id=case_id, **form.cleaned_data, actor=request.actor, now=timezone.now())
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _page(request, own, form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _page(request, own, form, status=STALE)
    messages.success(request, f"{form.cleaned_data['name']}に招待を送りました。14日のあいだ使えます。")
    return redirect("certification:plan_partner", case_id=case_id)


def _ask(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    try:
        sent = ask_confirmation(application_id=case_id, actor=request.actor, now=timezone.now())
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        text = (
            "共同申請者にお知らせを送りました。" if sent else "今の内容については、もうお願いしてあります。"
        )
        messages.success(request, text)
    return redirect("certification:plan_partner", case_id=case_id)


def _page(request: ActorRequest, own: Own, form: InvitePartnerForm, *, status: int = 200) -> HttpResponse:
    manages = own.hand.role == OperatorRole.MANAGER
    joint, open_ = own.joint, may_change_partner(own.application)
    context = {
        **frame(own, here="共同で申請する事業者"),
        "filing": own.application.plan.operator.name,
        "joint": joint,
        "rows": _rows(own),
        "may_name": manages and open_ and joint is None,
        "may_end": joint is not None and open_ and (manages or own.hand.partner_role == OperatorRole.MANAGER),
        "end_url": reverse(
            "certification:plan_partner_end", args=[own.application.public_id, joint.partner.public_id]
        )
        if joint
        else "",
        "leaves": own.hand.partner_role is not None and not manages,
        "may_ask": joint is not None
        and joint.has_joined
        and joint.confirmation is None
        and own.may_edit
        and own.hand.writes_all,
        "may_confirm": may_confirm(own),
        "form": form,
    }
    return render(request, "certification/applicant/plan_partner.html", context, status=status)


def may_confirm(own: Own) -> bool:
    """Whether this person is asked to agree now."""
    joint = own.joint
    return (
        joint is not None
        and joint.confirmation is None
        and own.state in WRITTEN_IN
        and own.hand.partner_role == OperatorRole.MANAGER
    )


def consent_text(own: Own) -> str:
    """Who has agreed, in one sentence; empty without a joint applicant."""
    joint = own.joint
    if joint is None:
        return ""
    if not joint.has_joined:
        return "招待の返事を待っています"
    if joint.confirmation:
        return f"今の内容に同意しています({moment_text(joint.confirmation.confirmed_at)} {joint.confirmation.confirmed_by.name})"
    if own.state not in WRITTEN_IN:
        return "申請した内容に同意しました"
    return (
        "同意のあとで内容が変わりました。もう一度の同意が要ります"
        if joint.fell_at
        else "まだ同意していません"
    )


def _rows(own: Own) -> list[dict[str, Any]]:
    joint = own.joint
    if joint is None:
        return []
    rows = [
        {"term": "共同申請者", "text": joint.partner.label},
        {"term": "同意", "text": consent_text(own)},
        {
            "term": "書けるところ",
            "text": "居住安定援助の内容、援助の対価"
            if joint.partner.may_write
            else "書かずに、読んで同意する",
        },
    ]
    if joint.invitation is not None:
        rows.append({"term": "招待の期限", "text": moment_text(joint.invitation.expires_at)})
    return rows


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_partner_end(request: ActorRequest, case_id: uuid.UUID, partner_id: uuid.UUID) -> HttpResponse:
    """Ask, then let the joint applicant go (or go oneself)."""
    own = own_case(request.actor, case_id)
    if own.joint is None or own.joint.partner.public_id != partner_id:
        raise NotVisible
    leaves = own.hand.role is None
    if request.method != "POST":
        context = {
            **frame(own, here="共同申請者を外す"),
            "partner": own.joint.partner.label,
            "leaves": leaves,
            "points": [
                f"{own.joint.partner.label}は、この計画を見られなくなります。",
                "招待のリンクも使えなくなります。",
            ],
        }
        return render(request, "certification/applicant/plan_partner_end.html", context)
    try:
        end_partner(application_id=case_id, partner_id=partner_id, actor=request.actor, now=timezone.now())
    except ActRefused as error:
        messages.warning(request, str(error))
        return redirect("certification:plan_partner", case_id=case_id)
    messages.success(request, "共同申請から外れました。" if leaves else "共同申請者を外しました。")
    return redirect("certification:plans" if leaves else reverse("certification:plan", args=[case_id]))


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_confirm(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """同意: the joint applicant's 管理者 agrees to exactly what this page stands for."""
    own = own_case(request.actor, case_id)
    if request.method != "POST":
        if not may_confirm(own):
            messages.info(request, "いま、同意をお願いしている内容はありません。")
            return redirect("certification:plan_partner", case_id=case_id)
        return _confirm_page(request, own, ConfirmForm())
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _confirm_page(request, own, form, status=INVALID)
    try:
        confirm(
            application_id=case_id, seen=form.cleaned_data["seen"], actor=request.actor, now=timezone.now()
        )
    except Stale:
        return _confirm_page(request, own, ConfirmForm(), error=FELL, status=STALE)
    except ActRefused as error:
        messages.warning(request, str(error))
        return redirect("certification:plan_partner", case_id=case_id)
    messages.success(request, "同意しました。申請する事業者にお知らせしました。")
    return redirect("certification:plan", case_id=case_id)


def _confirm_page(
    request: ActorRequest, own: Own, form: ConfirmForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    if own.joint is None or not may_confirm(own):
        return redirect("certification:plan_partner", case_id=own.application.public_id)
    lacking = missing(document_lines(own))
    found = {offer.action: offer for offer in offers(own, missing=lacking)}
    offer = found.get(Action.CONFIRM)
    context = {
        **frame(own, here="内容に同意する"),
        "filing": own.application.plan.operator.name,
        "partner": own.joint.partner.label,
        "seen": own.joint.fingerprint,
        "blocked": (offer.blocked or "") if offer else "",
        "fell": own.joint.fell_at is not None,
        "error": error,
        "form": form,
    }
    return render(request, "certification/applicant/plan_confirm.html", context, status=status)
