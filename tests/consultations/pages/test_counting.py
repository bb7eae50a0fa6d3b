"""統計, 保存期間, 開示: what their pages show, to whom, in how many queries."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, Disposal, LegalHold
from tests.consultations.conftest import NOW, SignIn, TakeIn
from tests.consultations.services.test_retention import LONG_AGO, end, old_team

__all__ = ("old_team",)
MOST = 18


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def url(name: str, **more: object) -> str:
    return reverse(f"consultations:{name}", kwargs=more)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_the_page_shows_the_published_version_unless_asked(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    for _ in range(3):
        take_in(route="family")
    client = sign_in(desk_team.counsellor)
    published = page(client, url("statistics"))
    assert "公表版" in published
    assert "秘匿" in published
    assert "継続中(期間の最後の日)" not in published
    internal = page(client, f"{url('statistics')}?version=internal")
    assert "公表できません" in internal
    assert "継続中(期間の最後の日)" in internal
    assert "要保護も数える" not in internal
    assert "要保護も数える" in page(sign_in(desk_team.supervisor), f"{url('statistics')}?version=internal")
    for word in ("style=", "<script>"):
        assert word not in published
    assert "再開した相談は、新規に数えません" in published


def test_a_strange_address_is_this_year(desk_team: Team, sign_in: SignIn) -> None:
    client = sign_in(desk_team.counsellor)
    for query in ("?year=9999", "?year=x&desk=y", f"?desk={'0' * 32}", "?year=2022&protected=1"):
        page(client, url("statistics") + query)


def test_a_copy_is_what_is_shown(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    for _ in range(3):
        take_in(route="family")
    client = sign_in(desk_team.counsellor)
    refused = client.post(url("statistics"), {"format": "csv", "purpose": ""})
    assert refused.status_code == 422
    assert "何のためかを選んでください" in refused.content.decode()
    csv = client.post(url("statistics"), {"format": "csv", "purpose": "publish"}).content.decode("utf-8-sig")
    assert "全体,,新規,秘匿,0" in csv
    assert "新規: その期間に受け付けた相談の数です" in csv
    answer = client.post(f"{url('statistics')}?version=internal", {"format": "xlsx", "purpose": "council"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][1] == "内部版(公表不可)"
    assert ["全体", None, "新規", 3, 0] in rows or ["全体", "", "新規", 3, 0] in rows
    assert AuditEvent.objects.filter(action="consultations.statistics_exported").count() == 2
    publish = client.post(f"{url('statistics')}?version=internal", {"format": "xlsx", "purpose": "publish"})
    assert publish.status_code == 422


def test_a_supervisor_disposes_and_the_case_is_gone(take_in: TakeIn, old_team: Team, sign_in: SignIn) -> None:
    case = end(take_in(now=LONG_AGO), old_team)
    client, counsellor = sign_in(old_team.supervisor), sign_in(old_team.counsellor)
    assert counsellor.get(url("retention")).status_code == 404
    assert case.number in page(client, url("retention"))
    assert page(counsellor, url("case", case_id=case.public_id))
    answer = client.post(
        url("retention"), {"do": "propose", "desk": str(old_team.desk.public_id)}, follow=True
    )
    assert "1件を廃棄する" in answer.content.decode()
    here = url("disposal", disposal_id=Disposal.objects.get().public_id)
    assert counsellor.get(here).status_code == 404
    wrong = client.post(here, {"do": "approve", "typed": "はい"})
    assert wrong.status_code == 422
    assert "はい" in wrong.content.decode(), "what was typed stays"
    assert client.post(here, {"do": "approve", "typed": "1件を廃棄する"}).status_code == 302
    assert "廃棄した" in page(client, here)
    for name in ("case", "case_sheet", "case_reads", "case_disclosure"):
        assert client.get(url(name, case_id=case.public_id)).status_code == 404
    assert case.number not in page(client, f"{url('cases')}?tab=closed")
    assert "1件を廃棄" in page(client, url("retention"))


def test_years_and_holds_are_set_on_pages(take_in: TakeIn, old_team: Team, sign_in: SignIn) -> None:
    case = take_in(is_protected=True)
    client = sign_in(old_team.supervisor)
    years = {"do": "years", "desk": str(old_team.desk.public_id), "years": "7", "seen": "0"}
    assert client.post(url("retention"), {**years, "years": "99"}).status_code == 422
    assert client.post(url("retention"), years).status_code == 302
    assert client.post(url("retention"), years).status_code == 409
    assert "保存する年数(7年)" in page(client, url("retention"))
    page(client, url("hold_new"))
    assert client.post(url("hold_new"), {"number": case.number, "reason": "訴"}).status_code == 422
    sent = {"number": case.number, "reason": "訴えが続いている"}
    assert client.post(url("hold_new"), sent).status_code == 302
    assert "訴えが続いている" in page(client, url("retention"))
    held = LegalHold.objects.get()
    lift = url("hold_lift", hold_id=held.public_id)
    assert sign_in(old_team.counsellor).post(lift).status_code == 404
    assert client.post(lift).status_code == 302
    held.refresh_from_db()
    assert held.lifted_by == old_team.supervisor


def test_the_copy_for_the_person_asks_what_for(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(name="見本 花子", address="見本町1-2-3")
    client = sign_in(desk_team.supervisor)
    here = url("case_disclosure", case_id=case.public_id)
    assert sign_in(desk_team.counsellor).get(here).status_code == 404
    assert "見本町1-2-3" not in page(client, here)
    sent = {"purpose": "disclosure", "asker": "self"}
    assert client.post(here, sent).status_code == 422, "who it is was not checked"
    copy = client.post(here, {**sent, "is_identified": "on"})
    assert copy.status_code == 200
    assert "no-store" in copy["Cache-Control"]
    assert "見本町1-2-3" in copy.content.decode()
    wish = url("case_correction", case_id=case.public_id)
    page(client, wish)
    asked = {"asker": "self", "method": "visit", "text": "", "key": "55555555-5555-4555-8555-555555555555"}
    assert client.post(wish, asked).status_code == 422
    assert client.post(wish, {**asked, "text": "番地がちがう"}).status_code == 302
    assert "【訂正の請求】番地がちがう" in page(client, url("case", case_id=case.public_id))


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, old_team: Team, sign_in: SignIn) -> None:
    client = sign_in(old_team.supervisor)
    kept = take_in()
    client.get(url("cases"))
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 50):
        while Case.objects.filter(state="closed").count() < size:
            end(take_in(now=LONG_AGO), old_team)
        client.post(url("retention"), {"do": "propose", "desk": str(old_team.desk.public_id)})
        disposal = Disposal.objects.latest("pk")
        for name, address in (
            ("statistics", url("statistics")),
            ("internal", f"{url('statistics')}?version=internal&protected=1"),
            ("retention", url("retention")),
            ("disposal", url("disposal", disposal_id=disposal.public_id)),
            ("disclosure", url("case_disclosure", case_id=kept.public_id)),
        ):
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200, address
            counts.setdefault(name, []).append(len(found))
        client.post(url("disposal", disposal_id=disposal.public_id), {"do": "withdraw"})
    assert [name for name, found in counts.items() if len(set(found)) > 1] == [], counts
    assert max(found[0] for found in counts.values()) <= MOST, counts
