"""The pages of letters: words of a municipality, samples, the letters of a case and how they were handed on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from certification.demo import Office, Walk
from certification.models import Letter, LetterDelivery, LetterTemplate
from certification.rules.letter_kinds import LetterKind
from certification.selectors.ledger import ledger_batches
from tests.certification.conftest import MONDAY_MORNING
from tests.certification.documents.test_letters import pages_of

SignIn = Callable[[User], Client]
LIST = reverse("certification:letter_templates")
EDIT = reverse("certification:letter_template", args=["guidance"])
SAMPLE = reverse("certification:letter_template_preview", args=["guidance"])


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(days=60), tick=False):
        yield


@pytest.fixture
def administrator(office: Office, sign_in: SignIn) -> Client:
    return sign_in(office.administrator)


def save(client: Client, title: str, body: str):
    seen = client.get(EDIT).context["seen"]
    return client.post(EDIT, {"title": title, "body": body, "seen": seen})


def test_words_are_written_tried_and_published(administrator: Client) -> None:
    assert administrator.get(LIST).content.decode().count("標準") >= len(LetterKind)
    assert save(administrator, "お願い", "{住宅の名称}のこと。").status_code == 302
    page = administrator.get(EDIT)
    assert "案を公開する" in page.content.decode()
    pages = pages_of(administrator.get(SAMPLE).content)
    assert "見本荘のこと。" in "".join(pages)
    assert all("見本" in one for one in pages)
    publish = reverse("certification:letter_template_publish", args=["guidance"])
    assert administrator.post(publish, {"seen": page.context["seen"]}).status_code == 302
    assert LetterTemplate.objects.get().published_at
    assert "独自 第1版" in administrator.get(LIST).content.decode()


def test_problems_stand_on_the_page_and_keep_the_draft_from_use(administrator: Client) -> None:
    save(administrator, "お願い", "{無い項目}のこと。")
    page = administrator.get(EDIT)
    assert "{無い項目}は、ここでは使えません。" in page.content.decode()
    assert administrator.get(SAMPLE).status_code == 302
    publish = reverse("certification:letter_template_publish", args=["guidance"])
    assert administrator.post(publish, {"seen": page.context["seen"]}).status_code == 409
    save(administrator, "お願い", "😀")
    assert "印刷できない文字" in administrator.get(EDIT).content.decode()


def test_a_stale_page_keeps_what_was_typed_and_shows_what_is_there(administrator: Client) -> None:
    save(administrator, "先の件名", "先の本文。")
    answer = administrator.post(EDIT, {"title": "後の件名", "body": "後の本文。", "seen": 0})
    assert answer.status_code == 409
    for word in ("後の件名", "後の本文。", "先の件名", "先の本文。"):
        assert word in answer.content.decode()


def test_empty_words_are_refused_and_kept(administrator: Client) -> None:
    answer = administrator.post(EDIT, {"title": "", "body": "本文だけ。", "seen": 0})
    assert answer.status_code == 422
    assert "本文だけ。" in answer.content.decode()
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_has_a_page_and_a_sample(administrator: Client, kind: LetterKind) -> None:
    assert administrator.get(reverse("certification:letter_template", args=[kind.value])).status_code == 200
    sample = administrator.get(reverse("certification:letter_template_preview", args=[kind.value]))
    assert sample["Content-Type"] == "application/pdf"


def test_a_kind_that_does_not_exist_is_not_found(administrator: Client) -> None:
    assert administrator.get("/certification/letters/nothing/").status_code == 404


# --- The letters of a case ---


def address(name: str, letter: Letter) -> str:
    case = letter.application
    assert case is not None
    more = [letter.public_id] if name == "letter_delivery" else []
    return reverse(f"certification:{name}", args=[case.public_id, *more])


def test_the_desk_records_and_everybody_on_the_case_reads(proposed: Walk, sign_in: SignIn) -> None:
    letter = proposed.decide().application.letters.get()
    desk, viewer = sign_in(proposed.office.desk), sign_in(proposed.office.viewer)
    assert "まだ記録がありません" in desk.get(address("case_letters", letter)).content.decode()
    form = {"way": "post", "delivered_on": "R8.7.1", "note": "簡易書留 000-0", "seen": 0}
    assert desk.post(address("letter_delivery", letter), form).status_code == 302
    page = viewer.get(address("case_letters", letter)).content.decode()
    assert "簡易書留 000-0" in page
    assert "通知の方法を記録する" not in page
    assert viewer.get(address("letter_delivery", letter)).status_code == 404
    again = desk.post(address("letter_delivery", letter), form)
    assert again.status_code == 409
    assert "簡易書留 000-0" in again.content.decode()


def test_a_day_that_cannot_be_is_refused_and_kept(proposed: Walk, sign_in: SignIn) -> None:
    letter = proposed.decide().application.letters.get()
    form = {"way": "post", "delivered_on": "R7.1.1", "note": "控えの番号", "seen": 0}
    answer = sign_in(proposed.office.desk).post(address("letter_delivery", letter), form)
    assert answer.status_code == 422
    assert "届けた日は、文書の日付" in answer.content.decode()
    assert "控えの番号" in answer.content.decode()


def test_the_ledger_shows_the_way(proposed: Walk, sign_in: SignIn) -> None:
    letter = proposed.decide().application.letters.get()

    def way() -> str:
        actor = proposed.actor(proposed.office.desk)
        rows = next(ledger_batches([proposed.application.pk], actor=actor, today=dt.date(2026, 7, 31)))
        return rows[0].sent_by_way_of

    assert way() == "システム"
    form = {"way": "counter", "delivered_on": "R8.7.1", "seen": 0}
    sign_in(proposed.office.desk).post(address("letter_delivery", letter), form)
    assert way() == "窓口交付"


def test_letters_of_a_case_take_the_same_queries_for_one_and_fifty(proposed: Walk, sign_in: SignIn) -> None:
    first = proposed.decide().application.letters.get()
    desk, counts = sign_in(proposed.office.desk), []
    for size in (1, 3, 50):
        for number in range(Letter.objects.count(), size):
            twin = Letter.objects.get(pk=first.pk)
            twin.pk, twin.public_id, twin.document_number = None, uuid.uuid4(), f"複{number}"
            twin.save(force_insert=True)
        for letter in Letter.objects.filter(deliveries__isnull=True):
            LetterDelivery.objects.create(
                letter=letter, way="post", delivered_on=letter.issued_on, recorded_at=dt.datetime.now(tz=dt.UTC),
                recorded_by=proposed.office.desk,
            )  # fmt: skip
        desk.get(address("case_letters", first))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(address("case_letters", first))
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 14, counts


def test_the_list_of_kinds_takes_the_same_queries_whatever_was_worded(
    administrator: Client, office: Office
) -> None:
    counts = []
    for size in (0, 1, 3, len(LetterKind)):
        for kind in list(LetterKind)[:size]:
            LetterTemplate.objects.get_or_create(
                municipality=office.municipality, kind=kind, version=1,
                defaults={"title": "件名", "body": "本文", "edited_at": dt.datetime.now(tz=dt.UTC), "edited_by": office.administrator},
            )  # fmt: skip
        administrator.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            administrator.get(LIST)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
