"""What the pages of cases share: who may open them, the head, what an error answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.access import ActorRequest, signed_in
from accounts.selectors import NotVisible
from consultations.rules.intake import is_urgent
from consultations.rules.words import CaseState
from consultations.selectors.cases import CasePage
from consultations.services.errors import ConsultationError, InputMissing, NotFound

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422


def desk_page(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to people with a post at a desk; what they may not see does not exist (404). Kept by no browser or proxy."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return never_cache(signed_in(guarded))


def put(error: ConsultationError, form: Any) -> int:
    """Hang what a service refused on the form; the status of the answer."""
    if not isinstance(error, InputMissing):
        form.add_error(None, str(error))
        return STALE
    for field, text in error.problems.items():
        form.add_error(field if field in form.fields else None, text)
    return INVALID


def case_url(case_id: uuid.UUID, name: str = "case") -> str:
    return reverse(f"consultations:{name}", args=[case_id])


def seen_in(request: HttpRequest) -> int:
    """The revision the page was made from, as it came back; -1 fits none."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def id_of(text: str) -> uuid.UUID | None:
    """An id in an address; what is none asks for nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def id_in(request: HttpRequest, name: str) -> uuid.UUID:
    """An id that a button sent. Raises `NotFound` for what is none."""
    found = id_of(request.POST.get(name, ""))
    if found is None:
        raise NotFound("見つかりません。")
    return found


def head(page: CasePage, here: str = "") -> dict[str, Any]:
    """Number, name and state, as every page of the case shows them at its top."""
    case = page.case
    trail = [{"label": "相談", "url": reverse("consultations:cases")}]
    trail.append({"label": case.shown_name, "url": case_url(case.public_id) if here else ""})
    if here:
        trail.append({"label": here, "url": ""})
    return {
        "page": page,
        "case": case,
        "case_id": case.public_id,
        "title": here or f"{case.shown_name}さん",
        "kicker": f"{case.number}・{case.desk.name}",
        "is_closed": case.state == CaseState.CLOSED,
        "is_urgent": page.is_open and is_urgent(case.leave_by, today=page.today),
        "breadcrumb": trail,
    }
