"""Who had to wait for a lock sees the case as the one before left it, down to the rows the case points to.

PostgreSQL re-reads only the locked row after a wait; rows joined to it keep the version the statement began with. A
lock that reads plan, version and 別表 in the same statement would act on what has just been changed.
"""

from __future__ import annotations

import threading
import uuid
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.rules.actor import Actor
from benchmarks.population import cases_of, clone
from certification.demo import FLOW_MISSING, Walk, item_numbers, sample_plan, with_safety_every
from certification.models import Application, Operator
from certification.rules.plan import Plan, Section, content_hash, to_content
from certification.rules.workflow import Action, State
from certification.services import planning, workflow
from certification.services.errors import ActRefused, Stale
from certification.services.workflow import ActInput, perform
from japan.calendar import add_business_days
from tests.certification.races.arena import LONGEST_SECONDS, ROUNDS, Answer, Outcome, Tally, together
from tests.certification.races.test_transitions import act

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

SECONDS_TO_QUEUE_UP = 0.15


@pytest.fixture(params=[True, False], ids=["guarded", "control"])
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """As it is, and with lock and joins in one statement."""
    if not request.param:
        for module in (workflow, planning):
            monkeypatch.setattr(module, "lock_case", _lock_with_joins)
    return bool(request.param)


def _lock_with_joins(application_id: uuid.UUID, *, actor: Actor) -> Application:
    locked = Application.objects.select_for_update(of=("self",))
    return locked.select_related("plan__operator", "municipality", "current_version").get(
        public_id=application_id
    )


class Queue:
    """The first call holds the lock until the second has had time to ask for it."""

    def __init__(self) -> None:
        self.is_held = threading.Event()

    def hold(self, step: Any) -> Any:
        def held(*args: Any, **values: Any) -> Any:
            self.is_held.set()
            threading.Event().wait(SECONDS_TO_QUEUE_UP)
            return step(*args, **values)

        return held

    def after(self, call: Any) -> Any:
        def late() -> Any:
            assert self.is_held.wait(LONGEST_SECONDS)
            return call()

        return late


def race(
    monkeypatch: pytest.MonkeyPatch, module: Any, step: str, first: Any, second: Any
) -> tuple[Answer, Answer]:
    """Run `first`, which stops in `step` while it holds the lock; then `second`, which waits for that lock."""
    queue = Queue()
    with monkeypatch.context() as patch:
        patch.setattr(module, step, queue.hold(getattr(module, step)))
        one, other = together(first, queue.after(second))
    return one, other


def write(walk: Walk, case: Application, plan: Plan, section: Section) -> Any:
    return partial(
        planning.save_section,
        application_id=case.public_id,
        section=section,
        content=to_content(plan)[section.value],
        actor=walk.actor(walk.user),
        now=walk.at,
        seen=case.current_version.revision,
    )


def test_submitting_while_a_section_is_saved_freezes_what_was_saved(
    walk: Walk, owner: tuple[Operator, User], guarded: bool, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.begin(owner[0], sample_plan())
    changed = with_safety_every(sample_plan(), 2)
    for case in cases_of(clone(walk.application, ROUNDS)):
        save = write(walk, case, changed, Section.SUPPORT)
        submit = act(walk, case, Action.SUBMIT, walk.user)
        answers = race(monkeypatch, planning, "from_content", save, submit)
        version = Application.objects.get(pk=case.pk).current_version
        tally.add(answers, is_wrong=version.content_hash != content_hash(version.content))
        assert [answer.outcome for answer in answers] == [Outcome.DONE, Outcome.DONE]
        assert version.content["support"]["safety"]["every_days"] == 2
    assert tally.wrong == (0 if guarded else ROUNDS)


def test_a_plan_emptied_while_it_is_submitted_is_not_submitted(
    walk: Walk, owner: tuple[Operator, User], guarded: bool, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.begin(owner[0], sample_plan())
    for case in cases_of(clone(walk.application, ROUNDS)):
        save = write(walk, case, Plan(), Section.PLEDGES)
        submit = act(walk, case, Action.SUBMIT, walk.user)
        answers = race(monkeypatch, planning, "from_content", save, submit)
        tally.add(answers, is_wrong=Application.objects.get(pk=case.pk).state != State.DRAFT)
        assert answers[0].outcome == Outcome.DONE
        assert isinstance(answers[1].error, ActRefused) == guarded
    assert tally.wrong == (0 if guarded else ROUNDS)


def test_withdrawing_while_the_case_is_returned_is_told_so(
    gathered_with_point: Walk, guarded: bool, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The return makes a new version of the plan; who waited meets it with a sentence, not with an error page."""
    walk = gathered_with_point
    due = add_business_days(timezone.localdate(walk.at), 14)
    for case in cases_of(clone(walk.application, ROUNDS)):
        send_back = partial(
            perform,
            application_id=case.public_id,
            action=Action.RETURN,
            actor=walk.actor(walk.office.desk),
            now=walk.at,
            seen=case.lock_version,
            key=uuid.uuid4(),
            given=ActInput(due_on=due),
        )
        withdraw = act(walk, case, Action.WITHDRAW, walk.user)
        answers = race(monkeypatch, workflow, "_check_input", send_back, withdraw)
        tally.add(answers, is_wrong=answers[1].outcome == Outcome.BROKEN)
        assert answers[0].outcome == Outcome.DONE
        assert isinstance(answers[1].error, Stale) == guarded
    assert tally.wrong == (0 if guarded else ROUNDS)


@pytest.fixture
def gathered_with_point(accepted: Walk) -> Walk:
    soft, _ = item_numbers(accepted.office.setting)
    return accepted.gather(lead={soft: FLOW_MISSING})
