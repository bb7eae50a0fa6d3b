"""監督: every step × act × standing of every measure against a table written by hand, the guards, grounds, dates, points."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import Any

import pytest

from certification.rules.supervision import (
    BASES,
    OPEN_STEPS,
    POINTS,
    TABLES,
    Act,
    Consent,
    Facts,
    Finding,
    Ground,
    Input,
    MeasureKind,
    Outcome,
    Risk,
    Step,
    available,
    basis_of,
    check,
    due_problem,
    finding_problem,
    grounds_problem,
    is_overdue,
    reasons_of,
    row_of,
    score,
)
from certification.rules.workflow import BLOCKED, NOT_YOURS, WRONG_STATE, Who

DESK, DECIDER = Who.LEAD_DESK, Who.DECIDER
TODAY = dt.date(2026, 6, 1)

ALLOWED: dict[MeasureKind, dict[Step, dict[Who, set[Act]]]] = {
    MeasureKind.REPORT: {
        Step.DRAFT: {DESK: {Act.PROPOSE, Act.DROP}},
        Step.DECIDING: {DECIDER: {Act.APPROVE, Act.SEND_BACK}},
        Step.APPROVED: {DESK: {Act.NOTIFY, Act.DROP}},
        Step.NOTIFIED: {DESK: {Act.RECEIVE, Act.CLOSE_UNMET}},
        Step.REPORTED: {DESK: {Act.CLOSE}},
    },
    MeasureKind.INSPECTION: {
        Step.DRAFT: {DESK: {Act.NOTIFY, Act.DROP}},
        Step.NOTIFIED: {DESK: {Act.CARRY_OUT, Act.DROP}},
        Step.CARRIED_OUT: {DESK: {Act.RECORD_FINDINGS, Act.CONCLUDE}},
        Step.RESULTED: {DESK: {Act.CLOSE}},
    },
    MeasureKind.GUIDANCE: {
        Step.DRAFT: {DESK: {Act.GUIDE, Act.DROP}},
        Step.GUIDED: {DESK: {Act.CONFIRM, Act.CLOSE_UNMET}},
    },
    MeasureKind.ORDER: {
        Step.DRAFT: {DESK: {Act.GIVE_CHANCE, Act.DROP}},
        Step.EXPLAINING: {DESK: {Act.RECEIVE_EXPLANATION, Act.NO_EXPLANATION, Act.DROP}},
        Step.HEARD: {DESK: {Act.PROPOSE, Act.DROP}},
        Step.DECIDING: {DECIDER: {Act.APPROVE, Act.SEND_BACK}},
        Step.ORDERED: {DESK: {Act.CONFIRM, Act.CLOSE_UNMET}},
    },
    MeasureKind.REVOCATION: {
        Step.DRAFT: {DESK: {Act.CALL_HEARING, Act.DROP}},
        Step.HEARING: {DESK: {Act.HOLD_HEARING, Act.DROP}},
        Step.HEARD_OUT: {DESK: {Act.RECEIVE_RECORDS, Act.DROP}},
        Step.HEARD: {DESK: {Act.PROPOSE, Act.DROP}},
        Step.DECIDING: {DECIDER: {Act.APPROVE, Act.SEND_BACK}},
        Step.REVOKED: {DESK: {Act.PUBLISH}},
    },
}

STANDINGS = [frozenset(some) for size in range(len(Who) + 1) for some in combinations(Who, size)]


def good(kind: MeasureKind, step: Step, standing: frozenset[Who] = frozenset(Who), **more: Any) -> Facts:
    """Facts with which nothing but step and standing can stand against an act."""
    values: dict[str, Any] = {"kind": kind, "step": step, "standing": standing, "is_overdue": True}
    return Facts(**(values | more))


@pytest.mark.parametrize("kind", MeasureKind)
@pytest.mark.parametrize("step", Step)
def test_every_cell_of_the_grid(kind: MeasureKind, step: Step) -> None:
    wrong = []
    for act in Act:
        for standing in STANDINGS:
            told = ALLOWED[kind].get(step, {})
            expected = any(act in told.get(who, set()) for who in standing)
            if (check(good(kind, step, standing), act) is None) != expected:
                wrong.append((act.label, sorted(who.label for who in standing)))
    assert wrong == []


@pytest.mark.parametrize("kind", MeasureKind)
def test_every_measure_ends_from_wherever_it_stands(kind: MeasureKind) -> None:
    """No step is a dead end, and only a closing act says how it ended."""
    reachable, waiting = {Step.DRAFT}, [Step.DRAFT]
    while waiting:
        here = waiting.pop()
        moves = [row for row in TABLES[kind] if here in row.sources and row.target]
        assert moves or here == Step.CLOSED
        for row in moves:
            assert (row.target == Step.CLOSED) == (row.outcome is not None)
            if row.target and row.target not in reachable:
                reachable.add(row.target)
                waiting.append(row.target)
    assert Step.CLOSED in reachable
    assert {source for row in TABLES[kind] for source in row.sources} <= reachable
    assert set(OPEN_STEPS) | {Step.CLOSED} == set(Step)


@pytest.mark.parametrize("kind", [MeasureKind.REPORT, MeasureKind.ORDER, MeasureKind.REVOCATION])
def test_who_drafted_does_not_decide(kind: MeasureKind) -> None:
    refusal = check(good(kind, Step.DECIDING, actor_drafted=True), Act.APPROVE)
    assert refusal is not None
    assert refusal.kind == BLOCKED
    assert "起案した人は決裁できません" in refusal.problem


@pytest.mark.parametrize(
    ("kind", "step", "act", "facts", "words"),
    [
        (MeasureKind.INSPECTION, Step.DRAFT, Act.NOTIFY, {"inspectors": 1}, "2人以上"),
        (MeasureKind.INSPECTION, Step.DRAFT, Act.NOTIFY, {"without_card": ("見本 花子",)}, "見本 花子"),
        (MeasureKind.INSPECTION, Step.NOTIFIED, Act.CARRY_OUT, {"day_reached": False}, "まだ来ていません"),
        (MeasureKind.INSPECTION, Step.CARRIED_OUT, Act.CONCLUDE, {"findings_open": 3}, "3件"),
        (MeasureKind.ORDER, Step.DRAFT, Act.GIVE_CHANCE, {"has_grounds": False}, "根拠がありません"),
        (MeasureKind.ORDER, Step.EXPLAINING, Act.NO_EXPLANATION, {"is_overdue": False}, "期限"),
        (MeasureKind.ORDER, Step.DECIDING, Act.APPROVE, {"is_certified": False}, "認定中ではありません"),
        (MeasureKind.ORDER, Step.ORDERED, Act.CLOSE_UNMET, {"is_overdue": False}, "期限"),
        (MeasureKind.REPORT, Step.NOTIFIED, Act.CLOSE_UNMET, {"is_overdue": False}, "期限"),
        (MeasureKind.GUIDANCE, Step.GUIDED, Act.CLOSE_UNMET, {"is_overdue": False}, "期限"),
        (MeasureKind.REVOCATION, Step.HEARING, Act.HOLD_HEARING, {"day_reached": False}, "まだ来ていません"),
        (
            MeasureKind.REVOCATION,
            Step.DRAFT,
            Act.CALL_HEARING,
            {"lacks_disobeyed_order": True},
            "改善命令がありません",
        ),
    ],
)
def test_what_blocks_an_act_is_said(
    kind: MeasureKind, step: Step, act: Act, facts: dict[str, Any], words: str
) -> None:
    assert check(good(kind, step), act) is None
    offers = {offer.act: offer.blocked for offer in available(good(kind, step, **facts))}
    assert words in (offers[act] or "")


def kind_of(facts: Facts, act: Act) -> str:
    refusal = check(facts, act)
    assert refusal is not None
    return refusal.kind


def test_a_refusal_says_which_kind_it_is() -> None:
    order = good(MeasureKind.ORDER, Step.HEARD, frozenset({DECIDER}))
    assert kind_of(order, Act.PROPOSE) == NOT_YOURS
    assert kind_of(order, Act.APPROVE) == WRONG_STATE
    assert kind_of(order, Act.CALL_HEARING) == WRONG_STATE


def test_an_order_rests_on_the_four_duties_only() -> None:
    """法55条."""
    codes = {ground.value for ground in BASES[MeasureKind.ORDER]["法55条"]}
    assert codes == {"46", "47", "48", "51"}
    assert grounds_problem("order", ("49",)) is not None
    assert grounds_problem("order", ()) is not None
    assert grounds_problem("order", ("46", "48")) is None
    assert grounds_problem("report", ()) is None


def test_a_revocation_is_mandatory_or_discretionary_by_its_grounds() -> None:
    """法56条1項・2項."""
    assert basis_of("revocation", [Ground.FRAUD.value]) == "法56条1項"
    assert basis_of("revocation", [Ground.DUTY_49.value]) == "法56条2項"
    assert basis_of("revocation", [Ground.DUTY_49.value, Ground.DISQUALIFIED.value]) == "法56条1項"
    assert grounds_problem("revocation", ("47",)) is not None


@pytest.mark.parametrize("consent", [Consent.REFUSED, Consent.ABSENT])
@pytest.mark.parametrize("finding", [Finding.FIT, Finding.UNFIT])
def test_nobody_enters_a_dwelling_without_consent(consent: Consent, finding: Finding) -> None:
    """法54条2項."""
    assert "承諾がない" in (finding_problem(consent, finding, unit="101") or "")
    assert finding_problem(consent, Finding.UNSEEN, unit="101") is None
    assert finding_problem(Consent.GIVEN, finding, unit="101") is None
    assert finding_problem("", finding, unit="101") is not None
    assert finding_problem("", finding, unit="") is None


@pytest.mark.parametrize("act", [Act.GIVE_CHANCE, Act.CALL_HEARING])
def test_an_operator_has_time_to_prepare(act: Act) -> None:
    """行政手続法15条1項, 30条."""
    near, far = TODAY + dt.timedelta(days=13), TODAY + dt.timedelta(days=14)
    assert "14日以上先" in (due_problem(act, near, kind="order", today=TODAY) or "")
    assert due_problem(act, far, kind="order", today=TODAY) is None
    assert due_problem(Act.PROPOSE, TODAY, kind="order", today=TODAY) is not None
    assert due_problem(Act.PROPOSE, near, kind="order", today=TODAY) is None


def test_a_date_is_late_the_day_after_and_only_while_it_runs() -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    assert is_overdue(Step.ORDERED, yesterday, today=TODAY)
    assert not is_overdue(Step.ORDERED, TODAY, today=TODAY)
    assert not is_overdue(Step.CLOSED, yesterday, today=TODAY)
    assert not is_overdue(Step.ORDERED, None, today=TODAY)


def test_points_are_explained_and_add_up() -> None:
    reasons = reasons_of({Risk.TIP: 2, Risk.OVERDUE: 1, Risk.OTHER_LAW: 0})
    assert [reason.text for reason in reasons] == ["期限切れの措置 1件×5点", "苦情・通報 2件×2点"]
    assert score(reasons) == POINTS[Risk.OVERDUE] + 2 * POINTS[Risk.TIP]
    assert score(reasons_of({})) == 0


def test_a_hearing_comes_before_a_revocation_and_an_explanation_before_an_order() -> None:
    """行政手続法13条1項: nothing leads from the draft to the decision but through them."""
    for kind, hearing in (
        (MeasureKind.ORDER, Act.GIVE_CHANCE),
        (MeasureKind.REVOCATION, Act.CALL_HEARING),
    ):
        first = {row.act for row in TABLES[kind] if Step.DRAFT in row.sources}
        assert first == {hearing, Act.DROP}
        row = row_of(kind, hearing)
        assert row is not None
        assert {Input.DUE_ON, Input.PLACE} <= set(row.needs)
    assert row_of("order", Act.CLOSE_UNMET).outcome == Outcome.UNMET  # type: ignore[union-attr]
