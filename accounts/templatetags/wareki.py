"""Dates in 和暦 for templates: `{% load wareki %}`."""

from __future__ import annotations

import datetime as dt

from django import template

from accounts.selectors import moment_text
from japan.wareki import format_wareki

register = template.Library()


@register.filter
def wareki(day: dt.date | None) -> str:
    """令和8年11月22日(日); empty for no date."""
    return format_wareki(day, weekday=True) if day else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """令和8年11月22日(日) 13:30 in Japanese time; empty for no moment."""
    return moment_text(value) if value else ""
