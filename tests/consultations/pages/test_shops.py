"""Pages of 店への問合せ: at the desk, and the link by which a shop answers. Canaries stand in every column of the case."""

from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.db.models import CharField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.outbox import run_once
from consultations.demo import Team
from consultations.models import Case, ShopInquiry
from consultations.services.shop_links import code_of, path_of
from councils.models import Shop
from tests.consultations.conftest import NOW, SignIn, TakeIn
from tests.consultations.services.test_shops import act, agree, ask
from tests.councils import ring

MOST = 24
CANARY = "カナリア語"


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def shop(desk_team: Team) -> Shop:
    return ring.shop(
        desk_team.desk.council, "あおば不動産", email="aoba@shop.example.jp", offers=["watching"]
    )


def url(name: str, case: Case, **more: object) -> str:
    return reverse(f"consultations:{name}", kwargs={"case_id": case.public_id, **more})


def card(shop: Shop, **values: object) -> dict[str, object]:
    return {
        "area": "輪野駅の近く", "month": "", "with_household": "on", "with_age": "on", "conditions": ["watch"],
        "language": "", "note": "日当たりのよい部屋", "shops": [str(shop.public_id)], "seen": "0",
        "key": "11111111-1111-4111-8111-111111111111", "do": "preview", **values,
    }  # fmt: skip


def full_of_canaries(case: Case) -> Case:
    """Every column of text that is free says so."""
    words = {
        each.name: f"{CANARY}{each.name}"[: each.max_length or 99]
        for each in Case._meta.concrete_fields
        if isinstance(each, CharField | TextField)
        and not each.choices
        and each.name not in ("number", "email", "phone")
    }
    Case.objects.filter(pk=case.pk).update(
        **words, email="kanaria@sumai.example.jp", phone="000-7777-7777", number="R8-相-7777"
    )
    case.refresh_from_db()
    return case


def test_a_card_is_written_seen_as_the_shop_will_and_sent(
    take_in: TakeIn, desk_team: Team, shop: Shop, sign_in: SignIn
) -> None:
    case = take_in(obstacles=("watch",), household="single", age_band="65-74")
    client = sign_in(desk_team.counsellor)
    assert "店に条件を渡す同意がありません" in client.get(url("shop_inquiry_new", case)).content.decode()
    agree(case, desk_team)
    page = client.get(url("shop_inquiry_new", case)).content.decode()
    assert "あおば不動産" in page
    assert "見守りあり" in page
    refused = client.post(url("shop_inquiry_new", case), card(shop, note="みほんは障害がある"))
    assert refused.status_code == 422
    assert "「みほん」(名前)、「障害」(病気や障害)は、店に伝えられません" in refused.content.decode()
    assert "みほんは障害がある</textarea>" in refused.content.decode()
    shown = client.post(url("shop_inquiry_new", case), card(shop))
    assert shown.status_code == 200
    for word in (
        "店にはこう見えます",
        "輪野駅の近く",
        "単身",
        "65〜74歳",
        "だれのことか分かるおそれがあります",
    ):
        assert word in shown.content.decode()
    assert not ShopInquiry.objects.exists()
    not_ticked = client.post(url("shop_inquiry_new", case), card(shop, do="send"))
    assert not_ticked.status_code == 422
    assert "同じような条件の相談が" in not_ticked.content.decode()
    back = client.post(url("shop_inquiry_new", case), card(shop, do="edit"))
    assert "日当たりのよい部屋</textarea>" in back.content.decode()
    stale = client.post(url("shop_inquiry_new", case), card(shop, do="send", rare="1", seen="5"))
    assert stale.status_code == 409
    for _ in range(2):
        sent = client.post(url("shop_inquiry_new", case), card(shop, do="send", rare="1"))
        assert sent.status_code == 302
    inquiry = ShopInquiry.objects.get()
    assert inquiry.reference in client.get(url("shop_inquiries", case)).content.decode()
    assert "いま問い合わせています" in client.get(url("shop_inquiry_new", case)).content.decode()


def test_a_shop_answers_in_three_taps_and_reads_the_name_with_its_code(
    take_in: TakeIn, desk_team: Team, shop: Shop, sign_in: SignIn
) -> None:
    case = take_in(name="例示 三郎", phone="000-0000-0102")
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    link, holder, desk = (
        path_of(inquiry.public_id),
        Client(enforce_csrf_checks=False),
        sign_in(desk_team.counsellor),
    )
    opened = holder.get(link)
    assert opened.status_code == 200
    assert opened["Cache-Control"] == "no-store"
    assert opened["X-Robots-Tag"] == "noindex, nofollow"
    assert opened["Referrer-Policy"] == "strict-origin"
    assert "輪野駅の近く" in opened.content.decode()
    assert holder.get(link.replace("-", "")).status_code == 200
    assert holder.post(link, {"do": "no", "reason": ""}).status_code == 422
    given = {"do": "yes", "offer": "1階、1DK", "rent_yen": "52,000円ぐらい"}
    assert holder.post(link, given).status_code == 422
    assert "回答を受け取りました" in holder.post(link, {**given, "rent_yen": "52000"}).content.decode()
    assert "ご本人に確かめています" in holder.get(link).content.decode()
    where = url("shop_inquiry", case, inquiry_id=inquiry.public_id)
    page = desk.get(where).content.decode()
    assert "1階、1DK" in page
    inquiry.refresh_from_db()
    refused = desk.post(where, {"do": "disclose", "seen": inquiry.revision})
    assert refused.status_code == 422
    assert "同意がありません" in refused.content.decode()
    agree(case, desk_team, "conditions", "contact", shop=shop)
    assert desk.post(where, {"do": "disclose", "seen": inquiry.revision}).status_code == 302
    code = code_of(inquiry.public_id)
    assert f"{code[:3]} {code[3:]}" in desk.get(where).content.decode()
    assert "例示" not in holder.get(link).content.decode()
    wrong = holder.post(link, {"do": "contact", "code": "123" if code != "123" else "1"})
    assert wrong.status_code == 422
    shown = holder.post(link, {"do": "contact", "code": f"{code[:3]} {code[3:]}"})
    assert "例示 三郎" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    inquiry.refresh_from_db()
    typed = {"do": "stage", "seen": inquiry.revision, "stage": "viewed", "happened_on": "2026-11-03"}
    early = desk.post(where, typed)
    assert early.status_code == 422
    assert "先の日は書けません" in early.content.decode()
    assert re.search(r'value="viewed"[^>]* checked', early.content.decode())
    assert desk.post(where, {**typed, "happened_on": "2026-11-02"}).status_code == 302
    assert "内見した(令和8年11月2日)" in desk.get(url("shop_inquiries", case)).content.decode()
    inquiry.refresh_from_db()
    assert desk.post(where, {"do": "contract", "seen": inquiry.revision}).status_code == 302
    assert holder.get(link).status_code == 410
    assert "見た" in desk.get(where).content.decode()


def test_an_unknown_an_expired_and_an_answered_link_speak_kindly(
    take_in: TakeIn, desk_team: Team, shop: Shop, clock: Any
) -> None:
    case = take_in()
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    link, holder = path_of(inquiry.public_id), Client()
    unknown = holder.get("/shops/inquiries/nobody-made-this/")
    assert unknown.status_code == 404
    assert "途中で切れていないか" in unknown.content.decode()
    assert unknown["X-Robots-Tag"] == "noindex, nofollow"
    clock.move_to(NOW + dt.timedelta(days=14))
    late = holder.get(link)
    assert late.status_code == 410
    assert "期限が過ぎたため" in late.content.decode()
    assert "輪野駅" not in late.content.decode()
    again = ask(case, desk_team, shop, now=NOW + dt.timedelta(days=14))[0]
    link = path_of(again.public_id)
    assert holder.post(link, {"do": "no", "reason": "owner"}).status_code == 200
    assert "回答を受け取っています" in holder.post(link, {"do": "yes"}).content.decode()


def test_no_canary_leaves_the_case_before_a_name_may(
    take_in: TakeIn, desk_team: Team, shop: Shop, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """Each text column of the case is a canary; page, mail, sheet, trail and log of the asking are without any."""
    caplog.set_level(logging.DEBUG)
    case = full_of_canaries(take_in(obstacles=("age", "arrears", "watch")))
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    link, holder = path_of(inquiry.public_id), Client()
    told = [
        holder.get(link).content.decode(),
        holder.post(link, {"do": "contact", "code": code_of(inquiry.public_id)}).content.decode(),
        holder.post(link, {"do": "no", "reason": ""}).content.decode(),
        holder.post(link, {"do": "yes", "offer": "1DK"}).content.decode(),
        holder.get(link).content.decode(),
    ]
    sheet = sign_in(desk_team.counsellor).get(url("shop_sheet", case, inquiry_id=inquiry.public_id))
    told.append(sheet.content.decode())
    act("end", inquiry, desk_team)
    run_once(now=NOW + dt.timedelta(minutes=1))
    assert mail.outbox
    told += [f"{message.subject}{message.body}{message.extra_headers}" for message in mail.outbox]
    told.append(caplog.text)
    canaries = (CANARY, "kanaria@", "000-7777-7777", "R8-相-7777", str(case.public_id))
    for text in told:
        for word in canaries:
            if word == str(case.public_id) and text is told[5]:
                continue  # the way back on the staff's screen, which is not printed
            assert word not in text, word
    trail = "".join(str((row.details, row.reason)) for row in AuditEvent.objects.all())
    assert CANARY not in trail
    assert "1DK" not in trail


def test_the_paper_names_no_case(take_in: TakeIn, desk_team: Team, shop: Shop, sign_in: SignIn) -> None:
    case = take_in()
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    client = sign_in(desk_team.counsellor)
    text = client.get(url("shop_sheet", case, inquiry_id=inquiry.public_id)).content.decode()
    code = code_of(inquiry.public_id)
    for word in (
        path_of(inquiry.public_id),
        inquiry.reference,
        "あおば不動産 御中",
    ):
        assert word in text
    assert case.number not in text
    assert f"{code[:3]} {code[3:]}" not in text, "who finds the paper must not have both"
    act("end", inquiry, desk_team)
    assert client.get(url("shop_sheet", case, inquiry_id=inquiry.public_id)).status_code == 302


def test_the_desk_writes_down_an_answer_and_a_mistake_keeps_it(
    take_in: TakeIn, desk_team: Team, shop: Shop, sign_in: SignIn
) -> None:
    case = take_in()
    agree(case, desk_team)
    inquiry = ask(case, desk_team, shop)[0]
    client, where = sign_in(desk_team.colleague), url("shop_inquiry", case, inquiry_id=inquiry.public_id)
    wrong = client.post(where, {"do": "answer", "seen": "0", "has_home": "no", "offer": "FAXで"})
    assert wrong.status_code == 422
    assert "理由を一つ選んでください" in wrong.content.decode()
    assert "FAXで</textarea>" in wrong.content.decode()
    done = client.post(where, {"do": "answer", "seen": "0", "has_home": "no", "reason": "no_stock"})
    assert done.status_code == 302
    late = client.post(where, {"do": "end", "seen": "0"})
    assert late.status_code == 409
    assert client.post(where, {"do": "nonsense", "seen": "1"}).status_code == 404


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in()
    agree(case, desk_team)
    client = sign_in(desk_team.counsellor)
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 50):
        while Shop.objects.count() < size:
            made = ring.shop(desk_team.desk.council, f"店{Shop.objects.count():03}")
            ask(case, desk_team, made, key=uuid.uuid4())
        one = ShopInquiry.objects.latest("pk")
        for where in (
            url("shop_inquiries", case),
            url("shop_inquiry_new", case),
            url("shop_inquiry", case, inquiry_id=one.public_id),
            path_of(one.public_id),
        ):
            client.get(where)
            with CaptureQueriesContext(connection) as found:
                assert client.get(where).status_code == 200
            key = where if "shops/" in where and str(one.public_id) not in where else "one"
            counts.setdefault("link" if where.startswith("/shops/") else key, []).append(len(found))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    assert max(found[0] for found in counts.values()) <= MOST, counts
