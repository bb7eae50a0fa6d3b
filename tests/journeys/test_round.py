"""The main job in a real browser: filed, judged, circulated, returned, corrected, decided, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import Municipality, User
from certification.demo import PASSWORD, Office, applicant, sample_pdf, sample_plan, staff_office
from certification.models import Application, CertificationSetting, Letter
from certification.rules.workflow import Order, State
from tests.journeys.conftest import assert_accessible, assert_fits

SINCE = dt.date(2024, 4, 1)

Open = Callable[..., Page]


@pytest.fixture
def office(transactional_db: None) -> Office:
    call_command("load_reference", verbosity=0)
    setting = CertificationSetting.objects.get(order=Order.SERIAL)
    return staff_office(Municipality.objects.get(pk=setting.municipality_id), prefix="own", since=SINCE)


@pytest.fixture
def owner(office: Office) -> User:
    return applicant("株式会社みほん住まい", email="owner@example.jp", name="架空 太郎")[1]


def log_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("メールアドレス").fill(user.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
