"""引き継ぎ: asking another desk to take a case over, and answering when one is asked."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from consultations import actions
from consultations.forms.transfers import DeclineForm, OfferForm
from consultations.rules.transferring import TransferState
from consultations.selectors.cases import CasePage, case_page
from consultations.selectors.transfers import (
    consents_naming,
    desks_to_ask,
    incoming,
    one_offer,
    transfers_of,
)
from consultations.services import transfers as services
from consultations.services.errors import ConsultationError, NotFound
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, STALE, desk_page, head, id_in, put

_BADGE: Final = {TransferState.OFFERED: "attention", TransferState.ACCEPTED: "done"}


def state_of(state: str) -> dict[str, str]:
    """A state as a badge."""
    found = TransferState(state)
    return {"label": str(found.label), "kind": _BADGE.get(found, "plain")}


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_transfer(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Who was asked, and asking one more."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = OfferForm(request.POST if request.method == "POST" else None, desks=_desks(page))
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return _page(request, page, form)
    if request.POST.get("do") == "withdraw":
        return _withdraw(request, page)
    if not form.is_valid():
        return _page(request, page, form, status=INVALID)
    try:
        services.offer(
            case_id=case_id,
            desk_id=uuid.UUID(form.cleaned_data["desk"]),
            request=form.cleaned_data["request"],
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=now,
        )
    except ConsultationError as error:
        return _page(request, page, form, status=put(error, form))
    messages.success(request, "引き継ぎを頼みました。返事が来たら知らせます。")
    return redirect("consultations:case_transfer", case_id=case_id)


def _withdraw(request: ActorRequest, page: CasePage) -> HttpResponse:
    try:
        services.take_offer_back(
            case_id=page.case.public_id,
            transfer_id=id_in(request, "transfer"),
            actor=request.actor,
            now=timezone.now(),
        )
    except NotFound:
        raise
    except ConsultationError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "引き継ぎの依頼を取りやめました。")
    return redirect("consultations:case_transfer", case_id=page.case.public_id)


def _desks(page: CasePage) -> list[tuple[str, str]]:
    found = []
    for desk in desks_to_ask(page.case.desk, day=page.today):
        has_consent = bool(consents_naming(page.case, desk, events=page.consents, day=page.today))
        is_near = desk.council_id == page.case.council_id
        words = [desk.name, "この協議会" if is_near else desk.council.name, "同意あり" if has_consent else ""]
        found.append((str(desk.public_id), "・".join(word for word in words if word)))
    return found


def _page(request: ActorRequest, page: CasePage, form: OfferForm, *, status: int = 200) -> HttpResponse:
    rows = [
        {"transfer": row, "badge": state_of(state), "is_waiting": state == TransferState.OFFERED}
        for row, state in transfers_of(page.case, now=timezone.now())
    ]
    context = {
        **head(page, "引き継ぎ"),
        "rows": rows,
        "form": form,
        "may_offer": page.is_open and not any(row["is_waiting"] for row in rows),
    }
    return render(request, "consultations/case_transfer.html", context, status=status)


@desk_page
@require_safe
def transfers(request: ActorRequest) -> HttpResponse:
    """What other desks ask of one's own."""
    rows = incoming(request.actor, now=timezone.now()).select_related("from_desk__council", "to_desk")
    return render(request, "consultations/transfers.html", {"rows": rows})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: ActorRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """One offer: what may be seen of it, and yes or no."""
    now = timezone.now()
    found = one_offer(request.actor, transfer_id, now=now)
    do = request.POST.get("do", "")
    form = DeclineForm(request.POST if do == "decline" else None)
    if request.method != "POST":
        services.record_view(found.transfer, actor=request.actor, now=now)
    status = 200 if request.method != "POST" else INVALID
    try:
        if do == "accept":
            case = services.accept(transfer_id=transfer_id, actor=request.actor, now=now)
            messages.success(request, f"引き受けました。相談番号は {case.number} です。")
            return redirect("consultations:case", case_id=case.public_id)
        if do == "decline" and form.is_valid():
            services.decline(
                transfer_id=transfer_id, reason=form.cleaned_data["not_taken"], actor=request.actor, now=now
            )
            messages.success(request, "引き受けられないと返事をしました。")
            return redirect("consultations:transfers")
    except NotFound:
        raise
    except ConsultationError as error:
        messages.warning(request, str(error))
        status = STALE
    context = {
        "offer": found,
        "packet": [{"term": term, "text": text} for term, text in found.packet],
        "form": form,
    }
    return render(request, "consultations/transfer.html", context, status=status)
