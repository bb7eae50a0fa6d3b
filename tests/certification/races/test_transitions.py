"""R3: whoever acts on one case at the same instant, one act counts; everybody else gets a sentence, and nothing is torn."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Municipality, User
from benchmarks.population import cases_of, clone
from certification.demo import Walk, sample_plan
from certification.models import (
    Application,
    Judgement,
    Letter,
    NumberSeries,
    Operator,
    PerformedAct,
    Plan,
    Proposal,
)
from certification.rules.workflow import Action, State, Verdict
from certification.services import planning
from certification.services.errors import Stale
from certification.services.judging import judge
from certification.services.workflow import ActInput, Performed, perform
from tests.certification.races.arena import (
    CONTROL_ROUNDS,
    LONGEST_SECONDS,
    ROUNDS,
    THREADS,
    WINDOW_SECONDS,
    Answer,
    Gate,
    Meeting,
    Outcome,
    Tally,
    count,
    together,
)

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


def act(
    walk: Walk,
    case: Application,
    action: Action,
    user: User,
    *,
    key: uuid.UUID | None = None,
    reason: str = "",
) -> Callable[[], Performed]:
    """The call of one click on a page that showed `case` as it is now."""
    return partial(
        perform,
        application_id=case.public_id,
        action=action,
        actor=walk.actor(user),
        now=walk.at,
        seen=case.lock_version,
        key=key or uuid.uuid4(),
        given=ActInput(reason=reason),
    )


def events_of(case: Application, action: str) -> int:
    return AuditEvent.objects.filter(subject_id=str(case.public_id), action=f"certification.{action}").count()


def second_decider(walk: Walk) -> User:
    user = User.objects.create_user("kacho2@own.example.jp", name="小枝 次長(見本)")
    user.appointments.create(
        department=walk.office.setting.lead_department, role="decider", from_on=timezone.localdate(walk.at)
    )
    return user


def test_two_deciders(proposed: Walk, gate: Gate, tally: Tally) -> None:
    deciders = (proposed.office.decider, second_decider(proposed))
    for case in cases_of(clone(proposed.application, ROUNDS)):
        gate.expect(len(deciders))
        answers = together(*(act(proposed, case, Action.DECIDE, user) for user in deciders))
        letters = Letter.objects.filter(application=case).count()
        tally.add(answers, is_wrong=letters > 1)
        assert letters == events_of(case, "decide") == count(answers, Outcome.DONE)
    if gate.guarded:
        assert tally.outcomes[Outcome.BROKEN] == 0
        assert tally.outcomes[Outcome.DONE] == tally.outcomes[Outcome.REFUSED] == ROUNDS
        assert tally.wrong == 0
    else:
        # Without the lock the slower one meets the constraint: a decision keeps its thresholds once.
        assert tally.outcomes[Outcome.BROKEN] + tally.wrong == ROUNDS


def test_decide_against_withdraw(proposed: Walk, gate: Gate, tally: Tally) -> None:
    for case in cases_of(clone(proposed.application, ROUNDS)):
        gate.expect(2)
        answers = together(
            act(proposed, case, Action.DECIDE, proposed.office.decider),
            act(proposed, case, Action.WITHDRAW, proposed.user),
        )
        tally.add(answers, is_wrong=count(answers, Outcome.DONE) > 1)
        if gate.guarded:
            assert_one_of_two(case, answers)
    assert tally.outcomes[Outcome.BROKEN] == 0
    assert tally.wrong == (0 if gate.guarded else ROUNDS)


def assert_one_of_two(case: Application, answers: list[Answer]) -> None:
    """Certified with letter, number and approved proposal, or withdrawn with none of them."""
    decided, withdrawn = (answer.outcome == Outcome.DONE for answer in answers)
    assert decided != withdrawn
    case.refresh_from_db()
    plan = Plan.objects.get(pk=case.plan_id)
    assert case.state == (State.CERTIFIED if decided else State.WITHDRAWN)
    assert Letter.objects.filter(application=case).exists() == decided
    assert (plan.status == Plan.Status.CERTIFIED) == decided
    closed = Proposal.Status.APPROVED if decided else Proposal.Status.WITHDRAWN
    assert Proposal.objects.get(application=case).status == closed
    loser = answers[1] if decided else answers[0]
    assert isinstance(loser.error, Stale)


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "control"])
def test_a_plan_begun_by_many_clicks(
    walk: Walk, owner: tuple[Operator, User], monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    """Without the lock the unique key still stops the second plan, but the person gets an error page."""
    meeting = Meeting(THREADS, patience=WINDOW_SECONDS if is_guarded else LONGEST_SECONDS)
    choose = planning._open_municipality

    def meet_first(code: str) -> Municipality:
        meeting.arrive()
        return choose(code)

    monkeypatch.setattr(planning, "_open_municipality", meet_first)
    if not is_guarded:
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **_: rows)
    click = partial(
        planning.begin_plan,
        operator_id=owner[0].public_id,
        municipality_code=walk.office.municipality.code,
        actor=walk.actor(owner[1]),
        now=walk.at,
        key=uuid.uuid4(),
    )
    answers = together(*[click] * THREADS)
    assert count(answers, Outcome.DONE) == 1
    assert count(answers, Outcome.REPEATED if is_guarded else Outcome.BROKEN) == THREADS - 1
    assert owner[0].plans.count() == 1


def test_a_submit_clicked_many_times(
    walk: Walk, owner: tuple[Operator, User], gate: Gate, tally: Tally
) -> None:
    """Without the lock the unique key still stops the second act, but the person gets an error page for a done act."""
    walk.begin(owner[0], sample_plan())
    for case in cases_of(clone(walk.application, ROUNDS)):
        gate.expect(THREADS)
        click = act(walk, case, Action.SUBMIT, walk.user, key=uuid.uuid4())
        answers = together(*[click] * THREADS)
        tally.add(answers, is_wrong=events_of(case, "submit") > 1)
        assert count(answers, Outcome.DONE) == 1
        assert PerformedAct.objects.filter(application=case).count() == 1
        assert Application.objects.get(pk=case.pk).state == State.SUBMITTED
    others = ROUNDS * (THREADS - 1)
    assert tally.wrong == 0
    assert tally.outcomes[Outcome.REPEATED if gate.guarded else Outcome.BROKEN] == others


def test_two_acts_with_one_key(proposed: Walk, tally: Tally) -> None:
    """A duplicated tab carries the key of the first. The other act was not done, so nobody may say it was."""
    decider = proposed.office.decider
    for case in cases_of(clone(proposed.application, ROUNDS)):
        key = uuid.uuid4()
        answers = together(
            act(proposed, case, Action.DECIDE, decider, key=key),
            act(proposed, case, Action.RETURN_PROPOSAL, decider, key=key, reason="書き足してください。"),
        )
        tally.add(answers, is_wrong=count(answers, Outcome.REPEATED) > 0)
        assert count(answers, Outcome.DONE) == 1
    assert tally.wrong == 0
    assert tally.outcomes[Outcome.REFUSED] == ROUNDS


def test_many_desks_accept_one_case(filed: Walk, gate: Gate, tally: Tally) -> None:
    """Without the lock the unique items stop the second receipt, but only with an error of the database."""
    office = filed.office
    desks = [office.desk] + [more_desk(filed, number) for number in range(1, THREADS)]
    for case in cases_of(clone(filed.application, ROUNDS)):
        gate.expect(THREADS)
        answers = together(*(act(filed, case, Action.ACCEPT, user) for user in desks))
        tally.add(answers, is_wrong=events_of(case, "accept") > 1)
        assert count(answers, Outcome.DONE) == 1
    assert tally.wrong == 0
    losers = Outcome.REFUSED if gate.guarded else Outcome.BROKEN
    assert tally.outcomes[losers] == ROUNDS * (THREADS - 1)
    numbers = Application.objects.filter(accepted_at__isnull=False).values_list("receipt_number", flat=True)
    assert sorted(numbers) == [f"R8-認-{number:04d}" for number in range(1, ROUNDS + 1)]
    assert NumberSeries.objects.get(series="receipt").last_number == ROUNDS


def more_desk(walk: Walk, number: int) -> User:
    user = User.objects.create_user(f"madoguchi{number}@own.example.jp", name=f"窓口 {number}(見本)")
    user.appointments.create(
        department=walk.office.setting.lead_department, role="desk", from_on=timezone.localdate(walk.at)
    )
    return user


def test_two_people_judge_one_item(accepted: Walk, gate: Gate, tally: Tally) -> None:
    people = (accepted.office.desk, accepted.office.colleague)
    for case in cases_of(clone(accepted.application, ROUNDS)):
        row = Judgement.objects.filter(application=case, department=accepted.lead_id).first()
        assert row is not None
        gate.expect(len(people))
        answers = together(
            *(
                partial(
                    judge,
                    application_id=case.public_id,
                    judgement_id=row.pk,
                    verdict=Verdict.FIT,
                    note=f"{user.pk}の所見",
                    actor=accepted.actor(user),
                    now=accepted.at,
                    seen=row.revision,
                )
                for user in people
            )
        )
        done = count(answers, Outcome.DONE)
        tally.add(answers, is_wrong=done > 1)
        after = Judgement.objects.get(pk=row.pk)
        assert after.revision == row.revision + 1
        assert events_of(case, "judge") == done
        if gate.guarded:
            winner = next(answer.value for answer in answers if answer.outcome == Outcome.DONE)
            assert (after.note, after.judged_by_id) == (winner.note, winner.judged_by_id)
            assert any(isinstance(answer.error, Stale) for answer in answers)
    assert tally.outcomes[Outcome.BROKEN] == 0
    assert tally.wrong == (0 if gate.guarded else ROUNDS)


def test_two_departments_send_at_once(
    parallel_walk: Walk, owner: tuple[Operator, User], gate: Gate, tally: Tally
) -> None:
    """Both results count and one of them closes the round. Without the lock each takes the other for still at work."""
    walk = parallel_walk.file(owner[0], sample_plan(city="古都見市")).accept()
    walk.lead_review().second_review()
    senders = (walk.office.desk, walk.office.reviewers[walk.second_id])
    rounds = ROUNDS if gate.guarded else CONTROL_ROUNDS
    for case in cases_of(clone(walk.application, rounds)):
        gate.expect(len(senders))
        answers = together(*(act(walk, case, Action.SEND_RESULT, user) for user in senders))
        state = Application.objects.get(pk=case.pk).state
        tally.add(answers, is_wrong=state != State.GATHERING)
        closing = AuditEvent.objects.filter(subject_id=str(case.public_id), to_state=State.GATHERING.label)
        assert closing.count() == (1 if gate.guarded else 0)
        if gate.guarded:
            assert count(answers, Outcome.DONE) == len(senders)
            assert not case.department_reviews.filter(opened_at__isnull=False, sent_at__isnull=True).exists()
    assert tally.wrong == (0 if gate.guarded else rounds)
