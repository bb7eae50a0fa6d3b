"""What this floor offers in the bar at the top."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.navigation import NavItem, register
from accounts.rules.actor import Actor
from accounts.rules.roles import Role


def offer(actor: Actor) -> Iterator[NavItem]:
    """People and mail for the municipality's administrator, the trail for the auditor."""
    if actor.has(Role.ADMINISTRATOR):
        yield NavItem("職員と辞令", reverse("accounts:people"))
        yield NavItem("送れなかったメール", reverse("accounts:outbox"))
    if actor.has(Role.AUDITOR):
        yield NavItem("監査記録", reverse("accounts:audit"))


register(offer, order=90)
