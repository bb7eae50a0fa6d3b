"""Every address × every actor × own and other city × every method, against the written table."""

from __future__ import annotations

import importlib
import pkgutil
import re
import uuid
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import certification
import consultations
import councils
from accounts.models import Municipality, User
from certification.models import Application, Plan
from consultations.models import Case
from tests.security.record import acts_on_record, close, fingerprint, writes
from tests.security.table import CASE_STAFF, EVERYBODY, OWN, TABLE, Cell
from tests.world import CANARY_OTHER, CANARY_OWN, SECRET_NOTE, SHELTERED, TOLD, City, World

pytestmark = pytest.mark.once

ALLAUTH = ("account_", "mfa_", "usersessions_", "socialaccount_")
OTHER_METHODS = ("put", "patch", "delete", "options")
GOOD = {200, 302}
HEEDED = {200, 302, 409, 422}
"""Answers to a POST of somebody who may: done, or refused with a sentence. Never 404, never 5xx."""

READERS = {TOLD: {"counsellor", "supervisor"}, SHELTERED: {"counsellor"}}
"""Who may meet a word of a consultation in anything, of their own city."""


def named_addresses() -> Iterator[str]:
    """Every named pattern of the URLconf but the admin's and allauth's own, which have their own tests."""

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


# --- Who asks ---------------------------------------------------------------------------------------------------------


def people_of(city: City) -> dict[str, User]:
    office = city.office
    return {
        "applicant": city.applicant,
        "desk": office.desk,
        "colleague": office.colleague,
        "reviewer": office.reviewers[city.under_review.second_id],
        "decider": office.decider,
        "viewer": office.viewer,
        "auditor": office.auditor,
        "administrator": office.administrator,
        "former": city.former,
        "officer": city.officer,
        "writer": city.writer,
        "reader": city.reader,
        "partner": city.partner,
        "counsellor": city.talk.counsellor,
        "supervisor": city.talk.supervisor,
    }


def actors_of(world: World) -> dict[str, User]:
    return {
        **people_of(world.own),
        **{f"other_{name}": user for name, user in people_of(world.other).items()},
        "stranger": world.stranger,
        "root": world.root,
    }


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen_from(actor: str, *, mine: bool) -> str:
    """The actor's name as the table has it, when the things asked for are those of the other city."""
    if mine or actor in ("stranger", "root"):
        return actor
    return actor.removeprefix("other_") if actor.startswith("other_") else f"other_{actor}"


PAGES_OF_NOTES = ("certification:case_notes",)
"""Where 内部メモ stand. Every other page, letter, file, list and JSON of the table is asked for them and has none."""


def foreign_to(actor: str) -> tuple[str, ...]:
    """The canaries that must not appear in anything this person gets."""
    if actor in ("stranger", "root", ""):
        return (CANARY_OWN, CANARY_OTHER)
    return (CANARY_OWN,) if actor.startswith("other_") else (CANARY_OTHER,)


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    close(response)
    return f"{dict(response.headers)} {body.decode(errors='replace')}"


# --- One address, one actor -------------------------------------------------------------------------------------------


class Walk:
    """Asks for addresses as one person; collects what the table does not expect."""

    def __init__(self, world: World, actor: str, client: Client) -> None:
        self.world, self.actor, self.client = world, actor, client
        self.problems: list[str] = []
        self.cells = 0

    def expect(self, method: str, name: str, response: Any, expected: set[int]) -> None:
        self.cells += 1
        if response.status_code not in expected:
            self.problems.append(
                f"{method} {name} as {self.actor}: {response.status_code}, expected {sorted(expected)}"
            )
        text = text_of(response)
        for canary in foreign_to(self.actor):
            if canary in text:
                self.problems.append(f"{method} {name} as {self.actor}: carries {canary}")
        if SECRET_NOTE in text and (name not in PAGES_OF_NOTES or not self.reads_notes):
            self.problems.append(f"{method} {name} as {self.actor}: carries an internal note")

        for word, readers in READERS.items():
            if word in text and self.actor.removeprefix("other_") not in readers:
                self.problems.append(f"{method} {name} as {self.actor}: carries {word}")

    @property
    def reads_notes(self) -> bool:
        return self.actor.removeprefix("other_") in CASE_STAFF

    def all_methods(self, name: str, cell: Cell, *, mine: bool) -> None:
        city = self.world.own if mine else self.world.other
        actor = seen_from(self.actor, mine=mine)
        path = reverse(name, kwargs=cell.args(city))
        self.get(name, cell, path, actor)
        self.post(name, cell, path, actor, city)
        for method in OTHER_METHODS if mine else ():
            self.expect(method, name, getattr(self.client, method)(path), {404, 405})

    def get(self, name: str, cell: Cell, path: str, actor: str) -> None:
        allowed = actor in cell.get
        expected = (GOOD if allowed else {404}) if cell.reads else {404, 405}
        self.expect("GET", name, self.client.get(f"{path}{cell.query}"), expected)
        self.expect("HEAD", name, self.client.head(path), expected)

    def post(self, name: str, cell: Cell, path: str, actor: str, city: City) -> None:
        data = cell.data(city)
        if actor in (cell.acts or ()):
            with transaction.atomic():
                self.expect("POST", name, self.client.post(path, data), HEEDED)
                transaction.set_rollback(True)
            return
        with writes() as written:
            response = self.client.post(path, data)
        refused = {404, 405} if actor not in cell.get or cell.acts is None else {302, 404, 405, 409, 422}
        self.expect("POST", name, response, refused)
        if written:
            self.problems.append(f"POST {name} as {self.actor}: wrote to {written}")


@pytest.mark.parametrize("actor", sorted(EVERYBODY))
def test_every_cell(world: World, actor: str) -> None:
    client = signed_in(actors_of(world)[actor])
    before, acts = fingerprint(), acts_on_record()
    walk = Walk(world, actor, client)
    for name, cell in TABLE.items():
        walk.all_methods(name, cell, mine=True)
        if cell.owned:
            walk.all_methods(name, cell, mine=False)
    print(f"cells as {actor}: {walk.cells}")  # noqa: T201 -- the count is part of the record
    assert not walk.problems, "\n".join(walk.problems)
    assert fingerprint() == before
    assert acts_on_record() == acts
    assert walk.cells >= 6 * len(TABLE)


def test_every_cell_without_login(world: World) -> None:
    client = Client(raise_request_exception=False)
    before, acts = fingerprint(), acts_on_record()
    walk = Walk(world, "", client)
    for name, cell in TABLE.items():
        path = reverse(name, kwargs=cell.args(world.own))
        for method in ("get", "head", "post", *OTHER_METHODS):
            reads = method in ("get", "head")
            expected = {cell.anonymous, *(() if reads and cell.reads else (405,))}
            # What opens by a token alone knows no login to send anybody to.
            refused = {404, 405} if cell.anonymous == 404 else {cell.anonymous_acts, 405}
            response = getattr(client, method)(path)
            walk.expect(method, name, response, expected if reads else refused)
            if response.status_code == 302:
                assert response.url.startswith("/accounts/login/"), (method, name)
    print(f"cells without login: {walk.cells}")  # noqa: T201
    assert not walk.problems, "\n".join(walk.problems)
    assert (fingerprint(), acts_on_record()) == (before, acts)


def test_a_post_without_the_token_is_refused_everywhere(world: World) -> None:
    """For the very people who may act: 403 (or no such method), nothing written."""
    before, acts = fingerprint(), acts_on_record()
    people, cells = actors_of(world), 0
    for name, cell in TABLE.items():
        for actor in sorted(cell.acts or ()):
            client = Client(enforce_csrf_checks=True)
            client.force_login(people[actor], backend="django.contrib.auth.backends.ModelBackend")
            response = client.post(reverse(name, kwargs=cell.args(world.own)), cell.data(world.own))
            assert response.status_code == 403, (name, actor)
            cells += 1
    print(f"cells without token: {cells}")  # noqa: T201
    after = fingerprint()
    # Signing in notes the time on the person; nothing else may differ.
    assert {table for table in before if before[table] != after[table]} <= {"accounts_user"}
    assert acts_on_record() == acts


def test_a_suspended_person_is_nobody(world: World) -> None:
    client = signed_in(world.own.office.desk)
    User.objects.filter(pk=world.own.office.desk.pk).update(is_active=False)
    for name, cell in TABLE.items():
        path = reverse(name, kwargs=cell.args(world.own))
        assert client.get(path).status_code in {cell.anonymous, *(() if cell.reads else (405,))}, name


# --- Controls: the same walk with a filter gone -----------------------------------------------------------------------


def replace_everywhere(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any, *, app: ModuleType = certification
) -> int:
    """In every module of the app that knows it by this name."""
    count = 0
    for found in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
        if ".migrations" in found.name:
            continue
        module = importlib.import_module(found.name)
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
            count += 1
    return count


def holes(world: World, actor: str, names: set[str]) -> set[str]:
    """Which of these addresses the walk reports for the actor, asking for things of the other city."""
    found = set()
    for name in names:
        walk = Walk(world, actor, signed_in(actors_of(world)[actor]))
        with transaction.atomic():
            walk.all_methods(name, TABLE[name], mine=False)
            transaction.set_rollback(True)
        if walk.problems:
            found.add(name)
    return found


STAFF_PAGES = {
    f"certification:{name}"
    for name in (
        "queue",
        "case",
        "case_points",
        "case_changes",
        "case_act",
        "case_assign",
        "case_sheet_pdf",
        "case_sheet_xlsx",
        "document",
        "letter",
    )
}
APPLICANT_PAGES = {
    f"certification:{name}"
    for name in (
        "plan",
        "plan_copy",
        "plan_draft",
        "plan_section",
        "plan_units",
        "plan_units_sheet",
        "plan_documents",
        "plan_preview",
        "plan_register",
        "plan_returns",
        "plan_submit",
        "letter",
    )
}


def test_the_walk_notices_a_lost_filter_of_cities(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with `staff_cases` open to all, every page of the office is reported."""
    assert holes(world, "desk", STAFF_PAGES) == set()
    everything = Application.objects.filter(submitted_at__isnull=False)
    assert replace_everywhere(monkeypatch, "staff_cases", lambda actor: everything.all()) >= 3
    assert holes(world, "desk", STAFF_PAGES) == STAFF_PAGES


def test_the_walk_notices_a_lost_filter_of_operators(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with the applicants' filters open to all, every page of a plan is reported."""
    assert holes(world, "applicant", APPLICANT_PAGES) == set()
    replace_everywhere(monkeypatch, "applicant_cases", lambda actor: Application.objects.all())
    replace_everywhere(monkeypatch, "applicant_plans", lambda actor: Plan.objects.all())
    assert holes(world, "applicant", APPLICANT_PAGES) == APPLICANT_PAGES


IMPORT_PAGES = {
    f"councils:{name}"
    for name in (
        *("import_table", "import_accept_sound", "import_report", "import_original"),
        *("import_row", "import_row_accept", "import_row_leave_out"),
    )
}


def test_the_walk_notices_a_lost_filter_of_prefectures(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with every prefecture's tables open to any officer, every page of a table is reported."""
    assert holes(world, "officer", IMPORT_PAGES) == set()
    everywhere = Municipality.objects.filter(kind=Municipality.Kind.PREFECTURE)
    assert replace_everywhere(monkeypatch, "_prefectures", lambda actor: everywhere.all(), app=councils) == 1
    assert holes(world, "officer", IMPORT_PAGES) == IMPORT_PAGES


def test_the_walk_notices_a_protected_case_shown_to_the_desk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with 要保護 forgotten, the words of the case reach a 相談責任者 whom it does not name."""
    replace_everywhere(monkeypatch, "visible_cases", lambda actor, now: Case.objects.all(), app=consultations)
    walk = Walk(world, "supervisor", signed_in(world.own.talk.supervisor))
    for name in ("consultations:cases", "consultations:case"):
        with transaction.atomic():
            walk.all_methods(name, TABLE[name], mine=True)
            transaction.set_rollback(True)
    assert any(f"carries {SHELTERED}" in problem for problem in walk.problems), walk.problems


def test_the_walk_notices_a_write(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: a page that lets a mere reader write is reported."""

    def write(*args: Any, **options: Any) -> None:
        Application.objects.update(last_moved_label="だれかが書いた")

    monkeypatch.setattr("certification.services.judging.draft_point", write)
    walk = Walk(world, "viewer", signed_in(world.own.office.viewer))
    walk.all_methods("certification:case_points", TABLE["certification:case_points"], mine=True)
    assert any("wrote to" in problem for problem in walk.problems)


# --- Ids of nobody, and the admin -------------------------------------------------------------------------------------


def test_a_foreign_thing_and_a_missing_one_look_the_same(world: World) -> None:
    """Existence does not leak: the same page, but for its id."""
    client = signed_in(world.own.office.desk)
    foreign = client.get(reverse("certification:case", args=[world.other.cases["corrected"].public_id]))
    missing = client.get(reverse("certification:case", args=[uuid.uuid4()]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_marks(foreign.content.decode()) == without_marks(missing.content.decode())


def without_marks(page: str) -> str:
    """The page without its tokens."""
    return re.sub(r"\b\w{64}\b", "", page)


def test_the_admin_is_for_superusers_and_nobody_else(world: World) -> None:
    for actor, user in actors_of(world).items():
        expected = 200 if actor == "root" else 302
        assert signed_in(user).get(reverse("admin:index")).status_code == expected, actor


def test_the_table_names_only_people_of_this_world() -> None:
    for name, cell in TABLE.items():
        assert cell.get <= EVERYBODY, name
        assert (cell.acts or frozenset()) <= cell.get, name
        assert not cell.owned or cell.get <= OWN or cell.get == EVERYBODY, name
