"""The last look and the act: submit, resubmit, withdraw."""

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
from certification.forms.applicant.requests import ActForm
from certification.rules.parts import choice_label
from certification.rules.plan import PledgeCode
from certification.rules.workflow import Action, Offer
from certification.selectors.applicant import WRITTEN_IN, Filing, Own, filing, missing, offers, own_case
from certification.services.errors import ActRefused, CaseError, NotFound, Stale
from certification.services.workflow import perform
from certification.views.applicant.frame import (
    INVALID,
    STALE,
    applicant_page,
    day_text,
    frame,
    new_key,
)
from certification.views.applicant.joint import consent_text

_DONE = {
    Action.SUBMIT: "申請しました。受け付けられたら、お知らせします。",
    Action.RESUBMIT: "直した内容で、もう一度申請しました。",
    Action.WITHDRAW: "取り下げました。",
}


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_submit(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """申請・再申請の確認: what lacks, what changed, what will be sent; then the act."""
    if request.method == "POST":
        return _submit(request, case_id)
    page = filing(request.actor, case_id)
    if _filing_offer(page) is None:
        messages.info(request, _not_now(page.own))
        return redirect("certification:plan", case_id=case_id)
    return _submit_page(request, page)


def _submit(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    wanted = request.POST.get("act", "")
    action = Action.RESUBMIT if wanted == Action.RESUBMIT else Action.SUBMIT
    error = _perform(request, case_id, action)
    if error is None:
        return redirect("certification:plan", case_id=case_id)
    page = filing(request.actor, case_id)
    if _filing_offer(page) is None:
        messages.warning(request, f"送っていません。{_not_now(page.own)}")
        return redirect("certification:plan", case_id=case_id)
    return _submit_page(request, page, error=error)


def _perform(request: ActorRequest, case_id: uuid.UUID, action: Action) -> CaseError | None:
    """Do the act; what it was refused with comes back. Raises `NotFound`."""
    form = ActForm(request.POST)
    if not form.is_valid():
        return Stale()
    try:
        done = perform(
            application_id=case_id,
            action=action,
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
            key=form.cleaned_data["key"],
        )
    except NotFound:
        raise
    except CaseError as error:
        return error
    if not done.repeated:
        messages.success(request, _DONE[action])
    return None


def _not_now(own: Own) -> str:
    if own.state in WRITTEN_IN and not own.may_file:
        return "申請は、申請する事業者の管理者が行います。"
    return "この申請は、いま送るところではありません。"


def _filing_offer(page: Filing) -> Offer | None:
    return next((offer for offer in page.offers if offer.action in (Action.SUBMIT, Action.RESUBMIT)), None)


def _submit_page(request: ActorRequest, page: Filing, *, error: CaseError | None = None) -> HttpResponse:
    offer = _filing_offer(page)
    assert offer is not None
    again = offer.action == Action.RESUBMIT
    context = {
        **frame(page.own, here="再申請の確認" if again else "申請の確認"),
        "is_again": again,
        "act": offer.action.value,
        "act_label": "この内容で再申請する" if again else "この内容で申請する",
        "blocked": offer.blocked or "",
        "error": "" if error is None else str(error),
        "gaps": _gap_groups(page.own),
        "missing": missing(page.lines),
        "documents_url": reverse("certification:plan_documents", args=[page.own.application.public_id]),
        "unanswered": page.returned.unanswered if page.returned else 0,
        "unanswered_text": str(page.returned.unanswered if page.returned else 0),
        "due_on": day_text(page.returned.round.due_on) if page.returned else "",
        "changes": [_change_row(change, unasked=change.path in page.unasked) for change in page.changes],
        "has_unasked": bool(page.unasked),
        "pledges": _pledges(page.own),
        "attached": sum(len(line.files) for line in page.lines),
        "units": sum(1 for _ in page.own.plan.units),
        "joint": page.own.joint,
        "consent": consent_text(page.own),
        "consent_holds": page.own.joint is None or page.own.joint.confirmation is not None,
        "seen": page.own.application.lock_version,
        "key": new_key(),
    }
    return render(request, "certification/applicant/plan_submit.html", context, status=_status(error))


def _status(error: CaseError | None) -> int:
    if error is None:
        return 200
    return STALE if isinstance(error, Stale | ActRefused) else INVALID


def _gap_groups(own: Own) -> list[dict[str, Any]]:
    """What lacks, by section, with the way there."""
    case_id = own.application.public_id
    return [
        {
            "label": str(section.label),
            "url": reverse("certification:plan_section", args=[case_id, section.value]),
            "gaps": [gap.text for gap in own.gaps_of(section)],
        }
        for section in own.statuses
        if own.gaps_of(section)
    ]


def _change_row(change: Any, *, unasked: bool) -> dict[str, Any]:
    return {
        "term": change.label,
        "before": change.before,
        "text": change.after,
        "changed": True,
        "unasked": unasked,
    }


def _pledges(own: Own) -> list[dict[str, str]]:
    return [
        {
            "term": choice_label(PledgeCode, pledge.code),
            "text": f"{pledge.signer} {day_text(pledge.acknowledged_on)}",
        }
        for pledge in own.plan.pledges
    ]


# --- 取下げ ---


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_withdraw(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask, then withdraw."""
    own = own_case(request.actor, case_id)
    error = _perform(request, case_id, Action.WITHDRAW) if request.method == "POST" else None
    if request.method == "POST" and error is None:
        return redirect("certification:plan", case_id=case_id)
    own = own_case(request.actor, case_id) if error else own
    if not any(offer.action == Action.WITHDRAW for offer in offers(own)):
        text = "この申請は、もう取り下げられません。"
        if not own.may_file:
            text = "取下げは、申請する事業者の管理者が行います。"
        messages.info(request, text)
        return redirect("certification:plan", case_id=case_id)
    context = {
        **frame(own, here="取下げ"),
        "error": "" if error is None else str(error),
        "is_draft": own.application.submitted_at is None,
        "points": _withdrawal_points(own),
        "fields": [
            {"name": "seen", "value": own.application.lock_version},
            {"name": "key", "value": new_key()},
        ],
    }
    return render(request, "certification/applicant/plan_withdraw.html", context, status=_status(error))


def _withdrawal_points(own: Own) -> list[str]:
    if own.application.submitted_at is None:
        return ["もとに戻せません。もう一度書くときは、新しい申請になります。"]
    return [
        "もとに戻せません。もう一度申請するときは、新しい申請になります。",
        f"{own.application.municipality.name}は審査をやめます。",
    ]
