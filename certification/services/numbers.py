"""Numbers without gaps: receipt, document and certificate numbers, one series per owner and fiscal year."""

from __future__ import annotations

import datetime as dt

from accounts.models import Department, Municipality
from certification.models import NumberSeries
from certification.rules.notifications import RULES, NotificationKind
from certification.rules.procedures import Procedure, rule_of
from japan.wareki import fiscal_year, fiscal_year_symbol


def next_number(*, owner: str, series: str, day: dt.date) -> int:
    """The next number of a series. Call inside the transaction that uses it: a rollback gives the number back."""
    year = fiscal_year(day)
    NumberSeries.objects.get_or_create(owner=owner, series=series, fiscal_year=year)
    row = NumberSeries.objects.select_for_update().get(owner=owner, series=series, fiscal_year=year)
    row.last_number += 1
    row.save(update_fields=["last_number"])
    return row.last_number


def receipt_number(
    municipality: Municipality, *, day: dt.date, procedure: str = Procedure.CERTIFICATION
) -> str:
    """For example R8-認-0012, for a change R8-変-0001: each procedure has its own series."""
    series = "receipt" if procedure == Procedure.CERTIFICATION else f"receipt:{procedure}"
    number = next_number(owner=f"municipality:{municipality.code}", series=series, day=day)
    return f"{fiscal_year_symbol(fiscal_year(day))}-{rule_of(procedure).symbol}-{number:04d}"


def notification_number(municipality: Municipality, *, day: dt.date, kind: str) -> str:
    """For example R8-軽-0001: each kind of notification has its own series."""
    symbol = RULES[NotificationKind(kind)].symbol
    owner, series = f"municipality:{municipality.code}", f"notification:{symbol}"
    number = next_number(owner=owner, series=series, day=day)
    return f"{fiscal_year_symbol(fiscal_year(day))}-{symbol}-{number:04d}"


def document_number(department: Department, *, day: dt.date) -> str:
    """For example 8輪福総第12号: fiscal year, symbol of the department, running number."""
    number = next_number(owner=f"department:{department.pk}", series="letter", day=day)
    year = fiscal_year_symbol(fiscal_year(day)).removeprefix("R")
    return f"{year}{department.document_symbol}第{number}号"


def certified_number(municipality: Municipality, *, day: dt.date) -> str:
    """For example R8-0003."""
    number = next_number(owner=f"municipality:{municipality.code}", series="certificate", day=day)
    return f"{fiscal_year_symbol(fiscal_year(day))}-{number:04d}"
