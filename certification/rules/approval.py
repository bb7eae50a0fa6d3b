"""決裁の経路: which step of a proposal is next, who may stamp it, and why not. Plain values, no rows.

A route is a list of steps in the order of their numbers. 合議 steps of one number run beside each other. The last step is
one 決裁: its stamp is the decision. Where a municipality keeps no route, none of this is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

LONGEST: Final = 8
"""The most steps of one route."""


class StepKind(TextChoices):
    AGREE = "agree", "合議"
    DECIDE = "decide", "決裁"


class StampKind(TextChoices):
    AGREE = "agree", "合議"
    DECIDE = "decide", "決裁"
    DEPUTY = "deputy", "代決"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step as rules see it. `title` is the post (課長, 部長); empty means any 決裁者 of the department."""

    pk: int
    order: int
    kind: StepKind
    department_id: int
    department: str
    title: str = ""
    allows_deputy: bool = False

    @property
    def label(self) -> str:
        """As people call it: 合議 都市計画課, 部長."""
        if self.title:
            return self.title
        return f"{self.kind.label} {self.department}"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A stamp as rules see it, with the content it was given on."""

    step_id: int
    by: int
    signed_hash: str


def standing(given: Iterable[Given], *, signature: str) -> tuple[Given, ...]:
    """The stamps that count: those given on the content as it is now. The others have fallen."""
    return tuple(stamp for stamp in given if stamp.signed_hash == signature)


def next_steps(steps: Sequence[Step], given: Collection[Given]) -> tuple[Step, ...]:
    """The steps whose turn it is: those without a stamp that have the lowest number."""
    stamped = {stamp.step_id for stamp in given}
    waiting = [step for step in steps if step.pk not in stamped]
    lowest = min((step.order for step in waiting), default=0)
    return tuple(step for step in waiting if step.order == lowest)


@dataclass(frozen=True, kw_only=True)
class Seats:
    """Which steps a person may fill today: in the own right, and for whom as deputy (代決)."""

    own: frozenset[int] = frozenset()
    for_others: Mapping[int, int] | None = None

    def __contains__(self, step: object) -> bool:
        return isinstance(step, Step) and (step.pk in self.own or step.pk in (self.for_others or {}))

    def on_behalf_of(self, step: Step) -> int | None:
        """Who is absent and stood in for; `None` where the person stamps in the own right."""
        return None if step.pk in self.own else (self.for_others or {}).get(step.pk)


def step_of(
    steps: Sequence[Step], given: Collection[Given], *, seats: Seats, user_id: int
) -> tuple[Step | None, str]:
    """The step this person may stamp now, or why there is none. Own steps go before those of absent people."""
    mine = [step for step in steps if step in seats]
    if not mine:
        return None, "この起案の決裁の経路に、あなたの段はありません。"
    if any(stamp.by == user_id for stamp in given):
        return None, "あなたは、この起案をもう承認しました。同じ人が二つの段を承認することはできません。"
    due = next_steps(steps, given)
    ready = sorted((step for step in due if step in seats), key=lambda step: step.pk not in seats.own)
    if ready:
        return ready[0], ""
    if {step.pk for step in mine} <= {stamp.step_id for stamp in given}:
        return None, "あなたの段は、ほかの人がもう承認しました。"
    return None, f"いまは{'・'.join(step.label for step in due)}の番です。あなたの番はまだです。"


def is_last(steps: Sequence[Step], given: Collection[Given], step: Step) -> bool:
    """Whether nothing is left after this step: its stamp is the decision."""
    stamped = {stamp.step_id for stamp in given}
    return all(other.pk == step.pk or other.pk in stamped for other in steps)


# --- Whether a route is sound -----------------------------------------------------------------------------------------


def faults(steps: Sequence[Step]) -> Iterator[str]:
    """What keeps a route from being used at all."""
    if not steps:
        yield "段がありません。合議と決裁の段を、順番に入れてください。"
        return
    last = max(step.order for step in steps)
    at_end = [step for step in steps if step.order == last]
    if all(step.kind == StepKind.AGREE for step in steps):
        yield "決裁の段がありません。最後に、決裁の段(部長など)を一つ入れてください。"
    elif any(step.kind == StepKind.AGREE for step in at_end):
        yield "最後の段が合議になっています。最後は決裁の段にしてください。"
    numbers = {step.order for step in steps if step.kind == StepKind.DECIDE}
    for number in sorted(numbers):
        if sum(1 for step in steps if step.order == number) > 1:
            yield f"順番{number}に、決裁の段とほかの段が並んでいます。同じ順番に並べられるのは、合議だけです。"
    seen: set[tuple[int, str]] = set()
    for step in steps:
        if (step.department_id, step.title) in seen:
            yield f"「{step.label}」({step.department})が二つあります。一つにしてください。"
        seen.add((step.department_id, step.title))


def doubts(
    steps: Sequence[Step], fillers: Mapping[int, Collection[int]], *, drafters: Collection[int] = ()
) -> Iterator[str]:
    """What would make a proposal stop on this route with the people of today. `fillers`: step → who may fill it.

    Whoever drafts or reviews cannot stamp, and nobody stamps twice (four eyes at every step).
    """
    empty = [step for step in steps if not fillers.get(step.pk)]
    for step in empty:
        yield (
            f"「{step.label}」({step.department})を承認できる人が、きょう一人もいません。"
            "「職員と辞令」で決裁者に任命するか、この職に就いている人を選び直してください。"
        )
    for step in steps:
        if step not in empty and set(fillers[step.pk]) <= set(drafters):
            yield (
                f"「{step.label}」({step.department})を承認できる人は、みな審査の担当も兼ねています。"
                "起案や審査をした申請は、承認できなくなります。"
            )
    if not empty and not _can_all_differ(steps, fillers):
        yield (
            "段の数だけの別々の人がいません。同じ人は一つの段しか承認できないので、このままでは決裁が終わりません。"
        )


def _can_all_differ(steps: Sequence[Step], fillers: Mapping[int, Collection[int]]) -> bool:
    """Whether each step can have a person of its own (a matching, by augmenting paths)."""
    taken: dict[int, Step] = {}

    def place(step: Step, tried: set[int]) -> bool:
        for person in fillers.get(step.pk, ()):
            if person in tried:
                continue
            tried.add(person)
            if person not in taken or place(taken[person], tried):
                taken[person] = step
                return True
        return False

    return all(place(step, set()) for step in steps)
