"""Names, addresses and numbers of a plan stay on the pages of those who may read them: not in logs, addresses or mail.

And what stands on every answer: policies, caching, cookies.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import unquote

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.logs import JsonFormatter
from accounts.models import AuditEvent, Notice
from accounts.outbox import run_once
from certification.demo import Walk, sample_plan
from certification.rules.plan import Plan
from certification.rules.workflow import Action
from tests.security.record import close
from tests.security.table import TABLE
from tests.security.test_access_table import actors_of, signed_in, text_of
from tests.world import City, World, recent

pytestmark = pytest.mark.once

# --- A plan whose every name, address and number can be told ----------------------------------------------------------

MARK: Final = "秘匿鳥"
PHONE: Final = "049-998-7654"
MAIL: Final = "himitsu-dori@example.jp"
MARKS: Final = (MARK, PHONE, PHONE.replace("-", ""), "himitsu-dori")
PERSONAL: Final = {
    "name": MARK,
    "kana": "ヒトクドリ",
    "address": f"輪野市{MARK}町1-2-3",
    "representative_name": f"{MARK}太郎",
    "representative_title": f"{MARK}長",
    "person": f"{MARK}係",
    "signer": f"{MARK}太郎",
    "phone": PHONE,
    "fax": PHONE,
    "email": MAIL,
    "postal_code": "203-9987",
    "device_name": f"{MARK}感知器",
    "flow": f"{MARK}が1時間のうちに訪ねます。",
    "content": f"{MARK}が月に1回訪ねます。",
}
"""Field → what every such field of the plan says."""


def marked(value: Any) -> Any:
    """A copy of a plan (or a part of it) whose personal fields carry the marks."""
    if isinstance(value, tuple):
        return tuple(marked(each) for each in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dataclasses.replace(
        value,
        **{
            name: PERSONAL[name] if name in PERSONAL and isinstance(each, str) else marked(each)
            for name, each in found.items()
        },
    )


@pytest.fixture
def secret(world: World, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """A case of the own city, once returned and corrected, whose plan is all marks; proposed and waiting."""
    # Decided by one person: the route of the city has tests of its own.
    monkeypatch.setattr("certification.services.effects.route_for", lambda *_, **__: None)
    plan: Plan = marked(sample_plan())
    walk = Walk(office=world.own.office, user=world.own.applicant, at=recent(60))
    soft = world.own.gathered.application.return_points.get(department=world.own.under_review.lead_id).item
    assert soft is not None
    walk.file(world.own.operator, plan).accept()
    walk.gather(lead={soft.number: ("correct", "フローが足りません。")}).send_back(days=60)
    walk.answer("直しました。").resubmit().gather()
    return walk.act(Action.PROPOSE_CERTIFY, walk.office.desk, reason="適合すると認められるため。")


@pytest.fixture
def written(secret: Walk) -> Iterator[list[str]]:
    """Every line the log would carry from here on, as it is written (INFO and above)."""
    lines: list[str] = []
    formatter = JsonFormatter()

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    handler = Keep(level=logging.INFO)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def marks_in(text: str) -> list[str]:
    plain = unquote(text)
    return [mark for mark in MARKS if mark in text or mark in plain]


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = ("href", "src", "action", "formaction", "hx-get", "hx-post")
        self.found += [value or "" for name, value in attrs if name in named]


def addresses_in(response: Any) -> list[str]:
    """Every address a page leads to, and the one an answer sends to."""
    found = [response.headers.get("Location", ""), response.headers.get("HX-Redirect", "")]
    if response.headers.get("Content-Type", "").startswith("text/html"):
        reader = _Addresses()
        reader.feed(response.content.decode())
        # tel: and mailto: go to no server.
        found += [url for url in reader.found if not url.startswith(("tel:", "mailto:"))]
    return found


def pages_of(walk: Walk, city: City) -> dict[str, str]:
    """Every address of the table that can lead to this case, its documents and letters."""
    case = walk.application
    known = {
        "case_id": case.public_id,
        "section": "parties",
        "action": "decide",
        "document_id": case.current_version.documents.order_by("pk")[0].public_id,
        "letter_id": case.letters.order_by("pk")[0].public_id,
    }
    found = {}
    for name, cell in TABLE.items():
        wanted = set(cell.args(city))
        if cell.reads and wanted <= set(known):
            found[name] = reverse(name, kwargs={key: known[key] for key in wanted}) + cell.query
    return found


def test_every_text_of_the_plan_is_marked(secret: Walk) -> None:
    """Control: the marks are in the plan, and the people of the own city read them."""
    content = str(secret.application.current_version.content)
    assert content.count(MARK) > 20
    assert content.count(PHONE) > 3
    page = signed_in(secret.office.desk).get(
        reverse("certification:case", args=[secret.application.public_id])
    )
    assert set(MARKS) - set(marks_in(page.content.decode())) <= {PHONE.replace("-", "")}


@pytest.mark.timeout(400)
def test_the_marks_reach_nobody_else(world: World, secret: Walk, written: list[str]) -> None:
    """All pages, all people: marks in the bodies of those who may read the case alone; never in an address or a log."""
    # the operator's own people read its plans, as the desk and the departments do
    readers = {"applicant", "writer", "reader", "desk", "colleague", "reviewer", "decider", "viewer"}
    pages, leaks, answers = pages_of(secret, world.own), [], 0
    for actor, user in actors_of(world).items():
        client = signed_in(user)
        for name, path in pages.items():
            response = client.get(path)
            answers += 1
            leaks += [f"{name} as {actor}: address {url}" for url in addresses_in(response) if marks_in(url)]
            if marks_in(text_of(response)) and actor not in readers:
                leaks.append(f"{name} as {actor}: marks in the answer")
    print(f"answers: {answers}, log lines: {len(written)}")  # noqa: T201 -- the counts are part of the record
    assert leaks == []
    assert answers > 400
    assert [line for line in written if marks_in(line)] == []


def test_acts_on_the_way_leave_no_marks_in_addresses_logs_or_mail(
    world: World, secret: Walk, written: list[str]
) -> None:
    """Refused and done acts, notices and the mail they send."""
    case_id, office = secret.application.public_id, secret.office
    decide = reverse("certification:case_act", args=[case_id, "decide"])
    answers = [
        signed_in(office.desk).post(decide, {"seen": 0, "key": "no-key"}),
        signed_in(office.decider).post(decide, {"seen": 0, "key": "6f9c8b0e-2f43-4a54-9d35-4a4e2f5f9f10"}),
    ]
    form = TABLE["certification:case_act"].data
    secret.decide()
    answers.append(signed_in(office.decider).post(decide, form(world.own)))
    while not run_once(now=timezone.now()).is_idle:
        continue
    assert mail.outbox
    for message in mail.outbox:
        assert marks_in(f"{message.subject} {message.body} {message.message()}") == []
    for notice in Notice.objects.all():
        assert marks_in(f"{notice.subject} {notice.body} {notice.path} {notice.key}") == []
    for event in AuditEvent.objects.filter(subject_id=str(case_id)):
        assert marks_in(f"{event.subject_label} {event.details} {event.reason}") == []
    assert [url for answer in answers for url in addresses_in(answer) if marks_in(url)] == []
    assert [line for line in written if marks_in(line)] == []


# --- Our own faults ---------------------------------------------------------------------------------------------------


def test_a_fault_of_ours_shows_and_logs_no_value(
    world: World, secret: Walk, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that quotes the plan: the page and the log give the 受付ID, the type and the place."""

    def break_down(*args: Any, **options: Any) -> None:
        name = secret.application.housing_name
        raise RuntimeError(f"{name} {PHONE} {MAIL}")

    monkeypatch.setattr("certification.models.Application.get_procedure_display", break_down)
    client = signed_in(secret.office.desk)
    response = client.get(reverse("certification:case", args=[secret.application.public_id]))
    assert response.status_code == 500
    assert marks_in(response.content.decode()) == []
    number = response.headers["X-Request-ID"]
    assert number in response.content.decode()
    [line] = [line for line in written if "RuntimeError" in line]
    assert number in line
    assert [line for line in written if marks_in(line)] == []


def test_a_word_that_is_searched_for_is_in_no_log(secret: Walk, written: list[str]) -> None:
    client = signed_in(secret.office.desk)
    found = client.get(reverse("certification:queue"), {"q": MARK, "tab": "all"})
    assert MARK in found.content.decode()
    assert client.get(f"/no-such-page/{MARK}/", {"q": PHONE}).status_code == 404
    assert client.post(reverse("certification:queue"), {"q": MARK}).status_code == 405
    assert written
    assert [line for line in written if marks_in(line)] == []


def test_the_search_notices_a_mark_in_the_log(written: list[str]) -> None:
    """Control: a careless line would be found."""
    logging.getLogger("certification").warning("could not read %s", MARK)
    assert len([line for line in written if marks_in(line)]) == 1


# --- Headers ----------------------------------------------------------------------------------------------------------


EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

TOKEN_IN_ADDRESS: Final = (
    *("certification:answer", "certification:answer_give"),
    *("consultations:booking", "consultations:shop_answer", "consultations:referral_link"),
)
"""The address itself is the key: it is handed on to nobody, not even to our own site."""


PAGE_POLICY: Final = (
    "default-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
FILE_POLICY: Final = ("default-src 'none'", "frame-ancestors 'none'", "sandbox")
"""An attachment runs nothing, loads nothing, and is shown in no frame."""


def missing_headers(response: Any) -> list[str]:
    """What an answer lacks of what stands on every answer."""
    problems = [name for name, value in EVERYWHERE.items() if response.headers.get(name) != value]
    policy = response.headers.get("Content-Security-Policy", "")
    wanted = PAGE_POLICY if "default-src 'self'" in policy else FILE_POLICY
    problems += [part for part in wanted if part not in policy]
    if re.search(r"unsafe|https?:|\*", policy):
        problems.append(f"policy opens: {policy}")
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        problems.append("Permissions-Policy")
    if not re.fullmatch(r"[0-9A-Za-z-]{8,36}", response.headers.get("X-Request-ID", "")):
        problems.append("X-Request-ID")
    if response.status_code != 400 and response.headers.get("X-Frame-Options") != "DENY":
        problems.append("X-Frame-Options")
    problems += [name for name in ("Server", "X-Powered-By") if name in response.headers]
    return problems


def test_policies_stand_on_every_answer(world: World) -> None:
    """200, 302, 404, 405, 409, 422, 403 and 400; pages, files, mail and login; signed in or not."""
    problems, statuses, answers = [], set(), 0
    office = world.own.office
    for client, is_signed_in in (
        (signed_in(office.desk), True),
        (signed_in(world.own.applicant), True),
        (signed_in(world.root), True),
        (Client(), False),
    ):
        for name, cell in TABLE.items():
            path = reverse(name, kwargs=cell.args(world.own))
            answered = [client.get(path), client.put(path)]
            if not cell.acts:
                answered.append(client.post(path))
            for response in answered:
                if name in TOKEN_IN_ADDRESS:
                    assert response.headers["Referrer-Policy"] == "strict-origin"
                    response.headers["Referrer-Policy"] = EVERYWHERE["Referrer-Policy"]
                problems += [f"{name}: {each}" for each in missing_headers(response)]
                if is_signed_in and "no-store" not in response.headers.get("Cache-Control", ""):
                    problems.append(f"{name}: may be cached")
                statuses.add(response.status_code)
                answers += 1
                close(response)
    print(f"answers: {answers}, statuses: {sorted(statuses)}")  # noqa: T201
    assert problems == []
    assert {200, 302, 404, 405} <= statuses


@pytest.mark.parametrize(
    ("path", "extra", "status"),
    [
        ("/accounts/login/", {}, 200),
        ("/accounts/signup/", {}, 200),
        ("/accounts/password/reset/", {}, 200),
        ("/admin/login/", {}, 200),
        ("/no-such-page/", {}, 404),
        ("/static/css/base.css", {}, 200),
        ("/accounts/login/", {"HTTP_HOST": "evil.example"}, 400),
    ],
)
def test_policies_stand_on_pages_without_login(path: str, extra: dict[str, str], status: int) -> None:
    response = Client(raise_request_exception=False).get(path, **extra)  # type: ignore[arg-type]
    assert response.status_code in (status, 302)
    if path.startswith("/static/"):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    else:
        assert missing_headers(response) == []
    close(response)


def test_a_form_from_elsewhere_gets_the_same_headers(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.own.office.desk, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("accounts:inbox_read_all"))
    assert response.status_code == 403
    assert missing_headers(response) == []
    assert "no-store" in response.headers["Cache-Control"]


# --- Cookies ----------------------------------------------------------------------------------------------------------


def test_cookies_are_closed_to_scripts_and_other_sites(world: World) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": world.own.office.desk.email, "password": "mihon-no-aikotoba-8"})
    assert {"session", "csrf"} <= set(client.cookies)
    for name in ("session", "csrf"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def test_a_new_session_begins_with_the_login(world: World) -> None:
    """What a stranger put into the browser before is worth nothing after."""
    client = Client()
    client.get("/accounts/login/")
    client.get(reverse("certification:queue"))
    before = client.cookies["session"].value if "session" in client.cookies else None
    client.post("/accounts/login/", {"login": world.own.office.desk.email, "password": "mihon-no-aikotoba-8"})
    assert client.cookies["session"].value != before


PRODUCTION: Final = {
    "SUMAI_MODE": "production",
    "SECRET_KEY": "s" * 30 + "only-for-this-test",
    "AUDIT_KEY": "a" * 30 + "only-for-this-test",
    "ALLOWED_HOSTS": "sumai.example.jp",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
ASK: Final = """
from django.conf import settings
names = [n for n in dir(settings) if n.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_", "DEBUG", "REQUIRE_", "MFA_"))]
for name in names: print(name, repr(getattr(settings, name)), sep="=")
"""


def test_production_cookies_go_over_tls_alone() -> None:
    """Settings of production, read in a process of their own."""
    environment = {**os.environ, **PRODUCTION}
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(line.split("=", 1) for line in told.stdout.splitlines())
    for name in ("SESSION", "CSRF"):
        assert found[f"{name}_COOKIE_SECURE"] == "True"
        assert found[f"{name}_COOKIE_HTTPONLY"] == "True"
        assert found[f"{name}_COOKIE_NAME"].startswith("'__Host-")
        assert (found[f"{name}_COOKIE_PATH"], found[f"{name}_COOKIE_DOMAIN"]) == ("'/'", "None")
        assert found[f"{name}_COOKIE_SAMESITE"] == "'Lax'"
    assert int(found["SECURE_HSTS_SECONDS"]) >= 31_536_000
    assert found["SECURE_SSL_REDIRECT"] == "True"
    assert found["DEBUG"] == "False"
    assert found["REQUIRE_SECOND_FACTOR"] == "True"
    assert found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] == "False"
