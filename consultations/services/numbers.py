"""Numbers of cases, without gaps: one series per council and fiscal year."""

from __future__ import annotations

import datetime as dt

from consultations.models import CaseNumberSeries
from councils.models import Council
from japan.wareki import fiscal_year, fiscal_year_symbol


def case_number(council: Council, *, day: dt.date) -> str:
    """For example R8-相-0001. Call inside the transaction that uses it: a rollback gives the number back."""
    year = fiscal_year(day)
    CaseNumberSeries.objects.get_or_create(council=council, fiscal_year=year)
    row = CaseNumberSeries.objects.select_for_update().get(council=council, fiscal_year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{fiscal_year_symbol(year)}-相-{row.last:04d}"
