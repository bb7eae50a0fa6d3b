"""What must hold on every page that a person comes to: it fits, axe finds nothing serious, no English shows through."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")

AXE = Axe()

TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth + 1 ? [] :
    [...document.querySelectorAll('body *')]
        .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
        .map(one => one.outerHTML.slice(0, 120)).slice(0, 5)"""

WORDS = """() => [
    document.title, document.body.innerText,
    ...[...document.querySelectorAll('[placeholder], [aria-label], [title], [alt]')].flatMap(one =>
        ['placeholder', 'aria-label', 'title', 'alt'].map(name => one.getAttribute(name) ?? '')),
    ...[...document.querySelectorAll('main input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
        .map(one => one.value),
]"""

NO_WORDS = re.compile(
    r"https?://\S+|[\w.+-]+@[\w.-]+|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b|\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b",
    re.ASCII,
)
"""Addresses of pages and of mail, the fingerprint of what a decision rests on, and drawn reference numbers."""

LATIN = re.compile(r"[A-Za-z]{4,}")

ALLOWED = frozenset(
    (
        *("excel", "word", "jpeg", "xlsx", "docx"),  # kinds of files
        "enter",  # what is printed on a key
    )
)
"""Latin words that offices use themselves. Shorter ones (PDF, CSV, 1LDK, R8) are let through anyway."""


def overflowing(page: Page) -> list[str]:
    """What reaches beyond the right edge, if the page scrolls sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    return [
        f"{row['id']}: {row['help']} {[node['html'][:160] for node in row['nodes']][:3]}"
        for row in AXE.run(page).response["violations"]
        if row["impact"] in SERIOUS
    ]


def english(page: Page) -> list[str]:
    """Latin words that can be read or heard on the page, but for those allowed."""
    texts: list[str] = page.evaluate(WORDS)
    words = (word for text in texts for word in LATIN.findall(NO_WORDS.sub("", text)))
    return sorted({word for word in words if word.lower() not in ALLOWED})


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious."""
    assert violations(page) == [], page.url


def assert_fits(page: Page) -> None:
    """Nothing overflows sideways."""
    assert overflowing(page) == [], f"{page.url} at {page.viewport_size}"


def look(page: Page) -> None:
    """All of it, on the page a person has just come to."""
    page.wait_for_load_state()
    assert_fits(page)
    assert_accessible(page)
    assert english(page) == [], page.url
