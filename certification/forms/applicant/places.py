"""Where on the pages of a plan a path is written: which section, which row, which field. For links to what is lacking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from certification.forms.applicant.editors import NEW_ROW
from certification.rules.parts import row_keys
from certification.rules.plan import Plan, PledgeCode, Section

_STEP: Final = re.compile(r"([a-z_0-9]+)(?:\[([^\]]*)\])?")
_PREFIXED: Final = ("safety", "watch", "referral", "guardian")
"""Nested parts whose form bears their name."""
_ROW_LISTS: Final = ("officers", "licences", "units", "targets", "subcontractors")
"""Lists of rows on the page; each has its name as an id."""


@dataclass(frozen=True, kw_only=True)
class FieldPlace:
    """A section's page, the row to open there ("" where it has none), and the id on that page ("" for its top)."""

    section: Section
    row: str = ""
    anchor: str = ""


def place_of(plan: Plan, path: str) -> FieldPlace:
    """The place of a path of `completeness.gaps`. Every path has at least its section's page."""
    steps = [(match[1], match[2]) for match in _STEP.finditer(path)]
    section, key = Section(steps[0][0]), steps[0][1]
    if section == Section.PLEDGES:
        return FieldPlace(section=section, anchor=_pledge_anchor(plan, steps))
    rows = getattr(plan, section.value)
    if not isinstance(rows, tuple):
        return FieldPlace(section=section, anchor=_anchor(rows, steps[1:]))
    if not key:
        return FieldPlace(section=section, row=NEW_ROW if rows else "")
    current = dict(zip(row_keys(rows), rows, strict=True)).get(key)
    if current is None:
        return FieldPlace(section=section)
    return FieldPlace(section=section, row=current.key, anchor=_anchor(current, steps[1:]))


def _anchor(part: Any, steps: Sequence[tuple[str, str | None]], *, prefix: str = "") -> str:
    """The id of the field: ids of rows bear the place of the row among the saved ones."""
    if not steps:
        return ""
    name, key = steps[0]
    value = getattr(part, name, None)
    if key is not None and isinstance(value, tuple):
        keys = row_keys(value)
        if len(steps) == 1 or key not in keys:
            return name
        return f"id_{name}-{keys.index(key)}-{steps[1][0]}"
    if name in _PREFIXED:
        return _anchor(value, steps[1:], prefix=f"{name}-")
    if name in _ROW_LISTS:
        return name
    return f"id_{prefix}{name}"


def _pledge_anchor(plan: Plan, steps: Sequence[tuple[str, str | None]]) -> str:
    if len(steps) > 1:
        return "id_signer"
    given = {pledge.code for pledge in plan.pledges}
    return next((f"id_{code.value}" for code in PledgeCode if code not in given), "")
