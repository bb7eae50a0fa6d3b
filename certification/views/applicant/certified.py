"""認定を受けた計画: what its operator may and must do now, and the beginning of a procedure about it."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from certification.forms.applicant.requests import KeyForm
from certification.rules.notifications import BEGUN_BY_OPERATOR, RULES
from certification.rules.procedures import Procedure, rule_of
from certification.selectors.certified import Certified, own_certified
from certification.selectors.files import letters_of_plan
from certification.selectors.notifications import of_own_plan
from certification.selectors.supervision import Told, told_to_operator
from certification.services.errors import CaseError, NotFound, Stale
from certification.services.procedures import begin_procedure
from certification.views.applicant.frame import INVALID, STALE, applicant_page, day_text, new_key, told_case
from certification.views.notification_words import direct_payment_box, line_of, permit_rows
from certification.views.shared import plan_status, standing_facts

OFFERED: Final[dict[Procedure, tuple[str, str]]] = {
    Procedure.CHANGE: (
        "計画を変える",
        "部屋の数、家賃、援助の内容などを変える前に申請します。役員の氏名や住宅の名称、値下げなどの小さな変更は、届出だけで済みます。"
        "変えるところを書くと、どちらになるかをお知らせします。",
    ),
    Procedure.OTHER_USE: (
        "空いた部屋を目的外に使う",
        "専用賃貸住宅に3か月以上入る方がいないとき、その一部を、5年以内の定期建物賃貸借でほかの方に貸すための申請です。",
    ),
    Procedure.SUCCESSION: (
        "事業を引き継ぐ",
        "相続、合併、分割、建物の取得などで、事業をほかの方が引き継ぐときの申請です。引き継ぐ方の氏名や名称と、引き継いだわけを書きます。",
    ),
}
"""The procedures an operator begins here: what they are called in plain words, and when one needs them."""


@applicant_page
@require_safe
def certified_plan(request: ActorRequest, plan_id: uuid.UUID) -> HttpResponse:
    """認定を受けた計画の画面."""
    found = own_certified(request.actor, plan_id)
    context = {
        **own_frame(found),
        "facts": standing_facts(found),
        "told": [_told_line(one) for one in told_to_operator(request.actor, found.plan)],
        "offered": [_offered(found, procedure) for procedure in OFFERED] if found.is_certified else [],
        "under_way": _case(found.open_application) if found.open_application else None,
        "procedures": [_case(row) for row in found.applications],
        "letters": [
            {
                "name": f"{letter.get_kind_display()}({letter.document_number})",
                "url": reverse("certification:letter", args=[letter.public_id]),
                "date": day_text(letter.issued_on),
            }
            for letter in letters_of_plan(request.actor, found.plan)
        ],
        **_told(request, found),
    }
    return render(request, "certification/applicant/certified_plan.html", context)


def _told(request: ActorRequest, found: Certified) -> dict[str, Any]:
    """届出・報告, what may be told of now, 目的外使用 and 代理納付."""
    plan = found.plan
    told = of_own_plan(request.actor, plan)
    return {
        "notifications": [
            line_of(row, address="certification:own_notification") for row in told.notifications
        ],
        "to_tell": [
            {
                "title": str(kind.label),
                "text": RULES[kind].plain,
                "url": reverse("certification:notification_begin", args=[plan.public_id, kind.value]),
            }
            for kind in BEGUN_BY_OPERATOR
        ]
        if found.is_certified
        else [],
        "permits": permit_rows(told.permits, found.content, today=timezone.localdate()),
        "direct_payment": direct_payment_box(found.content),
    }


def own_frame(found: Certified, *, here: str = "") -> dict[str, Any]:
    """What the operator's pages about one certified plan have in common."""
    url = reverse("certification:own_certified", args=[found.plan.public_id])
    items = [{"label": "わたしの申請", "url": reverse("certification:plans")}]
    items += (
        [{"label": found.name, "url": url}, {"label": here, "url": ""}]
        if here
        else [{"label": found.name, "url": ""}]
    )
    return {
        "plan": found.plan,
        "plan_url": url,
        "plan_name": found.name,
        "office": found.plan.municipality.name,
        "status": plan_status(found.plan),
        "breadcrumb": items,
    }


def _offered(found: Certified, procedure: Procedure) -> dict[str, str]:
    title, text = OFFERED[procedure]
    return {
        "title": title,
        "text": text,
        "url": reverse("certification:procedure_begin", args=[found.plan.public_id, procedure.value]),
    }


def _told_line(one: Told) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "on": day_text(timezone.localdate(one.at)),
        "text": one.text,
        "due": day_text(one.due_on) if one.due_on else "",
    }


def _case(row: Any) -> dict[str, Any]:
    return {
        "url": reverse("certification:plan", args=[row.public_id]),
        "kind": row.get_procedure_display(),
        "number": row.receipt_number,
        "moved": day_text(timezone.localdate(row.last_moved_at)),
        "status": told_case(row),
    }


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def procedure_begin(request: ActorRequest, plan_id: uuid.UUID, procedure: str) -> HttpResponse:
    """Say what the procedure is; then begin its draft."""
    found = own_certified(request.actor, plan_id)
    chosen = next((one for one in OFFERED if one.value == procedure), None)
    if chosen is None or not found.is_certified:
        raise Http404
    error = None
    if request.method == "POST":
        try:
            return _begun(request, plan_id, chosen)
        except NotFound:
            raise
        except CaseError as refused:
            error = refused
    title, text = OFFERED[chosen]
    context = {
        **own_frame(found, here=title),
        "title": title,
        "text": text,
        "basis": f"{rule_of(chosen).basis}・{rule_of(chosen).form}",
        "error": "" if error is None else str(error),
        "fields": [{"name": "key", "value": new_key()}],
    }
    status = 200 if error is None else STALE if isinstance(error, Stale) else INVALID
    return render(request, "certification/applicant/procedure_begin.html", context, status=status)


def _begun(request: ActorRequest, plan_id: uuid.UUID, procedure: Procedure) -> HttpResponse:
    keyed = KeyForm(request.POST)
    if not keyed.is_valid():
        raise Stale
    done = begin_procedure(
        plan_id=plan_id,
        procedure=procedure,
        actor=request.actor,
        now=timezone.now(),
        key=keyed.cleaned_data["key"],
    )
    if not done.repeated:
        messages.success(
            request, "下書きを用意しました。認定されている内容から書き始められます。途中で保存できます。"
        )
    return redirect("certification:plan", case_id=done.application.public_id)
