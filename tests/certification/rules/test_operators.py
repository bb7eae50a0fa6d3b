"""What each role of an operator may do, read as the manual reads."""

from __future__ import annotations

import pytest

from certification.rules.operators import PARTNER_SECTIONS, Hand, OperatorRole, keeps_a_manager
from certification.rules.plan import Section
from certification.rules.workflow import Action, Facts, State, Who, check

MANAGER, WRITER, VIEWER = OperatorRole.MANAGER, OperatorRole.WRITER, OperatorRole.VIEWER


@pytest.mark.parametrize(
    ("hand", "standing"),
    [
        (Hand(), set()),
        (Hand(role=MANAGER), {Who.APPLICANT}),
        (Hand(role=WRITER), {Who.WRITER}),
        (Hand(role=VIEWER), set()),
        (Hand(partner_role=MANAGER), {Who.PARTNER}),
        (Hand(partner_role=MANAGER, partner_may_write=True), {Who.PARTNER, Who.WRITER}),
        (Hand(partner_role=WRITER), set()),
        (Hand(partner_role=WRITER, partner_may_write=True), {Who.WRITER}),
        (Hand(partner_role=VIEWER, partner_may_write=True), set()),
    ],
)
def test_standing(hand: Hand, standing: set[Who]) -> None:
    assert hand.standing == standing


@pytest.mark.parametrize("action", [Action.SUBMIT, Action.WITHDRAW])
def test_only_a_manager_files_and_withdraws(action: Action) -> None:
    def may(hand: Hand) -> bool:
        return check(Facts(state=State.DRAFT, standing=hand.standing), action) is None

    assert may(Hand(role=MANAGER))
    for other in (Hand(role=WRITER), Hand(role=VIEWER), Hand(partner_role=MANAGER, partner_may_write=True)):
        assert not may(other)


def test_a_joint_applicant_writes_the_support_and_nothing_else() -> None:
    hand = Hand(partner_role=WRITER, partner_may_write=True)
    assert {section for section in Section if hand.may_write(section)} == set(PARTNER_SECTIONS)
    assert not hand.may_write(None)
    assert all(Hand(role=WRITER).may_write(section) for section in (*Section, None))


def test_an_operator_keeps_a_manager() -> None:
    assert keeps_a_manager(other_managers=1, becomes=None)
    assert keeps_a_manager(other_managers=0, becomes=MANAGER)
    assert not keeps_a_manager(other_managers=0, becomes=WRITER)
    assert not keeps_a_manager(other_managers=0, becomes=None)
