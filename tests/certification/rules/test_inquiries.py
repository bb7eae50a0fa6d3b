"""照会: what an answer means for what may be decided (要綱 第5の3, 第5の4), what an answer must say, when a link opens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from certification.rules.inquiries import (
    ORDERS,
    Answer,
    Finding,
    InquiryKind,
    InquiryStatus,
    Known,
    LinkState,
    Meaning,
    OrderAnswer,
    Remedy,
    answer_problem,
    bar,
    finding_label,
    link_state,
    may_have_link,
    meaning,
    orders_of,
    remedy_problem,
)

NOW = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 9, 30)


def known(**changes: Any) -> Known:
    values = {"kind": InquiryKind.FIRE, "status": InquiryStatus.ANSWERED, "finding": Finding.FOUND}
    return Known(**(values | changes))


def test_the_orders_are_those_of_the_rules_of_procedure() -> None:
    """要綱 第5の4(1): nine of 消防法, (2): two of 建築基準法."""
    assert [rule.article for rule in orders_of(InquiryKind.FIRE).values()] == [
        "消防法第5条第1項",
        "消防法第5条の2第1項",
        "消防法第5条の3第1項",
        "消防法第8条第3項",
        "消防法第8条第4項",
        "消防法第8条の2第5項",
        "消防法第8条の2第6項",
        "消防法第17条の4第1項",
        "消防法第17条の4第2項",
    ]
    assert [rule.article for rule in orders_of(InquiryKind.BUILDING).values()] == [
        "建築基準法第9条第1項",
        "建築基準法第9条第7項",
    ]
    assert not orders_of(InquiryKind.POLICE)
    assert len(ORDERS) == 11


@pytest.mark.parametrize(
    ("changes", "meant"),
    [
        ({"status": InquiryStatus.DRAFT, "finding": ""}, Meaning.NO_EFFECT),
        ({"status": InquiryStatus.WITHDRAWN, "finding": ""}, Meaning.NO_EFFECT),
        ({"status": InquiryStatus.OPEN, "finding": ""}, Meaning.WAITING),
        ({"finding": Finding.NOT_FOUND}, Meaning.CLEAR),
        ({"remedy": Remedy.NO}, Meaning.BARRED),
        ({"remedy": Remedy.UNKNOWN}, Meaning.UNSETTLED),
        ({"remedy": Remedy.YES}, Meaning.UNSETTLED),
        ({"remedy": Remedy.YES, "remedy_note": " "}, Meaning.UNSETTLED),
        ({"remedy": Remedy.YES, "remedy_on": DAY}, Meaning.NOTED),
        ({"remedy": Remedy.YES, "remedy_note": "改修を契約済み"}, Meaning.NOTED),
        ({"remedy": Remedy.NO, "remedied_on": DAY}, Meaning.CLEAR),
        ({"kind": InquiryKind.POLICE, "restricted": True}, Meaning.BARRED),
        ({"kind": InquiryKind.POLICE, "restricted": True, "remedied_on": DAY}, Meaning.BARRED),
        ({"kind": InquiryKind.POLICE, "restricted": True, "finding": Finding.NOT_FOUND}, Meaning.CLEAR),
    ],
)
def test_what_an_answer_means(changes: dict[str, Any], meant: Meaning) -> None:
    assert meaning(known(**changes)) == meant
    assert bool(bar(known(**changes))) == (meant in (Meaning.BARRED, Meaning.UNSETTLED))


def test_the_reason_names_who_was_asked() -> None:
    assert bar(known(remedy=Remedy.NO)) == (
        "消防署への照会の回答により、認定はできません。不認定で起案してください。"
    )


@pytest.mark.parametrize("kind", InquiryKind)
@pytest.mark.parametrize("remedy", [Remedy.NO, Remedy.UNKNOWN])
def test_the_reason_of_a_restricted_one_tells_neither_kind_nor_ground(
    kind: InquiryKind, remedy: Remedy
) -> None:
    text = bar(known(kind=kind, restricted=True, remedy=remedy))

    assert text is not None
    assert "閲覧制限" in text
    assert not [word for word in ("警察", "暴力", "消防", "行政庁", "違反") if word in text]


def answer(**changes: Any) -> Answer:
    orders = dict.fromkeys(orders_of(InquiryKind.BUILDING), OrderAnswer.NONE.value)
    return Answer(**({"finding": Finding.NOT_FOUND.value, "orders": orders} | changes))


def problem_of(answer_: Answer, *, kind: str = InquiryKind.BUILDING) -> str | None:
    found = answer_problem(kind, orders_of(kind), answer_)
    return found.field if found else None


def test_each_order_asked_about_is_answered() -> None:
    assert problem_of(answer()) is None
    assert problem_of(answer(orders={"building-9-1": "none"})) == "building-9-7"
    assert problem_of(answer(orders={"building-9-1": "none", "building-9-7": "silent"})) is None


def test_who_is_under_an_order_is_in_breach() -> None:
    orders = {"building-9-1": "under", "building-9-7": "none"}

    assert problem_of(answer(orders=orders)) == "finding"
    assert problem_of(answer(orders=orders, finding="found", remedy="no")) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finding": ""}, "finding"),
        ({"finding": "found"}, "remedy"),
        ({"finding": "found", "remedy": "yes"}, "remedy_on"),
        ({"finding": "found", "remedy": "yes", "remedy_on": DAY}, None),
        ({"finding": "found", "remedy": "yes", "remedy_note": "契約済み"}, None),
        ({"finding": "found", "remedy": "unknown"}, None),
    ],
)
def test_a_breach_comes_with_its_prospect(changes: dict[str, Any], field: str | None) -> None:
    assert problem_of(answer(**changes)) == field


def test_of_the_police_no_remedy_is_asked() -> None:
    assert problem_of(Answer(finding="found"), kind=InquiryKind.POLICE) is None
    assert finding_label("police", "found") == "暴力団員等と認められる"
    assert finding_label("fire", "found") == "違反が認められる"
    assert finding_label("other", "not_found") == "支障がない"
    assert finding_label("fire", "") == ""


def test_a_prospect_must_be_judged() -> None:
    problem = remedy_problem("", on=None, note="")

    assert problem is not None
    assert problem.field == "remedy"


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({"kind": InquiryKind.FIRE}, True),
        ({"kind": InquiryKind.OTHER}, True),
        ({"kind": InquiryKind.FIRE, "restricted": True}, False),
        ({"kind": InquiryKind.POLICE, "restricted": True}, False),
        ({"kind": InquiryKind.POLICE}, False),
        ({"status": InquiryStatus.DRAFT}, False),
        ({"status": InquiryStatus.ANSWERED}, False),
    ],
)
def test_who_may_answer_by_link(changes: dict[str, Any], may: bool) -> None:
    assert may_have_link(known(**({"status": InquiryStatus.OPEN, "finding": ""} | changes))) == may


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, LinkState.OPEN),
        ({"used": True, "revoked": True}, LinkState.USED),
        ({"revoked": True}, LinkState.CLOSED),
        ({"tries": 4}, LinkState.OPEN),
        ({"tries": 5}, LinkState.LOCKED),
        ({"expires_at": NOW}, LinkState.EXPIRED),
    ],
)
def test_when_a_link_opens(changes: dict[str, Any], state: LinkState) -> None:
    values: dict[str, Any] = {
        "used": False,
        "revoked": False,
        "tries": 0,
        "expires_at": NOW + dt.timedelta(seconds=1),
    }
    waiting = known(status=InquiryStatus.OPEN, finding="")

    assert link_state(waiting, **(values | changes), now=NOW) == state


def test_a_link_of_an_inquiry_that_ended_is_closed() -> None:
    ended = known(status=InquiryStatus.WITHDRAWN, finding="")

    assert (
        link_state(ended, used=False, revoked=False, tries=0, expires_at=NOW + dt.timedelta(1), now=NOW)
        == LinkState.CLOSED
    )
