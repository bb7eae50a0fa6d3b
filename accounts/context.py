"""What the frame of every page shows: workplace, who, post, entries, the count of unread notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts import navigation
from accounts.rules.actor import Actor
from accounts.selectors import INBOX_COUNT_CAP, unread_count


def workplace(request: HttpRequest) -> dict[str, Any]:
    """Nothing for people who are not signed in. The count is a query that only a page which shows it makes."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {}
    items = navigation.items_for(actor)
    here = navigation.current(items, request.path)
    return {
        "workplace": actor.municipality_name,
        "who": actor.name,
        "post": actor.label,
        "nav": [
            {"label": item.label, "url": item.url, "count": item.count, "current": item is here}
            for item in items
        ],
        "inbox_count": _count_text(actor),
        "inbox_url": reverse("accounts:inbox"),
        "search_url": navigation.search_url_for(actor),
    }


def _count_text(actor: Actor) -> Callable[[], str]:
    """Templates call it, at most once a page: 「7」, 「99+」, or nothing."""

    @cache
    def text() -> str:
        count = unread_count(actor)
        if not count:
            return ""
        return str(count) if count <= INBOX_COUNT_CAP else f"{INBOX_COUNT_CAP}+"

    return text
