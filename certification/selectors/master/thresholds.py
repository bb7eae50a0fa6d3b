"""基準の数値: national values and the municipality's own ones over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Threshold
from certification.rules.criteria import ThresholdCode
from certification.rules.criteria.local import CHANGEABLE, Direction, direction
from certification.selectors.master.settings import own_municipality_id


@dataclass(frozen=True, kw_only=True)
class OwnValue:
    """A value of the municipality: its direction against the national one, and when it holds."""

    row: Threshold
    direction: Direction | None
    standing: str
    may_end: bool


@dataclass(frozen=True, kw_only=True)
class NumberView:
    """One number: the national value today, the own ones newest first, and which of them is in force."""

    code: str
    label: str
    national: Threshold | None
    own: tuple[OwnValue, ...]
    in_force: Threshold | None
    is_changeable: bool


def threshold_views(actor: Actor, *, today: dt.date) -> list[NumberView]:
    """Every number of the criteria. One query."""
    mine = own_municipality_id(actor)
    rows = list(
        Threshold.objects.filter(Q(municipality=None) | Q(municipality_id=mine)).order_by(
            "effective_from", "pk"
        )
    )
    return [_view(code, [row for row in rows if row.code == code], today=today) for code in ThresholdCode]


def _view(code: ThresholdCode, rows: list[Threshold], *, today: dt.date) -> NumberView:
    national = _holding([row for row in rows if row.municipality_id is None], today)
    own = [row for row in rows if row.municipality_id is not None]
    winner = _holding(own, today)
    return NumberView(
        code=code.value,
        label=national.label if national else code.value,
        national=national,
        own=tuple(_own(row, national, winner, today=today) for row in reversed(own)),
        in_force=winner or national,
        is_changeable=code in CHANGEABLE,
    )


def _holding(rows: list[Threshold], day: dt.date) -> Threshold | None:
    held = [row for row in rows if row.effective_from <= day and (row.effective_until or day) >= day]
    return held[-1] if held else None


def _own(row: Threshold, national: Threshold | None, winner: Threshold | None, *, today: dt.date) -> OwnValue:
    over = row.effective_until is not None and row.effective_until < today
    if row == winner:
        standing = "適用中"
    elif row.effective_from > today:
        standing = "これから"
    else:
        standing = "終了" if over else "新しい値に交代"
    return OwnValue(
        row=row,
        direction=direction(row.code, row.value, national.value) if national else None,
        standing=standing,
        may_end=not over,
    )


def own_threshold(actor: Actor, threshold_id: int) -> Threshold:
    """One of the municipality's own values. Raises `NotVisible`."""
    found = Threshold.objects.filter(municipality_id=own_municipality_id(actor), pk=threshold_id).first()
    if found is None:
        raise NotVisible
    return found
