"""Any plan whatever, filled in or not, for properties."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from certification.rules.plan import Plan

KEYS = st.sampled_from([f"k{number}" for number in range(6)])
TEXTS = st.sampled_from(["", "見本", "例示", "101", "架空 太郎", "042-000-0000", "1981-05"]) | st.text(
    "あア山1a 　\n", max_size=6
)
AREAS = st.decimals(min_value=0, max_value=500, places=2)


def plans() -> st.SearchStrategy[Plan]:
    """Plans of any content; rows have a key each, no two the same in one list."""
    strategy: st.SearchStrategy[Plan] = _parts(Plan)
    return strategy


def _parts(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    fields = {item.name: _field(item, hints[item.name]) for item in dataclasses.fields(kind)}
    return st.builds(kind, **fields)


def _field(item: dataclasses.Field[Any], hint: Any) -> st.SearchStrategy[Any]:
    if item.name == "key":
        return KEYS
    choices = item.metadata["choices"]
    if choices is not None and hint is str:
        return st.sampled_from(["", *choices.values])
    if choices is not None:
        return st.lists(st.sampled_from(choices.values), unique=True, max_size=3).map(tuple)
    return _value(hint)


def _value(hint: Any) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(hint):
        return _parts(typing.cast(type[Any], hint))
    if typing.get_origin(hint) is tuple:
        rows = _parts(typing.get_args(hint)[0])
        return st.lists(rows, max_size=2, unique_by=lambda row: row.key).map(tuple)
    if isinstance(hint, types.UnionType):
        return st.none() | _value(typing.get_args(hint)[0])
    plain: dict[type[Any], st.SearchStrategy[Any]] = {
        str: TEXTS,
        bool: st.booleans(),
        int: st.integers(0, 200_000),
        Decimal: AREAS,
        dt.date: st.dates(dt.date(1850, 1, 1), dt.date(2100, 1, 1)),
    }
    return plain[hint]
