"""Login, lock-out, the session's end, the second factor, and what stands on record of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.jobs import clear_sessions
from accounts.models import AuditEvent, User

from .town import NOW, PASSWORD, Town, add_person

LOGIN = "/accounts/login/"
Browser = Callable[[User], Any]


def log_in(client: Any, email: str, password: str, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


# --- Login ------------------------------------------------------------------------------------------------------------


def test_login_by_mail_address_is_on_record(town: Town, client: Any) -> None:
    response = log_in(client, "clerk@kurume.example.jp", PASSWORD)
    assert response.status_code == 302
    assert client.get(reverse("accounts:inbox")).status_code == 200
    event = AuditEvent.objects.get(action="accounts.signed_in")
    assert (event.actor_id, event.municipality_code) == (str(town.clerk.public_id), "132225")


def test_wrong_password_is_refused_in_japanese_and_on_record(town: Town, client: Any) -> None:
    response = log_in(client, "clerk@kurume.example.jp", "wrong-password")
    assert "メールアドレスかパスワードが違います" in response.content.decode()
    event = AuditEvent.objects.get(action="accounts.sign_in_failed")
    assert (event.subject_id, event.actor_id) == (str(town.clerk.public_id), "")
    assert "wrong-password" not in str(list(AuditEvent.objects.values_list()))


def test_unknown_address_looks_the_same_and_is_not_kept(town: Town, client: Any) -> None:
    known = log_in(client, "clerk@kurume.example.jp", "wrong-password").content.decode()
    unknown = log_in(client, "nobody@kurume.example.jp", "wrong-password").content.decode()
    sentence = "メールアドレスかパスワードが違います"
    assert sentence in known
    assert sentence in unknown
    assert "nobody" not in str(list(AuditEvent.objects.values_list()))


def test_nobody_signs_up(db: None, client: Any) -> None:
    client.post("/accounts/signup/", {"email": "x@example.jp", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_suspended_people_do_not_get_in(town: Town, client: Any) -> None:
    town.clerk.is_active = False
    town.clerk.save()
    log_in(client, "clerk@kurume.example.jp", PASSWORD)
    assert client.get(reverse("accounts:inbox")).status_code == 302


def test_suspension_ends_a_session_that_is_open(town: Town, browser: Browser) -> None:
    client = browser(town.clerk)
    assert client.get(reverse("accounts:inbox")).status_code == 200
    User.objects.filter(pk=town.clerk.pk).update(is_active=False)
    assert client.get(reverse("accounts:inbox")).status_code == 302


def test_logout_is_on_record(town: Town, browser: Browser) -> None:
    client = browser(town.clerk)
    client.post("/accounts/logout/")
    assert client.get(reverse("accounts:inbox")).status_code == 302
    assert AuditEvent.objects.filter(
        action="accounts.signed_out", actor_id=str(town.clerk.public_id)
    ).exists()


def test_password_is_asked_again_before_keys_change(
    town: Town, clock: time_machine.Traveller, client: Any
) -> None:
    """By the address on the user: there is no second list of addresses."""
    log_in(client, "clerk@kurume.example.jp", PASSWORD)
    clock.shift(dt.timedelta(minutes=30))
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.status_code == 302
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert client.post(asked.url, {"password": "wrong-password"}).status_code == 200
    assert client.post(asked.url, {"password": PASSWORD}).status_code == 302
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_forgotten_password_can_be_set_anew(town: Town, client: Any) -> None:
    client.post("/accounts/password/reset/", {"email": "clerk@kurume.example.jp"})
    [path] = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "another-L0ng-one", "password2": "another-L0ng-one"})
    town.clerk.refresh_from_db()
    assert town.clerk.check_password("another-L0ng-one")


# --- Lock-out ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def _short_lock(settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}


@pytest.mark.usefixtures("_short_lock")
def test_after_the_lock_the_right_password_does_not_get_in(town: Town, client: Any) -> None:
    for _ in range(3):
        response = log_in(client, "clerk@kurume.example.jp", "wrong-password")
    assert response.status_code == 429
    response = log_in(client, "clerk@kurume.example.jp", PASSWORD)
    html = response.content.decode()
    assert response.status_code == 429
    assert "ログインを一時的に止めています" in html
    assert 'lang="ja"' in html
    assert "clerk@" not in html
    assert client.get(reverse("accounts:inbox")).status_code == 302


@pytest.mark.usefixtures("_short_lock")
def test_control_before_the_lock_the_right_password_gets_in(town: Town, client: Any) -> None:
    for _ in range(2):
        log_in(client, "clerk@kurume.example.jp", "wrong-password")
    assert log_in(client, "clerk@kurume.example.jp", PASSWORD).status_code == 302


@pytest.mark.usefixtures("_short_lock")
def test_lock_is_of_one_person_at_one_address(town: Town, client: Any) -> None:
    for _ in range(3):
        log_in(client, "clerk@kurume.example.jp", "wrong-password")
    assert log_in(client, "audit@kurume.example.jp", PASSWORD).status_code == 302
    elsewhere = Client()
    assert log_in(elsewhere, "clerk@kurume.example.jp", PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302


# --- The end of a session ---------------------------------------------------------------------------------------------


def test_session_left_alone_ends(
    town: Town, browser: Browser, clock: time_machine.Traveller, settings: Any
) -> None:
    settings.SESSION_IDLE_MINUTES = 60
    client = browser(town.clerk)
    assert client.get(reverse("accounts:inbox")).status_code == 200
    clock.shift(dt.timedelta(minutes=59))
    assert client.get(reverse("accounts:inbox")).status_code == 200
    clock.shift(dt.timedelta(minutes=61))
    response = client.get(reverse("accounts:inbox"), follow=True)
    assert response.redirect_chain[0][0] == f"{LOGIN}?next=/inbox/"
    assert "しばらく操作がなかったため" in response.content.decode()


def test_session_in_use_ends_after_the_day(
    town: Town, browser: Browser, clock: time_machine.Traveller, settings: Any
) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_ABSOLUTE_HOURS = 60, 2
    client = browser(town.clerk)
    statuses = []
    for _ in range(6):
        statuses.append(client.get(reverse("accounts:inbox")).status_code)
        clock.shift(dt.timedelta(minutes=29))
    assert statuses == [200, 200, 200, 200, 200, 302]


def test_form_sent_too_late_is_kept_and_sent_again(
    town: Town, browser: Browser, clock: time_machine.Traveller
) -> None:
    appointment = town.clerk.appointments.get()
    url = reverse("accounts:end", args=[appointment.public_id])
    client = browser(town.administrator)
    client.get(url)
    clock.shift(dt.timedelta(hours=2))
    late = client.post(url, {"until": "2026-11-30", "reason": "<退職>", "seen_until": "", "password": "x"})
    assert (late.status_code, late.url) == (302, f"{LOGIN}?next=/resume/")
    appointment.refresh_from_db()
    assert appointment.until is None
    back = client.post(late.url, {"login": town.administrator.email, "password": PASSWORD}, follow=True)
    html = back.content.decode()
    assert back.redirect_chain[-1][0] == "/resume/"
    assert "入力された内容が残っています" in html
    assert f'action="{url}"' in html
    assert 'value="&lt;退職&gt;"' in html
    assert 'name="password"' not in html
    fields = dict(re.findall(r'name="(until|reason|seen_until)" value="([^"]*)"', html))
    assert client.post(url, fields).status_code == 302
    appointment.refresh_from_db()
    assert appointment.until == dt.date(2026, 11, 30)


def test_asking_whether_the_kept_form_is_there_does_not_use_it_up(
    town: Town, browser: Browser, clock: time_machine.Traveller
) -> None:
    client = browser(town.administrator)
    url = reverse("accounts:end", args=[town.clerk.appointments.get().public_id])
    client.get(url)
    clock.shift(dt.timedelta(hours=2))
    client.post(url, {"until": "2026-11-30", "reason": "退職のため"})
    log_in(client, town.administrator.email, PASSWORD)
    assert client.head("/resume/").status_code == 200
    assert "退職のため" in client.get("/resume/").content.decode()
    assert client.head("/resume/").status_code == 302


def test_kept_form_is_shown_to_its_writer_only(
    town: Town, browser: Browser, clock: time_machine.Traveller
) -> None:
    """A shared computer: somebody else signs in next."""
    client = browser(town.administrator)
    url = reverse("accounts:end", args=[town.clerk.appointments.get().public_id])
    client.get(url)
    clock.shift(dt.timedelta(hours=2))
    client.post(url, {"until": "2026-11-30", "reason": "秘密の理由"})
    response = client.post(
        f"{LOGIN}?next=/resume/", {"login": town.clerk.email, "password": PASSWORD}, follow=True
    )
    assert "秘密の理由" not in response.content.decode()
    again = log_in(client, town.administrator.email, PASSWORD)
    assert again.status_code == 302
    assert "秘密の理由" not in client.get("/resume/", follow=True).content.decode()


def test_part_of_a_page_sends_the_whole_page_to_the_login(
    town: Town, browser: Browser, clock: time_machine.Traveller
) -> None:
    client = browser(town.clerk)
    client.get(reverse("accounts:inbox"))
    clock.shift(dt.timedelta(hours=2))
    response = client.get(reverse("accounts:inbox"), headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == f"{LOGIN}?next=/inbox/"


# --- Second factor ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.usefixtures("_second_factor")
def test_staff_set_up_a_second_factor_first(town: Town, browser: Browser) -> None:
    client = browser(town.clerk)
    response = client.get(reverse("accounts:inbox"), follow=True)
    assert response.redirect_chain[0][0] == reverse("mfa_index")
    assert "二段階認証が必要です" in response.content.decode()
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.usefixtures("_second_factor")
def test_acts_are_stopped_too(town: Town, browser: Browser) -> None:
    appointment = town.clerk.appointments.get()
    browser(town.administrator).post(
        reverse("accounts:end", args=[appointment.public_id]), {"until": "2026-11-30", "seen_until": ""}
    )
    appointment.refresh_from_db()
    assert appointment.until is None


@pytest.mark.usefixtures("_second_factor")
def test_with_a_second_factor_the_work_begins(town: Town, browser: Browser) -> None:
    TOTP.activate(town.clerk, generate_totp_secret())
    assert browser(town.clerk).get(reverse("accounts:inbox")).status_code == 200


@pytest.mark.usefixtures("_second_factor")
def test_applicants_need_none_admin_people_do(town: Town, browser: Browser) -> None:
    applicant = add_person("申請 花子", "owner@example.jp")
    assert browser(applicant).get(reverse("accounts:inbox")).status_code == 200
    root = add_person("管理 花子", "root@example.jp", is_staff=True, is_superuser=True)
    assert browser(root).get("/admin/").url == reverse("mfa_index")


def test_control_without_the_setting_staff_work_at_once(town: Town, browser: Browser, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    assert browser(town.clerk).get(reverse("accounts:inbox")).status_code == 200


def test_second_factor_is_asked_at_login(town: Town, client: Any) -> None:
    TOTP.activate(town.clerk, generate_totp_secret())
    response = log_in(client, "clerk@kurume.example.jp", PASSWORD)
    assert response.url == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:inbox")).status_code == 302
    assert not AuditEvent.objects.filter(action="accounts.signed_in").exists()


def test_sessions_that_are_over_are_cleared_with_kept_forms(
    town: Town, browser: Browser, clock: time_machine.Traveller
) -> None:
    client = browser(town.administrator)
    url = reverse("accounts:end", args=[town.clerk.appointments.get().public_id])
    client.get(url)
    clock.shift(dt.timedelta(hours=2))
    client.post(url, {"until": "2026-11-30", "reason": "秘密の理由"})
    clear_sessions(now=NOW)
    assert [session.get_decoded().get("kept_form") is not None for session in Session.objects.all()] == [True]
    clock.shift(dt.timedelta(hours=13))
    clear_sessions(now=NOW)
    assert not Session.objects.exists()
