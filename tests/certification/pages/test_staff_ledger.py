"""認定台帳: who gets which rows, what stands in them, and what is on record of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.selectors import NotVisible, actor_of
from benchmarks.population import clone
from certification.demo import FLOW_MISSING, Office, Walk, changed, sample_plan
from certification.models import Application, Operator
from certification.rules.ledger import Purpose
from certification.rules.plan import Plan
from certification.rules.workflow import Action
from certification.selectors import ledger as ledger_selector
from certification.selectors.ledger import chosen, ledger_batches
from certification.services.ledger import export_ledger
from tests.certification.pages.test_staff_case import FLOW_ITEM, TODAY, words

SignIn = Callable[[User], Client]
LEDGER = "/cases/ledger/"


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def taken(client: Client, query: str = "") -> bytes:
    response: Any = client.post(f"{LEDGER}{query}", {"purpose": "check"})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(content: bytes) -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def day(moment: dt.datetime | dt.date | None) -> dt.datetime | None:
    """A date as openpyxl reads it."""
    if moment is None:
        return None
    local = timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
    return dt.datetime.combine(local, dt.time())


# --- What stands in it ------------------------------------------------------------------------------------------------


def test_a_certified_case_is_told_from_filing_to_number(accepted: Walk, sign_in: SignIn) -> None:
    """With one return on the way: rounds, days waited and days used are those of the case page's clock."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back().answer("直しました。").resubmit()
    accepted.gather().propose().decide()
    case = Application.objects.select_related("plan", "decided_by").get(pk=accepted.application.pk)
    letter = case.letters.get(kind="certification_notice")
    [row] = rows_of(taken(sign_in(accepted.office.desk)))
    assert case.submitted_at
    assert row == row | {
        "受付番号": case.receipt_number,
        "申請日": day(case.submitted_at),
        "受付日": day(case.accepted_at),
        "手続": "認定申請",
        "住宅の名称": "見本荘",
        "所在地": case.housing_address,
        "事業を行う者": "株式会社みほん住まい",
        "事業を行う者(フリガナ)": "ミホンスマイ",
        "戸数": 4,
        "うち専用住戸": 3,
        "専用面積 最小(㎡)": 24.8,
        "専用面積 最大(㎡)": 25.2,
        "家賃 最低(円/月)": 52_000,
        "家賃 最高(円/月)": 54_000,
        "差戻しの回数": 1,
        "期限": None,
        "起案": "認定(決裁済み)",
        "起案者": case.proposals.get().drafted_by.name,
        "決定": "認定",
        "決裁日": day(case.decided_at),
        "決裁者": accepted.office.decider.name,
        "文書番号": letter.document_number,
        "通知日": day(letter.issued_on),
        "通知の方法": "システム",
        "認定番号": case.plan.certified_number,
        "認定日": day(case.plan.certified_on),
        "計画の状態": "認定中",
        "申請の状態": "認定",
        "だれの番か": None,
    }
    assert row["補正待ち(営業日)"] > 0
    assert row["処理に使った営業日"] > 0
    for review in case.department_reviews.select_related("department"):
        if review.sent_at:
            assert row[f"{review.department.name}の送信日"] == day(review.sent_at)
            assert row[f"{review.department.name}の結果"].startswith("適")


def test_the_clock_is_that_of_the_case_page(accepted: Walk, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    desk = sign_in(accepted.office.desk)
    clock = desk.get(f"/cases/{accepted.application.public_id}/").context["clock"]
    [row] = rows_of(taken(desk))
    assert clock["total"] == f"{row['処理に使った営業日']}日"
    assert clock["lines"][-1]["days"] == f"{row['補正待ち(営業日)']}日"
    assert row["申請の状態"] == "補正待ち"
    assert row["だれの番か"] == "申請者"


def test_what_the_applicant_is_still_writing_is_not_told(accepted: Walk, plan: Plan, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    accepted.write(changed(plan, parties=(sample_plan(company="ひみつ住宅株式会社").parties)))
    content = taken(sign_in(accepted.office.desk))
    [row] = rows_of(content)
    assert row["事業を行う者"] == "株式会社みほん住まい"


def test_drafts_are_not_in_it(filed: Walk, owner: tuple[Operator, User], sign_in: SignIn) -> None:
    Walk(office=filed.office, user=owner[1], at=filed.at).begin(owner[0], sample_plan("下書き荘"))
    assert [row["住宅の名称"] for row in rows_of(taken(sign_in(filed.office.desk)))] == ["見本荘"]


def test_a_name_that_looks_like_a_formula_is_a_name(
    walk: Walk, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    name = '=HYPERLINK("http://example.jp","荘")'
    walk.file(owner[0], sample_plan(name)).accept()
    sheet = openpyxl.load_workbook(io.BytesIO(taken(sign_in(walk.office.desk)))).active
    [cell] = [cell for cell in sheet[2] if cell.value == name]
    assert cell.data_type == "s"
    assert cell.quotePrefix


# --- Which rows -------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(accepted: Walk, owner: tuple[Operator, User]) -> Office:
    """One accepted, one withdrawn, one only filed."""
    for number, acts in enumerate(((Action.WITHDRAW,), ())):
        walk = Walk(office=accepted.office, user=owner[1], at=accepted.at)
        walk.file(owner[0], sample_plan(f"例示{number}荘"))
        for act in acts:
            walk.act(act, owner[1])
    return accepted.office


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["見本荘", "例示0荘", "例示1荘"]),
        ("?tab=mine", ["見本荘", "例示0荘", "例示1荘"]),
        ("?state=withdrawn", ["例示0荘"]),
        ("?q=%E4%BE%8B%E7%A4%BA", ["例示0荘", "例示1荘"]),
        ("?q=%E4%BE%8B%E7%A4%BA&state=submitted", ["例示1荘"]),
        ("?procedure=certification&person=me", ["見本荘"]),
        ("?state=nonsense", ["見本荘", "例示0荘", "例示1荘"]),
    ],
)
def test_the_conditions_of_the_queue_are_those_of_the_file(
    several: Office, sign_in: SignIn, query: str, names: list[str]
) -> None:
    desk = sign_in(several.desk)
    assert [row["住宅の名称"] for row in rows_of(taken(desk, query))] == names
    assert f"書き出す申請 {len(names)}件" in words(desk.get(f"{LEDGER}{query}"))


def test_the_queue_leads_there_with_its_conditions(several: Office, sign_in: SignIn) -> None:
    desk = sign_in(several.desk)
    page = desk.get("/cases/?tab=all&state=withdrawn")
    assert 'href="/cases/ledger/?state=withdrawn"' in page.content.decode()
    here = desk.get("/cases/ledger/?state=withdrawn")
    assert "取下げ" in words(here)
    assert 'href="/cases/?state=withdrawn&amp;tab=all"' in here.content.decode()


def test_no_row_of_another_city_is_in_the_file(
    accepted: Walk, other_office: Office, outsider: tuple[Operator, User], sign_in: SignIn
) -> None:
    """The canary stands in every name of the other city's case; no part of the file may hold it."""
    canary = "カナリア古都見"
    foreign = Walk(office=other_office, user=outsider[1], at=accepted.at)
    foreign.file(
        outsider[0], sample_plan(f"{canary}荘", company=f"{canary}住宅", city=f"{canary}市")
    ).accept()
    for user in (accepted.office.desk, accepted.office.viewer, accepted.office.decider):
        content = taken(sign_in(user))
        assert len(rows_of(content)) == 1
        assert canary not in str(rows_of(content))
        # Nor does any other part of the workbook name the other city's departments.
        heads = " ".join(rows_of(content)[0])
        assert not any(
            name in heads for name in other_office.municipality.departments.values_list("name", flat=True)
        )
    assert canary in str(rows_of(taken(sign_in(other_office.desk)))), "The control: its own desk sees it."


def test_ids_of_another_city_give_no_rows(
    accepted: Walk, other_office: Office, outsider: tuple[Operator, User]
) -> None:
    """Whatever list of ids comes to the reader, a row of another city is not read."""
    foreign = Walk(office=other_office, user=outsider[1], at=accepted.at)
    foreign.file(outsider[0], sample_plan()).accept()
    actor = actor_of(accepted.office.desk, day=TODAY.date())
    batches = ledger_batches(chosen(Application.objects.all()), actor=actor, today=TODAY.date())
    assert [row.receipt_number for batch in batches for row in batch] == [accepted.application.receipt_number]


@pytest.mark.parametrize("name", ["auditor", "administrator"])
def test_who_opens_no_cases_gets_no_ledger(accepted: Walk, sign_in: SignIn, name: str) -> None:
    user = getattr(accepted.office, name)
    client = sign_in(user)
    assert client.get(LEDGER).status_code == 404
    assert client.post(LEDGER, {"purpose": "check"}).status_code == 404
    with pytest.raises(NotVisible):
        export_ledger(
            cases=Application.objects.all(),
            conditions=(),
            purpose=Purpose.CHECK,
            actor=actor_of(user, day=TODAY.date()),
            now=timezone.now(),
        )


# --- On record --------------------------------------------------------------------------------------------------------


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="certification.ledger_exported"))


def test_the_copy_is_on_record_with_its_rows_and_purpose(several: Office, sign_in: SignIn) -> None:
    """Of the words somebody looked for only the fact is kept."""
    client = sign_in(several.desk)
    client.post(f"{LEDGER}?q=%E4%BE%8B%E7%A4%BA", {"purpose": "assembly"})
    [event] = events()
    assert event.details == {"rows": 2, "purpose": "assembly", "conditions": ["q"]}
    assert (event.actor_name, event.municipality_code) == (several.desk.name, several.municipality.code)
    assert event.subject_label == f"{several.municipality.name}の認定台帳"
    assert "例示" not in str(event.__dict__)


def test_without_a_purpose_there_is_no_file(several: Office, sign_in: SignIn) -> None:
    for sent in ({}, {"purpose": ""}, {"purpose": "curiosity"}):
        page = sign_in(several.desk).post(LEDGER, sent)
        assert page.status_code == 422
        assert "何のために書き出しますか" in words(page)
    assert events() == []


def test_nothing_to_write_is_said_and_not_recorded(several: Office, sign_in: SignIn) -> None:
    page = sign_in(several.desk).post(f"{LEDGER}?q=zz", {"purpose": "check"})
    assert page.status_code == 409
    assert "この条件に当てはまる申請がありません" in words(page)
    assert events() == []


def test_looking_at_the_page_is_no_copy(several: Office, sign_in: SignIn) -> None:
    assert sign_in(several.desk).get(LEDGER).status_code == 200
    assert events() == []


def test_the_file_is_named_after_the_city_and_the_day(several: Office, sign_in: SignIn) -> None:
    response: Any = sign_in(several.desk).post(LEDGER, {"purpose": "check"})
    assert response.streaming
    assert f"認定台帳_{several.municipality.name}_20260701.xlsx" in unquote(
        response.headers["Content-Disposition"]
    )
    assert "no-store" in response.headers["Cache-Control"]
    b"".join(response.streaming_content)


# --- How much it costs ------------------------------------------------------------------------------------------------


def queries_for(actor: Any, ids: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        rows = [row for batch in ledger_batches(ids, actor=actor, today=TODAY.date()) for row in batch]
    assert len(rows) == len(ids)
    return len(queries)


def test_a_batch_costs_the_same_however_full_it_is(accepted: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row, three or fifty: the same queries; and each further batch as many again."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    clone(Application.objects.get(pk=accepted.application.pk), 99)
    actor = actor_of(accepted.office.desk, day=TODAY.date())
    ids = chosen(Application.objects.all())
    assert len(ids) == 100
    one = queries_for(actor, ids[:1])
    assert one <= 10
    assert [queries_for(actor, ids[:size]) for size in (3, 50, 100)] == [one] * 3
    monkeypatch.setattr(ledger_selector, "BATCH", 25)
    setting = 1
    assert queries_for(actor, ids) == setting + 4 * (one - setting)


def test_the_rows_are_those_of_the_moment_of_the_request(accepted: Walk) -> None:
    """A case that comes while the file is being written is not in it: the record says how many rows there are."""
    actor = actor_of(accepted.office.desk, day=TODAY.date())
    found = export_ledger(
        cases=Application.objects.filter(submitted_at__isnull=False),
        conditions=(),
        purpose=Purpose.CHECK,
        actor=actor,
        now=timezone.now(),
    )
    clone(Application.objects.get(pk=accepted.application.pk), 3)
    assert found.rows == len(rows_of(b"".join(found.pieces))) == 1
