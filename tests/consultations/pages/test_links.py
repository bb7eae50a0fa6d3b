"""What the link of a shop or an agency makes the database read, and that no word of a case is in anything it is told."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.outbox import run_once
from consultations import demo
from consultations.demo import Team
from consultations.models import Agency, Case, ConsentEvent, Referral, ShopInquiry
from consultations.selectors import links
from consultations.services import referrals, shop_links
from consultations.services.shop_links import code_of
from councils.models import Shop
from tests.consultations.conftest import NOW, TakeIn
from tests.consultations.services import test_referrals as agencies
from tests.consultations.services.test_shops import KNOWN, act, agree, ask, say
from tests.councils import ring

CANARY = "カナリア便"
NAMED = {"name", "call_name", "phone"}
"""What a shop may read with the code once a consent lets it know the name."""


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


@pytest.fixture
def shop(desk_team: Team) -> Shop:
    return ring.shop(desk_team.desk.council, "あおば不動産", email="aoba@shop.example.jp")


# --- What is fetched ---


def fetched(queries: Iterable[dict[str, str]], model: type[models.Model]) -> set[str]:
    """The columns of a table that stand in any SELECT list; what a condition looks at is not fetched."""
    table = model._meta.db_table
    lists = [
        found
        for query in queries
        for found in re.findall(r"SELECT (.*?) FROM ", query["sql"], flags=re.DOTALL)
    ]
    return {column for each in lists for column in re.findall(rf'"{table}"\."(\w+)"', each)}


def columns(model: type[models.Model], names: Collection[str]) -> set[str]:
    return {field.column or "" for field in model._meta.concrete_fields if field.name in names}


def asked(client: Client, link: str, *forms: dict[str, str]) -> list[dict[str, str]]:
    """Every query of opening the link and of sending these forms."""
    with CaptureQueriesContext(connection) as found:
        client.get(link)
        for form in forms:
            client.post(link, form)
    return found.captured_queries


def test_a_shop_does_not_fetch_who_it_is_about(
    take_in: TakeIn, desk_team: Team, shop: Shop, client: Client
) -> None:
    """Opening, asking for the name too early, answering wrongly and rightly, and meeting a link that is over."""
    case = take_in(**KNOWN)
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    link = shop_links.path_of(inquiry.public_id)
    read = asked(
        client,
        link,
        {"do": "contact", "code": code_of(inquiry.public_id)},
        {"do": "no", "reason": ""},
        {"do": "yes", "offer": "1DK"},
        {"do": "yes", "offer": "1DK"},
    )
    inquiry.refresh_from_db()
    assert inquiry.state == "answered_yes"
    act("end", inquiry, desk_team)
    read += asked(client, link)
    assert fetched(read, Case) == columns(Case, links.OF_CASE)
    assert fetched(read, ConsentEvent) == columns(ConsentEvent, links.OF_CONSENT)


def test_a_shop_fetches_name_and_telephone_with_the_code_alone(
    take_in: TakeIn, desk_team: Team, shop: Shop, client: Client
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, "conditions", "contact", shop=shop)
    inquiry = ask(case, desk_team, shop)[0]
    say(inquiry)
    act("disclose", inquiry, desk_team, is_sure=False)
    link = shop_links.path_of(inquiry.public_id)
    wrong = asked(client, link, {"do": "contact", "code": "000000"})
    assert fetched(wrong, Case) == columns(Case, links.OF_CASE)
    right = asked(client, link, {"do": "contact", "code": code_of(inquiry.public_id)})
    assert fetched(right, Case) == columns(Case, links.OF_CASE | NAMED)


def test_an_agency_fetches_what_was_sent_with_the_code_alone(
    take_in: TakeIn, desk_team: Team, client: Client
) -> None:
    case = take_in(**KNOWN)
    agencies.agree(case, desk_team)
    row = agencies.refer(case, desk_team, agencies.agency(desk_team), pieces=["household", "contact"])
    link, code = referrals.path_of(row.public_id), code_of(row.public_id)
    wrong = asked(client, link, {"do": "read", "code": "000000"}, {"do": "yes", "code": "000000"})
    assert not {"packet", "reply"} & fetched(wrong, Referral)
    right = asked(client, link, {"do": "read", "code": code})
    assert "packet" in fetched(right, Referral)
    after = asked(
        client,
        link,
        {"do": "yes", "code": code, "reply": "引き受けます"},
        {"do": "done", "code": code},
    )
    row.refresh_from_db()
    assert (row.state, row.reply) == ("done", "引き受けます")
    for read in (wrong, right, after):
        assert fetched(read, Case) == columns(Case, links.OF_CASE)
        assert fetched(read, ConsentEvent) == columns(ConsentEvent, links.OF_CONSENT)


def test_the_list_of_columns_holds_nothing_of_the_person() -> None:
    """What says who somebody is, or tells of them, is free text, a day of birth or a contact: none of it is listed."""
    free = {
        field.name
        for field in Case._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    assert links.OF_CASE & free == {"number"}
    assert not links.OF_CASE & {"birth_date", "age_band", "household", "obstacles", "moving_reason"}


def test_the_look_at_the_queries_notices_a_column_too_many(
    take_in: TakeIn, desk_team: Team, shop: Shop, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with one more column listed, it is found among those fetched."""
    case = take_in(**KNOWN)
    agree(case, desk_team)
    link = shop_links.path_of(ask(case, desk_team, shop)[0].public_id)
    assert "address" not in fetched(asked(client, link), Case)
    monkeypatch.setattr(links, "OF_CASE", links.OF_CASE | {"address"})
    assert "address" in fetched(asked(client, link), Case)


# --- What is told ---


NOT_OF_A_CASE = {Agency}
"""Tables that stand by themselves: their words are no words of a person."""
SENT = {(ShopInquiry, "card"), (ShopInquiry, "offer")}
"""What the shop was sent under a consent, and what it said itself."""
KEYS = ("reference", "token_hash", "code_hash", "sha256", "stored_name", "text_version", "content_type")


def tables_of_a_case() -> Iterator[type[models.Model]]:
    """The case, what points to it, and what points to that."""
    known: list[type[models.Model]] = [Case]
    for model in known:
        yield model
        for relation in model._meta.related_objects:
            found = relation.related_model
            is_ours = found._meta.app_label == "consultations" and found not in NOT_OF_A_CASE
            if is_ours and found not in known:
                known.append(found)


def free_columns(model: type[models.Model]) -> list[models.Field]:
    """Columns somebody writes words into."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and field.name not in KEYS
        and (model, field.name) not in SENT
    ]


def write_canaries() -> set[str]:
    """A canary into each column of words of everything that hangs on a case, past services and triggers; which those are."""
    written = set()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model in tables_of_a_case():
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
    for model in tables_of_a_case():
        for row in model._default_manager.all():
            for field in free_columns(model):
                word = canary_for(model, field, row.pk)
                # What a constraint ties to another column (no reason without an override) stays as it is.
                with suppress(IntegrityError), transaction.atomic():
                    model._default_manager.filter(pk=row.pk).update(**{field.name: word})
                    written.add(f"{model.__name__}.{field.name}")
    return written


def canary_for(model: type[models.Model], field: models.Field, pk: int) -> object:
    """A word that fits the column; lists keep what the rules read from them, and get the word beside it."""
    if isinstance(field, models.JSONField):
        return [*kept, CANARY] if (kept := _list_of(model, field, pk)) is not None else [[CANARY, CANARY]]
    if isinstance(field, models.EmailField):
        return f"kanaria{pk}@sumai.example.jp"
    return f"{CANARY}{pk}"[: field.max_length or 20]


def _list_of(model: type[models.Model], field: models.Field, pk: int) -> list[str] | None:
    """The words of a list of codes; `None` for what holds rows of text."""
    value = model._default_manager.values_list(field.name, flat=True).get(pk=pk)
    is_codes = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value if is_codes else None


@pytest.fixture
def story(desk_team: Team, shop: Shop) -> list[Case]:
    """The demo's cases: referred, asked, planned, conferred about, offered, ended, overridden."""
    for number in range(2):
        ring.shop(desk_team.desk.council, f"見本不動産{number}", email=f"shop{number}@shop.example.jp")
    return demo.load(desk_team, now=NOW)


def test_a_canary_in_every_word_about_a_case_is_in_nothing_a_link_tells(
    story: list[Case], client: Client, caplog: pytest.LogCaptureFixture, desk_team: Team
) -> None:
    assert story
    shops = [row.public_id for row in ShopInquiry.objects.all()]
    referred = [row.public_id for row in Referral.objects.all()]
    before = AuditEvent.objects.latest("pk").pk
    sent = len(mail.outbox)
    written = write_canaries()
    assert {"Case.name", "Contact.text", "ConsentEvent.reason", "PlanStep.what", "CaseTask.title"} <= written
    assert {"Referral.packet", "Referral.reply", "CaseTransfer.request"} <= written
    told = []
    with caplog.at_level(logging.DEBUG):
        for public_id in shops:
            told += pages(client, shop_links.path_of(public_id), SHOP_FORMS)
        for public_id in referred:
            told += pages(client, referrals.path_of(public_id), AGENCY_FORMS)
        told += pages(client, reverse("consultations:shop_answer", args=["a" * 32]), SHOP_FORMS)
    run_once(now=NOW + dt.timedelta(hours=2))
    assert len(shops) == 3
    assert referred
    told += [f"{each.subject}{each.body}{each.extra_headers}" for each in mail.outbox[sent:]]
    told += [f"{row.details}{row.reason}" for row in AuditEvent.objects.filter(pk__gt=before)]
    told.append(
        "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    )
    assert [text for text in told if CANARY in text or "kanaria" in text] == []


SHOP_FORMS = (
    {"do": "contact", "code": "000000"},
    {"do": "no", "reason": ""},
    {"do": "yes", "offer": ""},
    {"do": "yes", "offer": "1DK"},
    {"do": "nonsense"},
)
AGENCY_FORMS = ({"do": "read", "code": "000000"}, {"do": "yes", "code": "000000"}, {"do": "no", "code": "x"})


def pages(client: Client, link: str, forms: Iterable[dict[str, str]]) -> list[str]:
    answers = [
        client.get(link),
        client.head(link),
        *(client.post(link, form) for form in forms),
        client.get(link),
    ]
    return [f"{dict(answer.headers)}{answer.content.decode()}" for answer in answers]


def test_an_error_in_the_middle_tells_nothing(
    story: list[Case], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, desk_team: Team
) -> None:
    """The page that breaks while a case is open, for its own counsellor and for a shop: neither page nor log has a word."""
    public_id = ShopInquiry.objects.latest("pk").public_id
    write_canaries()

    def break_down(*args: object, **words: object) -> None:
        raise RuntimeError("broken on purpose")

    for module in ("cases", "shops"):
        monkeypatch.setattr(f"consultations.views.{module}.render", break_down)
    desk = Client(raise_request_exception=False)
    desk.force_login(desk_team.counsellor, backend="django.contrib.auth.backends.ModelBackend")
    holder = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        broken = [
            desk.get(reverse("consultations:case", args=[story[0].public_id])),
            holder.get(shop_links.path_of(public_id)),
        ]
    assert [answer.status_code for answer in broken] == [500, 500]
    logged = "\n".join(
        logging.Formatter().format(record) for record in caplog.records if record.name != "django.db.backends"
    )
    assert "broken on purpose" in logged
    for text in (*(answer.content.decode() for answer in broken), logged):
        assert CANARY not in text


def test_the_canaries_reach_every_table_of_a_case(story: list[Case]) -> None:
    """A table that is new is either filled by the demo or named here with the reason why it holds no words."""
    empty = {
        model.__name__
        for model in tables_of_a_case()
        if free_columns(model) and not model._default_manager.exists()
    }
    assert empty <= {
        "CaseCategory",  # labels of the coded list
        "InquiryCount",  # reasons of the coded list, counted
        *("OverrideReview", "CaseFile", "LegalHold", "CaseOpening", "DeskBooking"),  # no link looks at them
    }, empty
