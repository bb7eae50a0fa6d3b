"""What the pages of the public directory share: who may open them, and a row of a list in ready words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.selectors import NotVisible
from councils.rules.telling import freshness, when
from councils.selectors.directory import Row

P = ParamSpec("P")


def public_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for everybody, read only; what is not published is a 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotVisible as error:
            raise Http404 from error

    return login_not_required(require_safe(guarded))


def results_url(asked: Mapping[str, Any]) -> str:
    """The address of the results for these conditions; what is empty is left out."""
    kept = {name: value for name, value in asked.items() if value}
    path = reverse("councils:search")
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def line(row: Row, *, today: dt.date) -> dict[str, Any]:
    """One row of a list, for councils/_row.html."""
    entry, card = row.entry, row.entry.card
    confirmed = dt.date.fromisoformat(card["confirmed_on"]) if card.get("confirmed_on") else None
    return {
        **card,
        "kind": entry.kind,
        "url": reverse(f"councils:{entry.kind}", args=[entry.public_id]),
        "when": when(row.next, today=today) if row.next else None,
        "any_day": bool(row.next and row.next.rule.frequency == "office_days"),
        "freshness": freshness(confirmed, today=today),
    }
