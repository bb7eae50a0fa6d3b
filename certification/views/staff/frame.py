"""What the pages of one case share: who may open them, the head, the way back, what an error answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.access import ActorRequest, held_by
from accounts.selectors import NotVisible
from certification.selectors.access import CASE_ROLES
from certification.selectors.case import CasePage
from certification.services.errors import ActRefused, CaseError, NotFound, Stale
from certification.services.trail import record

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422


def office_page(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to people whose posts open cases; what they may not see does not exist (404)."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return held_by(*CASE_ROLES)(guarded)


def status_of(error: CaseError) -> int:
    """409 where the case has moved on or refuses, 422 where something typed is missing."""
    return STALE if isinstance(error, Stale | ActRefused) else INVALID


def record_view(application: Any, request: ActorRequest, *, now: dt.datetime) -> None:
    """Reading a case is an event of the audit trail."""
    record(application, action="viewed", actor=request.actor, now=now)


def case_url(application: Any) -> str:
    return reverse("certification:case", args=[application.public_id])


def head(page: CasePage) -> dict[str, Any]:
    """Number, names and state, as every page of the case shows them at its top."""
    case = page.application
    number = case.receipt_number or "受付前"
    return {
        "case": case,
        "case_id": case.public_id,
        "number": number,
        "kicker": f"{number}・{case.get_procedure_display()}・第{page.version.number}版",
        "housing": case.housing_name or "名称なし",
        "who_files": f"{case.applicant_name}・{case.housing_address}",
        "state_label": case.state_label,
        "case_url": case_url(case),
    }


def breadcrumb(application: Any, here: str) -> list[dict[str, str]]:
    """受付箱 › the case › this page."""
    return [
        {"label": "受付箱", "url": reverse("certification:queue")},
        {"label": application.housing_name or "名称なし", "url": case_url(application)},
        {"label": here, "url": ""},
    ]
