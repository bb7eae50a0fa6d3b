"""The results of a search. The same question about the same edition of the directory is answered from memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from councils.forms.directory import GROUPS, Chosen, DirectoryFilter
from councils.search import Query
from councils.selectors.directory import PAGE_SIZE, Choices, Group, choices, edition, results
from councils.views.frame import line, public_page, results_url

T = TypeVar("T")

MOST_PAGES: Final = 50
MOST_REMEMBERED: Final = 256
OPEN_FACETS: Final = ("area", "who")


# --- What was found ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """The hits of one kind: words for the heading, the rows as HTML, and whether there is more than this page shows."""

    kind: str
    label: str
    total: str
    rows: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An answer in ready HTML. It holds nothing that was typed."""

    groups: list[FoundGroup]
    facets: str
    nearest: str
    page_count: int


class Memory(Generic[T]):
    """The last answers of this process, for all its threads.

    The key is a keyed hash, so that what residents typed is not kept. An answer belongs to one edition of the directory
    and one day (next dates): a change of any entry makes all of them unreachable, and they fall out at the end.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._salt = secrets.token_bytes(16)
        self._answers: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def ask(self, find: Callable[[], T], *question: object) -> T:
        """The answer as it is remembered, else found and remembered from now on."""
        key = hashlib.blake2b(repr(question).encode(errors="surrogatepass"), key=self._salt).digest()
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        found = find()
        with self._lock:
            self._answers[key] = found
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)
        return found


_answers: Memory[Found] = Memory(MOST_REMEMBERED)
_choices: Memory[Choices] = Memory(2)


def _find(filters: DirectoryFilter, query: Query, *, number: int, today: dt.date) -> Found:
    answer = results(query, number=number, today=today)
    facets = [_facet(filters, query, group, answer.facet_counts) for group in GROUPS]
    nearest = [line(row, today=today) for row in answer.nearest]
    return Found(
        groups=[_group(group, today=today) for group in answer.groups],
        facets=render_to_string("councils/_facets.html", {"facets": facets}),
        nearest=render_to_string("councils/_rows.html", {"rows": nearest}) if nearest else "",
        page_count=answer.page_count,
    )


def _group(group: Group, *, today: dt.date) -> FoundGroup:
    rows = [line(row, today=today) for row in group.rows]
    return FoundGroup(
        kind=group.kind.value,
        label=str(group.kind.label),
        total=f"{group.total:,}件以上" if group.is_capped else f"{group.total:,}件",
        rows=render_to_string("councils/_rows.html", {"rows": rows}),
        has_more=group.is_capped or group.total > len(rows),
    )


def _facet(filters: DirectoryFilter, query: Query, group: str, counts: dict[str, int]) -> dict[str, Any]:
    field = filters.form.fields[group]
    chosen = set(query.facets.get(group, ()))
    options = [
        {"code": code, "label": label, "count": counts.get(f"{group}:{code}", 0), "checked": code in chosen}
        for code, label in field.choices
    ]
    return {
        "name": group,
        "label": field.label,
        "options": [each for each in options if each["count"] or each["checked"]],
        "is_open": bool(chosen) or group in OPEN_FACETS,
    }


# --- The page ---------------------------------------------------------------------------------------------------------


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """What was found. With htmx only the part that changes is sent."""
    today = timezone.localdate()
    # Read first: what is found after may be newer than its mark, never older.
    mark = (edition(), today)
    chosen = _choices.ask(lambda: choices(today=today), *mark)
    filters = DirectoryFilter(request.GET, areas=chosen.areas, categories=chosen.categories)
    query, number = filters.query, _number(request.GET.get("page", ""))
    question = (query.words, sorted(query.facets.items()), query.kind, number)
    found = _answers.ask(lambda: _find(filters, query, number=number, today=today), *mark, *question)
    asked = {"q": filters.words, "kind": filters.chosen_kind, **query.facets}
    context = {
        "words": filters.words,
        "left_out": filters.left_out,
        "found": found,
        "groups": [{"found": group, "all_url": _all_url(group, asked)} for group in found.groups],
        "chips": [_chip(each, asked) for each in filters.chosen],
        "clear_url": results_url({"q": filters.words}),
        "kind": filters.chosen_kind,
        "back_url": results_url({**asked, "kind": ""}),
        **_moves(asked, number=number, pages=found.page_count),
    }
    template = "councils/_results.html" if _wants_part(request) else "councils/search.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 6
    return max(1, min(int(text), MOST_PAGES)) if is_number else 1


def _all_url(group: FoundGroup, asked: dict[str, Any]) -> str:
    """Where the rest of a group is; empty when all of it is here, or this is that page."""
    return results_url({**asked, "kind": group.kind}) if group.has_more and not asked["kind"] else ""


def _chip(chosen: Chosen, asked: dict[str, Any]) -> dict[str, str]:
    left = [code for code in asked[chosen.group] if code != chosen.code]
    return {"label": chosen.label, "remove_url": results_url({**asked, chosen.group: left})}


def _moves(asked: dict[str, Any], *, number: int, pages: int) -> dict[str, str | None]:
    first, last = (number - 1) * PAGE_SIZE + 1, number * PAGE_SIZE
    return {
        "prev_url": results_url({**asked, "page": number - 1}) if number > 1 else None,
        "next_url": results_url({**asked, "page": number + 1}) if number < min(pages, MOST_PAGES) else None,
        "page_text": f"{first:,}〜{last:,}件目" if pages > 1 else "",
    }
