"""手続 about a certified plan: begun from the version that stands, reviewed where it changes something, granted or not."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from certification.demo import Walk, changed
from certification.models import Application, Operator, Plan, PlanVersion
from certification.rules.procedures import RULES, Procedure, state_label
from certification.rules.workflow import Action, State
from certification.services import procedures
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def begin(
    walk: Walk, *, procedure: Procedure = Procedure.CHANGE, key: uuid.UUID | None = None
) -> Application:
    done = procedures.begin_procedure(
        plan_id=walk.application.plan.public_id,
        procedure=procedure,
        actor=walk.actor(walk.user),
        now=walk.at,
        key=key or uuid.uuid4(),
    )
    return done.application


def dearer(walk: Walk, change: Application) -> Walk:
    """A change walked by the same people: the support costs 500 yen more."""
    walk.application = change
    plan = change.current_version.value
    price = dataclasses.replace(plan.price, monthly_yen=(plan.price.monthly_yen or 0) + 500)
    walk.write(changed(plan, price=price))
    return walk


def test_a_change_begins_from_the_certified_version_with_its_documents(certified: Walk) -> None:
    base = certified.application.current_version
    change = begin(certified)
    assert change.base_version == base
    assert change.current_version.number == base.number + 1 == change.first_number
    assert change.current_version.content == base.content
    assert {row.sha256 for row in change.current_version.documents.all()} == {
        row.sha256 for row in base.documents.all()
    }
    assert change.state == State.DRAFT
    assert change.housing_name == certified.application.housing_name


def test_one_click_twice_is_one_draft(certified: Walk) -> None:
    key = uuid.uuid4()
    assert begin(certified, key=key) == begin(certified, key=key)
    with pytest.raises(Stale):
        begin(certified, procedure=Procedure.OTHER_USE, key=key)


def test_one_procedure_at_a_time(certified: Walk) -> None:
    begin(certified)
    with pytest.raises(ActRefused, match="まだ終わっていない手続"):
        begin(certified)


def test_only_a_certified_plan_of_ones_own(certified: Walk, outsider: tuple[Operator, User]) -> None:
    with pytest.raises(NotFound):
        procedures.begin_procedure(
            plan_id=certified.application.plan.public_id,
            procedure=Procedure.CHANGE,
            actor=certified.actor(outsider[1]),
            now=certified.at,
            key=uuid.uuid4(),
        )


def test_a_municipality_without_a_table_for_it_takes_no_succession(certified: Walk) -> None:
    with pytest.raises(InputMissing, match="まだこの手続を受け付けていません"):
        begin(certified, procedure=Procedure.SUCCESSION)


def test_a_change_is_reviewed_where_it_changes_something_and_then_stands(certified: Walk) -> None:
    before = certified.application
    judged_before = {row.item.number for row in before.judgements.all()}
    number = before.plan.certified_number
    change = begin(certified)
    walk = dearer(certified, change).act(Action.SUBMIT, certified.user).accept()
    change.refresh_from_db()
    assert change.receipt_number.split("-")[1] == "変"
    judged = {row.item.number for row in change.judgements.all()}
    assert judged
    assert judged < judged_before
    walk.gather().propose().decide()
    change.refresh_from_db()
    plan = Plan.objects.get(pk=change.plan_id)
    assert change.state == State.CERTIFIED
    assert change.state_label == "変更認定"
    assert plan.certified_number == number
    assert procedures.standing_version(plan) == change.current_version


def test_a_refused_change_leaves_the_certified_version_standing(certified: Walk) -> None:
    base = certified.application.current_version
    change = begin(certified)
    walk = dearer(certified, change).act(Action.SUBMIT, certified.user).accept().gather()
    walk.propose_refusal("41-7", "対価が費用に照らして高いため。").decide()
    plan = Plan.objects.get(pk=change.plan_id)
    assert procedures.standing_version(plan) == base
    again = begin(certified)
    assert again.current_version.number == base.number + 2
    assert again.current_version.content == base.content


@pytest.mark.parametrize("sent", [False, True])
def test_a_withdrawn_change_leaves_no_version_that_is_being_written(certified: Walk, sent: bool) -> None:
    change = begin(certified)
    walk = dearer(certified, change)
    if sent:
        walk.act(Action.SUBMIT, walk.user).accept()
        item = change.judgements.filter(department=walk.lead_id).order_by("item__number")[0].item.number
        walk.lead_review(verdicts={item: ("correct", "料金表を添えてください。")}).send_back()
    walk.act(Action.WITHDRAW, walk.user)
    plan = change.plan
    assert not plan.versions.filter(frozen_at__isnull=True).exists()
    assert begin(certified).state == State.DRAFT


def test_each_procedure_calls_its_end_by_its_own_name() -> None:
    words = {state_label(State.CERTIFIED, procedure) for procedure in Procedure}
    assert len(words) == len(Procedure) == len(RULES)
    assert state_label(State.SUBMITTED, Procedure.CHANGE) == "受付待ち"


def test_what_a_procedure_states_is_frozen_with_the_version(certified: Walk) -> None:
    version = certified.application.current_version
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(statement={"reason": "あとから"})


def test_what_a_procedure_states_is_part_of_the_fingerprint(certified: Walk) -> None:
    version = certified.application.current_version
    assert version.fingerprint == version.content_hash
    version.statement = {"reason": "増築"}
    assert version.fingerprint != version.content_hash


def test_the_triggers_survive_the_migrations(db: None) -> None:
    """SQLite forgets the triggers of a table that a migration alters."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        names = " ".join(row[0] for row in cursor.fetchall())
    for table in ("planversion_frozen", "reviewtable_frozen", "reviewitem_published", "letter", "clockevent"):
        assert f"certification_{table}" in names
