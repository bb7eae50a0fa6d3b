"""A real Chromium against the live server, and people in it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from accounts.models import Municipality, User
from certification.demo import Office, applicant, staff_office
from certification.models import CertificationSetting, Operator
from certification.rules.workflow import Order

PATIENCE_MS = 15_000
SINCE = dt.date(2024, 4, 1)

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


class OpenBrowser(Protocol):
    """A new page of a new person; without a user nobody is logged in."""

    def __call__(self, user: User | None = None, *, width: int = 1280, scripts: bool = True) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is needed for journeys: install the package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=ja"],
        )
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of: script errors, broken policies, broken answers. Must stay empty."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def open_browser(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[OpenBrowser]:
    contexts: list[BrowserContext] = []

    def open_page(user: User | None = None, *, width: int = 1280, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_of(user, url=live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("response", lambda response: complaints.extend(_broken(response)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def _session_of(user: User, *, url: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors on the console but those about an answer of the server, which `_broken` judges."""
    if message.type != "error" or "Failed to load resource" in message.text:
        return []
    # htmx writes every answer with an error status to the console.
    return [] if message.text.startswith("Response Status Error Code") else [message.text]


def _broken(response: Response) -> list[str]:
    """Our own faults, and styles, scripts or pictures that are not there."""
    is_part = response.request.resource_type not in ("document", "xhr", "fetch", "other")
    is_broken = response.status >= 500 or (is_part and response.status >= 400)
    return [f"{response.status} {response.url}"] if is_broken else []


@pytest.fixture
def office(transactional_db: None) -> Office:
    """輪野市, where welfare leads and the second department follows."""
    call_command("load_reference", verbosity=0)
    setting = CertificationSetting.objects.get(order=Order.SERIAL)
    return staff_office(Municipality.objects.get(pk=setting.municipality_id), prefix="own", since=SINCE)


@pytest.fixture
def owner(office: Office) -> tuple[Operator, User]:
    """An operator and its one person."""
    return applicant("株式会社みほん住まい", email="owner@example.jp", name="架空 太郎")
