"""Answering by link: without login, once, with a code told separately, and with a clear sentence when it is too late."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import actor_of
from certification import demo_inquiries
from certification.demo import Walk
from certification.models import Inquiry, InquiryLink
from certification.rules.inquiries import InquiryKind
from certification.services import inquiries


@pytest.fixture
def inquiry(gathered: Walk) -> Inquiry:
    desk = gathered.office.desk
    drafted = demo_inquiries.draft(
        gathered.application, InquiryKind.BUILDING, desk, at=gathered.at, addressee="見本県 建築指導課"
    )
    return demo_inquiries.sent(drafted, desk, at=gathered.at)


@pytest.fixture
def link(inquiry: Inquiry, gathered: Walk) -> inquiries.NewLink:
    now = timezone.now()
    return inquiries.make_link(
        application_id=gathered.application.public_id,
        inquiry_id=inquiry.public_id,
        days=7,
        actor=actor_of(gathered.office.desk, day=timezone.localdate(now)),
        now=now,
        seen=inquiry.revision,
    )


ANSWER = {
    "building-9-1": "none",
    "building-9-7": "none",
    "finding": "not_found",
    "answerer": "見本県 建築指導課 見本",
    "text": "命令はありません。",
}


def door(link: inquiries.NewLink) -> str:
    return reverse("certification:answer", args=[link.token])


def give(link: inquiries.NewLink) -> str:
    return reverse("certification:answer_give", args=[link.token])


def ticket_of(link: inquiries.NewLink) -> str:
    page = Client().post(door(link), {"code": link.code})
    return str(page.context["form"]["ticket"].value())


def test_the_address_alone_shows_the_housing_and_nothing_else(
    link: inquiries.NewLink, inquiry: Inquiry
) -> None:
    response = Client().get(door(link))
    page = response.content.decode()

    assert response.status_code == 200
    assert "見本荘" in page
    assert "二丁目3番4号" in page
    for hidden in (inquiry.question, "株式会社みほん住まい", "架空 太郎", "建築基準法", inquiry.addressee):
        assert hidden not in page
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "strict-origin"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_code_opens_the_questions_and_the_answer_is_kept_once(
    link: inquiries.NewLink, inquiry: Inquiry
) -> None:
    opened = Client().post(door(link), {"code": f"{link.code[:3]} {link.code[3:]}"})
    assert inquiry.question in opened.content.decode()
    assert "架空 太郎" not in opened.content.decode()

    ticket = ticket_of(link)
    done = Client().post(give(link), ANSWER | {"ticket": ticket})
    assert done.status_code == 200
    assert "回答を受け取りました" in done.content.decode()
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.answer_text) == ("answered", "命令はありません。")

    again = Client().post(give(link), ANSWER | {"ticket": ticket, "text": "書き直し"})
    assert again.status_code == 410
    assert "すでに回答をいただいています" in again.content.decode()
    assert Client().get(door(link)).status_code == 410
    inquiry.refresh_from_db()
    assert inquiry.answer_text == "命令はありません。"


def test_without_the_code_nothing_is_kept(link: inquiries.NewLink, inquiry: Inquiry) -> None:
    for ticket in ("", "forged", "a:b:c"):
        response = Client().post(give(link), ANSWER | {"ticket": ticket})
        assert response.status_code == 422
        assert inquiry.question not in response.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.status == "open"


def test_a_wrong_code_is_counted_and_what_is_no_code_is_not(link: inquiries.NewLink) -> None:
    wrong = "000000" if link.code != "000000" else "111111"
    assert "6けたの数字" in Client().post(door(link), {"code": "12"}).content.decode()
    assert InquiryLink.objects.get().tries == 0
    assert "あと4回" in Client().post(door(link), {"code": wrong}).content.decode()
    for _ in range(4):
        last = Client().post(door(link), {"code": wrong})
    assert last.status_code == 410
    assert "5回まちがえたため" in last.content.decode()
    assert Client().post(door(link), {"code": link.code}).status_code == 410


def test_a_link_that_expired_or_was_never_made_says_so(link: inquiries.NewLink) -> None:
    InquiryLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    late = Client().get(door(link))
    assert late.status_code == 410
    assert "期限を過ぎました" in late.content.decode()

    unknown = Client().get(reverse("certification:answer", args=["nobody-made-this"]))
    assert unknown.status_code == 404
    assert "途中で切れていないか" in unknown.content.decode()


def test_what_does_not_fit_is_told_and_kept(link: inquiries.NewLink) -> None:
    given = ANSWER | {"ticket": ticket_of(link), "building-9-1": "under"}
    response = Client().post(give(link), given)

    assert response.status_code == 422
    assert "命令を「受けている」とした事項があります" in response.content.decode()
    assert "命令はありません。" in response.content.decode()


def test_the_answer_needs_the_token_of_the_form(link: inquiries.NewLink) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(door(link), {"code": link.code}).status_code == 403


def test_the_ticket_of_one_link_answers_no_other(
    link: inquiries.NewLink, inquiry: Inquiry, gathered: Walk
) -> None:
    ticket = ticket_of(link)
    inquiry.refresh_from_db()
    newer = inquiries.make_link(
        application_id=gathered.application.public_id,
        inquiry_id=inquiry.public_id,
        days=3,
        actor=actor_of(gathered.office.desk, day=timezone.localdate()),
        now=timezone.now(),
        seen=inquiry.revision,
    )
    assert Client().post(give(newer), ANSWER | {"ticket": ticket}).status_code == 422
    assert Client().post(give(link), ANSWER | {"ticket": ticket}).status_code == 410
