"""処理日数の統計: five years, the months and kinds of one, and a copy as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.documents.statistics import kind_label, month_label
from certification.forms.desk_work import StatisticsForm
from certification.rules.ledger import Purpose
from certification.rules.statistics import Figures
from certification.selectors.statistics import YEARS, statistics_of
from certification.services.errors import ActRefused
from certification.services.statistics import StatisticsFile, export_statistics
from certification.views.staff.frame import INVALID, STALE, office_page
from japan.wareki import fiscal_year, fiscal_year_label


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def statistics(request: ActorRequest) -> HttpResponseBase:
    """The figures; by POST a copy of them, with what it is for."""
    year = _year(request)
    form = StatisticsForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                found = export_statistics(
                    year=year,
                    kind=form.cleaned_data["format"],
                    purpose=Purpose(form.cleaned_data["purpose"]),
                    actor=request.actor,
                    now=timezone.now(),
                )
            except ActRefused as error:
                form.add_error(None, str(error))
                status = STALE
            else:
                return _file(found)
    return _page(request, form, year=year, status=status)


def _file(found: StatisticsFile) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        found.pieces,
        content_type=found.content_type,
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=found.name)),
            "Cache-Control": "private, no-store",
        },
    )


def _page(request: ActorRequest, form: StatisticsForm, *, year: int, status: int) -> HttpResponse:
    page = statistics_of(request.actor, year=year, today=timezone.localdate())
    tables = [
        _table(
            "決定の月ごと",
            "決定の月",
            [(month_label(*key), page.by_month[key]) for key in sorted(page.by_month)],
        ),
        _table(
            "手続と結果ごと",
            "手続・結果",
            [(kind_label(*key), page.by_kind[key]) for key in sorted(page.by_kind)],
        ),
    ]
    context = {
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {"label": "処理日数の統計", "url": ""},
        ],
        "year_label": fiscal_year_label(year),
        "years": [
            {
                "label": fiscal_year_label(each),
                "url": f"?year={each}",
                "current": each == year,
                "count": page.by_year[each].number if each in page.by_year else 0,
            }
            for each in page.years
        ],
        "standard_days": page.standard_days,
        "whole": page.whole,
        "tables": [table for table in tables if table["rows"]],
        "all_years": _table(
            "年度ごと",
            "年度",
            [(fiscal_year_label(each), page.by_year[each]) for each in sorted(page.by_year)],
        ),
        "form": form,
    }
    return render(request, "certification/staff/statistics.html", context, status=status)


def _table(title: str, head: str, rows: list[tuple[str, Figures]]) -> dict[str, Any]:
    return {
        "title": title,
        "head": head,
        "rows": [{"label": label, "figures": found} for label, found in rows],
    }


def _year(request: ActorRequest) -> int:
    """One of the years shown; this one for whatever else is asked."""
    last = fiscal_year(timezone.localdate())
    asked = request.GET.get("year", "")
    known = {str(year): year for year in range(last, last - YEARS, -1)}
    return known.get(asked, last)
