"""The letters of a case: what was sent, to print again, and how each was handed on."""

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
from accounts.selectors import NotVisible
from certification.forms.letters import DeliveryForm
from certification.rules.letter_kinds import RULES, LetterKind
from certification.selectors.letters import CaseLetters, LetterRow
from certification.selectors.letters import case_letters as letters_of
from certification.services.errors import InputMissing, Stale
from certification.services.letters import record_delivery
from certification.views.staff.frame import INVALID, breadcrumb, case_url, office_page, status_of


@office_page
@require_safe
def case_letters(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Every letter of the case with its deliveries."""
    page = letters_of(request.actor, case_id)
    context = {
        **_head(page),
        "breadcrumb": breadcrumb(page.application, "通知文書"),
        "rows": [_shown(page, row) for row in page.rows],
    }
    return render(request, "certification/staff/letters.html", context)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def letter_delivery(request: ActorRequest, case_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:
    """How and when one letter was handed on."""
    page = letters_of(request.actor, case_id)
    row = page.row_of(letter_id)
    if not row.may_record:
        raise NotVisible
    initial = {"delivered_on": timezone.localdate(), "seen": len(row.deliveries)}
    form, status = DeliveryForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = _record(request, form, letter_id=letter_id)
        if status == 200:
            messages.success(request, "通知の方法と日を記録しました。")
            return redirect("certification:case_letters", case_id=case_id)
        row = letters_of(request.actor, case_id).row_of(letter_id)
        form.renew(len(row.deliveries))
    context = {
        **_head(page),
        "breadcrumb": [
            *breadcrumb(page.application, "")[:-1],
            {"label": "通知文書", "url": _letters_url(page)},
            {"label": "通知の方法を記録する", "url": ""},
        ],
        "form": form,
        "row": _shown(page, row),
        "letters_url": _letters_url(page),
    }
    return render(request, "certification/staff/letter_delivery.html", context, status=status)


def _record(request: ActorRequest, form: DeliveryForm, *, letter_id: uuid.UUID) -> int:
    if not form.is_valid():
        return INVALID
    try:
        record_delivery(letter_id, **form.cleaned_data, actor=request.actor, now=timezone.now())
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return INVALID
    except Stale as error:
        form.add_error(None, str(error))
        return status_of(error)
    return 200


def _head(page: CaseLetters) -> dict[str, Any]:
    case = page.application
    return {
        "case": case,
        "number": case.receipt_number or "受付前",
        "kicker": f"{case.receipt_number or '受付前'}・{case.get_procedure_display()}",
        "housing": case.housing_name or "名称なし",
        "state_label": case.state_label,
        "case_url": case_url(case),
    }


def _letters_url(page: CaseLetters) -> str:
    return reverse("certification:case_letters", args=[page.application.public_id])


def _shown(page: CaseLetters, row: LetterRow) -> dict[str, Any]:
    letter = row.letter
    return {
        "name": letter.get_kind_display(),
        "reader": RULES[LetterKind(letter.kind)].reader.value,
        "number": letter.document_number,
        "issued_on": letter.issued_on,
        "department": letter.department.name,
        "issued_by": letter.issued_by.name,
        "url": reverse("certification:letter", args=[letter.public_id]),
        "deliveries": row.deliveries,
        "record_url": reverse(
            "certification:letter_delivery", args=[page.application.public_id, letter.public_id]
        )
        if row.may_record
        else "",
    }
