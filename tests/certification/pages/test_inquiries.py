"""照会 on the pages: who reads what, and that nothing of a restricted one shows anywhere else."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent, Notice, User
from certification import demo_inquiries
from certification.demo import Office, Walk
from certification.models import Inquiry
from certification.rules.inquiries import InquiryKind
from tests.certification.pages.conftest import SignIn
from tests.certification.pages.forms_on_page import post_form

SUSPECT, BORN, GROUND = "疑義次郎", "昭和45年1月2日", "匿名の通報があった"
SECRETS = (SUSPECT, "疑義", BORN, "1970", GROUND, "見本町九丁目", "警察", "暴力団")


@pytest.fixture
def police(gathered: Walk) -> Inquiry:
    """An inquiry to the police about somebody, sent; the desk alone is named on it."""
    desk = gathered.office.desk
    inquiry = demo_inquiries.draft(
        gathered.application,
        InquiryKind.POLICE,
        desk,
        at=gathered.at,
        addressee="見本県警察本部",
        subject=SUSPECT,
        ground=GROUND,
    )
    return demo_inquiries.sent(inquiry, desk, at=gathered.at)


@pytest.fixture
def fire(gathered: Walk) -> Inquiry:
    desk = gathered.office.desk
    inquiry = demo_inquiries.draft(
        gathered.application, InquiryKind.FIRE, desk, at=gathered.at, addressee="見本消防署"
    )
    return demo_inquiries.sent(inquiry, desk, at=gathered.at)


def url(name: str, inquiry: Inquiry, **more: Any) -> str:
    args = {"case_id": inquiry.application.public_id, "inquiry_id": inquiry.public_id, **more}
    return reverse(f"certification:{name}", kwargs=args)


def letter_url(inquiry: Inquiry) -> str:
    assert inquiry.letter is not None
    return reverse("certification:letter", args=[inquiry.letter.public_id])


def list_url(inquiry: Inquiry) -> str:
    return reverse("certification:case_inquiries", args=[inquiry.application.public_id])


def people_without_a_right(office: Office, walk: Walk) -> list[User]:
    return [office.colleague, office.viewer, office.reviewers[walk.second_id], walk.user]


# --- Who reads ---


def test_the_named_and_the_decider_read_it(police: Inquiry, gathered: Walk, sign_in: SignIn) -> None:
    for user in (gathered.office.desk, gathered.office.decider):
        client = sign_in(user)
        page = client.get(url("case_inquiry", police)).content.decode()
        assert SUSPECT in page
        assert BORN in page
        assert GROUND in page
        assert client.get(letter_url(police))["Content-Type"] == "application/pdf"


def test_for_everybody_else_it_is_a_line_without_kind_or_ground(
    police: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    office = gathered.office
    for user in people_without_a_right(office, gathered):
        client = sign_in(user)
        assert client.get(url("case_inquiry", police)).status_code == 404
        assert client.get(letter_url(police)).status_code == 404
        for act in ("send", "answer", "withdraw", "link", "remedy"):
            assert client.get(url("case_inquiry_act", police, act=act)).status_code == 404
    client = sign_in(office.colleague)
    page = client.get(list_url(police)).content.decode()
    assert "照会(閲覧制限)" in page
    row = page.split("<article")[1].split("</article>")[0]
    assert [word for word in SECRETS if word in row] == []


def test_who_is_named_reads_from_then_on(police: Inquiry, gathered: Walk, sign_in: SignIn) -> None:
    client = sign_in(gathered.office.viewer)
    police.readers.create(user=gathered.office.viewer, added_by=gathered.office.desk, added_at=timezone.now())

    assert client.get(url("case_inquiry", police)).status_code == 200
    assert client.get(url("case_inquiry_act", police, act="answer")).status_code == 404


def test_another_city_finds_nothing(
    police: Inquiry, fire: Inquiry, other_office: Office, sign_in: SignIn
) -> None:
    for user in (other_office.desk, other_office.decider):
        client = sign_in(user)
        for inquiry in (police, fire):
            for address in (url("case_inquiry", inquiry), list_url(inquiry), letter_url(inquiry)):
                assert client.get(address).status_code == 404


def test_the_applicant_never_sees_a_letter_of_inquiry(
    police: Inquiry, fire: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    client = sign_in(gathered.user)
    page = client.get(reverse("certification:plan", args=[gathered.application.public_id])).content.decode()

    assert "照会" not in page
    for inquiry in (police, fire):
        assert client.get(letter_url(inquiry)).status_code == 404


def test_every_office_on_the_case_reads_an_unrestricted_one(
    fire: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    for user in (gathered.office.viewer, gathered.office.reviewers[gathered.second_id]):
        client = sign_in(user)
        assert "見本消防署" in client.get(url("case_inquiry", fire)).content.decode()
        assert client.get(letter_url(fire)).status_code == 200


# --- Canaries ---


def words_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if not response.get("Content-Type", "").startswith("application/vnd"):
        return body.decode(errors="replace")
    book = load_workbook(io.BytesIO(body))
    return str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


def test_nothing_of_it_shows_on_any_other_page(police: Inquiry, gathered: Walk, sign_in: SignIn) -> None:
    """Not even to the people who may read it: only the inquiry and its letter say it."""
    office, case = gathered.office, gathered.application.public_id
    staff = [
        reverse("certification:case", args=[case]),
        f"{reverse('certification:queue')}?tab=all",
        f"{reverse('certification:queue')}?tab=all&inquiry=overdue",
        reverse("certification:case_changes", args=[case]),
        reverse("certification:case_points", args=[case]),
        reverse("certification:case_sheet_xlsx", args=[case]),
        reverse("certification:case_act", args=[case, "propose_certify"]),
        reverse("accounts:inbox"),
    ]
    asked = [(office.desk, address) for address in staff]
    asked += [(office.decider, staff[0]), (office.auditor, reverse("accounts:audit"))]
    asked += [(gathered.user, reverse("certification:plan", args=[case]))]
    found = []
    for user, address in asked:
        response = sign_in(user).get(address)
        assert response.status_code == 200, address
        text = words_of(response)
        found += [(address, word) for word in SECRETS[:6] if word in text]
        found += [(address, word) for word in ("見本県警察",) if word in text]
    ledger = sign_in(office.desk).post(reverse("certification:ledger"), {"purpose": "check"})
    text = words_of(ledger)
    found += [("ledger", word) for word in SECRETS if word in text]
    assert found == []


def test_the_trail_and_the_notices_know_it_by_its_id_alone(
    police: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    sign_in(gathered.office.desk).get(url("case_inquiry", police))
    events = AuditEvent.objects.filter(action__startswith="certification.inquiry")
    text = str(list(events.values())) + str(list(Notice.objects.values()))

    assert events.filter(action="certification.inquiry_viewed").count() == 1
    assert str(police.public_id) in text
    assert [word for word in (*SECRETS, "police") if word in text] == []


# --- Doing ---


def test_from_a_click_to_an_answer(gathered: Walk, sign_in: SignIn) -> None:
    client = sign_in(gathered.office.desk)
    case = gathered.application.public_id
    new = reverse("certification:case_inquiry_new", args=[case])
    address = client.post(new, {"kind": "building"})["Location"]
    form = post_form(client.get(address)).fields
    saved = client.post(address, form | {"addressee": "見本県 建築指導課"}, follow=True)
    assert "まだ送っていません" in saved.content.decode()
    inquiry = Inquiry.objects.get()
    send = url("case_inquiry_act", inquiry, act="send")
    assert (
        client.post(send, {"seen": inquiry.revision, "sent_on": "きのう", "how": "post"}).status_code == 422
    )
    today = timezone.localdate().isoformat()
    client.post(send, {"seen": inquiry.revision, "sent_on": today, "how": "post"})
    inquiry.refresh_from_db()
    assert inquiry.status == "open"

    answer = url("case_inquiry_act", inquiry, act="answer")
    given = {
        "seen": inquiry.revision,
        "answered_on": today,
        "finding": "not_found",
        "building-9-1": "under",
        "building-9-7": "none",
        "text": "書いたこと",
    }
    refused = client.post(answer, given)
    assert refused.status_code == 422
    assert "書いたこと" in refused.content.decode()
    client.post(answer, given | {"finding": "found", "remedy": "no"})
    inquiry.refresh_from_db()
    assert inquiry.meaning.label == "不認定の起案だけができる"
    page = client.get(reverse("certification:case_act", args=[case, "propose_certify"])).content.decode()
    assert "特定行政庁への照会の回答により" in page


def test_an_older_page_is_told_and_keeps_what_was_typed(
    fire: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    client = sign_in(gathered.office.desk)
    response = client.post(url("case_inquiry_act", fire, act="withdraw"), {"seen": 0, "reason": "思いちがい"})

    assert response.status_code == 409
    assert "思いちがい" in response.content.decode()
    assert "先に処理しました" in response.content.decode()


def test_a_late_answer_is_counted_on_the_queue_for_those_who_may_read_it(
    police: Inquiry, fire: Inquiry, gathered: Walk, sign_in: SignIn
) -> None:
    queue = reverse("certification:queue")
    # The cases of this test lie in the past of the real clock only when their answers are due before today.
    late = {row.pk for row in (police, fire) if row.due_on and row.due_on < dt.date.today()}
    assert late == {police.pk, fire.pk}
    page = sign_in(gathered.office.colleague).get(queue).content.decode()
    assert "回答の期限を過ぎた照会のある申請が1件" in page

    shown = sign_in(gathered.office.colleague).get(f"{queue}?tab=all&inquiry=overdue")
    assert len(shown.context["rows"]) == 1
    demo_inquiries.answered(fire, gathered.office.desk, at=gathered.at)
    page = sign_in(gathered.office.colleague).get(queue).content.decode()
    assert "回答の期限を過ぎた照会" not in page
    assert "回答の期限を過ぎた照会" in sign_in(gathered.office.desk).get(queue).content.decode()


def test_the_list_asks_as_often_for_fifty_as_for_one(fire: Inquiry, gathered: Walk, sign_in: SignIn) -> None:
    client = sign_in(gathered.office.desk)
    client.get(list_url(fire))
    counts = []
    for size in (1, 3, 50):
        while Inquiry.objects.count() < size:
            Inquiry.objects.create(
                application=fire.application,
                kind="other",
                addressee="見本の課",
                drafted_by=gathered.office.desk,
                drafted_at=gathered.at,
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(list_url(fire)).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 20
