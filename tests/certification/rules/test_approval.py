"""決裁の経路: which step is next, who may stamp, why not; what makes a route unsound."""

from __future__ import annotations

import pytest

from certification.rules.approval import (
    Given,
    Seats,
    Step,
    StepKind,
    doubts,
    faults,
    is_last,
    next_steps,
    standing,
    step_of,
)

LEAD, SECOND, THIRD = 1, 2, 3


def agree(pk: int, order: int, department: int = SECOND) -> Step:
    return Step(
        pk=pk, order=order, kind=StepKind.AGREE, department_id=department, department=f"第{department}課"
    )


def decide(pk: int, order: int, title: str, *, deputy: bool = False) -> Step:
    return Step(
        pk=pk,
        order=order,
        kind=StepKind.DECIDE,
        department_id=LEAD,
        department="主管課",
        title=title,
        allows_deputy=deputy,
    )


AGREE_A, AGREE_B = agree(1, 1), agree(2, 1, THIRD)
CHIEF, DIRECTOR = decide(3, 2, "課長"), decide(4, 3, "部長", deputy=True)
ROUTE = (AGREE_A, AGREE_B, CHIEF, DIRECTOR)


def stamps(*step_ids: int, by: int = 90, on: str = "now") -> list[Given]:
    return [Given(step_id=pk, by=by + pk, signed_hash=on) for pk in step_ids]


@pytest.mark.parametrize(
    ("stamped", "due"),
    [
        ((), (AGREE_A, AGREE_B)),
        ((2,), (AGREE_A,)),
        ((1, 2), (CHIEF,)),
        ((1, 2, 3), (DIRECTOR,)),
        ((1, 2, 3, 4), ()),
    ],
)
def test_steps_go_in_order_and_agreements_of_one_number_together(
    stamped: tuple[int, ...], due: tuple[Step, ...]
) -> None:
    assert next_steps(ROUTE, stamps(*stamped)) == due


def test_a_stamp_falls_when_the_content_changed() -> None:
    given = [*stamps(1, on="before"), *stamps(2)]

    assert [stamp.step_id for stamp in standing(given, signature="now")] == [2]


def test_only_the_last_stamp_is_the_decision() -> None:
    assert not is_last(ROUTE, stamps(1, 2), CHIEF)
    assert is_last(ROUTE, stamps(1, 2, 3), DIRECTOR)


def asked(seats: Seats, *stamped: int, user: int = 7, by: int = 90) -> tuple[Step | None, str]:
    return step_of(ROUTE, stamps(*stamped, by=by), seats=seats, user_id=user)


def test_whose_turn_it_is_may_stamp() -> None:
    assert asked(Seats(own=frozenset({3})), 1, 2) == (CHIEF, "")


def test_who_has_no_step_is_told_so() -> None:
    assert asked(Seats()) == (None, "この起案の決裁の経路に、あなたの段はありません。")


def test_who_comes_later_is_told_whose_turn_it_is() -> None:
    assert asked(Seats(own=frozenset({4})), 1) == (
        None,
        "いまは合議 第3課の番です。あなたの番はまだです。",
    )


def test_who_came_too_late_is_told_that_another_was_faster() -> None:
    assert asked(Seats(own=frozenset({3})), 1, 2, 3) == (None, "あなたの段は、ほかの人がもう承認しました。")


def test_nobody_stamps_twice_not_even_for_somebody_absent() -> None:
    seats = Seats(own=frozenset({3}), for_others={4: 8})

    assert asked(seats, 1, 2, 3, by=4) == (
        None,
        "あなたは、この起案をもう承認しました。同じ人が二つの段を承認することはできません。",
    )


def test_a_deputy_stamps_for_the_absent_but_first_in_the_own_right() -> None:
    assert Seats(for_others={4: 8}).on_behalf_of(DIRECTOR) == 8
    assert Seats(own=frozenset({4}), for_others={4: 8}).on_behalf_of(DIRECTOR) is None
    assert asked(Seats(own=frozenset({2}), for_others={1: 8})) == (AGREE_B, "")


# --- Routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "段がありません"),
        ((AGREE_A,), "決裁の段がありません"),
        ((CHIEF, agree(9, 5)), "最後の段が合議になっています"),
        ((CHIEF, agree(9, 2), DIRECTOR), "同じ順番に並べられるのは、合議だけです"),
        ((CHIEF, decide(9, 4, "課長")), "二つあります"),
    ],
)
def test_a_route_that_cannot_work(steps: tuple[Step, ...], words: str) -> None:
    assert words in " ".join(faults(steps))


def test_a_sound_route_has_no_fault_and_no_doubt() -> None:
    assert list(faults(ROUTE)) == []
    assert list(doubts(ROUTE, {1: {11}, 2: {12}, 3: {13}, 4: {14}}, drafters={20})) == []


def test_a_step_nobody_can_fill_is_told() -> None:
    (said,) = doubts(ROUTE, {1: {11}, 2: {12}, 3: set(), 4: {14}})

    assert said.startswith("「課長」(主管課)を承認できる人が、きょう一人もいません。")


def test_too_few_people_for_four_eyes_at_every_step() -> None:
    """課長 and 部長 share two people with 合議: three steps, two people."""
    (said,) = doubts(ROUTE, {1: {11, 12}, 2: {11, 12}, 3: {11, 12}, 4: {14}})
    assert "別々の人がいません" in said

    # The matching moves people about before it gives up.
    assert list(doubts(ROUTE, {1: {11, 12}, 2: {11}, 3: {12, 13}, 4: {13, 14}})) == []


def test_who_also_reviews_may_leave_a_step_without_anybody() -> None:
    (said,) = doubts(ROUTE, {1: {11}, 2: {12}, 3: {13}, 4: {14}}, drafters={13})

    assert "みな審査の担当も兼ねています" in said
