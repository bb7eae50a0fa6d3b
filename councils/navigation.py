"""What the ring offers in the bar at the top."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts import navigation
from accounts.navigation import NavItem
from accounts.rules.actor import Actor
from councils.selectors.importing import is_officer


def offer(actor: Actor) -> Iterator[NavItem]:
    """The prefecture's tables, for its officer of councils."""
    if is_officer(actor):
        yield NavItem("協議会の一覧表", reverse("councils:import_list"))


def register_items() -> None:
    """Register with the ground floor."""
    navigation.register(offer, order=20)
