"""手続 about a certified plan: begun from the version that stands, reviewed where it changes something, granted or not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from certification.demo import Walk, changed
from certification.models import (
    Application,
    HarmlessChange,
    Operator,
    OtherUsePermit,
    Plan,
    PlanVersion,
)
from certification.rules.plan import to_content
from certification.rules.procedures import RULES, Procedure, state_label
from certification.rules.statements import (
    ChangeStatement,
    OtherUseStatement,
    SuccessionStatement,
    dedicated_units,
)
from certification.rules.workflow import Action, State
from certification.selectors.facts import document_needs
from certification.services import planning, procedures
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


def stated(walk: Walk, statement: Any = None) -> None:
    """What the procedure states beside the plan; of a change a day far ahead and a reason."""
    statement = statement or ChangeStatement(planned_on=dt.date(2099, 4, 1), reason="援助を増やすため。")
    planning.save_statement(
        application_id=walk.application.public_id,
        content=to_content(statement),
        actor=walk.actor(walk.user),
        now=walk.at,
        seen=walk.reload().current_version.revision,
    )


def dearer(walk: Walk, change: Application, *, state: bool = True) -> Walk:
    """A change walked by the same people: the support costs 500 yen more."""
    walk.application = change
    plan = change.current_version.value
    price = dataclasses.replace(plan.price, monthly_yen=(plan.price.monthly_yen or 0) + 500)
    walk.write(changed(plan, price=price))
    if state:
        stated(walk)
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
    certified.at = certified.at.replace(year=2025, month=9)  # before the tables of further procedures hold
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


# --- 変更の区分 ---


def test_a_change_that_changes_nothing_is_not_filed(certified: Walk) -> None:
    certified.application = begin(certified)
    stated(certified)
    with pytest.raises(ActRefused, match="変わったところがありません"):
        certified.act(Action.SUBMIT, certified.user)


def test_a_minor_change_is_notified_and_not_filed(certified: Walk) -> None:
    """共管省令21条1項6号: the price of the support goes down."""
    certified.application = begin(certified)
    plan = certified.application.current_version.value
    certified.write(changed(plan, price=dataclasses.replace(plan.price, monthly_yen=1)))
    stated(certified)
    with pytest.raises(ActRefused, match="軽微な変更として届け出てください"):
        certified.act(Action.SUBMIT, certified.user)


def test_what_this_municipality_finds_harmless_is_not_filed(certified: Walk) -> None:
    """共管省令21条1項8号, from the day it is set on."""
    HarmlessChange.objects.create(
        municipality=certified.office.municipality,
        place="price",
        reason="対価の軽い見直し",
        effective_from=dt.date(2026, 4, 1),
    )
    walk = dearer(certified, begin(certified))
    with pytest.raises(ActRefused, match="申請も届出も要らない"):
        walk.act(Action.SUBMIT, walk.user)


def test_a_change_states_its_day_and_reason(certified: Walk) -> None:
    walk = dearer(certified, begin(certified), state=False)
    with pytest.raises(ActRefused, match="変更の予定日"):
        walk.act(Action.SUBMIT, walk.user)


def test_a_statement_that_another_saved_first_is_not_lost(certified: Walk) -> None:
    certified.application = begin(certified)
    stated(certified)
    with pytest.raises(Stale):
        planning.save_statement(
            application_id=certified.application.public_id,
            content={"reason": "おくれた人"},
            actor=certified.actor(certified.user),
            now=certified.at,
            seen=0,
        )


# --- 地位の承継 and 目的外使用 ---


def filed(walk: Walk, procedure: Procedure, statement: Any) -> Walk:
    """A procedure with its statement and every needed document, filed and accepted."""
    walk.application = begin(walk, procedure=procedure)
    stated(walk, statement)
    for need in document_needs(walk.reload(), walk.application.current_version.value):
        if need.needed:
            walk.attach(need.code, f"{need.label}(見本).pdf")
    return walk.act(Action.SUBMIT, walk.user).accept()


def succession(walk: Walk) -> SuccessionStatement:
    former = procedures.standing_version(walk.application.plan).value.parties[0].name
    return SuccessionStatement(
        cause="merger",
        succeeded_on=dt.date(2026, 6, 1),
        former=former,
        kind="corporation",
        name="株式会社あたらしい住まい",
        address="輪野市見本町九丁目9番9号",
        representative_name="架空 次郎",
        phone="042-000-9999",
        reason="合併により事業を引き継いだため。",
    )


def other_use(walk: Walk) -> OtherUseStatement:
    plan = procedures.standing_version(walk.application.plan).value
    return OtherUseStatement(
        units=(dedicated_units(plan)[0][0],),
        vacant_since=dt.date(2026, 1, 1),
        efforts="窓口と不動産店に頼んだ。",
        tenant="単身の方",
        lease_from=dt.date(2026, 9, 1),
        lease_until=dt.date(2028, 8, 31),
        is_fixed_term=True,
        reason="申込みがないため。",
    )


def test_a_granted_succession_puts_the_successor_in_the_place_of_the_former(certified: Walk) -> None:
    """法45条: the rest of the plan stays as it was certified."""
    before = procedures.standing_version(certified.application.plan).value
    walk = filed(certified, Procedure.SUCCESSION, succession(certified)).gather().propose().decide()
    assert walk.application.state_label == "承継承認"
    version = procedures.standing_version(Plan.objects.get(pk=walk.application.plan_id))
    assert version.frozen_at is not None
    assert version.value.parties[0].name == "株式会社あたらしい住まい"
    assert version.value.parties[0].role == before.parties[0].role
    assert version.value.buildings == before.buildings
    assert version.number == walk.application.current_version.number + 1


def test_after_a_succession_the_plan_keeps_its_documents(certified: Walk) -> None:
    """A change begun afterwards must not ask for every floor plan again."""
    files = {row.sha256 for row in procedures.standing_version(certified.application.plan).documents.all()}
    walk = filed(certified, Procedure.SUCCESSION, succession(certified)).gather().propose().decide()
    standing = procedures.standing_version(Plan.objects.get(pk=walk.application.plan_id))
    assert {row.sha256 for row in standing.documents.all()} == files
    change = begin(walk)
    needs = document_needs(change, change.current_version.value)
    attached = {row.code for row in change.current_version.documents.all()}
    assert {need.code for need in needs if need.needed} <= attached


@pytest.mark.parametrize("procedure", [Procedure.CHANGE, Procedure.SUCCESSION, Procedure.OTHER_USE])
def test_a_new_procedure_states_its_own(certified: Walk, procedure: Procedure) -> None:
    """What the change before it stated is of another kind, or of days gone by."""
    walk = dearer(certified, begin(certified)).act(Action.SUBMIT, certified.user).accept()
    walk.gather().propose().decide()
    assert procedures.standing_version(walk.application.plan).statement
    assert begin(walk, procedure=procedure).current_version.statement == {}


def test_a_refused_succession_changes_nothing(certified: Walk) -> None:
    before = procedures.standing_version(certified.application.plan)
    walk = filed(certified, Procedure.SUCCESSION, succession(certified)).gather()
    walk.propose_refusal("42", "欠格要件に当たるため。").decide()
    assert walk.application.state_label == "承継不承認"
    assert procedures.standing_version(Plan.objects.get(pk=walk.application.plan_id)) == before


def test_a_granted_other_use_is_a_permit_with_an_end(certified: Walk) -> None:
    """法50条: the plan stays as it is; the database keeps the permit as it was given."""
    before = procedures.standing_version(certified.application.plan)
    walk = filed(certified, Procedure.OTHER_USE, other_use(certified)).gather().propose().decide()
    permit = OtherUsePermit.objects.get(plan=walk.application.plan_id)
    assert permit.lease_until == dt.date(2028, 8, 31)
    assert procedures.standing_version(Plan.objects.get(pk=walk.application.plan_id)) == before
    with pytest.raises(IntegrityError), transaction.atomic():
        OtherUsePermit.objects.update(lease_until=dt.date(2040, 1, 1))


def test_the_plan_itself_is_not_written_in_a_succession(certified: Walk) -> None:
    certified.application = begin(certified, procedure=Procedure.SUCCESSION)
    plan = certified.application.current_version.value
    with pytest.raises(ActRefused, match="書き換えられません"):
        certified.write(changed(plan, price=dataclasses.replace(plan.price, monthly_yen=1)))


def test_a_statement_corrected_opens_every_item_again(certified: Walk) -> None:
    walk = filed(certified, Procedure.OTHER_USE, other_use(certified))
    number = walk.application.judgements.filter(department=walk.lead_id).order_by("pk")[0].item.number
    walk.gather(lead={number: ("correct", "募集の経過をくわしく書いてください。")}).send_back().answer(
        "書きました。"
    )
    stated(
        walk,
        dataclasses.replace(other_use(walk), efforts="窓口に3回、不動産店2店に頼み、広告を3か月出した。"),
    )
    walk.resubmit()
    assert not walk.application.judgements.exclude(verdict="").exists()
