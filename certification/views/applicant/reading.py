"""The list of one's plans, the start of a new one, the overview of one, and the whole plan to read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible, moment_text
from certification.forms.applicant.requests import KeyForm, NewPlanForm
from certification.rules.application_form import sheets
from certification.rules.procedures import Procedure
from certification.rules.workflow import OPEN_STATES, Action, State
from certification.selectors import applicant as selectors
from certification.services.errors import InputMissing, Stale
from certification.services.planning import begin_plan
from certification.views.applicant import words
from certification.views.applicant.frame import (
    INVALID,
    applicant_page,
    day_text,
    frame,
    gap_groups,
    new_key,
    size_text,
    told_case,
)
from certification.views.applicant.joint import consent_text

TOO_OLD: Final = "この画面は古くなっていました。計画はまだ用意していません。もう一度「この内容で書き始める」を押してください。"


@applicant_page
@require_safe
def plans(request: ActorRequest) -> HttpResponse:
    """わたしの申請: every application of the own operators, newest first, twenty a page."""
    page = selectors.plans_page(request.actor, after=_cursor(request.GET.get("after", "")))
    today = timezone.localdate()
    rows = [_list_row(row, today=today) for row in page.rows]
    return render(request, "certification/applicant/plans.html", {"rows": rows, "page": page})


def _list_row(row: selectors.PlanRow, *, today: dt.date) -> dict[str, Any]:
    case = row.application
    return {
        "case": case,
        "url": reverse("certification:plan", args=[case.public_id]),
        "name": case.housing_name or "名前のない計画",
        "status": told_case(case),
        "kind": "" if case.procedure == Procedure.CERTIFICATION else case.get_procedure_display(),
        "turn": words.turn(case, unanswered=row.unanswered),
        "is_mine": words.is_mine(case.state),
        "due": words.due(case, today=today),
        "expected": words.expected(case),
        "moved": words.told_act(row.told_action, application=case),
        "moved_at": moment_text(row.told_at),
    }


def _cursor(text: str) -> uuid.UUID | None:
    """The place to continue from; what is no id is no page (404)."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotVisible from error


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: ActorRequest) -> HttpResponse:
    """新しい申請: for which operator, to which municipality."""
    operators = selectors.operators_of(request.actor)
    form = NewPlanForm(
        request.POST if request.method == "POST" else None,
        operators=operators,
        municipalities=selectors.open_municipalities(),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and (begun := _begin(request, form)):
            if not begun.repeated:
                messages.success(
                    request, "新しい計画を用意しました。どこからでも書き始められます。途中で保存できます。"
                )
            return redirect("certification:plan", case_id=begun.application.public_id)
        status = INVALID
    return render(
        request,
        "certification/applicant/plan_new.html",
        {
            "form": form,
            "operators": operators,
            "key": new_key(),
            "copyable": [_copy_row(case) for case in selectors.copyable(request.actor)],
        },
        status=status,
    )


def _copy_row(case: Any) -> dict[str, str]:
    return {
        "name": case.housing_name or "名前のない計画",
        "url": reverse("certification:plan_copy", args=[case.public_id]),
        "note": f"{case.municipality.name}・{told_case(case)['label']}",
    }


def _begin(request: ActorRequest, form: NewPlanForm) -> Any:
    """The plan; None when it was not begun, and the form says why. The page then carries a new key."""
    keyed = KeyForm(request.POST)
    if not keyed.is_valid():
        form.add_error(None, TOO_OLD)
        return None
    try:
        return begin_plan(
            operator_id=form.cleaned_data["operator"],
            municipality_code=form.cleaned_data["municipality"],
            actor=request.actor,
            now=timezone.now(),
            key=keyed.cleaned_data["key"],
        )
    except Stale:
        form.add_error(None, TOO_OLD)
        return None
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


@applicant_page
@require_safe
def plan(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """One plan: what to do now, how far it is, what is written, letters, history."""
    page = selectors.overview(request.actor, case_id)
    own = page.own
    application = own.application
    context = {
        **frame(own),
        "now": words.what_now(page, today=timezone.localdate()),
        "coming": words.coming(page, today=timezone.localdate()),
        "steps": words.steps(page),
        "sections": words.section_items(own, page.lines),
        "gaps": gap_groups(own) if own.may_edit else [],
        "gap_count": len(own.gaps),
        "may_edit": own.may_edit,
        "may_submit": own.may_file,
        "may_answer": own.may_edit_all,
        "waits_for_others": own.state in selectors.WRITTEN_IN and not own.may_edit,
        "is_over": own.state not in OPEN_STATES,
        "joint": own.joint,
        "consent": consent_text(own),
        "may_name_partner": own.may_file and own.joint is None and own.state == State.DRAFT,
        "submit_label": "再申請の確認へ" if page.returned else "申請の確認へ",
        "may_withdraw": page.may(Action.WITHDRAW) is not None,
        "decision": page.decision,
        "certified_number": application.plan.certified_number,
        "certified_on": day_text(application.plan.certified_on),
        "letters": [
            {
                "name": f"{letter.get_kind_display()}({letter.document_number})",
                "url": reverse("certification:letter", args=[letter.public_id]),
                "date": day_text(letter.issued_on),
            }
            for letter in page.letters
        ],
        "returned": page.returned,
        "on_register": page.on_register,
        "may_publish": page.on_register and own.may_publish,
        "history": words.history(page),
        "facts": words.case_facts(page),
    }
    return render(request, "certification/applicant/plan.html", context)


@applicant_page
@require_safe
def plan_preview(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The whole plan to read and to print."""
    page = selectors.preview(request.actor, case_id)
    context = {
        **frame(page.own, here="計画の全体"),
        "sections": [
            {
                "label": section.label,
                "groups": words.reading_groups(section.groups),
            }
            for section in page.sections
        ],
        "documents": [
            {
                "name": document.original_name,
                "kind": document.label,
                "url": reverse("certification:document", args=[document.public_id]),
                "size": size_text(document.size),
                "pages": document.pages,
            }
            for document in page.documents
        ],
        "sheets": sheets(page.own.plan),
        "version": page.own.version,
        "filed_at": moment_text(page.own.version.frozen_at) if page.own.version.frozen_at else "",
        "printed_at": day_text(timezone.localdate()),
    }
    return render(request, "certification/applicant/plan_preview.html", context)
