"""関係機関への紹介 on the screen, on paper and at the agency."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.db.models import CharField, EmailField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.outbox import run_once
from consultations.demo import Team
from consultations.models import Case, DeskPost, Referral
from consultations.services.shop_links import code_of
from tests.consultations.conftest import NOW, TODAY, SignIn, TakeIn
from tests.consultations.pages.test_cases import MOST_IN_CASE, page, url
from tests.consultations.services.test_referrals import KNOWN, act, agency, agree, refer

CANARY = "カナリヤ鳥"
EXPENSIVE = ("name", "kana", "call_name", "address", "summary", "wishes", "proxy_name", "contact_note")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def link_of(row: Referral) -> str:
    from consultations.services.referrals import path_of

    return path_of(row.public_id)


def test_from_the_directory_to_the_agency_and_back(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn, client: Client
) -> None:
    case = take_in(**KNOWN)
    lead = sign_in(desk_team.supervisor)
    given = {"kind": "council", "name": "見本社協", "phone": "000-0000-0099", "is_active": "on"}
    assert lead.post(url("agencies"), {**given, "name": ""}).status_code == 422
    assert lead.post(url("agencies"), given).status_code == 302
    assert "もう登録されています" in lead.post(url("agencies"), given).content.decode()
    desk = sign_in(desk_team.counsellor)
    assert "関係機関を加える" not in page(desk, url("agencies"))
    where = url("referral_new", case)
    assert "関係機関に伝える同意がありません" in page(desk, where)
    agree(case, desk_team)
    shown = page(desk, where)
    assert "世帯と年代、名前と連絡先" in shown
    to = case.council.agencies.get()
    form: dict[str, Any] = {
        "agency": str(to.public_id), "pieces": ["household"], "request": "見守りをお願いします",
        "key": str(uuid.uuid4()), "seen": str(case.revision),
    }  # fmt: skip
    refused = desk.post(where, {**form, "pieces": ["household", "situation"], "do": "preview"})
    assert refused.status_code == 422
    assert "相談の内容を渡す同意がありません" in refused.content.decode()
    assert "見守りをお願いします" in refused.content.decode()
    preview = desk.post(where, {**form, "do": "preview"}).content.decode()
    assert "機関にはこう見えます" in preview
    assert "75歳以上" in preview
    assert desk.post(where, {**form, "do": "edit"}).status_code == 200
    assert desk.post(where, {**form, "seen": "99", "do": "send"}).status_code == 409
    for _ in range(2):
        assert desk.post(where, {**form, "do": "send"}).status_code == 302
    row = Referral.objects.get()
    code = code_of(row.public_id)
    own = page(desk, url("referral", case, referral_id=row.public_id))
    assert f"{code[:3]} {code[3:]}" in own
    sheet = page(desk, url("referral_sheet", case, referral_id=row.public_id))
    assert link_of(row) in sheet
    for word in (f"{code[:3]} {code[3:]}", "75歳以上", "見守りをお願い", case.number, "例示"):
        assert word not in sheet, "who finds the paper must not learn anything"

    link = link_of(row)
    before = AuditEvent.objects.count()
    assert client.get(link).status_code == 200
    assert "75歳以上" not in client.get(link).content.decode()
    row.refresh_from_db()
    assert (row.state, row.events.count(), AuditEvent.objects.count()) == ("sent", 1, before), (
        "a GET writes nothing"
    )
    wrong = client.post(link, {"do": "read", "code": "000000"})
    assert wrong.status_code == 422
    assert "番号が合いません" in wrong.content.decode()
    assert "75歳以上" not in wrong.content.decode()
    opened = client.post(link, {"do": "read", "code": f"{code[:3]} {code[3:]}"})
    assert "75歳以上" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    no_reason = client.post(link, {"do": "no", "code": code, "reply": "いまは"})
    assert no_reason.status_code == 422
    assert "理由を一つ選んでください" in no_reason.content.decode()
    taken = client.post(link, {"do": "yes", "code": code, "reply": "担当は見本です"})
    assert "お引き受けいただいています" in taken.content.decode()
    assert "担当は見本です" in page(desk, url("referrals", case))
    assert "ありがとうございました" in client.post(link, {"do": "done", "code": code}).content.decode()
    gone = client.get(link)
    assert gone.status_code == 410
    assert "この紹介は終わりました" in gone.content.decode()
    assert "済んだ" in page(desk, url("referral", case, referral_id=row.public_id))


def test_a_link_nobody_made_says_so(client: Client, db: None) -> None:
    answer = client.get("/referrals/aaaa-bbbb/")
    assert answer.status_code == 404
    assert "途中で切れていないか" in answer.content.decode()


def test_what_an_agency_told_on_the_telephone_and_taking_it_back(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    row = refer(case, desk_team, agency(desk_team))
    desk = sign_in(desk_team.counsellor)
    where = url("referral", case, referral_id=row.public_id)
    assert desk.post(where, {"do": "answer", "answer": "no", "seen": row.revision}).status_code == 422
    said = {"do": "answer", "answer": "no", "reason": "person", "reply": "会いたくない", "seen": row.revision}
    assert desk.post(where, said).status_code == 302
    assert "本人が断った" in page(desk, where)
    assert desk.post(where, {"do": "revoke", "seen": "99"}).status_code == 409
    assert desk.post(where, {"do": "nonsense", "seen": "1"}).status_code == 404
    sheet = desk.get(url("referral_sheet", case, referral_id=row.public_id))
    assert sheet.status_code == 302


def test_an_agency_that_is_no_longer_asked(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(**KNOWN)
    row = agency(desk_team)
    agree(case, desk_team)
    lead = sign_in(desk_team.supervisor)
    where = url("agency", agency_id=row.public_id)
    assert "見本社協" in page(lead, where)
    assert lead.post(where, {"kind": "council", "name": ""}).status_code == 422
    assert lead.post(where, {"kind": "council", "name": "見本社協"}).status_code == 302
    assert "紹介しない" in page(lead, url("agencies"))
    assert "見本社協" not in page(lead, url("referral_new", case))
    assert sign_in(desk_team.counsellor).get(where).status_code == 404


def test_a_canary_in_every_column_reaches_nobody_unasked(
    take_in: TakeIn, desk_team: Team, client: Client, caplog: pytest.LogCaptureFixture, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, scope=["household"])
    texts = {
        field.name: f"{CANARY}{number}"
        for number, field in enumerate(Case._meta.concrete_fields)
        if isinstance(field, CharField | TextField)
        and not isinstance(field, EmailField)
        and not field.choices
        and field.name not in ("number", "phone", "proxy_phone")
    }
    assert set(EXPENSIVE) <= set(texts)
    Case.objects.filter(pk=case.pk).update(**texts, phone="000-9999-9999", email="kanariya@canary.example.jp")
    row = refer(case, desk_team, agency(desk_team))
    link, code = link_of(row), code_of(row.public_id)
    told = [page(client, link)]
    sheet = page(sign_in(desk_team.counsellor), url("referral_sheet", case, referral_id=row.public_id))
    told.append(sheet.partition("<main")[2])
    assert link in told[-1]
    with caplog.at_level(logging.DEBUG):
        for asked in (
            {"do": "read", "code": "000000"},
            {"do": "read", "code": code},
            {"do": "no", "code": code},
        ):
            told.append(client.post(link, asked).content.decode())
        told.append(client.get(link).content.decode())
        told.append(client.post(link, {"do": "yes", "code": code}).content.decode())
        told.append(client.post(link, {"do": "done", "code": code}).content.decode())
        told.append(client.get(link).content.decode())
    run_once(now=NOW)
    told += [f"{message.subject}{message.body}" for message in mail.outbox]
    told += [str(event.details) + event.reason for event in AuditEvent.objects.all()]
    told.append(caplog.text)
    for word in (CANARY, "9999-9999", "kanariya"):
        assert [text for text in told if word in text] == [], word
    assert any("75歳以上" in text for text in told), "what was agreed does get there"


def test_each_council_has_a_directory_of_its_own(desk_team: Team, other_team: Team, sign_in: SignIn) -> None:
    """Who works for two councils chooses between them; who works for one is not asked."""
    here, there = agency(desk_team), agency(other_team, "古都見の社協")
    assert 'aria-label="協議会"' not in page(sign_in(desk_team.supervisor), url("agencies"))
    DeskPost.objects.create(desk=desk_team.desk, user=other_team.supervisor, role="counsellor", since=TODAY)
    client = sign_in(other_team.supervisor)
    led = page(client, url("agencies"))
    assert there.name in led
    assert here.name not in led
    other = f"{url('agencies')}?council={here.council.public_id}"
    assert other in led
    seen = page(client, other)
    assert here.name in seen
    assert "関係機関を加える" not in seen
    assert client.post(other, {"kind": "other", "name": "別の機関", "is_active": "on"}).status_code == 404
    assert client.get(f"{url('agencies')}?council={uuid.uuid4()}").status_code == 404
    assert client.get(reverse("consultations:agency", args=[here.public_id])).status_code == 404
    changed = {"kind": "other", "name": "古都見の社会福祉協議会", "is_active": "on"}
    assert client.post(reverse("consultations:agency", args=[there.public_id]), changed).status_code == 302


def test_what_is_forbidden_on_the_telephone_does_not_go_with_the_name(
    take_in: TakeIn, desk_team: Team, client: Client
) -> None:
    case = take_in(**KNOWN, phone_rule="never", contact_note="窓口に来る日に話す")
    agree(case, desk_team)
    row = refer(case, desk_team, agency(desk_team), pieces=["contact"])
    opened = client.post(link_of(row), {"do": "read", "code": code_of(row.public_id)}).content.decode()
    assert "例示 三郎" in opened
    assert "電話はできません。窓口が間に入ります。" in opened
    for word in ("0102", "見本町9番9号", "75歳以上", "取り壊し", "窓口に来る日"):
        assert word not in opened, word


def test_the_desk_is_told_when_the_agency_cannot_open_it(
    take_in: TakeIn, desk_team: Team, client: Client, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    row = refer(case, desk_team, agency(desk_team))
    code = code_of(row.public_id)
    where = url("referral", case, referral_id=row.public_id)
    desk = sign_in(desk_team.counsellor)
    for _ in range(5):
        client.post(link_of(row), {"do": "read", "code": "000000"})
    told = page(desk, where)
    assert "取りやめて、もう一度紹介してください" in told
    assert f"{code[:3]} {code[3:]}" not in told, "nobody should read out a code that opens nothing"
    assert "紹介票を刷る" not in told
    assert desk.post(where, {"do": "revoke", "seen": row.revision}).status_code == 302


def test_another_desk_sees_nothing(
    take_in: TakeIn, desk_team: Team, other_team: Team, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team)
    row = refer(case, desk_team, agency(desk_team))
    client = sign_in(other_team.supervisor)
    for address in (
        url("referrals", case),
        url("referral_new", case),
        url("referral", case, referral_id=row.public_id),
        url("referral_sheet", case, referral_id=row.public_id),
        url("agency", agency_id=row.agency.public_id),
    ):
        assert client.get(address).status_code == 404, address
    assert "見本社協" not in page(client, url("agencies"))


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(**KNOWN)
    client = sign_in(desk_team.supervisor)
    client.get(url("cases"))
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 30):
        while Referral.objects.count() < size:
            to = agency(desk_team, f"機関{Referral.objects.count()}")
            agree(case, desk_team, to.name)
            act("revoke", refer(case, desk_team, to), desk_team)
        row = refer(case, desk_team, to)
        addresses = {name: url(name, case) for name in ("referrals", "referral_new")}
        addresses["referral"] = url("referral", case, referral_id=row.public_id)
        addresses["agencies"] = url("agencies")
        for name, address in addresses.items():
            with CaptureQueriesContext(connection) as found:
                page(client, address)
            counts.setdefault(name, []).append(len(found))
        act("revoke", row, desk_team)
    assert {name: found for name, found in counts.items() if len(set(found)) > 1} == {}
    assert max(found[0] for found in counts.values()) <= MOST_IN_CASE
