"""補正: the points of the latest return, answered one by one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.applicant.requests import AnswersForm
from certification.rules.plan import Section
from certification.rules.workflow import Action, State
from certification.selectors.applicant import (
    Own,
    Returned,
    document_types,
    offers,
    own_case,
    returned,
)
from certification.services.errors import ActRefused, InputMissing, NotFound
from certification.services.planning import answer_point
from certification.views.applicant.frame import (
    INVALID,
    STALE,
    applicant_page,
    day_text,
    frame,
    refusal_text,
)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_returns(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What to mend, with a box for each answer. Answers are saved as they are; the rest can wait."""
    own = own_case(request.actor, case_id)
    latest = returned(own)
    if latest is None:
        raise NotVisible
    saved = {str(point.public_id): point.answer for point in latest.points}
    form = AnswersForm(request.POST if request.method == "POST" else None, answers=saved)
    if request.method != "POST":
        return _page(request, own, latest, form)
    if not form.is_valid():
        return _page(request, own, latest, form, status=INVALID)
    return _save(request, own, latest, form, saved=saved)


def _save(
    request: ActorRequest, own: Own, latest: Returned, form: AnswersForm, *, saved: Mapping[str, str]
) -> HttpResponse:
    typed = {key: text for key, text in form.answers().items() if text != saved[key]}
    count = 0
    try:
        for key, text in typed.items():
            count += _answer(request, own, form, point_id=key, text=text)
    except (ActRefused, NotFound) as error:
        fresh = own_case(request.actor, own.application.public_id)
        return _page(request, own, latest, form, status=STALE, refused=refusal_text(fresh, error))
    if form.errors:
        return _page(request, own, latest, form, status=INVALID)
    messages.success(request, f"回答を{count}件、保存しました。" if count else "変わった回答はありません。")
    if request.POST.get("do") == "next":
        return redirect("certification:plan_submit", case_id=own.application.public_id)
    return redirect("certification:plan_returns", case_id=own.application.public_id)


def _answer(request: ActorRequest, own: Own, form: AnswersForm, *, point_id: str, text: str) -> bool:
    """Save one answer; what is refused stands beside its box and does not hold up the others."""
    try:
        answer_point(
            application_id=own.application.public_id,
            point_id=uuid.UUID(point_id),
            answer=text,
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(f"answer-{point_id}", str(error))
        return False
    return True


def _page(
    request: ActorRequest,
    own: Own,
    latest: Returned,
    form: AnswersForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    may_answer = own.may_edit_all and Action.ANSWER_POINT in {offer.action for offer in offers(own)}
    labels = {row.code: row.label for row in document_types(own)}
    context = {
        **frame(own, here="直すところ"),
        "form": form,
        "round": latest.round,
        "due_on": day_text(latest.round.due_on),
        "is_late": latest.round.due_on < timezone.localdate(),
        "unanswered": latest.unanswered,
        "may_answer": may_answer,
        "waits": own.state == State.AWAITING_CORRECTION,
        "points": [
            {
                "number": number,
                "point": point,
                "field": form[f"answer-{point.public_id}"],
                "earlier": point.carried_from.answer if point.carried_from else "",
                "places": _places(own, point.item, labels) if may_answer else [],
            }
            for number, point in enumerate(latest.points, start=1)
        ],
        "refused": refused,
    }
    return render(request, "certification/applicant/plan_returns.html", context, status=status)


def _places(own: Own, item: Any, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Links to the sections and documents a point speaks of."""
    if item is None:
        return []
    case_id = own.application.public_id
    sections = dict.fromkeys(path.split(".")[0] for path in item.sections)
    found = [
        {
            "label": f"「{Section(name).label}」を直す",
            "url": reverse("certification:plan_section", args=[case_id, name]),
        }
        for name in sections
        if name in Section.values
    ]
    documents = reverse("certification:plan_documents", args=[case_id])
    return found + [
        {"label": f"書類「{labels[code]}」を差し替える", "url": f"{documents}#code-{code}"}
        for code in item.document_codes
        if code in labels
    ]
