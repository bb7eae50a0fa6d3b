"""What certification offers in the bar at the top."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy

from accounts import navigation
from accounts.models import Role
from accounts.navigation import NavItem
from accounts.rules.actor import Actor
from accounts.selectors import register_standing
from certification.selectors.access import APPLICANT, CASE_ROLES, acts_for_an_operator
from certification.selectors.operators import INVITING_ROLES
from certification.selectors.queue import own_turn_text


def _own_turn(actor: Actor) -> str:
    return own_turn_text(actor, today=timezone.localdate())


#: Counted only by a page that shows the bar, and once there.
own_turn = lazy(_own_turn, str)


def offer(actor: Actor) -> Iterator[NavItem]:
    """The queue for staff, the own plans for applicants, the settings for the municipality's administrator."""
    if actor.departments(*CASE_ROLES):
        yield NavItem("受付箱", reverse("certification:queue"), count=own_turn(actor))
        yield NavItem("認定計画", reverse("certification:certified_plans"))
        yield NavItem("監督", reverse("certification:supervision"))
        yield NavItem("事前相談", reverse("certification:preliminary"))
    if not actor.posts and APPLICANT in actor.standings:
        yield NavItem("わたしの申請", reverse("certification:plans"))
        yield NavItem("事前相談の予約", reverse("certification:bookings"))
        yield NavItem("担当者", reverse("certification:operators"))
    if any(actor.has(role) for role in INVITING_ROLES):
        yield NavItem("事業者を招く", reverse("certification:operator_invitations"))
    if actor.has(Role.ADMINISTRATOR):
        yield NavItem("認定の設定", reverse("certification:settings"))
        yield NavItem("基準の数値", reverse("certification:thresholds"))
        yield NavItem("別表", reverse("certification:review_table"))


def search_address(actor: Actor) -> str:
    """The search box of staff leads into the queue."""
    return reverse("certification:queue") if actor.departments(*CASE_ROLES) else ""


def register_items() -> None:
    """Register them with the ground floor."""
    navigation.register(offer, order=10)
    navigation.register_search(search_address)
    register_standing(APPLICANT, acts_for_an_operator)
