"""P19: the pages that repeat most stay light, and what makes them light breaks nothing."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.population import clone
from certification.models import Application
from certification.selectors.queue import PAGE, Tab

MOST_BYTES: Final = 60 * 1024
"""HTML as it leaves the application, before it is compressed."""
MOST_CASES: Final = 10
"""Of cases that an applicant has filed; a city of the demo has as many."""


@pytest.fixture
def demo(reference: None) -> None:
    call_command("load_demo", stdout=io.StringIO())


def offices() -> Iterator[tuple[str, Client]]:
    """A browser for each person of the two offices."""
    for user in User.objects.filter(appointments__isnull=False).distinct().order_by("pk"):
        client = Client()
        client.force_login(user)
        yield user.email, client


def opened(name: str, query: str = "", **values: Any) -> dict[str, str]:
    """The page as each person sees it who may open it."""
    address = reverse(f"certification:{name}", kwargs=values) + query
    pages = {email: client.get(address) for email, client in offices()}
    return {email: page.content.decode() for email, page in pages.items() if page.status_code == 200}


def bytes_of(pages: dict[str, str]) -> dict[str, int]:
    return {email: len(page.encode()) for email, page in pages.items()}


def too_heavy(pages: dict[str, str]) -> dict[str, int]:
    return {email: size for email, size in bytes_of(pages).items() if size > MOST_BYTES}


def test_no_case_of_the_demo_is_heavy(demo: None) -> None:
    heavy: dict[str, int] = {}
    biggest = 0
    for case in Application.objects.filter(submitted_at__isnull=False):
        pages = opened("case", case_id=case.public_id)
        biggest = max(biggest, *bytes_of(pages).values())
        heavy |= {f"{case} ({email})": size for email, size in too_heavy(pages).items()}
    assert heavy == {}
    assert biggest > MOST_BYTES / 2, "The demo has no big case any more: the bound says nothing."


def test_a_full_queue_is_not_heavy(demo: None) -> None:
    """Every state of the demo among the fifty rows."""
    for case in Application.objects.filter(submitted_at__isnull=False):
        clone(case, PAGE // MOST_CASES)
    pages = opened("queue", f"?tab={Tab.ALL}")
    full = {email: page for email, page in pages.items() if page.count("<tr data-row>") == PAGE}
    assert len(full) >= 2, "No office has a full page: the bound says nothing."
    assert too_heavy(full) == {}


@pytest.mark.parametrize("name", ["case", "queue"])
def test_what_stands_there_once_is_found_from_everywhere(demo: None, name: str) -> None:
    """Ids are unique; icons on the page's own sheet, and words that name a field, are there."""
    cases = Application.objects.filter(submitted_at__isnull=False)
    pages = [opened(name, case_id=case.public_id) for case in cases] if name == "case" else [opened(name)]
    for page_of in pages:
        for page in page_of.values():
            ids = Counter(re.findall(r'\bid="([^"]+)"', page))
            wanted = set(re.findall(r'<use href="#([^"]+)"', page))
            wanted |= {word for words in re.findall(r'labelledby="([^"]+)"', page) for word in words.split()}
            assert [each for each, count in ids.items() if count > 1] == []
            assert wanted - set(ids) == set()
            assert wanted
