"""同意: what the person agreed to, and what was taken back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from consultations import actions
from consultations.forms.cases import ConsentForm, WithdrawForm
from consultations.rules.consents import TEXTS, WARN_DAYS, Scope
from consultations.rules.words import Purpose
from consultations.selectors.cases import CasePage, case_page
from consultations.selectors.shops import shop_choices
from consultations.services import consents
from consultations.services.errors import ConsultationError
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, desk_page, head, put


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_consents(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What stands, what was taken back, and the form for one more with the words to read out."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        shops=shop_choices(page.case.council_id),
        today=page.today,
    )
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return _page(request, page, form)
    if not form.is_valid():
        return _page(request, page, form, status=INVALID)
    given = form.cleaned_data
    try:
        consents.give_consent(
            case_id=case_id,
            purpose=given["purpose"],
            scope=given["scope"],
            recipients=given["recipients"],
            shop_id=form.shop_id,
            given_how=given["given_how"],
            given_by=given["given_by"],
            proxy=given["proxy"],
            given_on=given["given_on"],
            until=given["until"],
            key=given["key"],
            actor=request.actor,
            now=now,
        )
    except ConsultationError as error:
        return _page(request, page, form, status=put(error, form))
    messages.success(request, "同意を記録しました。")
    return redirect("consultations:case_consents", case_id=case_id)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: ActorRequest, case_id: uuid.UUID, consent_id: uuid.UUID) -> HttpResponse:
    """A consent was taken back."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    given = next((row for row in page.given if row.public_id == consent_id), None)
    if given is None:
        raise NotVisible
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        consents.withdraw_consent(
            case_id=case_id,
            consent_id=consent_id,
            given_how=form.cleaned_data["given_how"],
            given_by=form.cleaned_data["given_by"],
            actor=request.actor,
            now=now,
        )
        messages.success(request, "撤回を記録しました。これからは渡せません。")
        return redirect("consultations:case_consents", case_id=case_id)
    context = {
        **head(page, "同意の撤回"),
        "form": form,
        "action_label": "撤回を記録する",
        "lead": f"{given.get_purpose_display()}の同意({given.shop or given.recipients or 'すべての店'})を撤回します。",
    }
    return render(request, "consultations/act.html", context, status=INVALID if form.is_bound else 200)


def _page(request: ActorRequest, page: CasePage, form: ConsentForm, *, status: int = 200) -> HttpResponse:
    standing = {row.pk for row in page.given}
    context = {
        **head(page, "同意"),
        "form": form,
        "texts": [{"term": str(purpose.label), "text": TEXTS[purpose]} for purpose in Purpose],
        "rows": [
            {
                "consent": row,
                "scope": "、".join(str(each.label) for each in Scope if each in row.scope),
                "who": row.shop.name if row.shop else row.recipients or "すべての協力店(名前は伝えない)",
                "standing": row.pk in standing,
                "is_over": row.until is not None and row.until < page.today,
                "is_near": row.until is not None and 0 <= (row.until - page.today).days <= WARN_DAYS,
            }
            for row in page.consents
        ],
    }
    return render(request, "consultations/consents.html", context, status=status)
