"""公開一覧: certified housing for everybody to find, one page each, and both as files. Nobody logs in, nothing is kept."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import NotVisible
from certification.documents.register_files import csv_lines, json_value
from certification.forms.register import RegisterFilter
from certification.selectors.notifications import public_notices
from certification.selectors.register import areas, exported, public_entry, register_page
from certification.views.register_words import file_row, line, sheet
from councils.documents.qr import qr_path
from councils.views.frame import public_page
from japan.wareki import format_wareki


def _filter(request: HttpRequest) -> RegisterFilter:
    return RegisterFilter(request.GET, areas=areas(), today=timezone.localdate())


@public_page
def register(request: HttpRequest) -> HttpResponse:
    """The list, newest first, twenty a page."""
    today = timezone.localdate()
    filters = _filter(request)
    page = register_page(filters.narrow, after=_cursor(request.GET.get("after", "")))
    asked = filters.asked
    context = {
        "rows": [line(entry, today=today) for entry in page.entries],
        "total": f"{page.total:,}件",
        "boxes": {
            "areas": [_boxes(filters, "area")],
            "others": [_boxes(filters, "who"), _boxes(filters, "has")],
        },
        "numbers": [filters.form["rent"], filters.form["size"]],
        "is_vacant": "vacant" in asked,
        "chips": [_chip(name, value, words, asked) for name, value, words in filters.labelled()],
        "left_out": filters.left_out,
        "here": _url("register"),
        "first_url": None if page.is_first else _url("register", asked),
        "next_url": _url("register", {**asked, "after": str(page.after)}) if page.after else None,
        "csv_url": _url("register_csv", asked),
        "json_url": _url("register_json", asked),
    }
    return render(request, "certification/register/list.html", context)


@public_page
def notices(request: HttpRequest) -> HttpResponse:
    """公示: plans that were abolished or whose certification was revoked, the newest first."""
    text = request.GET.get("page", "")
    page = public_notices(number=int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1)
    context = {
        "rows": [
            {
                "kind": row.get_kind_display(),
                "number": row.certified_number,
                "municipality": row.municipality.name,
                "ended": format_wareki(row.ended_on),
                "published": format_wareki(timezone.localdate(row.published_at)),
                "parties": row.parties,
            }
            for row in page.object_list
        ],
        "prev_url": f"?page={page.number - 1}" if page.has_previous() else None,
        "next_url": f"?page={page.number + 1}" if page.has_next() else None,
    }
    return render(request, "certification/notifications/public.html", context)


def _boxes(filters: RegisterFilter, name: str) -> dict[str, Any]:
    """Boxes to tick, open where one is ticked."""
    field, chosen = filters.form.fields[name], set(filters.asked.get(name, ()))
    options = [{"code": code, "label": label, "checked": code in chosen} for code, label in field.choices]
    return {"name": name, "label": field.label, "options": options, "is_open": bool(chosen)}


def _cursor(text: str) -> uuid.UUID | None:
    """The place to continue from; what is no id is no page (404)."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotVisible from error


def _url(name: str, asked: dict[str, Any] | None = None) -> str:
    path = reverse(f"certification:{name}")
    return f"{path}?{urlencode(asked, doseq=True)}" if asked else path


def _chip(name: str, value: str, words: str, asked: dict[str, Any]) -> dict[str, str]:
    """One condition, and the address without it."""
    kept = asked[name]
    left = [one for one in kept if one != value] if isinstance(kept, list) else []
    rest = {key: one for key, one in {**asked, name: left}.items() if one}
    return {"label": words, "remove_url": _url("register", rest)}


@public_page
def register_entry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One housing, with what its operator agreed to show; also as a sheet to print and hand over."""
    entry = public_entry(public_id)
    # Made from the setting: a Host header says nothing we print.
    url = settings.SITE_URL + request.path
    context = {**sheet(entry, today=timezone.localdate()), "url": url, "qr": qr_path(url)}
    return render(request, "certification/register/entry.html", context)


@public_page
def register_csv(request: HttpRequest) -> HttpResponse:
    """What the same conditions let through, as CSV."""
    rows = (file_row(entry) for entry in exported(_filter(request).narrow))
    name = f"kyoju-support-{timezone.localdate():%Y%m%d}.csv"
    return HttpResponse(
        "".join(csv_lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@public_page
def register_json(request: HttpRequest) -> HttpResponse:
    """What the same conditions let through, as JSON."""
    rows = (file_row(entry) for entry in exported(_filter(request).narrow))
    value = json_value(rows, as_of=timezone.localdate().isoformat())
    return JsonResponse(value, json_dumps_params={"ensure_ascii": False})
