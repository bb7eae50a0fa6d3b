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
from certification.rules.change_kind import ChangeClass, Classified, overall
from certification.rules.parts import EMPTY, choice_label
from certification.rules.plan import PledgeCode
from certification.rules.procedures import Procedure
from certification.rules.statements import statement_rows
from certification.rules.workflow import Action, Offer
from certification.selectors.applicant import (
    WRITTEN_IN,
    Filing,
    Own,
    filing,
    missing,
    offers,
    own_case,
    same_house,
)
from certification.services.errors import ActRefused, CaseError, NotFound, Stale
from certification.services.workflow import perform
from certification.views.applicant.frame import (
    INVALID,
    STALE,
    applicant_page,
    day_text,
    frame,
    gap_groups,
    new_key,
    told_state,
)
from certification.views.applicant.joint import consent_text
from certification.views.applicant.words import STATEMENT_TITLES

_DONE = {
    Action.SUBMIT: "申請しました。受け付けられたら、お知らせします。",
    Action.RESUBMIT: "直した内容で、もう一度申請しました。",
    Action.WITHDRAW: "取り下げました。",
    Action.NOTIFY: "軽微な変更として届け出ました。受理されたら、お知らせします。",
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
    action = next((one for one in (Action.RESUBMIT, Action.NOTIFY) if one == wanted), Action.SUBMIT)
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


def _notify_offer(page: Filing) -> Offer | None:
    """届け出る, where every difference is a lesser one."""
    if page.own.lesser_change not in ("notify", "nothing"):
        return None
    return next((offer for offer in page.offers if offer.action == Action.NOTIFY), None)


def _submit_page(request: ActorRequest, page: Filing, *, error: CaseError | None = None) -> HttpResponse:
    offer = _filing_offer(page)
    assert offer is not None
    again = offer.action == Action.RESUBMIT
    notify = _notify_offer(page)
    context = {
        **frame(page.own, here="再申請の確認" if again else "申請の確認"),
        "is_again": again,
        "act": offer.action.value,
        "act_label": "この内容で再申請する" if again else "この内容で申請する",
        "blocked": offer.blocked or "",
        "notifies": notify is not None,
        "notify_blocked": (notify.blocked or "") if notify else "",
        "error": "" if error is None else str(error),
        "gaps": [*_statement_gaps(page.own), *gap_groups(page.own)],
        "classified": [_classified_row(one) for one in page.own.classified],
        "overall": _overall(page.own),
        "statement": _statement_rows(page.own),
        "same_house": []
        if again or page.own.application.base_version_id
        else [_same(case) for case in same_house(page.own)],
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


def _same(case: Any) -> dict[str, str]:
    return {
        "name": case.housing_name,
        "url": reverse("certification:plan", args=[case.public_id]),
        "status": told_state(case.state)["label"],
    }


def _statement_gaps(own: Own) -> list[dict[str, Any]]:
    if not own.statement_gaps:
        return []
    return [
        {
            "label": STATEMENT_TITLES[Procedure(own.application.procedure)],
            "url": reverse("certification:plan_statement", args=[own.application.public_id]),
            "gaps": [gap.text for gap in own.statement_gaps],
        }
    ]


def _statement_rows(own: Own) -> list[dict[str, str]]:
    rows = statement_rows(own.application.procedure, own.version.statement, own.plan)
    return [{"term": label, "text": "" if text == EMPTY else text} for label, text in rows]


_CLASS_KINDS = {ChangeClass.CERTIFY: "attention", ChangeClass.NOTIFY: "info", ChangeClass.NOTHING: "plain"}


def _classified_row(one: Classified) -> dict[str, Any]:
    return {
        "label": one.change.label,
        "before": one.change.before,
        "after": one.change.after,
        "kind": {"label": str(one.kind.label), "tone": _CLASS_KINDS[one.kind]},
        "ground": one.ground,
    }


def _overall(own: Own) -> str:
    """What all the differences together need."""
    kind = overall(own.classified)
    return str(kind.label) if kind else ""


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
            "text": f"{pledge.signer_post} {pledge.signer} {day_text(pledge.acknowledged_on)}".strip(),
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
