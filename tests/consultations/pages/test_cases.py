"""The pages a desk works with: what they show, what they keep, how many queries they take."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, DeskPost
from consultations.services.referrals import save_agency
from tests.consultations.conftest import NOW, SignIn, TakeIn, acting

MOST_IN_LIST = 10
MOST_IN_CASE = 20


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def url(name: str, case: Case | None = None, **more: object) -> str:
    return reverse(f"consultations:{name}", kwargs={**({"case_id": case.public_id} if case else {}), **more})


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def intake(team: Team, **values: str) -> dict[str, str]:
    return {
        "desk": str(team.desk.public_id), "received_on": "令和8年11月2日", "method": "phone", "call_name": "あかり",
        "phone": "000-0000-0009", "phone_rule": "ok", "triage": "undecided",
        "key": "11111111-1111-4111-8111-111111111111", **values,
    }  # fmt: skip


def test_ten_fields_take_a_case_in(desk_team: Team, sign_in: SignIn) -> None:
    client = sign_in(desk_team.counsellor)
    page(client, url("case_new"))
    answer = client.post(url("case_new"), intake(desk_team), follow=True)
    case = Case.objects.get()
    assert "R8-相-0001" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == url("case", case)


def test_a_mistake_is_told_and_what_was_typed_stays(desk_team: Team, sign_in: SignIn) -> None:
    client = sign_in(desk_team.counsellor)
    answer = client.post(
        url("case_new"), intake(desk_team, phone="", summary="困っています", birth_date="きのう")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "困っています" in text
    assert "きのう" in text
    assert not Case.objects.exists()
    answer = client.post(url("case_new"), intake(desk_team, phone="", summary="困っています"))
    assert "連絡のしかたを一つは入れてください" in answer.content.decode()


def test_who_must_not_be_called_stands_at_the_top(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(phone_rule="never", contact_note="姉を通して")
    text = page(sign_in(desk_team.colleague), url("case", case))
    assert text.index("電話してはいけない方です") < text.index("対応の記録")
    assert "姉を通して" in text


def test_reading_searching_and_printing_are_events(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(name="見本 花子", address="見本町1-2-3", phone="000-5555-6666")
    client = sign_in(desk_team.colleague)
    page(client, url("case", case))
    page(client, f"{url('cases')}?tab=open&q=花子")
    sheet = page(client, url("case_sheet", case))
    assert "見本町1-2-3" not in sheet
    assert "000-5555-6666" not in sheet
    found = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(found) == [f"consultations.{act}" for act in ("received", "viewed", "searched", "printed")]
    assert "花子" not in "".join(str(row.__dict__) for row in AuditEvent.objects.all())
    reads = page(sign_in(desk_team.supervisor), url("case_reads", case))
    assert "相談を印刷する" in reads
    assert desk_team.colleague.name in reads
    assert client.get(url("case_reads", case)).status_code == 404


def test_the_words_to_read_out_stand_beside_the_consent(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    client = sign_in(desk_team.counsellor)
    assert "「この店なら」と言った店にだけ" in page(client, url("case_consents", case))
    given = {
        "purpose": "shops", "scope": ["conditions"], "given_how": "written", "given_by": "self",
        "given_on": "令和8年11月2日", "until": "令和9年3月31日", "key": "22222222-2222-4222-8222-222222222222",
    }  # fmt: skip
    assert client.post(url("case_consents", case), {**given, "scope": []}).status_code == 422
    assert client.post(url("case_consents", case), given).status_code == 302
    consent = case.consents.get()
    page(client, url("consent_withdraw", case, consent_id=consent.public_id))
    taken_back = {"given_how": "phone", "given_by": "self"}
    assert (
        client.post(url("consent_withdraw", case, consent_id=consent.public_id), taken_back).status_code
        == 302
    )
    assert "撤回された" in page(client, url("case_consents", case))


def test_the_supervisor_goes_through_emergency_openings(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in(is_protected=True)
    colleague = sign_in(desk_team.colleague)
    assert colleague.get(url("case", case)).status_code == 404
    assert colleague.get(url("openings")).status_code == 404
    reason = "警察から、今すぐ連絡先を確かめたいと電話があった"
    sent = {"number": case.number, "reason": reason, "hours": "1"}
    assert colleague.post(url("opening_new"), sent).status_code == 302
    assert "緊急に開いています" in page(colleague, url("case", case))
    assert reason in page(sign_in(desk_team.supervisor), url("openings"))


def test_telling_without_consent_is_decided_on_one_page_and_looked_at_on_another(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    supervisor, counsellor = sign_in(desk_team.supervisor), sign_in(desk_team.counsellor)
    hospital = save_agency(
        agency_id=None, values={"kind": "medical", "name": "見本病院"}, is_active=True,
        actor=acting(desk_team.supervisor), now=NOW,
    )  # fmt: skip
    assert counsellor.get(url("case_override", case)).status_code == 404
    assert "今どうしても伝える" not in page(counsellor, url("case_consents", case))
    DeskPost.objects.filter(user=desk_team.counsellor).update(may_override=True)
    assert "今どうしても伝える" in page(counsellor, url("case_consents", case))
    given = {
        "agency": str(hospital.public_id), "scope": ["situation"], "ground": "life", "reason": "急ぎ",
        "key": "22222222-2222-4222-8222-222222222222",
    }  # fmt: skip
    assert f"明日までに、{desk_team.supervisor.name}(相談責任者)が" in page(
        counsellor, url("case_override", case)
    )
    refused = counsellor.post(url("case_override", case), given)
    assert refused.status_code == 422
    assert "10文字以上" in refused.content.decode()
    reason = "意識がなく、今夜の行き先を決めるため"
    assert counsellor.post(url("case_override", case), {**given, "reason": reason}).status_code == 302
    where = reverse("consultations:override_review", args=[case.consents.get().public_id])
    assert counsellor.get(where).status_code == 404
    assert "確認待ち" in page(supervisor, url("openings"))
    assert reason in page(supervisor, where)
    assert supervisor.post(where, {"verdict": "improper"}).status_code == 422
    assert supervisor.post(where, {"verdict": "proper"}).status_code == 302
    assert "妥当" in page(supervisor, where)


def test_the_only_supervisor_is_told_before_deciding_that_nobody_can_look_at_it(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    DeskPost.objects.filter(user=desk_team.supervisor).update(may_override=True)
    text = page(sign_in(desk_team.supervisor), url("case_override", case))
    assert "ほかに確かめる相談責任者がいません" in text


def test_a_case_is_worked_on_and_ends(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in()
    client = sign_in(desk_team.counsellor)
    contact = {
        "day": "令和8年11月2日",
        "time": "10:30",
        "method": "phone",
        "text": "電話した",
        "key": "33333333-3333-4333-8333-333333333333",
    }
    task = {"title": "店に聞く", "due_on": "令和8年11月9日", "key": "44444444-4444-4444-8444-444444444444"}
    for name, sent in (("contact_new", contact), ("task_new", task)):
        page(client, url(name, case))
        assert client.post(url(name, case), sent).status_code == 302, name
    text = page(client, url("case", case))
    assert "電話した" in text
    assert "店に聞く" in text
    ending = {"outcome": "information", "seen": "0"}
    refused = client.post(url("case_close", case), ending)
    assert refused.status_code == 409
    assert "まだ済んでいないことがあります" in refused.content.decode()
    client.post(url("task_done", case, task_id=case.tasks.get().public_id))
    assert client.post(url("case_close", case), ending).status_code == 302
    page(client, url("case_reopen", case))
    assert client.post(url("case_reopen", case), {"seen": "1"}).status_code == 302
    stale = client.post(url("case_close", case), ending)
    assert stale.status_code == 409
    assert "ほかの人が先に" in stale.content.decode()


def test_two_people_do_not_overwrite_each_other(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(summary="はじめの話")
    one, two = sign_in(desk_team.counsellor), sign_in(desk_team.colleague)
    form = {
        "method": "phone",
        "call_name": "みほん",
        "phone": "0",
        "phone_rule": "ok",
        "triage": "continue",
        "seen": "0",
    }
    assert one.post(url("case_edit", case), {**form, "summary": "一人目"}).status_code == 302
    late = two.post(url("case_edit", case), {**form, "summary": "二人目"})
    assert late.status_code == 409
    assert "二人目" in late.content.decode()
    case.refresh_from_db()
    assert case.summary == "一人目"


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    client = sign_in(desk_team.supervisor)
    case = take_in(phone="000-7777-8888")
    client.get(url("cases"))  # the first visit writes the session
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 50):
        while Case.objects.count() < size:
            take_in(leave_by=NOW.date())
        for address in (
            *(f"{url('cases')}?tab={tab}" for tab in ("mine", "due", "stale", "open", "closed")),
            f"{url('cases')}?tab=open&q=みほん",
            *(
                url(name, case)
                for name in ("case", "case_sheet", "case_consents", "case_protection", "case_reads")
            ),
            *(url(name) for name in ("openings", "case_new")),
        ):
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200, address
            counts.setdefault(address, []).append(len(found))
    assert [address for address, found in counts.items() if len(set(found)) > 1] == []
    lists = [found[0] for address, found in counts.items() if "?tab=" in address and "q=" not in address]
    assert max(lists) <= MOST_IN_LIST, counts
    assert max(found[0] for found in counts.values()) <= MOST_IN_CASE, counts
