"""補正の指摘: drafts of all departments, answers to be judged, what was told so far."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest
from certification.forms.staff import PointForm, PointJudgeForm
from certification.rules.workflow import Action
from certification.selectors.case import CasePage, case_page
from certification.services import judging
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound
from certification.views.staff import parts
from certification.views.staff.frame import INVALID, STALE, breadcrumb, head, office_page, status_of


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_points(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The points of a case; a POST drafts one that hangs on no single judgement."""
    page = case_page(request.actor, case_id, now=timezone.now())
    form = PointForm(request.POST or None, page=page)
    if request.method != "POST" or not form.is_valid():
        return _points(request, page, form=form, status=INVALID if form.is_bound else 200)
    try:
        judging.draft_point(
            application_id=case_id,
            item_number=form.cleaned_data["item"],
            text=form.cleaned_data["text"],
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _points(request, page, form=form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _points(request, page, form=form, status=STALE)
    messages.success(request, "指摘を案に加えました。差し戻すときに、まとめて申請者に示します。")
    return redirect("certification:case_points", case_id=case_id)


def _points(
    request: ActorRequest,
    page: CasePage,
    *,
    form: PointForm,
    status: int = 200,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    case_id = page.application.public_id
    points = [
        parts.point(page, row, typed=typed if typed and typed["point_id"] == row.public_id else None)
        for row in page.rows.points
    ]
    context = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, "補正の指摘"),
        "drafts": [row for row in points if row["status"] == "draft"],
        # A judgement that was refused stays in its form, with what was typed, even when the case has moved on.
        "to_judge": [row for row in points if row["may_judge"] or row["error"]],
        "others": [
            row for row in points if row["status"] != "draft" and not (row["may_judge"] or row["error"])
        ],
        "form": form,
        # What was typed stays on the page even when the case has moved on meanwhile.
        "may_draft": page.may(Action.DRAFT_POINT) or form.is_bound,
        "return_url": reverse("certification:case_act", args=[case_id, Action.RETURN.value]),
        "may_return": any(offer.action == Action.RETURN for offer in page.offers),
    }
    return render(request, "certification/staff/points.html", context, status=status)


@office_page
@require_POST
def case_point_remove(request: ActorRequest, case_id: uuid.UUID, point_id: uuid.UUID) -> HttpResponse:
    """Take a draft back."""
    try:
        judging.remove_draft_point(
            application_id=case_id, point_id=point_id, actor=request.actor, now=timezone.now()
        )
    except ActRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "指摘の案を外しました。")
    return redirect(_back(request, case_id))


@office_page
@require_POST
def case_point_judge(request: ActorRequest, case_id: uuid.UUID, point_id: uuid.UUID) -> HttpResponse:
    """解消 or 未解消. Sent from the page of points or from the item; goes back to where it came from."""
    form = PointJudgeForm(request.POST)
    try:
        _judge(request, case_id, point_id, form)
    except NotFound:
        raise
    except CaseError as error:
        page = case_page(request.actor, case_id, now=timezone.now())
        typed = {
            "point_id": point_id,
            "note": request.POST.get("note", ""),
            "resolved": request.POST.get("resolved", ""),
            "text": str(error),
        }
        return _points(request, page, form=PointForm(page=page), status=status_of(error), typed=typed)
    messages.success(request, "回答を確かめた結果を残しました。")
    return redirect(_back(request, case_id))


def _judge(request: ActorRequest, case_id: uuid.UUID, point_id: uuid.UUID, form: PointJudgeForm) -> None:
    if not form.is_valid():
        raise InputMissing(
            "resolved", "「解消した」か「まだ足りない」を選んでください。説明は4,000字までです。"
        )
    judging.judge_point(
        application_id=case_id,
        point_id=point_id,
        resolved=form.cleaned_data["resolved"] == "yes",
        note=form.cleaned_data["note"],
        actor=request.actor,
        now=timezone.now(),
    )


def _back(request: ActorRequest, case_id: uuid.UUID) -> str:
    """The page the form was sent from, if it is one of ours; else the page of points."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("certification:case_points", args=[case_id])
