"""What the queue keeps for people: which conditions may be stored, how many, and how many cases are done at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STORED: Final = ("tab", "sort", "state", "due", "department", "person", "procedure", "inquiry")
"""Conditions of the queue that a kept filter holds. Not `q`: what is searched for may be a person's name."""

MOST_FILTERS: Final = 20
MOST_AT_ONCE: Final = 100
"""Cases that are assigned or handed over in one act."""


def storable(conditions: Mapping[str, str]) -> dict[str, str]:
    """The conditions that may be kept, in a fixed order; whatever else is asked for is left out."""
    return {name: conditions[name] for name in STORED if conditions.get(name)}
