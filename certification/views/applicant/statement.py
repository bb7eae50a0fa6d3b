"""The page of what a procedure states beside the plan: the reason of a change, a succession, another use."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.applicant.statements import statement_content, statement_form
from certification.rules.procedures import Procedure, rule_of
from certification.selectors.applicant import Own, own_case
from certification.services.errors import ActRefused, Stale
from certification.services.planning import save_statement
from certification.views.applicant.frame import INVALID, STALE, applicant_page, frame, refusal_text
from certification.views.applicant.words import STATEMENT_TITLES

OLDER = "ほかの人が先に保存しました。まだ保存していません。下はあなたの入力です。よければもう一度保存してください。"


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_statement(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write it, save it as far as it is. A half-written statement may be saved; filing asks for the whole."""
    own = own_case(request.actor, case_id)
    if not own.has_statement:
        raise NotVisible
    if request.method != "POST":
        return _page(request, own, _form(own))
    form = _form(own, data=request.POST)
    if not own.may_edit_all:
        return _page(request, own, form, status=STALE, refused=refusal_text(own))
    if not form.is_valid():
        return _page(request, own, form, status=INVALID)
    try:
        save_statement(
            application_id=case_id,
            content=statement_content(form),
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except Stale:
        form.add_error(None, OLDER)
        return _page(request, own_case(request.actor, case_id), form, status=STALE)
    except ActRefused as error:
        return _page(request, own, form, status=STALE, refused=str(error))
    messages.success(request, "保存しました。")
    return redirect("certification:plan", case_id=case_id)


def _form(own: Own, *, data: Any = None) -> Any:
    return statement_form(own.application.procedure, content=own.version.statement, plan=own.plan, data=data)


def _seen(request: ActorRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _page(
    request: ActorRequest, own: Own, form: Any, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    title = STATEMENT_TITLES[Procedure(own.application.procedure)]
    rule = rule_of(own.application.procedure)
    context = {
        **frame(own, here=title),
        "form": form,
        "basis": f"{rule.basis}・{rule.form}",
        "gaps": [gap.text for gap in own.statement_gaps]
        if own.version.statement and not form.is_bound
        else [],
        "refused": refused,
        "seen": own.version.revision,
    }
    return render(request, "certification/applicant/plan_statement.html", context, status=status)
