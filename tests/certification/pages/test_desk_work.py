"""The pages of the daily work: kept filters, several cases at once, deputies, notes, handing over, figures."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

import certification
from accounts.models import AuditEvent, User
from accounts.selectors import actor_of
from benchmarks.population import clone
from certification.demo import FLOW_MISSING, Office, Walk, item_numbers
from certification.models import CaseNote, DepartmentReview, Deputy, Operator, SavedFilter
from certification.rules.plan import Plan
from certification.services.notes import write_note
from tests.certification.conftest import MONDAY_MORNING
from tests.certification.pages.conftest import SignIn


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    """The day of the cases, in the evening: pages read the real clock."""
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(hours=9), tick=True) as traveller:
        yield traveller


def body_of(answer: Any) -> bytes:
    """The whole answer, also of a file that is sent in pieces."""
    return bytes(answer.getvalue())


def page_of(client: Client, name: str, query: str = "", **args: object) -> str:
    answer = client.get(reverse(f"certification:{name}", kwargs=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)  # what a process reads but once
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return sum(1 for query in found if "SAVEPOINT" not in query["sql"])


def write(walk: Walk, user: User, text: str) -> CaseNote:
    return write_note(
        application_id=walk.application.public_id,
        text=text,
        mentioned=[],
        key=uuid.uuid4(),
        actor=actor_of(user, day=timezone.localdate()),
        now=timezone.now(),
    )


# --- Kept filters ---


def test_the_conditions_of_the_queue_are_kept_shown_renamed_and_deleted(
    accepted: Walk, office: Office, sign_in: SignIn
) -> None:
    desk = sign_in(office.desk)
    address = f"{reverse('certification:saved_filters')}?tab=all&state=lead_review&q=架空&evil=1"
    assert "主管課審査中" in desk.get(address).content.decode()

    desk.post(address, {"name": "審査中", "department": office.setting.lead_department_id})
    row = SavedFilter.objects.get()
    assert row.conditions == {"tab": "all", "state": "lead_review"}
    for user in (office.desk, office.colleague):
        assert ">審査中" in page_of(sign_in(user), "queue")
    assert ">審査中" not in page_of(sign_in(next(iter(office.reviewers.values()))), "queue")

    one = reverse("certification:saved_filter", args=[row.public_id])
    desk.post(one, {"name": "いま審査中", "is_default": "on"})
    first = desk.get(reverse("certification:queue"))
    assert first.headers["Location"] == f"{reverse('certification:queue')}?tab=all&state=lead_review"
    assert "(はじめ)" in page_of(desk, "queue", "?tab=mine")
    assert sign_in(office.colleague).get(one).status_code == 404

    desk.post(reverse("certification:saved_filter_delete", args=[row.public_id]))
    assert not SavedFilter.objects.exists()


def test_what_was_typed_is_kept_when_the_name_is_taken(office: Office, sign_in: SignIn) -> None:
    desk = sign_in(office.desk)
    address = f"{reverse('certification:saved_filters')}?state=submitted"
    desk.post(address, {"name": "受付待ち"})
    answer = desk.post(address, {"name": "受付待ち"})

    assert answer.status_code == 422
    assert "もうあります" in answer.content.decode()
    assert 'value="受付待ち"' in answer.content.decode()


# --- Notes ---


def test_a_note_is_written_read_by_colleagues_and_announced(
    accepted: Walk, office: Office, sign_in: SignIn
) -> None:
    address = reverse("certification:case_notes", args=[accepted.application.public_id])
    desk, text = sign_in(office.desk), "写真は来週届く。"
    key = re.findall(r'name="key" value="([^"]+)"', desk.get(address).content.decode())[0]

    answer = desk.post(address, {"text": text, "mentioned": [office.colleague.pk], "key": key}, follow=True)

    assert text in answer.content.decode()
    assert text in sign_in(office.viewer).get(address).content.decode()
    inbox = sign_in(office.colleague).get(reverse("accounts:inbox")).content.decode()
    assert "内部メモで呼ばれました" in inbox
    assert text not in inbox
    assert address in page_of(desk, "case", case_id=accepted.application.public_id)


def test_an_empty_note_is_refused_with_a_sentence(accepted: Walk, office: Office, sign_in: SignIn) -> None:
    address = reverse("certification:case_notes", args=[accepted.application.public_id])
    answer = sign_in(office.desk).post(address, {"text": " ", "key": uuid.uuid4()})

    assert answer.status_code == 422
    assert "メモを書いてください" in answer.content.decode()


SECRET = "申請者には見せない覚え"


def test_no_page_letter_or_file_for_applicants_carries_a_note(
    proposed: Walk, office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    """Every page of the applicant, every letter as it was issued, the register in all its forms."""
    write(proposed, office.desk, SECRET)
    case = proposed.decide().publish("housing_name").application
    write(proposed, office.desk, SECRET)
    client, found = sign_in(owner[1]), {}
    pages = (
        "plan",
        "plan_preview",
        "plan_returns",
        "plan_documents",
        "plan_register",
        "plan_copy",
        "plan_statement",
    )
    for name in (*pages, "plan_units", "plan_submit", "plan_withdraw", "plan_partner", "plan_confirm"):
        found[name] = client.get(reverse(f"certification:{name}", args=[case.public_id]), follow=True)
    for name in (
        "plans",
        "plan_new",
        "bookings",
        "operators",
        "register",
        "register_csv",
        "register_json",
        "notices",
    ):
        found[name] = client.get(reverse(f"certification:{name}"), follow=True)
    found["own_certified"] = client.get(reverse("certification:own_certified", args=[case.plan.public_id]))
    found["inbox"] = client.get(reverse("accounts:inbox"))
    for name, answer in found.items():
        body = body_of(answer)
        assert SECRET not in body.decode(errors="replace"), name
    assert client.get(reverse("certification:case_notes", args=[case.public_id])).status_code == 404
    letters = list(case.letters.all())
    assert letters
    assert all(
        SECRET not in str(letter.content) and SECRET.encode() not in bytes(letter.pdf) for letter in letters
    )


READS_NOTES = {
    "models/__init__.py",
    "models/desk_work.py",
    "selectors/notes.py",
    "selectors/handover.py",
    "services/notes.py",
    "services/handover.py",
    "demo_desk_work.py",
    "views/staff/notes.py",
}
"""Every module that may know of a note: none of an applicant's page, a document or the register."""


def test_only_these_modules_know_of_notes() -> None:
    root = Path(certification.__file__).parent
    known = re.compile(
        r"CaseNote|NoteMention|selectors\.notes|selectors import notes|services\.notes|application\.notes|handed_notes"
    )
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and known.search(path.read_text())
    }

    assert found - {"views/staff/__init__.py"} <= READS_NOTES


def test_the_forecast_stands_beside_the_notes(gathered: Walk, office: Office, sign_in: SignIn) -> None:
    case = gathered.application
    page = page_of(sign_in(office.desk), "case_notes", case_id=case.public_id)

    assert "期限の見込み" in page
    assert f"{office.setting.standard_days}営業日" in page


# --- Deputies, handing over ---


def test_a_deputy_is_named_shown_in_the_queue_and_taken_back(
    accepted: Walk, office: Office, sign_in: SignIn
) -> None:
    desk, today = sign_in(office.desk), timezone.localdate()
    address = reverse("certification:deputies")
    given = {"user": office.desk.pk, "deputy": office.colleague.pk, "from_on": today, "until": today}
    assert "代理を決めました" in desk.post(address, given, follow=True).content.decode()

    row = Deputy.objects.get()
    colleague = sign_in(office.colleague)
    assert f"{office.desk.name}さんの代理" in page_of(colleague, "queue", "?tab=all")
    shown = page_of(colleague, "queue", f"?tab=all&person={row.public_id}")
    assert accepted.application.receipt_number in shown
    end = reverse("certification:deputy_end", args=[row.public_id])
    assert colleague.post(end).status_code == 404
    desk.post(end)
    assert f"{office.desk.name}さんの代理" not in page_of(colleague, "queue", "?tab=all")


def test_a_wrong_day_is_told_at_its_field(office: Office, sign_in: SignIn) -> None:
    given = {
        "user": office.desk.pk,
        "deputy": office.colleague.pk,
        "from_on": "2030-01-02",
        "until": "2030-01-01",
    }
    answer = sign_in(office.desk).post(reverse("certification:deputies"), given)

    assert answer.status_code == 422
    assert "初日以後の日" in answer.content.decode()
    assert "令和12年1月2日" in answer.content.decode() or "2030-01-02" in answer.content.decode()


def test_what_a_colleague_has_in_hand_is_handed_over_and_printed(
    accepted: Walk, office: Office, sign_in: SignIn
) -> None:
    desk, case = sign_in(office.desk), accepted.application
    query = f"?person={office.setting.lead_department_id}-{office.desk.pk}"
    assert query in page_of(desk, "hand_over")
    address = reverse("certification:hand_over") + query

    desk.post(address, {"act": "note", f"note-{case.public_id}": "照会の回答待ち"})
    sheet = page_of(desk, "hand_over_sheet", query)
    assert "照会の回答待ち" in sheet
    assert case.receipt_number in sheet

    answer = desk.post(address, {"case": case.public_id, "successor": office.colleague.pk}, follow=True)
    assert "1件を引き継ぎました" in answer.content.decode()
    assert DepartmentReview.objects.get(application=case, assigned_to=office.colleague)


def test_the_administrator_sees_numbers_but_no_case(accepted: Walk, office: Office, sign_in: SignIn) -> None:
    write(accepted, office.desk, f"【引き継ぎ】{SECRET}")
    query = f"?person={office.setting.lead_department_id}-{office.desk.pk}"
    for name in ("hand_over", "hand_over_sheet"):
        page = page_of(sign_in(office.administrator), name, query)
        assert accepted.application.receipt_number in page
        assert accepted.application.housing_name not in page
        assert SECRET not in page


# --- Figures ---


def test_the_figures_of_decided_cases_and_their_copies(
    proposed: Walk, office: Office, sign_in: SignIn
) -> None:
    case = proposed.decide().application
    assert case.decided_at
    year = case.decided_at.year if case.decided_at.month >= 4 else case.decided_at.year - 1
    desk, address = sign_in(office.desk), reverse("certification:statistics")
    page = desk.get(f"{address}?year={year}").content.decode()
    assert "1件を決定しました" in page
    assert case.housing_name not in page

    refused = desk.post(f"{address}?year={year}", {"purpose": "", "format": "xlsx"})
    assert refused.status_code == 422
    given = {"purpose": "statistics", "format": "xlsx"}
    answer = desk.post(f"{address}?year={year}", given)
    book = load_workbook(io.BytesIO(body_of(answer)))
    rows = list(book.active.values)
    assert rows[0][0] == "区分"
    assert [row[0] for row in rows[1:]] == ["年度", "決定の月", "手続と結果"]
    copied = desk.post(f"{address}?year={year}", {**given, "format": "csv"})
    text = body_of(copied).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("区分,内訳,件数")
    assert case.receipt_number not in text
    told = AuditEvent.objects.filter(action="certification.statistics_exported").order_by("pk")
    assert [(row.details["format"], row.details["purpose"]) for row in told] == [
        ("xlsx", "statistics"),
        ("csv", "statistics"),
    ]


def test_nothing_decided_means_no_file(accepted: Walk, office: Office, sign_in: SignIn) -> None:
    given = {"purpose": "statistics", "format": "csv"}
    answer = sign_in(office.desk).post(reverse("certification:statistics"), given)

    assert answer.status_code == 409
    assert "決定した申請はありません" in answer.content.decode()


# --- What the applicant is told of the period ---


def test_the_applicant_reads_the_standard_period_and_what_stops_it(
    accepted: Walk, office: Office, applicant_client: Client
) -> None:
    page = page_of(applicant_client, "plan", case_id=accepted.application.public_id)

    assert f"標準処理期間は{office.setting.standard_days}営業日です" in page


def test_while_correcting_the_applicant_reads_that_the_days_stand_still(
    accepted: Walk, office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    soft, _ = item_numbers(office.setting)
    case = accepted.gather(lead={soft: FLOW_MISSING}).send_back(days=14).application
    page = page_of(sign_in(owner[1]), "plan", case_id=case.public_id)

    assert "日数が止まっています" in page
    assert "きょう再申請すると、見込みは" in page
    notes = page_of(sign_in(office.desk), "case_notes", case_id=case.public_id)
    assert "きょう回答が来たときの期限" in notes
    assert "補正の期限に回答が来たときの期限" in notes


# --- Words ---


@pytest.mark.parametrize(
    "words", ["見本町2-3-4", "見本町二丁目3番4号", "見本町２ー３ー４", "見本町2丁目3-4", "ﾐﾎﾝ"]
)
def test_an_address_is_found_however_its_numbers_are_written(
    words: str, accepted: Walk, office: Office, sign_in: SignIn
) -> None:
    page = page_of(sign_in(office.desk), "queue", f"?tab=all&q={words}")

    assert accepted.application.receipt_number in page


# --- Always the same number of queries ---


def test_queries_do_not_grow_with_the_rows(
    accepted: Walk, office: Office, plan: Plan, sign_in: SignIn
) -> None:
    desk, case = sign_in(office.desk), accepted.application
    lead = office.setting.lead_department_id
    notes = reverse("certification:case_notes", args=[case.public_id])
    person = f"?person={lead}-{office.desk.pk}"
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 50):
        missing = size - DepartmentReview.objects.filter(department=lead).count()
        if missing > 0:
            clone(case, missing)
        while CaseNote.objects.count() < min(size, 8):
            write(accepted, office.desk, "覚え書き")
        for number in range(SavedFilter.objects.count(), min(size, 20)):
            SavedFilter.objects.create(
                owner=office.desk,
                name=f"{number}",
                conditions={"state": "submitted"},
                saved_at=timezone.now(),
            )
        for address in (
            notes,
            f"{reverse('certification:queue')}?tab=all",
            reverse("certification:hand_over"),
            reverse("certification:hand_over") + person,
            reverse("certification:hand_over_sheet") + person,
            reverse("certification:saved_filters"),
            reverse("certification:statistics"),
        ):
            counts.setdefault(address, []).append(queries(desk, address))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    most = max(max(found) for address, found in counts.items() if address != notes)
    assert most <= 12, counts
    # Opening them is an event of the trail.
    assert max(counts[notes]) <= 16
