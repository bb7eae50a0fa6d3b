"""Putting a suggestion into the field it speaks of. Only asked for by a person, and shown before anything is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from councils.rules.import_problems import Remark
from councils.rules.import_row import DATE_FIELDS, RowContent
from councils.rules.table.slips import find_slips
from japan.wareki import WarekiError, parse_wareki


def applied(content: RowContent, remark: Remark) -> RowContent | None:
    """The content with the suggestion made, or None when it finds no place: the field has changed meanwhile.

    A slip is looked for in all texts of the remark's fields and replaced where it stands; any other suggestion takes
    the place of a whole value.
    """
    mended = _each_text(
        content, remark, lambda text: _without_slip(text, remark.suggestion, content.municipalities)
    )
    if mended != content:
        return mended
    return _as_value(content, remark)


def _each_text(content: RowContent, remark: Remark, change: Callable[[str], str]) -> RowContent:
    values: dict[str, Any] = {}
    for name in remark.fields:
        value = getattr(content, name)
        if isinstance(value, str):
            values[name] = change(value)
        elif isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            values[name] = tuple(change(each) for each in value)
    return dataclasses.replace(content, **values)


def _without_slip(text: str, suggestion: str, municipalities: Sequence[str]) -> str:
    for municipality in municipalities or ("",):
        for slip in find_slips(text, municipality=municipality):
            if slip.suggested == suggestion:
                return text.replace(slip.written, slip.suggested)
    return text


def _as_value(content: RowContent, remark: Remark) -> RowContent | None:
    if not remark.fields:
        return None
    name = remark.fields[0]
    if name in DATE_FIELDS:
        return _as_date(content, name, remark.suggestion)
    if name not in ("name", "basis"):
        return None
    value: dict[str, Any] = {name: remark.suggestion}
    return dataclasses.replace(content, **value)


def _as_date(content: RowContent, name: str, suggestion: str) -> RowContent | None:
    try:
        read = parse_wareki(suggestion)
    except WarekiError:
        return None
    values: dict[str, Any] = {name: read.value}
    if name == "established_on":
        values["established_precision"] = read.precision
    return dataclasses.replace(content, **values)
