"""What the applicant's pages share: who may open them, what a lost session says, breadcrumbs, plain words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.access import ActorRequest, to_login
from accounts.selectors import NotVisible
from certification.forms.applicant.places import place_of
from certification.rules.workflow import State
from certification.selectors.applicant import WRITTEN_IN, Own
from certification.services.errors import CaseError, NotFound
from japan.wareki import format_wareki

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422
"""Answers to a page that was too old, and to input that does not fit."""

_STATE_LABELS: Final[dict[State, tuple[State, str]]] = {
    State.DRAFT: (State.DRAFT, "作成中"),
    State.SUBMITTED: (State.SUBMITTED, "受付待ち"),
    State.LEAD_REVIEW: (State.LEAD_REVIEW, "審査中"),
    State.CIRCULATING: (State.LEAD_REVIEW, "審査中"),
    State.GATHERING: (State.LEAD_REVIEW, "審査中"),
    State.DECIDING: (State.LEAD_REVIEW, "審査中"),
    State.AWAITING_CORRECTION: (State.AWAITING_CORRECTION, "補正待ち"),
    State.CERTIFIED: (State.CERTIFIED, "認定"),
    State.REFUSED: (State.REFUSED, "不認定"),
    State.WITHDRAWN: (State.WITHDRAWN, "取下げ"),
    State.NOTIFIED: (State.CERTIFIED, "届出"),
}
"""What the applicant is told of a state: the steps inside the office are all 「審査中」."""


Page = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def applicant_page(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to signed-in people; what the person may not see does not exist (404).

    Every address of an applicant can also be read, so that the way back from the login leads to it after an act too.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request, back=request.get_full_path())
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return guarded


def told_state(state: str) -> dict[str, str]:
    """Code and label of the status component."""
    code, label = _STATE_LABELS[State(state)]
    return {"code": code.value, "label": label}


def told_case(application: Any) -> dict[str, str]:
    """The same of one case: what was decided is called as its procedure calls it."""
    told = told_state(application.state)
    return {**told, "label": application.state_label} if application.decided_at else told


def refusal_text(own: Own, error: CaseError | None = None) -> str:
    """Why writing was refused. The rules name the state as the office does; the applicant reads it in plain words."""
    if own.may_edit and error is not None:
        return str(error)
    if own.state in WRITTEN_IN:
        return "あなたの役割では、計画・書類・回答を書き換えられません。"
    return f"この申請は、いま「{told_state(own.application.state)['label']}」です。計画・書類・回答は、いま書き換えられません。"


def why_not(own: Own) -> str:
    """Why this person cannot write here now: for want of the role, or because it is not the time."""
    if own.may_edit or (own.state in WRITTEN_IN and not own.hand.standing):
        return "あなたの役割では、ここは書けません。"
    return "この計画は、いま直せません。"


def plan_name(own: Own) -> str:
    """What the plan is called on the applicant's pages."""
    return own.application.housing_name or "名前のない計画"


def frame(own: Own, *, here: str = "", title: str = "") -> dict[str, Any]:
    """What the pages of one case have in common: the case, its name, the way back."""
    case_id = own.application.public_id
    items = [{"label": "わたしの申請", "url": reverse("certification:plans")}]
    if here:
        items.append({"label": plan_name(own), "url": reverse("certification:plan", args=[case_id])})
    items.append({"label": here or plan_name(own), "url": ""})
    return {
        "case": own.application,
        "case_id": case_id,
        "plan_name": plan_name(own),
        "office": own.application.municipality.name,
        "status": told_case(own.application),
        "kind": own.application.get_procedure_display(),
        "breadcrumb": items,
        "title": title or here or plan_name(own),
    }


def place_url(own: Own, path: str) -> str:
    """The very field in which a path of the plan is written."""
    place = place_of(own.plan, path)
    url = reverse("certification:plan_section", args=[own.application.public_id, place.section.value])
    query = f"?row={place.row}" if place.row else ""
    return f"{url}{query}#{place.anchor}" if place.anchor else f"{url}{query}"


def gap_groups(own: Own) -> list[dict[str, Any]]:
    """What lacks, by section, each with the way to the field."""
    case_id = own.application.public_id
    return [
        {
            "label": str(section.label),
            "url": reverse("certification:plan_section", args=[case_id, section.value]),
            "gaps": [{"text": gap.text, "url": place_url(own, gap.path)} for gap in own.gaps_of(section)],
        }
        for section in own.statuses
        if own.gaps_of(section)
    ]


def new_key() -> uuid.UUID:
    """The key a form carries: a second click with it is the same act."""
    return uuid.uuid4()


def day_text(day: dt.date | None, *, weekday: bool = True) -> str:
    """令和8年11月22日(日); nothing without a day."""
    return format_wareki(day, weekday=weekday) if day else ""


def size_text(size: int) -> str:
    """1.2MB, 340KB."""
    return f"{size / 1_048_576:.1f}MB" if size >= 1_048_576 else f"{max(size // 1024, 1)}KB"
