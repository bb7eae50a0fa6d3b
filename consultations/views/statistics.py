"""相談の統計: the figures of a desk's year, and copies of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from consultations.forms.counting import CopyForm
from consultations.rules.counting import INTERNAL_RULE, PUBLISHED_RULES, RULES
from consultations.rules.purposes import CopyPurpose
from consultations.selectors.statistics import Statistics, statistics_of
from consultations.services.errors import ConsultationError
from consultations.services.statistics import StatisticsFile, export_statistics
from consultations.views.frame import INVALID, desk_page, id_of, put
from japan.wareki import fiscal_year_label


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def statistics(request: ActorRequest) -> HttpResponse:
    """The published version unless the internal one is asked for; by POST a copy of what is shown."""
    now = timezone.now()
    asked = _asked(request)
    form = CopyForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            found = export_statistics(
                **asked,
                kind=form.cleaned_data["format"],
                purpose=CopyPurpose(form.cleaned_data["purpose"]),
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            return _file(found)
    page = statistics_of(request.actor, **asked, today=timezone.localdate(now))
    return render(request, "consultations/statistics.html", _context(page, form), status=status)


def _asked(request: ActorRequest) -> dict[str, Any]:
    """What the address asks for; whatever is not one of the choices is the usual."""
    year = request.GET.get("year", "")
    return {
        "desk_id": id_of(request.GET.get("desk", "")),
        "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        "is_published": request.GET.get("version") != "internal",
        "with_protected": request.GET.get("protected") == "1",
    }


def _file(found: StatisticsFile) -> HttpResponse:
    return HttpResponse(
        found.content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=found.name)),
        },
    )


def _context(page: Statistics, form: CopyForm) -> dict[str, Any]:
    here = {"desk": str(page.desk.public_id), "year": page.year}
    if not page.is_published:
        here["version"] = "internal"
    if page.with_protected:
        here["protected"] = 1

    def url(**more: object) -> str:
        return f"?{urlencode({name: value for name, value in {**here, **more}.items() if value != ''})}"

    return {
        "stats": page,
        "form": form,
        "label": fiscal_year_label(page.year),
        "label_before": fiscal_year_label(page.year - 1),
        "desks": [
            {"label": desk.name, "url": url(desk=desk.public_id, protected=""), "current": desk == page.desk}
            for desk in page.desks
        ],
        "years": [
            {"label": fiscal_year_label(year), "url": url(year=year), "current": year == page.year}
            for year in page.years
        ],
        "versions": [
            {"label": "公表版", "url": url(version="", protected=""), "current": page.is_published},
            {"label": "内部版(公表不可)", "url": url(version="internal"), "current": not page.is_published},
        ],
        "protected_url": url(protected="" if page.with_protected else 1) if page.may_count_protected else "",
        "rules": [*RULES, *(PUBLISHED_RULES if page.is_published else [])],
        "internal_rule": INTERNAL_RULE,
    }
