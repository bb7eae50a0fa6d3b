"""Every address × every actor × own and other city, against the written table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.security.table import TABLE, Cell
from tests.world import CANARY_OTHER, CANARY_OWN, City, World, build_world

ALLAUTH = ("account_", "mfa_", "usersessions_", "socialaccount_")


def named_addresses() -> Iterator[str]:
    """Every named pattern of the URLconf but the admin's and allauth's own, which have their own test."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, inner)
            elif isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name}"

    for name in walk(get_resolver(), ""):
        if not name.startswith(("admin:", *ALLAUTH)):
            yield name


def test_every_address_is_in_the_table() -> None:
    assert set(named_addresses()) == set(TABLE)


def people_of(city: City) -> dict[str, User]:
    office = city.office
    second = city.under_review.second_id
    return {
        "applicant": city.applicant,
        "desk": office.desk,
        "colleague": office.colleague,
        "reviewer": office.reviewers[second],
        "decider": office.decider,
        "viewer": office.viewer,
        "auditor": office.auditor,
        "administrator": office.administrator,
    }


def actors_of(world: World) -> dict[str, User]:
    return {
        **people_of(world.own),
        **{f"other_{name}": user for name, user in people_of(world.other).items()},
        "stranger": world.stranger,
        "root": world.root,
    }


def body_of(response: object) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode(errors="replace")  # type: ignore[attr-defined]
    return response.content.decode(errors="replace")  # type: ignore[attr-defined]


def problems_of(name: str, cell: Cell, actor: str, client: Client, path: str) -> Iterator[str]:
    allowed = actor in cell.get
    response = client.get(path)
    expected = {405} if cell.post_only and allowed else ({200, 302} if allowed else {404})
    if cell.post_only and not allowed:
        expected = {404, 405}
    if response.status_code not in expected:
        yield f"GET {name} as {actor}: {response.status_code}, expected {expected}"
    foreign = CANARY_OWN if actor.startswith("other_") else CANARY_OTHER
    if actor != "root" and foreign in body_of(response):
        yield f"GET {name} as {actor}: carries the other city's canary"
    if not allowed:
        posted = client.post(path, {"seen": "0", "key": "6f9c8b0e-2f43-4a54-9d35-4a4e2f5f9f10"})
        if posted.status_code not in (403, 404, 405):
            yield f"POST {name} as {actor}: {posted.status_code}, expected 404"


@pytest.mark.django_db
def test_every_cell() -> None:
    world = build_world()
    problems: list[str] = []
    cells = 0
    for actor, user in actors_of(world).items():
        client = Client()
        client.force_login(user)
        for name, cell in TABLE.items():
            path = reverse(name, kwargs=cell.args(world.own))
            problems += problems_of(name, cell, actor, client, path)
            cells += 1
    anonymous = Client()
    for name, cell in TABLE.items():
        response = anonymous.get(reverse(name, kwargs=cell.args(world.own)))
        cells += 1
        if response.status_code != cell.anonymous and not (cell.post_only and response.status_code == 405):
            problems.append(f"GET {name} without login: {response.status_code}, expected {cell.anonymous}")
    print(f"cells: {cells}")  # noqa: T201 -- the count is part of the record
    assert problems == []
    assert cells >= 19 * len(TABLE)


@pytest.mark.django_db
def test_the_table_notices_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with the tenant filter gone, the same walk reports the other city's people."""
    from certification.models import Application
    from certification.selectors import access

    world = build_world()
    client = Client()
    client.force_login(world.other.office.desk)
    cell = TABLE["certification:case"]
    path = reverse("certification:case", kwargs=cell.args(world.own))
    assert list(problems_of("certification:case", cell, "other_desk", client, path)) == []
    for module in (access,):
        monkeypatch.setattr(module, "staff_cases", lambda actor: Application.objects.all())
    from certification.selectors import case as case_selector

    monkeypatch.setattr(case_selector, "staff_cases", lambda actor: Application.objects.all())
    assert list(problems_of("certification:case", cell, "other_desk", client, path)) != []


@pytest.mark.django_db
def test_the_admin_is_for_superusers_and_nobody_else() -> None:
    world = build_world()
    for actor, user in actors_of(world).items():
        client = Client()
        client.force_login(user)
        expected = 200 if actor == "root" else 302
        assert client.get(reverse("admin:index")).status_code == expected, actor


@pytest.mark.django_db
def test_every_signed_in_page_forbids_caching_and_foreign_hosts() -> None:
    world = build_world()
    client = Client()
    client.force_login(world.own.office.desk)
    for name in ("certification:queue", "certification:case", "certification:case_points"):
        response = client.get(reverse(name, kwargs=TABLE[name].args(world.own)))
        assert "no-store" in response.headers["Cache-Control"]
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
