"""届出・報告 as rules: what each must contain, who may do what, when a report is owed, who may be paid directly."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from certification.demo import sample_plan
from certification.rules.direct_payment import direct_payment
from certification.rules.notifications import (
    DESK,
    MOVES,
    OPERATOR,
    RULES,
    STATEMENTS,
    Abolition,
    AnnualReport,
    DirectPayment,
    Incapacity,
    NotificationAct,
    NotificationKind,
    NotificationStatus,
    ReportStanding,
    may_act,
    notification_gaps,
    owes_report,
    reminder_stage,
    report_due_on,
    report_standing,
    reported_year,
)
from certification.rules.plan import Licence, LicenceKind, PartyRole, to_content
from certification.rules.statements import ChangeStatement

TODAY = dt.date(2026, 11, 23)
PLAN = sample_plan()
Status, Act, Kind = NotificationStatus, NotificationAct, NotificationKind

ALLOWED = {
    Status.DRAFT: {OPERATOR: {Act.SAVE, Act.FILE, Act.WITHDRAW}},
    Status.FILED: {OPERATOR: {Act.WITHDRAW}, DESK: {Act.RECEIVE, Act.RETURN}},
    Status.RETURNED: {OPERATOR: {Act.SAVE, Act.FILE, Act.WITHDRAW}},
    Status.RECEIVED: {},
    Status.WITHDRAWN: {},
}
"""Written by hand; what is not here is forbidden."""


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("side", [OPERATOR, DESK])
def test_every_cell_of_who_may_do_what(status: NotificationStatus, side: str) -> None:
    may = {act for act in Act if may_act(act, kind=Kind.ABOLITION, status=status, side=side)}
    assert may == ALLOWED[status].get(side, set())
    owed = {act for act in Act if may_act(act, kind=Kind.ANNUAL_REPORT, status=status, side=side)}
    assert owed == may - {Act.WITHDRAW}


def test_every_kind_has_its_rule_its_statement_and_its_own_symbol() -> None:
    assert set(RULES) == set(STATEMENTS) == set(Kind)
    assert len({rule.symbol for rule in RULES.values()}) == len(Kind)
    assert set(MOVES) == set(Act)


def told(kind: NotificationKind, statement: Any) -> list[str]:
    return [gap.field for gap in notification_gaps(kind, to_content(statement), PLAN, today=TODAY)]


WHOLE: dict[NotificationKind, Any] = {
    Kind.LESSER_CHANGE: ChangeStatement(planned_on=dt.date(2026, 11, 24), reason="見本"),
    Kind.ABOLITION: Abolition(ends_on=TODAY, reason="見本", residents="見本"),
    Kind.INCAPACITY: Incapacity(filed_by="self", name="見本", happened_on=TODAY, condition="見本"),
    Kind.DIRECT_PAYMENT: DirectPayment(
        units=(PLAN.buildings[0].units[0].key,),
        begins_on=TODAY,
        is_council_member=False,
        has_papers=True,
    ),
    Kind.ANNUAL_REPORT: AnnualReport(
        occupied_units=2,
        vacant_units=1,
        low_income=0,
        elderly=0,
        disabled=0,
        child_rearing=0,
        other_residents=0,
        safety_alerts=0,
        watch_visits=0,
        referrals=0,
        monthly_price_yen=0,
        has_changes=False,
    ),
}


@pytest.mark.parametrize("kind", Kind)
def test_a_whole_one_lacks_nothing_and_an_empty_one_everything(kind: NotificationKind) -> None:
    assert told(kind, WHOLE[kind]) == []
    needed = {item.name for item in dataclasses.fields(WHOLE[kind])} - {"remarks", "has_certificate"}
    assert set(told(kind, type(WHOLE[kind])())) == needed


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Kind.LESSER_CHANGE, "planned_on", TODAY),
        (Kind.ABOLITION, "ends_on", dt.date(2026, 11, 22)),
        (Kind.INCAPACITY, "happened_on", dt.date(2026, 11, 24)),
        (Kind.DIRECT_PAYMENT, "units", ("zz99",)),
        (Kind.ANNUAL_REPORT, "occupied_units", 3),
    ],
)
def test_what_cannot_be_is_said(kind: NotificationKind, field: str, value: Any) -> None:
    assert told(kind, dataclasses.replace(WHOLE[kind], **{field: value})) == [field]


def test_the_year_that_is_reported() -> None:
    assert reported_year(dt.date(2027, 3, 31)) == 2025
    assert reported_year(dt.date(2027, 4, 1)) == 2026
    assert report_due_on(2026) == dt.date(2027, 6, 30)


def test_a_plan_certified_after_the_year_owes_none() -> None:
    assert owes_report(dt.date(2027, 3, 31), year=2026)
    assert not owes_report(dt.date(2027, 4, 1), year=2026)
    assert not owes_report(None, year=2026)


def test_three_reminders() -> None:
    days = {"april": dt.date(2027, 4, 1), "month": dt.date(2027, 5, 31), "overdue": dt.date(2027, 7, 1)}
    assert {stage: reminder_stage(year=2026, today=day) for stage, day in days.items()} == {
        stage: stage for stage in days
    }
    assert reminder_stage(year=2026, today=dt.date(2027, 5, 30)) == "april"
    assert reminder_stage(year=2026, today=dt.date(2027, 6, 30)) == "month"


def test_where_a_report_stands() -> None:
    june, july = dt.date(2027, 6, 30), dt.date(2027, 7, 1)
    assert report_standing(Status.DRAFT, year=2026, today=june) == ReportStanding.WAITING
    assert report_standing(Status.RETURNED, year=2026, today=july) == ReportStanding.LATE
    assert report_standing(Status.FILED, year=2026, today=july) == ReportStanding.FILED
    assert report_standing(Status.RECEIVED, year=2026, today=july) == ReportStanding.RECEIVED


# --- 代理納付 (法53条, 共管省令36条) ---


def with_party(**values: Any) -> Any:
    cleared: dict[str, Any] = {"is_support_corporation": False, "licences": ()}
    party = dataclasses.replace(PLAN.parties[0], **(cleared | values))
    return dataclasses.replace(PLAN, parties=(party,))


@pytest.mark.parametrize(
    ("values", "ground"),
    [
        ({"is_support_corporation": True}, "居住支援法人"),
        ({"licences": (Licence(kind=LicenceKind.RENTAL_MANAGER, number="1"),)}, "賃貸住宅管理業者の登録"),
        ({"licences": (Licence(kind=LicenceKind.GUARANTOR, number="1"),)}, "家賃債務保証業者の登録"),
    ],
)
def test_the_plan_shows_a_ground(values: dict[str, Any], ground: str) -> None:
    standing = direct_payment(with_party(**values))
    assert standing.qualifies
    assert [one.text for one in standing.grounds] == [ground]


def test_other_licences_and_none_are_no_ground() -> None:
    assert not direct_payment(with_party()).qualifies
    broker = Licence(kind=LicenceKind.BROKER, number="1")
    unnumbered = Licence(kind=LicenceKind.GUARANTOR, number=" ")
    assert not direct_payment(with_party(licences=(broker, unnumbered))).qualifies


def test_a_landlord_who_acts_together_with_one_that_qualifies() -> None:
    supporter = with_party(is_support_corporation=True, role=PartyRole.SUPPORTER).parties[0]
    landlord = with_party(role=PartyRole.LESSOR, name="見本不動産", key="zz01").parties[0]
    grounds = direct_payment(dataclasses.replace(PLAN, parties=(landlord, supporter))).grounds
    assert [(one.party, one.text) for one in grounds] == [
        (supporter.name, "居住支援法人"),
        ("見本不動産", "当たる者と共同で事業を行う賃貸人"),
    ]
