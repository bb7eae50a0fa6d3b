"""Around every page: headers, the request's id, logs without names, the admin's way in, the bar."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts import navigation
from accounts.logs import JsonFormatter, request_id
from accounts.models import Appointment, AuditEvent, Municipality, User
from accounts.navigation import NavItem
from accounts.rules.actor import Actor

from .town import PASSWORD, Town, add_person

Browser = Callable[[User], Any]


def test_signed_in_pages_stay_in_no_cache(town: Town, browser: Browser) -> None:
    client = browser(town.clerk)
    for url in (reverse("accounts:inbox"), reverse("accounts:people"), "/no-such-page/"):
        assert client.get(url).headers["Cache-Control"] == "no-store", url


def test_policy_stands_on_every_page(db: None, client: Any) -> None:
    headers = client.get("/accounts/login/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_request_id_is_in_answer_and_event(town: Town, client: Any) -> None:
    data = {"login": town.clerk.email, "password": PASSWORD}
    response = client.post("/accounts/login/", data, headers={"X-Request-ID": "proxy-1234-5678"})
    assert response.headers["X-Request-ID"] == "proxy-1234-5678"
    assert AuditEvent.objects.get().request_id == "proxy-1234-5678"
    assert request_id.get() == ""


@pytest.mark.parametrize("given", ["", "short", "x" * 37, "a b c d e f", "<script>aaa", "日本語日本語日本語"])
def test_odd_request_ids_are_replaced(db: None, client: Any, given: str) -> None:
    response = client.get("/accounts/login/", META={}, HTTP_X_REQUEST_ID=given)
    assert response.headers["X-Request-ID"] != given
    assert len(response.headers["X-Request-ID"]) == 36


def line(record: logging.LogRecord) -> dict[str, Any]:
    return json.loads(JsonFormatter().format(record))


def test_log_line_is_json_with_the_request_id() -> None:
    token = request_id.set("req-1")
    try:
        entry = line(logging.LogRecord("accounts", logging.INFO, "x.py", 1, "%s件", (3,), None))
    finally:
        request_id.reset(token)
    assert (entry["message"], entry["request_id"], entry["level"]) == ("3件", "req-1", "INFO")


def test_log_of_an_exception_gives_place_and_type_only() -> None:
    try:
        raise ValueError("山田花子 090-0000-0000")
    except ValueError as error:
        entry = line(
            logging.LogRecord(
                "accounts", logging.ERROR, "x.py", 1, "broke", (), (type(error), error, error.__traceback__)
            )
        )
    assert entry["exception"] == "ValueError"
    assert any("test_frame.py" in place for place in entry["where"])
    assert "山田" not in json.dumps(entry, ensure_ascii=False)


def test_log_of_a_request_leaves_out_what_was_searched(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    browser(town.clerk).get("/people/", {"q": "カナリア"})
    browser(town.clerk).get("/カナリア/")
    records = [record for record in caplog.records if record.name == "django.request"]
    assert records
    for record in records:
        record.canary = "カナリア"
        assert line(record)["message"] == "Not Found"
        assert "カナリア" not in json.dumps(line(record), ensure_ascii=False)


# --- The bar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("administrator", {"職員と辞令", "送れなかったメール"}),
        ("auditor", {"監査記録"}),
        ("clerk", set()),
    ],
)
def test_bar_offers_what_one_may_open(town: Town, who: str, labels: set[str]) -> None:
    offered = {item.label for item in navigation.items_for(town.actor(getattr(town, who)))}
    assert offered & {"職員と辞令", "送れなかったメール", "監査記録"} == labels


def test_apps_register_entries_and_the_first_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_offers", [])
    monkeypatch.setattr(navigation, "_search", [])

    def late(actor: Actor) -> list[NavItem]:
        return [NavItem("あと", "/late/")]

    def early(actor: Actor) -> list[NavItem]:
        return [NavItem("さき", "/early/", prefix="/e")]

    navigation.register(late, order=90)
    navigation.register(early, order=10)
    navigation.register(early, order=10)
    navigation.register_search(lambda actor: "")
    navigation.register_search(lambda actor: "/search/")
    actor = town.actor(town.clerk)
    assert [item.label for item in navigation.items_for(actor)] == ["さき", "あと"]
    assert navigation.first_page(actor) == "/early/"
    assert navigation.search_url_for(actor) == "/search/"
    assert early(actor)[0].is_current("/e/1/")
    items = [NavItem("すべて", "/e/"), NavItem("一部", "/e/part/")]
    assert navigation.current(items, "/e/1/") is items[0]
    assert navigation.current(items, "/e/part/1/") is items[1], "the most particular one alone"
    assert navigation.current(items, "/f/") is None
    monkeypatch.setattr(navigation, "_offers", [])
    assert navigation.first_page(actor) == "/inbox/"


def test_frame_names_workplace_person_and_post(town: Town, browser: Browser) -> None:
    html = browser(town.clerk).get(reverse("accounts:inbox")).content.decode()
    for text in ("東久留米市", "東久留米市窓口 三郎", "福祉総務課 窓口担当"):
        assert text in html


# --- Admin ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(town: Town, browser: Browser) -> Any:
    return browser(add_person("管理 花子", "root@example.jp", is_staff=True, is_superuser=True))


def test_admin_has_no_login_of_its_own(db: None, client: Any) -> None:
    """Its own page would know neither second factor nor lock-out."""
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")
    posted = client.post("/admin/login/", {"username": "root@example.jp", "password": PASSWORD})
    assert posted.url.startswith("/accounts/login/")


MODELS = (
    "municipality",
    "department",
    "user",
    "appointment",
    "handover",
    "auditevent",
    "auditseal",
    "notice",
    "scheduledjob",
)


@pytest.mark.parametrize("model", MODELS)
def test_admin_lists_are_japanese_and_open(root: Any, model: str) -> None:
    response = root.get(f"/admin/accounts/{model}/")
    assert response.status_code == 200
    assert "住まいの輪 管理" in response.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_admin_deletes_nothing(root: Any, town: Town, model: str) -> None:
    first = {
        "municipality": town.municipality.pk,
        "department": town.welfare.pk,
        "user": town.clerk.pk,
        "appointment": town.clerk.appointments.get().pk,
    }
    if model in first:
        assert (
            root.post(f"/admin/accounts/{model}/{first[model]}/delete/", {"post": "yes"}).status_code == 403
        )
    response = root.get(f"/admin/accounts/{model}/")
    assert "delete_selected" not in response.content.decode()


@pytest.mark.parametrize("model", ["auditevent", "auditseal", "notice", "scheduledjob", "handover"])
def test_admin_only_shows_history(root: Any, model: str) -> None:
    assert root.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_admin_changes_are_on_record(root: Any, town: Town) -> None:
    data = {
        "code": "261009",
        "name": "京都市",
        "kana": "キョウトシ",
        "kind": "city",
        "has_welfare_office": "on",
    }
    data |= {"population": "", "population_on": ""}
    assert root.post("/admin/accounts/municipality/add/", data).status_code == 302
    assert Municipality.objects.filter(code="261009").exists()
    event = AuditEvent.objects.get(action="accounts.admin_changed")
    assert (event.actor_role, event.municipality_code, event.details["new"]) == (
        "システム管理者",
        "261009",
        True,
    )


def test_admin_checks_the_code_of_a_municipality(root: Any) -> None:
    data = {"code": "261008", "name": "京都市", "kana": "キョウトシ", "kind": "city"}
    response = root.post("/admin/accounts/municipality/add/", data)
    assert response.status_code == 200
    assert not Municipality.objects.filter(name="京都市").exists()


def test_admin_makes_people_and_the_first_administrator(root: Any, town: Town) -> None:
    data: dict[str, Any] = {
        "email": "First@kurume.example.jp",
        "name": "最初 一子",
        "kana": "",
        "usable_password": "false",
    }
    assert root.post("/admin/accounts/user/add/", data).status_code == 302
    user = User.objects.get(email="first@kurume.example.jp")
    assert not user.has_usable_password()
    data = {"user": user.pk, "department": town.welfare.pk, "role": "administrator", "from_on": "2026-11-24"}
    assert root.post("/admin/accounts/appointment/add/", {**data, "until": "", "note": ""}).status_code == 302
    appointment = Appointment.objects.get(user=user)
    root.post(
        f"/admin/accounts/appointment/{appointment.pk}/change/",
        {"role": "decider", "until": "", "note": "追記"},
    )
    appointment.refresh_from_db()
    assert (appointment.role, appointment.note) == ("administrator", "追記")


def test_admin_shows_no_password_and_keeps_none_in_the_trail(root: Any, town: Town) -> None:
    page = root.get(f"/admin/accounts/user/{town.clerk.pk}/change/").content.decode()
    assert town.clerk.password not in page
    url = f"/admin/accounts/user/{town.clerk.pk}/password/"
    root.post(
        url, {"usable_password": "true", "password1": "brand-New-pass1", "password2": "brand-New-pass1"}
    )
    town.clerk.refresh_from_db()
    assert town.clerk.check_password("brand-New-pass1")
    assert "brand-New" not in str(list(AuditEvent.objects.values_list()))
