"""保存期間: the cases whose time has come, proposals to dispose of them, and what holds a case back. For supervisors."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest
from consultations.forms.counting import ApproveForm, HoldForm, YearsForm
from consultations.rules.retention import disposable_from, typed_words
from consultations.selectors.retention import (
    MOST_CASES,
    DeskDue,
    disposal_page,
    retention_page,
    supervised_desks,
)
from consultations.services import retention as acts
from consultations.services.errors import ConsultationError, InputMissing
from consultations.views.frame import INVALID, desk_page, put


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: ActorRequest) -> HttpResponse:
    """What may be disposed of at each desk; by POST a proposal or another number of years."""
    now = timezone.now()
    desk_id = _uuid(request.POST.get("desk", ""))
    form = YearsForm(request.POST if request.POST.get("do") == "years" else None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if request.POST.get("do") == "propose":
            supervised_desks(request.actor, now=now)
            return _propose(request, desk_id, now=now)
        if form.is_valid():
            try:
                acts.set_years(
                    desk_id=desk_id,
                    years=form.cleaned_data["years"],
                    seen=form.cleaned_data["seen"],
                    actor=request.actor,
                    now=now,
                )
            except ConsultationError as error:
                status = put(error, form)
            else:
                messages.success(request, "保存期間を変えました。")
                return redirect("consultations:retention")
    page = retention_page(request.actor, now=now)
    context = {
        "page": page,
        "desks": [_desk(row, form=form if row.desk.public_id == desk_id else None) for row in page.desks],
        "most": MOST_CASES,
    }
    return render(request, "consultations/retention.html", context, status=status)


def _propose(request: ActorRequest, desk_id: uuid.UUID, *, now: dt.datetime) -> HttpResponse:
    try:
        disposal = acts.propose(desk_id=desk_id, actor=request.actor, now=now)
    except ConsultationError as error:
        messages.warning(request, str(error))
        return redirect("consultations:retention")
    messages.success(request, "廃棄の案を出しました。まだ何も消えていません。")
    return redirect("consultations:disposal", disposal_id=disposal.public_id)


def _desk(row: DeskDue, *, form: YearsForm | None) -> dict[str, object]:
    return {
        "due": row,
        "rows": [
            {
                "number": case.number,
                "closed_on": case.closed_on,
                "since": disposable_from(case.closed_on, years=row.years),
                "is_protected": case.confidentiality == "protected",
            }
            for case in row.cases
            if case.closed_on
        ],
        "form": form
        or YearsForm(initial={"years": row.years, "seen": row.revision}, auto_id=f"id_{row.desk.pk}_%s"),
        "more": row.number > MOST_CASES,
    }


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def disposal(request: ActorRequest, disposal_id: uuid.UUID) -> HttpResponse:
    """One proposal: approve it, take it back, or go on with what was stopped in the middle."""
    now = timezone.now()
    page = disposal_page(request.actor, disposal_id, now=now)
    act = request.POST.get("do", "")
    form = ApproveForm(
        request.POST if request.method == "POST" else None,
        needs_typing=page.needs_typing and act in ("", "approve"),
    )
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                _decide(request, disposal_id, act, form.cleaned_data["typed"], now=now)
            except ConsultationError as error:
                status = put(error, form)
            else:
                return redirect("consultations:disposal", disposal_id=disposal_id)
        page = disposal_page(request.actor, disposal_id, now=now)
    context = {"page": page, "disposal": page.disposal, "form": form, "words": typed_words(len(page.lines))}
    return render(request, "consultations/disposal.html", context, status=status)


def _decide(request: ActorRequest, disposal_id: uuid.UUID, act: str, typed: str, *, now: dt.datetime) -> None:
    if act == "approve":
        acts.approve(disposal_id=disposal_id, typed=typed, actor=request.actor, now=now)
        messages.success(request, "承認しました。相談ごとの結果は、一覧にあります。")
    elif act == "withdraw":
        acts.withdraw(disposal_id=disposal_id, actor=request.actor, now=now)
        messages.success(request, "廃棄の案を取り下げました。")
    elif act == "go_on":
        acts.go_on(disposal_id=disposal_id, actor=request.actor, now=now)
        messages.success(request, "残りを廃棄しました。")
    else:
        raise InputMissing({"typed": "承認するか、取り下げるかを選んでください。"})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def hold_new(request: ActorRequest) -> HttpResponse:
    """Keep a case, by its number."""
    now = timezone.now()
    supervised_desks(request.actor, now=now)
    form = HoldForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            acts.hold(**form.cleaned_data, actor=request.actor, now=now)
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "廃棄を止めました。")
            return redirect("consultations:retention")
    return render(request, "consultations/hold.html", {"form": form}, status=status)


@desk_page
@require_POST
def hold_lift(request: ActorRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Let the case go when its time comes."""
    acts.lift_hold(hold_id=hold_id, actor=request.actor, now=timezone.now())
    messages.success(request, "廃棄の停止を解きました。")
    return redirect("consultations:retention")


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
