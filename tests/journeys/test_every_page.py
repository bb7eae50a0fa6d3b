"""Every page of every role, on a wide and on a narrow screen: found by following the links from the first page on."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, get_resolver, resolve
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
        self.look(path, status=status)
        links: list[str] = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        here = urlsplit(self.page.url)
        split = (urlsplit(link) for link in links)
        return [one._replace(scheme="", netloc="", fragment="").geturl() for one in split if one.netloc == here.netloc]

    def look(self, path: str, *, status: int = 200) -> None:
        name = resolve(urlsplit(path).path).view_name if status == 200 else str(status)
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
    town = build_town(office, *owner)
    failed = Notice.objects.filter(recipient=office.desk).order_by("pk").first()
    assert failed is not None
    Notice.objects.filter(pk=failed.pk).update(mail_state=Notice.MailState.FAILED)
    return town


@pytest.mark.timeout(400)
def test_every_page_fits_reads_and_is_japanese(town: Town, open_browser: OpenBrowser) -> None:
    walkers = [
        walk_as_nobody(open_browser),
        walk_as_applicant(open_browser, town),
        *walks_as_staff(open_browser, town),
        walk_as_administrator(open_browser, town),
        walk_as_auditor(open_browser, town),
        walk_as_stranger(open_browser),
    ]
    assert [fault for walker in walkers for fault in walker.faults] == []
    visited = set().union(*(walker.names for walker in walkers))
    assert pages_of_this_site() - visited - set(NO_PAGE_OF_THEIR_OWN) == set()


NO_PAGE_OF_THEIR_OWN = (
    *FILES,
    # Only posted to:
    *("certification:case_judge", "certification:case_not_applicable"),
    *("certification:case_point_judge", "certification:case_point_remove"),
    *("accounts:inbox_open", "accounts:inbox_read_all", "accounts:invite", "accounts:outbox_retry"),
    # Opens only after a session ended in the middle of a form: see test_unlucky.py.
    "accounts:resume",
)


def pages_of_this_site() -> set[str]:
    """The URL names of our two apps."""
    return {
        f"{resolver.namespace}:{pattern.name}"
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "namespace", None) in ("accounts", "certification")
        for pattern in resolver.url_patterns
    }


def kinds_of(town: Town, *only: str) -> dict[str, str]:
    """Case id → what it shows. Cases that are left out count as one kind."""
    return {str(case.public_id): shown for shown, case in town.cases.items() if not only or shown in only}


def cases_of(town: Town, *only: str) -> list[str]:
    return [f"/cases/{case.public_id}/" for shown, case in town.cases.items() if not only or shown in only]


def walk_as_nobody(open_browser: OpenBrowser) -> Walker:
    walker = Walker(open_browser())
    walker.walk(
        *("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"),
        *("/accounts/signup/", "/accounts/inactive/", "/styleguide/"),
        "/accounts/password/reset/key/1-abc-0123456789/",
    )
    walker.visit("/nai/", status=404)
    return walker


def walk_as_applicant(open_browser: OpenBrowser, town: Town) -> Walker:
    """Their plans in every state, everything there is to write, and the pages about oneself."""
    walker = Walker(open_browser(town.applicant), kinds_of(town))
    plans = {shown: f"/plans/{case.public_id}/" for shown, case in town.cases.items()}
    walker.walk("/", "/plans/", *plans.values(), f"{plans['作成中']}write/buildings/?row=new", "/resume/")
    walker.visit(f"/plans/{uuid.uuid4()}/", status=404)
    return walker


def walks_as_staff(open_browser: OpenBrowser, town: Town) -> list[Walker]:
    """The desk sees cases in every state; the others those in which their own pages differ from the desk's."""
    desk = Walker(open_browser(town.office.desk), kinds_of(town))
    desk.walk("/", "/cases/", "/cases/?q=zz&tab=all", *cases_of(town, *(set(town.cases) - {"作成中"})))
    second = next(
        user
        for pk, user in town.office.reviewers.items()
        if town.cases["持回り"].judgements.filter(department=pk).exists()
    )
    others = []
    for user, shown in ((second, "持回り"), (town.office.decider, "決裁中"), (town.office.viewer, "審査中")):
        walker = Walker(open_browser(user), kinds_of(town, shown))
        walker.walk("/cases/", *cases_of(town, shown))
        others.append(walker)
    return [desk, *others]


def walk_as_administrator(open_browser: OpenBrowser, town: Town) -> Walker:
    """People, mail, settings, and the 別表 with a new version being written."""
    walker = Walker(open_browser(town.office.administrator))
    walker.page.goto("/certification/review-table/")
    walker.look("/certification/review-table/")
    follow(walker.page.get_by_role("button", name="新しい版を作る"))
    walker.walk("/", "/people/", "/people/appoint/", "/people/transfer/", "/outbox/", "/certification/settings/")
    walker.walk("/certification/review-table/", "/people/?when=planned", "/people/?when=ended")
    return walker


def walk_as_auditor(open_browser: OpenBrowser, town: Town) -> Walker:
    walker = Walker(open_browser(town.office.auditor))
    walker.walk("/", "/audit/", "/inbox/")
    return walker


def walk_as_stranger(open_browser: OpenBrowser) -> Walker:
    """Somebody who can log in and belongs nowhere."""
    walker = Walker(open_browser(person("stranger@example.jp", "通りすがり")))
    walker.walk("/", "/inbox/", "/plans/", "/plans/new/")
    return walker
