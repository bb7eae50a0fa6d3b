"""Along a route: of two people at one step one stamps, and nobody stamps what was returned meanwhile."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from benchmarks.population import cases_of, clone
from certification.demo import Office, Walk
from certification.demo_approval import Hall, hall_of, lay_route
from certification.models import Application, Proposal, ProposalStamp, StepArrival
from certification.rules.workflow import Action, State
from tests.certification.conftest import MONDAY_MORNING, SINCE
from tests.certification.races.arena import ROUNDS, Gate, Outcome, Tally, count, together
from tests.certification.races.test_transitions import act

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def hall(office: Office) -> Hall:
    hall = hall_of(office, prefix="own", since=SINCE)
    lay_route(office, hall, now=MONDAY_MORNING)
    return hall


@pytest.fixture
def routed(hall: Hall, gathered: Walk) -> Walk:
    return gathered.propose()


def copies(routed: Walk) -> list[Application]:
    """Copies of the case, each with its proposal at the same step."""
    cases = cases_of(clone(routed.application, ROUNDS))
    arrival = StepArrival.objects.get(application=routed.application)
    for proposal in Proposal.objects.filter(application__in=cases):
        StepArrival.objects.create(
            application_id=proposal.application_id,
            proposal=proposal,
            step_id=arrival.step_id,
            department_id=arrival.department_id,
        )
    return cases


def test_two_at_one_step(routed: Walk, hall: Hall, gate: Gate, tally: Tally) -> None:
    """Without the lock the database still keeps one stamp, but the slower gets an error page."""
    second = User.objects.create_user("gogi2@own.example.jp", name="高台 次子(見本)")
    second.appointments.create(
        department_id=routed.second_id, role="decider", from_on=timezone.localdate(routed.at)
    )
    for case in copies(routed):
        gate.expect(2)
        answers = together(*(act(routed, case, Action.STAMP, user) for user in (hall.partner, second)))
        stamps = ProposalStamp.objects.filter(proposal__application=case).count()
        tally.add(answers, is_wrong=stamps != 1)
        assert stamps == count(answers, Outcome.DONE) == 1
    assert tally.wrong == 0
    if gate.guarded:
        assert tally.outcomes[Outcome.REFUSED] == ROUNDS
        assert tally.outcomes[Outcome.BROKEN] == 0
    else:
        assert tally.outcomes[Outcome.BROKEN] == ROUNDS


def test_stamp_against_return(routed: Walk, hall: Hall, gate: Gate, tally: Tally) -> None:
    for case in copies(routed):
        gate.expect(2)
        answers = together(
            act(routed, case, Action.STAMP, hall.partner),
            act(routed, case, Action.RETURN_PROPOSAL, hall.director, reason="理由を詳しく。"),
        )
        stamped, returned = (answer.outcome == Outcome.DONE for answer in answers)
        case.refresh_from_db()
        waiting = StepArrival.objects.filter(application=case, is_waiting=True).count()
        # Stamping first and returning then is in order; the other way round the stamp is refused.
        torn = returned and (case.state != State.GATHERING or waiting > 0)
        tally.add(answers, is_wrong=torn)
        if gate.guarded:
            assert returned
            assert not torn
            stamps = ProposalStamp.objects.filter(proposal__application=case).count()
            assert stamps == (1 if stamped else 0)
    assert tally.wrong == (0 if gate.guarded else tally.wrong)
