"""The public directory: the front door, results, councils, desks, shops. Nobody logs in, nothing is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.selectors import NotVisible
from councils.documents.linked_data import council_data, desk_data, shop_data
from councils.documents.qr import qr_path
from councils.forms.directory import Chosen, DirectoryFilter
from councils.rules.calendar_feed import calendar_feed
from councils.rules.schedule_text import to_japanese
from councils.rules.telling import established, freshness, when
from councils.rules.words import Feature, Language, Offer
from councils.selectors.directory import (
    PAGE_SIZE,
    Group,
    Row,
    choices,
    council_page,
    councils_listed,
    desk_page,
    labels_of,
    open_soon,
    results,
    seats_of,
    shop_page,
)

P = ParamSpec("P")
SOON_SHOWN: Final = 4
MOST_PAGES: Final = 50


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


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """One question, one box; the desks that open next."""
    today = timezone.localdate()
    chosen = choices(today=today)
    rows = open_soon(today=today, count=SOON_SHOWN)
    context = {
        "shortcuts": [_shortcut(code, plain) for code, plain in chosen.prominent],
        "areas": chosen.areas,
        "soon": [_line(row, today=today) for row in rows],
    }
    return render(request, "councils/home.html", context)


def _shortcut(code: str, plain: str) -> dict[str, str]:
    return {"label": plain, "url": f"{reverse('councils:search')}?{urlencode({'who': code})}"}


@public_page
def ask(request: HttpRequest) -> HttpResponse:
    """A few questions that make a search; the answers stand in the address of the results and nowhere else."""
    today = timezone.localdate()
    chosen = choices(today=today)
    filters = DirectoryFilter({}, areas=chosen.areas, categories=chosen.categories)
    context = {
        "form": filters.form,
        "areas": chosen.areas,
        "first_categories": chosen.prominent,
        "more_categories": [each for each in chosen.categories if each not in chosen.prominent],
    }
    return render(request, "councils/ask.html", context)


@public_page
def help_now(request: HttpRequest) -> HttpResponse:
    """Telephone numbers for people in danger, and how to leave this page."""
    return render(request, "councils/help_now.html")


# --- Results ----------------------------------------------------------------------------------------------------------


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """What was found. With htmx only the part that changes is sent."""
    today = timezone.localdate()
    chosen = choices(today=today)
    filters = DirectoryFilter(request.GET, areas=chosen.areas, categories=chosen.categories)
    number = _number(request.GET.get("page", ""))
    found = results(filters.query, number=number, today=today)
    asked = {"q": filters.words, "kind": filters.chosen_kind, **filters.query.facets}
    context = {
        "filters": filters,
        "words": filters.words,
        "facets": [_facet(filters, group, found.facet_counts) for group in SHOWN_GROUPS],
        "chips": [_chip(each, asked) for each in filters.chosen],
        "clear_url": _address({"q": filters.words}),
        "groups": [_group(group, asked, today=today) for group in found.groups],
        "kind": filters.chosen_kind,
        "back_url": _address({**asked, "kind": ""}),
        "nearest": [_line(row, today=today) for row in found.nearest],
        "nothing": found.is_empty,
        "may_print": not found.is_empty,
        **_moves(asked, number=number, pages=found.page_count),
    }
    template = "councils/_results.html" if _wants_part(request) else "councils/search.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


SHOWN_GROUPS: Final = ("area", "who", "day", "booking", "lang", "access")


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def _number(text: str) -> int:
    return min(int(text), MOST_PAGES) if text.isascii() and text.isdecimal() and int(text) > 0 else 1


def _address(asked: dict[str, Any]) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return (
        f"{reverse('councils:search')}?{urlencode(kept, doseq=True)}" if kept else reverse("councils:search")
    )


def _chip(chosen: Chosen, asked: dict[str, Any]) -> dict[str, str]:
    left = [code for code in asked[chosen.group] if code != chosen.code]
    return {"label": chosen.label, "remove_url": _address({**asked, chosen.group: left})}


def _facet(filters: DirectoryFilter, group: str, counts: dict[str, int]) -> dict[str, Any]:
    field = filters.form.fields[group]
    chosen = set(filters.query.facets.get(group, ()))
    options = [
        {
            "code": code,
            "label": label,
            "count": counts.get(f"{group}:{code}", 0),
            "checked": code in chosen,
        }
        for code, label in field.choices
    ]
    return {
        "name": group,
        "label": field.label,
        "options": [each for each in options if each["count"] or each["checked"]],
        "is_open": bool(chosen) or group in ("area", "who"),
    }


def _group(group: Group, asked: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    more = group.is_capped or group.total > len(group.rows)
    return {
        "kind": group.kind.value,
        "label": group.kind.label,
        "total": f"{group.total:,}件以上" if group.is_capped else f"{group.total:,}件",
        "rows": [_line(row, today=today) for row in group.rows],
        "all_url": _address({**asked, "kind": group.kind.value}) if more and not asked["kind"] else "",
    }


def _moves(asked: dict[str, Any], *, number: int, pages: int) -> dict[str, str | None]:
    first, last = (number - 1) * PAGE_SIZE + 1, number * PAGE_SIZE
    return {
        "prev_url": _address({**asked, "page": number - 1}) if number > 1 else None,
        "next_url": _address({**asked, "page": number + 1}) if number < min(pages, MOST_PAGES) else None,
        "page_text": f"{first:,}〜{last:,}件目" if pages > 1 else "",
    }


def _line(row: Row, *, today: dt.date) -> dict[str, Any]:
    """One row of a list in ready words."""
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


#: Whether a council hears residents, in their words; what the table leaves open is not known.
CONSULTATION: Final = {
    "implemented": "受けています",
    "planned": "準備中",
    "not_implemented": "受けていません",
}


# --- Councils ---------------------------------------------------------------------------------------------------------


@public_page
def councils(request: HttpRequest) -> HttpResponse:
    """All councils, with what each offers."""
    today = timezone.localdate()
    rows = [
        {
            "council": council,
            "areas": "、".join(area.name for area in council.municipalities.all()),
            "url": reverse("councils:council", args=[council.public_id]),
            "consultation": CONSULTATION.get(council.consultation_status, "未確認"),
            "freshness": freshness(council.confirmed_on, today=today),
        }
        for council in councils_listed()
    ]
    return render(request, "councils/councils.html", {"rows": rows})


@public_page
def council(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One council: who runs it, where to go, who sits on it, what it says of itself."""
    today = timezone.localdate()
    page = council_page(public_id, today=today)
    found = page.council
    areas = [area.name for area in found.municipalities.all()]
    context = {
        "council": found,
        "established": established(found.established_on, found.established_precision),
        "areas": areas,
        "offices": list(found.secretariat_offices.all()),
        "desks": [_line(row, today=today) for row in page.desks],
        "shop_total": page.shop_total,
        "shops_url": _address({"kind": "shop", "area": [area.code for area in found.municipalities.all()]}),
        "seats": seats_of(found, today=today),
        "texts": page.texts,
        "freshness": freshness(found.confirmed_on, today=today),
        "json_ld": council_data(found, areas=areas, url=_absolute(request)),
    }
    return render(request, "councils/council.html", context)


# --- Desks and shops --------------------------------------------------------------------------------------------------


@public_page
def desk(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One desk: what happens there, the next three dates, how to come."""
    today = timezone.localdate()
    page = desk_page(public_id, today=today)
    found = page.desk
    url = _absolute(request)
    context = {
        "desk": found,
        "next": [when(session, today=today) for session in page.next],
        "any_day": bool(page.rules) and all(rule.frequency == "office_days" for rule in page.rules),
        "openings": [
            {"text": to_japanese(session.rule), "venue": session.venue, "address": session.address}
            for session in page.sessions
        ],
        "categories": list(found.categories.all()),
        "languages": labels_of(found.languages, Language.choices),
        "features": _features(found.features),
        "offices": list(found.council.secretariat_offices.all()),
        "freshness": freshness(found.confirmed_on, today=today),
        "has_calendar": bool(page.next),
        "json_ld": desk_data(found, rules=page.rules, url=url),
        "qr": qr_path(url),
        "url": url,
    }
    return render(request, "councils/desk.html", context)


def _features(known: dict[str, bool]) -> list[dict[str, str]]:
    """Each feature with あり, なし or 未確認: what nobody wrote is not known, which is not no."""
    words = {True: "あり", False: "なし", None: "未確認"}
    return [{"term": label, "text": words[known.get(code)]} for code, label in Feature.choices]


@public_page
def desk_calendar(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The desk's sessions as iCalendar (RFC 5545), for the resident's own telephone."""
    page = desk_page(public_id, today=timezone.localdate())
    found = page.desk
    text = calendar_feed(
        uid=str(found.public_id),
        name=found.name,
        location=" ".join(part for part in (found.address, found.venue) if part),
        description=" ".join(part for part in (found.summary, found.phone) if part),
        url=settings.SITE_URL + reverse("councils:desk", args=[found.public_id]),
        rules=page.rules,
        now=timezone.now(),
    )
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="madoguchi-{found.public_id}.ics"'},
    )


@public_page
def shop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One shop, with the fields it agreed to publish."""
    today = timezone.localdate()
    found = shop_page(public_id, today=today)
    url = _absolute(request)
    context = {
        "shop": found,
        "shown": {name: found.shown(name) for name in found.OPTIONAL_FIELDS},
        "categories": list(found.categories.all()),
        "offers": labels_of(found.offers, Offer.choices),
        "languages": labels_of(found.languages, Language.choices),
        "features": _features(found.features),
        "freshness": freshness(found.confirmed_on, today=today),
        "json_ld": shop_data(found, url=url),
        "qr": qr_path(url),
        "url": url,
    }
    return render(request, "councils/shop.html", context)


def _absolute(request: HttpRequest) -> str:
    """The page's own address, made from the setting: a Host header says nothing we print."""
    return settings.SITE_URL + request.path
