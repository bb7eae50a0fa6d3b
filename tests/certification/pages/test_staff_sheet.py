"""審査票 from the page of the case: for everybody who may open it, every opening on record."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent, User
from certification.demo import FLOW_MISSING, Office, Walk, changed, sample_plan
from certification.models import ReviewItem
from certification.rules.plan import Plan
from certification.rules.workflow import Action
from tests.certification.documents.test_letters import pages_of, squeezed
from tests.certification.pages.test_staff_case import AREA_ITEM, FLOW_ITEM, PARTY_ITEM, TODAY

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def address(walk: Walk, kind: str) -> str:
    return f"/cases/{walk.application.public_id}/review-sheet.{kind}"


def paper(client: Client, walk: Walk) -> str:
    response = client.get(address(walk, "pdf"))
    assert response.status_code == 200
    return "".join(pages_of(response.content))


def lines(client: Client, walk: Walk) -> list[dict[str, Any]]:
    response = client.get(address(walk, "xlsx"))
    assert response.status_code == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "番号")
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def test_the_whole_table_filled_in(accepted: Walk, sign_in: SignIn) -> None:
    """27 rows; the note that a department wrote; the automatic check; who reads it and when."""
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING})
    desk = sign_in(accepted.office.desk)
    items = list(ReviewItem.objects.filter(table=accepted.application.table_id).order_by("number"))
    assert len(items) == 27
    text, rows = paper(desk, accepted), lines(desk, accepted)
    assert sorted({row["番号"] for row in rows}) == [item.number for item in items]
    for item in items:
        # Beside two departments the reader of the paper meets their lines between those of the item.
        shared = sum(1 for row in rows if row["番号"] == item.number) > 1
        for words in (item.label, item.document_label):
            parts = list(squeezed(words)) if shared else [squeezed(words)]
            assert [part for part in parts if part not in text] == [], item.number
    for row in rows:
        for name in ("担当課", "判定", "所見", "自動確認"):
            missing = [sign for sign in squeezed(row[name] or "") if sign not in text]
            assert missing == [], (row["番号"], name)
    flow = next(row for row in rows if row["番号"] == FLOW_ITEM)
    assert (flow["判定"], flow["所見"]) == ("要補正", FLOW_MISSING[1])
    assert squeezed(FLOW_MISSING[1]) in text
    case = accepted.reload()
    for word in (
        case.receipt_number,
        "見本荘",
        "株式会社みほん住まい",
        "第1版",
        "令和8年6月2日",
        "作成令和8年7月1日",
    ):
        assert squeezed(word) in text
    assert squeezed(accepted.office.desk.name) in text


def test_rows_that_nobody_judges_here_say_so(accepted: Walk, sign_in: SignIn) -> None:
    """Where no department's condition holds for a plan, the row stands on the sheet all the same."""
    accepted.application.judgements.filter(item__number=PARTY_ITEM).delete()
    judged = set(accepted.application.judgements.values_list("item__number", flat=True))
    silent = [row for row in lines(sign_in(accepted.office.desk), accepted) if row["番号"] not in judged]
    assert silent
    for row in silent:
        assert (row["担当課"], row["判定"], row["所見"]) == ("—", "—", "この計画では審査する課がありません。")


def test_open_items_are_open(accepted: Walk, sign_in: SignIn) -> None:
    judged = set(accepted.application.judgements.values_list("item__number", flat=True))
    rows = lines(sign_in(accepted.office.desk), accepted)
    assert {row["判定"] for row in rows if row["番号"] in judged} == {"未判定"}


def test_before_the_receipt_the_sheet_names_who_will_be_asked(filed: Walk, sign_in: SignIn) -> None:
    desk = sign_in(filed.office.desk)
    rows = lines(desk, filed)
    lead = filed.office.setting.lead_department.name
    assert any(row["担当課"] == lead and row["判定"] is None for row in rows)
    assert "受付前" in paper(desk, filed)
    response = desk.get(address(filed, "pdf"))
    assert "審査票_受付前.pdf" in unquote(response.headers["Content-Disposition"])


def test_two_departments_of_one_item(accepted: Walk, sign_in: SignIn) -> None:
    """A department that was asked besides has its own line."""
    third = accepted.office.municipality.departments.create(name="建築指導課", short_name="建", side="other")
    accepted.act(
        Action.ADD_DEPARTMENT,
        accepted.office.desk,
        department_id=third.pk,
        item_numbers=(AREA_ITEM,),
        reason="法令の確認",
    )
    desk = sign_in(accepted.office.desk)
    departments = [row["担当課"] for row in lines(desk, accepted) if row["番号"] == AREA_ITEM]
    assert len(departments) == 2
    assert "建築指導課" in departments
    assert "建築指導課" in paper(desk, accepted)


def test_what_is_being_corrected_is_not_told(accepted: Walk, plan: Plan, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    accepted.write(changed(plan, buildings=sample_plan("ひみつ荘").buildings))
    text = paper(sign_in(accepted.office.desk), accepted)
    assert "ひみつ" not in text
    assert "見本荘" in text


@pytest.mark.parametrize("name", ["desk", "colleague", "decider", "viewer"])
def test_everybody_who_opens_the_case_gets_it_on_record(accepted: Walk, sign_in: SignIn, name: str) -> None:
    user = getattr(accepted.office, name)
    client = sign_in(user)
    page = client.get(f"/cases/{accepted.application.public_id}/").content.decode()
    for kind, shown in (("pdf", "inline"), ("xlsx", "attachment")):
        assert f'href="{address(accepted, kind)}"' in page
        response = client.get(address(accepted, kind))
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith(shown)
        assert "no-store" in response.headers["Cache-Control"]
    found = AuditEvent.objects.filter(action="certification.sheet_opened").order_by("pk")
    assert [(event.details, event.actor_name) for event in found] == [
        ({"kind": kind, "version": 1}, user.name) for kind in ("pdf", "xlsx")
    ]


def test_nobody_else_gets_it(accepted: Walk, other_office: Office, sign_in: SignIn) -> None:
    others = (other_office.desk, accepted.office.auditor, accepted.office.administrator, accepted.user)
    for user in others:
        for kind in ("pdf", "xlsx"):
            assert sign_in(user).get(address(accepted, kind)).status_code == 404
    assert not AuditEvent.objects.filter(action="certification.sheet_opened").exists()
