"""公開一覧に出す項目: the operator of a certified plan says what everybody may read of it, and which rooms are free."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.register import PublishForm
from certification.selectors.register import OwnEntry, own_entry
from certification.services.errors import InputMissing, Stale
from certification.services.register import publish
from certification.views.applicant.frame import INVALID, STALE, applicant_page, day_text, frame


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_register(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Boxes to tick, none of them ticked by us. POST shows exactly what is ticked."""
    found = own_entry(request.actor, case_id)
    if not found.own.may_publish:
        messages.info(request, "公開する項目を決められるのは、申請した事業者の管理者だけです。")
        return redirect("certification:plan", case_id=case_id)
    if request.method != "POST":
        return _page(request, found, PublishForm(entry=found.entry))
    form = PublishForm(request.POST, entry=found.entry)
    if not form.is_valid():
        return _page(request, found, form, status=INVALID)
    try:
        publish(
            application_id=case_id,
            fields=form.chosen(),
            vacancies=form.cleaned_data["vacancies"],
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _page(request, found, form, status=INVALID)
    except Stale:
        return _stale(request, case_id, form)
    messages.success(request, "公開する内容を保存しました。もう公開一覧に出ています。")
    return redirect("certification:plan_register", case_id=case_id)


def _stale(request: ActorRequest, case_id: uuid.UUID, form: PublishForm) -> HttpResponse:
    """Somebody else of the operator saved first: what was ticked here stays, on the newer row."""
    now = own_entry(request.actor, case_id)
    data = request.POST.copy()
    data["seen"] = str(now.entry.revision)
    again = PublishForm(data, entry=now.entry)
    again.is_valid()
    again.add_error(
        None,
        "ほかの人が先に保存しました。まだ保存していません。下はあなたが選んだ内容です。よければもう一度保存してください。",
    )
    return _page(request, now, again, status=STALE)


def _page(request: ActorRequest, found: OwnEntry, form: PublishForm, *, status: int = 200) -> HttpResponse:
    entry = found.entry
    context = {
        **frame(found.own, here="公開一覧に出す項目"),
        "form": form,
        "entry": entry,
        "public_url": reverse("certification:register_entry", args=[entry.public_id]),
        "vacancies_on": day_text(entry.vacancies_on),
        "certified_number": found.own.application.plan.certified_number,
    }
    return render(request, "certification/applicant/plan_register.html", context, status=status)
