"""The entries of the bar at the top. Each app registers what it offers to whom; nothing here knows the apps above."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry. Pages whose address begins with `prefix` (the url itself when empty) belong to it."""

    label: str
    url: str
    prefix: str = ""
    count: str = ""

    def is_current(self, path: str) -> bool:
        return path.startswith(self.prefix or self.url)


Offer = Callable[[Actor], Iterable[NavItem]]
Address = Callable[[Actor], str]

_offers: list[tuple[int, Offer]] = []
_search: list[Address] = []


def register(offer: Offer, *, order: int = 50) -> None:
    """Offer entries; smaller `order` stands further left, and the first entry of all is the person's first page."""
    if all(known is not offer for _, known in _offers):
        _offers.append((order, offer))
        _offers.sort(key=lambda each: each[0])


def register_search(address: Address) -> None:
    """Say where the search box leads for this person; "" for nowhere."""
    if address not in _search:
        _search.append(address)


def items_for(actor: Actor) -> list[NavItem]:
    """All entries this person is offered."""
    return [item for _, offer in _offers for item in offer(actor)]


def current(items: Iterable[NavItem], path: str) -> NavItem | None:
    """The entry a page belongs to: the most particular of those whose address begins like the page's."""
    fitting = [item for item in items if item.is_current(path)]
    return max(fitting, key=lambda item: len(item.prefix or item.url), default=None)


def first_page(actor: Actor) -> str:
    """Where a person's day begins: the first entry, or the inbox for people who are offered nothing."""
    items = items_for(actor)
    return items[0].url if items else reverse("accounts:inbox")


def search_url_for(actor: Actor) -> str:
    """Where the search box leads; "" for people who have nothing to search."""
    return next((url for address in _search if (url := address(actor))), "")
