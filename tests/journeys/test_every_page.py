"""Every page of every role, on a wide and on a narrow screen: found by following the links from the first page on."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from accounts.models import Notice, User
from certification.demo import Office, person
from certification.models import Operator
from tests.journeys.acts import follow
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import english, overflowing, violations
from tests.journeys.town import Town, build_town

WIDE, NARROW = 1280, 360

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

FILES = ("certification:document", "certification:letter", "accounts:audit_export")
"""Answers that are no page."""

TELLING = (
    *("certification:case", "certification:case_points", "certification:case_act"),
    *("certification:plan", "certification:plan_submit", "certification:plan_returns"),
)
"""Pages that look different in each state of a case: one visit for each. Of the others one is enough."""

ENGLISH_BY_NATURE = ("styleguide",)
"""The page for developers shows names of parts."""


@dataclass
class Walker:
    """Follows every link of a person's pages, each kind of page once, and notes what is wrong."""

    page: Page
    kinds: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seen: dict[tuple[object, ...], str] = field(default_factory=dict)
    narrow: set[str] = field(default_factory=set)

    def walk(self, *starts: str) -> None:
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            key = self.key(path)
            if key is None or key in self.seen:
                continue
            self.seen[key] = path
            waiting.extend(self.visit(path))

    def key(self, path: str) -> tuple[object, ...] | None:
        """What kind of page this is; None for what is no page of this site."""
        split = urlsplit(path)
        try:
            match = resolve(split.path)
        except Resolver404:
            return None
        if match.view_name in FILES or split.path.startswith(("/admin/", "/static/")):
            return None
        kind = self.kinds.get(str(match.kwargs.get("case_id")), "") if match.view_name in TELLING else ""
        words = sorted(str(value) for name, value in match.kwargs.items() if name in ("action", "section"))
        query = sorted(
            (name, values[0] if name in ("tab", "when", "sort") or values[0] == "new" else "")
            for name, values in parse_qs(split.query).items()
        )
        return (match.view_name, kind, *words, *query)

    def visit(self, path: str, *, status: int = 200) -> list[str]:
        """Look at one page at both widths; the links on it come back."""
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"{path}: {answer.status}")
            return []
        self.look(path)
        links: list[str] = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        here = urlsplit(self.page.url)
        return [
            urljoin(link, "?" + urlsplit(link).query) if urlsplit(link).query else urlsplit(link).path
            for link in links
            if urlsplit(link).netloc == here.netloc
        ]

    def look(self, path: str) -> None:
        name = resolve(urlsplit(path).path).view_name if "/nai/" not in path else "404"
        first = name not in self.narrow
        self.narrow.add(name)
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.note(path, width, "overflows", overflowing(self.page))
            if width == WIDE or first:
                self.note(path, width, "axe", violations(self.page))
        if name not in ENGLISH_BY_NATURE:
            self.note(path, NARROW, "English", english(self.page))

    def note(self, path: str, width: int, what: str, found: Iterable[str]) -> None:
        self.faults.extend(f"{UUID.sub('…', path)} at {width}: {what}: {one}" for one in found)

    @property
    def names(self) -> set[str]:
        """The URL names visited."""
        return {str(key[0]) for key in self.seen}


@pytest.fixture
def town(office: Office, owner: tuple[Operator, User]) -> Town:
    return build_town(office, *owner)


def kinds_of(town: Town, *only: str) -> dict[str, str]:
    return {str(case.public_id): shown for shown, case in town.cases.items() if not only or shown in only}
