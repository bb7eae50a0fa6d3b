"""What a procedure states beside the plan: what lacks, what cannot be, and how it reads."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.demo import sample_plan
from certification.rules.plan import Plan, to_content
from certification.rules.procedures import Procedure
from certification.rules.statements import (
    ChangeStatement,
    OtherUseStatement,
    SuccessionStatement,
    dedicated_units,
    statement_gaps,
    statement_rows,
)
from japan.calendar import add_months

TODAY = dt.date(2026, 6, 1)


def other_use(plan: Plan, **fields: Any) -> OtherUseStatement:
    given: dict[str, Any] = {
        "units": (dedicated_units(plan)[0][0],),
        "vacant_since": dt.date(2026, 2, 1),
        "efforts": "市の窓口と不動産店2店に頼み、広告を出した。",
        "tenant": "要配慮者に限らない単身者",
        "lease_from": dt.date(2026, 7, 1),
        "lease_until": dt.date(2028, 6, 30),
        "is_fixed_term": True,
        "reason": "3か月を超えて入居の申込みがないため。",
    }
    return OtherUseStatement(**{**given, **fields})


def texts(procedure: Procedure, statement: Any, plan: Plan, today: dt.date = TODAY) -> str:
    return " ".join(gap.text for gap in statement_gaps(procedure, to_content(statement), plan, today=today))


def test_a_whole_statement_has_no_gap() -> None:
    plan = sample_plan()
    assert statement_gaps(Procedure.OTHER_USE, to_content(other_use(plan)), plan, today=TODAY) == ()
    change = ChangeStatement(planned_on=dt.date(2026, 8, 1), reason="援助の内容を増やすため。")
    assert statement_gaps(Procedure.CHANGE, to_content(change), plan, today=TODAY) == ()


def test_a_certification_states_nothing_beside_the_plan() -> None:
    assert statement_gaps(Procedure.CERTIFICATION, {}, sample_plan(), today=TODAY) == ()


@pytest.mark.parametrize("procedure", [Procedure.CHANGE, Procedure.SUCCESSION, Procedure.OTHER_USE])
def test_an_empty_statement_names_every_field_that_is_needed(procedure: Procedure) -> None:
    gaps = statement_gaps(procedure, {}, sample_plan(), today=TODAY)
    assert gaps
    assert all(gap.text.endswith("を入れてください。") for gap in gaps)


def test_three_months_must_have_passed() -> None:
    """共管省令31条."""
    plan = sample_plan()
    late = other_use(plan, vacant_since=dt.date(2026, 3, 2))
    assert "3か月になっていません。2026年6月2日から" in texts(Procedure.OTHER_USE, late, plan)
    assert texts(Procedure.OTHER_USE, late, plan, today=dt.date(2026, 6, 2)) == ""


@given(
    begins=st.dates(min_value=dt.date(2026, 1, 1), max_value=dt.date(2030, 12, 31)),
    days=st.integers(min_value=0, max_value=2500),
)
def test_a_lease_is_five_years_at_most(begins: dt.date, days: int) -> None:
    """法50条3項: the last day of five years is allowed, the day after is not."""
    plan = sample_plan()
    until = begins + dt.timedelta(days=days)
    found = texts(Procedure.OTHER_USE, other_use(plan, lease_from=begins, lease_until=until), plan)
    assert ("5年まで" in found) == (until > add_months(begins, 60) - dt.timedelta(days=1))


def test_only_a_fixed_term_lease() -> None:
    plan = sample_plan()
    assert "定期建物賃貸借に限られます" in texts(
        Procedure.OTHER_USE, other_use(plan, is_fixed_term=False), plan
    )


def test_one_dedicated_room_must_stay() -> None:
    plan = sample_plan()
    everything = tuple(key for key, _ in dedicated_units(plan))
    assert "少なくとも1戸は残して" in texts(Procedure.OTHER_USE, other_use(plan, units=everything), plan)
    assert "ない部屋" in texts(Procedure.OTHER_USE, other_use(plan, units=("なし",)), plan)


def test_a_change_is_certified_before_it_is_made() -> None:
    """法44条1項."""
    late = ChangeStatement(planned_on=dt.date(2026, 5, 31), reason="増築")
    assert "もう過ぎています" in texts(Procedure.CHANGE, late, sample_plan())


def test_a_succession_names_a_party_of_the_plan() -> None:
    plan = sample_plan()
    statement = SuccessionStatement(former="だれでもない株式会社")
    assert plan.parties[0].name in texts(Procedure.SUCCESSION, statement, plan)
    right = dataclasses.replace(statement, former=plan.parties[0].name)
    assert "名称のとおりに" not in texts(Procedure.SUCCESSION, right, plan)


def test_a_private_person_has_no_representative() -> None:
    person = SuccessionStatement(kind="individual")
    company = SuccessionStatement(kind="corporation")
    assert "「代表者の氏名」" not in texts(Procedure.SUCCESSION, person, sample_plan())
    assert "「代表者の氏名」" in texts(Procedure.SUCCESSION, company, sample_plan())


def test_rooms_are_read_by_their_names() -> None:
    plan = sample_plan()
    rows = dict(statement_rows(Procedure.OTHER_USE, to_content(other_use(plan)), plan))
    assert rows["目的外に使う部屋"] == dedicated_units(plan)[0][1]
    assert rows["賃貸借の終わり"] == "令和10年6月30日"
