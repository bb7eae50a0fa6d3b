"""The public directory: the front door, results, councils, desks, shops. Nobody logs in, nothing is kept."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from councils.documents.linked_data import council_data, desk_data, shop_data
from councils.documents.qr import qr_path
from councils.forms.directory import DirectoryFilter
from councils.rules.calendar_feed import calendar_feed
from councils.rules.schedule_text import to_japanese
from councils.rules.telling import established, freshness, when
from councils.rules.words import Feature, Language, Offer
from councils.selectors.directory import (
    choices,
    council_page,
    councils_listed,
    desk_page,
    labels_of,
    open_soon,
    seats_of,
    shop_page,
)
from councils.selectors.doors import booking_url_for
from councils.views.frame import line, public_page, results_url

SOON_SHOWN: Final = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """One question, one box; the desks that open next."""
    today = timezone.localdate()
    chosen = choices(today=today)
    rows = open_soon(today=today, count=SOON_SHOWN)
    context = {
        "shortcuts": [_shortcut(code, plain) for code, plain in chosen.prominent],
        "soon": [line(row, today=today) for row in rows],
    }
    return render(request, "councils/home.html", context)


def _shortcut(code: str, plain: str) -> dict[str, str]:
    return {"label": plain, "url": results_url({"who": code})}


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


# --- Councils --------------------------------------------------------------------------------------------------------

#: Whether a council hears residents, in their words; what the table leaves open is not known.
CONSULTATION: Final = {
    "implemented": "受けています",
    "planned": "準備中",
    "not_implemented": "受けていません",
}


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
        "desks": [line(row, today=today) for row in page.desks],
        "shop_total": page.shop_total,
        "shops_url": results_url(
            {"kind": "shop", "area": [area.code for area in found.municipalities.all()]}
        ),
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
        "has_ended": any(rule.frequency != "count_only" for rule in page.rules),
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
        "booking_url": booking_url_for(found, today=today),
    }
    return render(request, "councils/desk.html", context)


def _features(known: dict[str, bool]) -> list[dict[str, str]]:
    """Each feature with あり, なし or 未確認: what nobody wrote is not known, which is not no.

    Where nothing at all is known, one line says so.
    """
    if not known:
        return [{"term": "バリアフリー", "text": "未確認"}]
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
