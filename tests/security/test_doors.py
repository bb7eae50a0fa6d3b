"""The pages before and around the login: what allauth offers and this system does not, hostile addresses, long queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.security.record import close, fingerprint
from tests.security.table import TABLE
from tests.security.test_access_table import actors_of, signed_in, text_of
from tests.world import World

pytestmark = pytest.mark.once

LOGIN = "/accounts/login/"
PASSWORD = "mihon-no-aikotoba-8"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    """Many logins from one address within a minute: the limit is not what is looked at here."""
    settings.ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
    cache.clear()


# --- What allauth brings along ----------------------------------------------------------------------------------------


def test_nobody_signs_up(world: World) -> None:
    count = User.objects.count()
    client = Client()
    assert "<form" not in main_of(client.get("/accounts/signup/"))
    data = {"email": "new@example.jp", "password1": "a-L0ng-enough-one", "password2": "a-L0ng-enough-one"}
    client.post("/accounts/signup/", data)
    assert User.objects.count() == count


def main_of(response: object) -> str:
    found = re.search(r"<main.*?</main>", response.content.decode(), re.S)  # type: ignore[attr-defined]
    assert found is not None
    return found[0]


@pytest.mark.parametrize("data", [{"action_add": "", "email": "taken-over@example.jp"}, {}])
def test_nobody_changes_the_login_address_alone(world: World, data: dict[str, str]) -> None:
    """The address is the person: the municipality's administrator answers for it. allauth's own page is closed."""
    desk = world.own.office.desk
    client = Client(raise_request_exception=False)
    client.post(LOGIN, {"login": desk.email, "password": PASSWORD})
    before = fingerprint(of=("accounts_", "account_"))
    assert client.get("/accounts/email/").status_code == 404
    assert client.post("/accounts/email/", data).status_code == 404
    for action in ("action_primary", "action_remove", "action_send"):
        assert client.post("/accounts/email/", {action: "", "email": desk.email}).status_code == 404
    assert fingerprint(of=("accounts_", "account_")) == before
    assert mail.outbox == []


def unnamed_in_table() -> Iterator[str]:
    """Names of the addresses that come with allauth."""

    def walk(resolver: URLResolver) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern)
            elif isinstance(pattern, URLPattern):
                yield str(pattern.name)

    for name in walk(get_resolver()):
        if name.startswith(("account_", "mfa_", "usersessions_", "socialaccount_")):
            yield name


KNOWN = {
    "account_change_password",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_trust",
    "mfa_view_recovery_codes",
    "mfa_signup_webauthn",
    "usersessions_list",
}


WITH_ARGUMENT = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
"""These take a key or an id."""


def test_an_update_of_allauth_brings_no_page_unseen() -> None:
    """A new address must be looked at, then listed here."""
    assert set(unnamed_in_table()) - KNOWN == set()


def test_allauth_pages_show_nothing_of_others(world: World) -> None:
    """Sessions and keys of the person who asks; ids of others do not exist."""
    client = signed_in(world.own.office.desk)
    answers = 0
    for name in sorted(set(unnamed_in_table()) - {"account_logout", "mfa_download_recovery_codes"}):
        if name in WITH_ARGUMENT:
            continue
        response = client.get(reverse(name))
        assert response.status_code < 500, name
        text = text_of(response)
        for other in (world.other.office.desk, world.own.applicant, world.root):
            assert other.email not in text, name
        answers += 1
    assert answers > 10


# --- Where a login leads ----------------------------------------------------------------------------------------------


HOSTILE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\tevil.example/..//evil.example",
    "%2F%2Fevil.example",
    "https://testserver.evil.example/",
    "https://testserver@evil.example/",
    "\x00//evil.example",
    "/cases/\r\nSet-Cookie: a=b",
)


@pytest.mark.parametrize("wanted", HOSTILE)
def test_a_login_leads_nowhere_else(world: World, wanted: str) -> None:
    """`next` from the address, the form or both: the person stays on this site."""
    desk = world.own.office.desk
    for in_query, in_form in ((True, False), (False, True), (True, True)):
        client = Client(raise_request_exception=False)
        path = f"{LOGIN}?next={quote(wanted)}" if in_query else LOGIN
        shown = client.get(path)
        assert shown.status_code == 200
        data = {"login": desk.email, "password": PASSWORD, **({"next": wanted} if in_form else {})}
        response = client.post(path, data)
        assert response.status_code == 302
        assert stays(response.headers["Location"]), response.headers["Location"]
        assert "a" not in client.cookies


@pytest.mark.parametrize("wanted", HOSTILE)
def test_nothing_else_leads_elsewhere(world: World, wanted: str) -> None:
    """Log-out, a second login, and the way back from judging an answer."""
    for client, path, data in (
        (signed_in(world.own.office.desk), "/accounts/logout/", {}),
        (signed_in(world.own.office.desk), LOGIN, {"login": "x", "password": "y"}),
        (
            signed_in(world.own.office.desk),
            reverse(
                "certification:case_point_judge",
                kwargs=TABLE["certification:case_point_judge"].args(world.own),
            ),
            {"resolved": "yes", "note": ""},
        ),
    ):
        response = client.post(f"{path}?next={quote(wanted)}", {**data, "next": wanted})
        assert response.status_code < 500
        if response.status_code == 302:
            assert stays(response.headers["Location"]), response.headers["Location"]


def stays(url: str) -> bool:
    """Whether a browser that follows this stays on the site; it reads a backslash as a slash, and leaves out tabs."""
    parts = urlsplit(re.sub(r"[\t\r\n]", "", url).replace("\\", "/"))
    return not parts.scheme and not parts.netloc and not parts.path.startswith("//")


def test_a_page_that_was_asked_for_comes_after_the_login(world: World) -> None:
    """Control: an address of this site is followed."""
    wanted = reverse("certification:case", args=[world.own.cases["deciding"].public_id])
    client = Client()
    asked = client.get(wanted)
    response = client.post(
        asked.headers["Location"], {"login": world.own.office.desk.email, "password": PASSWORD}
    )
    assert response.headers["Location"] == wanted


# --- Long and broken queries ------------------------------------------------------------------------------------------


LONG = "長" * 17_000
BROKEN = (
    f"q={quote(LONG)[:50_000]}",
    "q=" + "a" * 50_000,
    "&".join(f"k{number}=v" for number in range(900)),
    "q=%00&after=%00&tab=%00&sort=%00&state=%00&department=%00&first=%00&page=%00&before=%00",
    "after=99999999999999999999999999&before=9999999999999999999999&page=99999999999999999999",
    "after=0001-01-01_1&sort=due&tab=department",
    "after=" + "9" * 5_000,
    "department=-1&state=nonsense&person=nobody&procedure=x&tab=mine&when=never",
    "department=99999999999999999999999",
    "from=99999&to=0&first=令和99年99月99日&until=0000-00-00",
    "q=%F0%9F%8F%A0%20%ED%A0%80%20%C0%AF",
    "q='%20OR%201=1%20--&tab=all%27",
    "next=%2F%2Fevil.example",
)


@pytest.mark.parametrize("query", BROKEN, ids=[text[:24] for text in BROKEN])
def test_no_query_breaks_a_page(world: World, query: str) -> None:
    """Every page that is read, by everybody of the own city and strangers: never 5xx."""
    people = {
        name: user
        for name, user in actors_of(world).items()
        if name in ("applicant", "desk", "administrator", "auditor")
    }
    clients = {
        **{name: signed_in(user) for name, user in people.items()},
        "": Client(raise_request_exception=False),
    }
    problems, answers = [], 0
    for name, cell in TABLE.items():
        if not cell.reads:
            continue
        path = reverse(name, kwargs=cell.args(world.own))
        for actor, client in clients.items():
            response = client.get(f"{path}?{query}")
            answers += 1
            if response.status_code >= 500:
                problems.append(f"{name} as {actor}: {response.status_code}")
            close(response)
    assert problems == []
    assert answers > 100


@pytest.mark.parametrize("query", BROKEN, ids=[text[:24] for text in BROKEN])
def test_no_query_breaks_the_login(world: World, query: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(f"{LOGIN}?{query}").status_code == 200
    data = {"login": world.own.office.desk.email, "password": PASSWORD}
    response = client.post(f"{LOGIN}?{query}", data)
    assert response.status_code == 302
    assert stays(response.headers["Location"])
