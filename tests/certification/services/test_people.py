"""People of an operator, invitations, and joint applications, through the services."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.outbox import run_once
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office, Walk, applicant, person
from certification.models import (
    InvitationLink,
    Operator,
    OperatorInvitation,
    OperatorUser,
    PartnerConfirmation,
    PlanPartner,
)
from certification.rules.operators import LAST_MANAGER, OperatorRole
from certification.rules.plan import Plan, Section, to_content
from certification.rules.workflow import Action
from certification.selectors.partners import filed_hash
from certification.services import joint, operators, planning
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.invitations import REFUSALS, accept, accept_as_new, open_link

Pair = tuple[Operator, User]
NOW = timezone.now()
MANAGER, WRITER, VIEWER = OperatorRole.MANAGER, OperatorRole.WRITER, OperatorRole.VIEWER


def actor(user: User) -> Actor:
    return actor_of(user, day=timezone.localdate())


def member(operator: Operator, role: OperatorRole) -> User:
    user = person(f"{role.value}@example.jp", f"見本 {role.label}")
    OperatorUser.objects.create(operator=operator, user=user, role=role)
    return user


def invite(owner: Pair, email: str = "new@example.jp", role: OperatorRole = WRITER) -> OperatorInvitation:
    return operators.invite_member(
        operator_id=owner[0].public_id, email=email, role=role, actor=actor(owner[1]), now=NOW
    )


def mailed_token() -> str:
    """The token of the newest mail: nowhere else."""
    found = re.search(r"/invitation/link/([\w-]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


# --- Invitations ---


def test_a_mail_carries_a_link_and_no_name_and_only_its_hash_is_kept(owner: Pair) -> None:
    invitation = invite(owner)
    run_once(now=NOW)
    body = str(mail.outbox[-1].body)
    token = mailed_token()
    assert mail.outbox[-1].to == ["new@example.jp"]
    assert owner[0].name not in body
    assert owner[1].name not in body
    assert open_link(token) == invitation
    kept = [str(value) for row in InvitationLink.objects.values() for value in row.values()]
    kept += [str(value) for row in Notice.objects.values() for value in row.values()]
    assert not any(token in value for value in kept)
    with pytest.raises(NotFound):
        open_link(token + "x")


def test_who_has_no_account_registers_once(owner: Pair) -> None:
    invitation = invite(owner)
    given: dict[str, Any] = {
        "invitation_id": invitation.public_id,
        "name": "新田 新",
        "kana": "",
        "password": "nagai-aikotoba-77",
        "now": NOW,
    }
    done = accept_as_new(**given)
    assert done.accepted_by is not None
    assert done.accepted_by.check_password("nagai-aikotoba-77")
    assert owner[0].members.get(user=done.accepted_by).role == WRITER
    with pytest.raises(ActRefused, match="もう済んでいます"):
        accept_as_new(**given)


@pytest.mark.parametrize("status", ["expired", "withdrawn"])
def test_a_link_that_is_over_says_why(owner: Pair, status: str) -> None:
    invitation = invite(owner)
    later = NOW + dt.timedelta(days=14)
    if status == "withdrawn":
        later = NOW
        operators.withdraw_member_invitation(
            operator_id=owner[0].public_id,
            invitation_id=invitation.public_id,
            actor=actor(owner[1]),
            now=NOW,
        )
    with pytest.raises(ActRefused) as refused:
        accept_as_new(invitation_id=invitation.public_id, name="新", kana="", password="x", now=later)
    assert str(refused.value) == REFUSALS[status]
    assert not User.objects.filter(email="new@example.jp").exists()


def test_a_withdrawn_invitation_is_not_mailed_any_more(owner: Pair) -> None:
    invitation = invite(owner)
    operators.withdraw_member_invitation(
        operator_id=owner[0].public_id, invitation_id=invitation.public_id, actor=actor(owner[1]), now=NOW
    )
    run_once(now=NOW)
    assert mail.outbox == []


def test_an_invitation_is_for_its_address_alone(owner: Pair, outsider: Pair) -> None:
    invitation = invite(owner)
    with pytest.raises(NotFound):
        accept(invitation_id=invitation.public_id, actor=actor(outsider[1]), now=NOW)


def test_who_has_an_account_finds_it_in_the_inbox_and_the_answer_is_the_same(owner: Pair) -> None:
    known = person("known@example.jp", "既知 人")
    first, second = invite(owner, "known@example.jp"), invite(owner, "unknown@example.jp")
    assert Notice.objects.get(recipient=known).path.endswith(f"{first.public_id}/")
    assert (first.kind, first.expires_at) == (second.kind, second.expires_at)
    accept(invitation_id=first.public_id, actor=actor(known), now=NOW)
    assert owner[0].members.filter(user=known).exists()


def test_the_same_address_is_not_invited_twice(owner: Pair) -> None:
    invite(owner)
    with pytest.raises(InputMissing, match="まだ返事がありません"):
        invite(owner, "NEW@example.jp")
    with pytest.raises(InputMissing, match="すでに"):
        invite(owner, owner[1].email)


def test_the_office_invites_a_new_operator(office: Office) -> None:
    invitation = operators.invite_operator(
        name="新しい会社", email="first@example.jp", actor=actor(office.desk), now=NOW
    )
    done = accept_as_new(
        invitation_id=invitation.public_id, name="初 一", kana="", password="nagai-aikotoba-77", now=NOW
    )
    assert done.operator is not None
    assert done.operator.name == "新しい会社"
    assert done.operator.members.get().role == MANAGER
    for user in (office.decider, office.viewer, office.auditor):
        with pytest.raises(NotFound):
            operators.invite_operator(name="別", email="b@example.jp", actor=actor(user), now=NOW)


def test_the_trail_holds_no_address(owner: Pair) -> None:
    invite(owner)
    event = AuditEvent.objects.get(action="certification.operator_invited")
    assert "new@example.jp" not in str(event.__dict__)


# --- Roles ---


@pytest.mark.parametrize("role", [WRITER, VIEWER])
def test_only_a_manager_decides_about_people(owner: Pair, role: OperatorRole) -> None:
    other = member(owner[0], role)
    given: dict[str, Any] = {"operator_id": owner[0].public_id, "actor": actor(other), "now": NOW}
    with pytest.raises(ActRefused):
        operators.invite_member(email="x@example.jp", role=VIEWER, **given)
    with pytest.raises(ActRefused):
        operators.change_role(member_id=other.public_id, role=MANAGER, seen=role, **given)
    with pytest.raises(ActRefused):
        operators.remove_member(member_id=owner[1].public_id, seen=MANAGER, **given)


def test_the_last_manager_stays(owner: Pair) -> None:
    given: dict[str, Any] = {
        "operator_id": owner[0].public_id,
        "member_id": owner[1].public_id,
        "seen": MANAGER,
        "actor": actor(owner[1]),
        "now": NOW,
    }
    with pytest.raises(ActRefused, match=LAST_MANAGER):
        operators.remove_member(**given)
    with pytest.raises(ActRefused, match=LAST_MANAGER):
        operators.change_role(role=WRITER, **given)
    member(owner[0], MANAGER)
    operators.remove_member(**given)
    assert not owner[0].members.filter(user=owner[1]).exists()


def test_a_changed_role_makes_the_page_stale(owner: Pair) -> None:
    other = member(owner[0], WRITER)
    with pytest.raises(Stale):
        operators.remove_member(
            operator_id=owner[0].public_id,
            member_id=other.public_id,
            seen=VIEWER,
            actor=actor(owner[1]),
            now=NOW,
        )


def test_a_writer_writes_and_does_not_file(walk: Walk, owner: Pair, plan: Plan) -> None:
    walk.user = member(owner[0], WRITER)
    walk.begin(owner[0], plan)
    for action in (Action.SUBMIT, Action.WITHDRAW):
        with pytest.raises(ActRefused):
            walk.act(action, walk.user)
    walk.act(Action.SUBMIT, owner[1])
    assert walk.application.state == "submitted"


def test_a_viewer_writes_nothing(walk: Walk, owner: Pair, plan: Plan) -> None:
    walk.begin(owner[0], plan)
    filer, walk.user = walk.user, member(owner[0], VIEWER)
    with pytest.raises(ActRefused):
        walk.write(dataclasses.replace(plan, pledges=()))
    with pytest.raises(ActRefused):
        walk.attach("other", "見本.pdf")
    with pytest.raises(ActRefused):
        walk.act(Action.SUBMIT, walk.user)
    with pytest.raises(NotFound):
        walk.begin(owner[0], plan)
    assert filer == owner[1]


# --- Joint applications ---


@pytest.fixture
def helper(db: None) -> Pair:
    return applicant("みほん援助の会", email="helper@example.jp", name="援助 花")


@pytest.fixture
def shared(walk: Walk, owner: Pair, plan: Plan, helper: Pair) -> Walk:
    """A whole plan with a joint applicant that has joined and may write the support."""
    walk.begin(owner[0], plan)
    partner = joint.invite_partner(
        application_id=walk.application.public_id,
        name="みほん援助の会",
        email=helper[1].email,
        may_write=True,
        actor=actor(owner[1]),
        now=NOW,
    )
    accept(
        invitation_id=partner.invitations.get().public_id,
        actor=actor(helper[1]),
        now=NOW,
        operator_id=helper[0].public_id,
    )
    return walk


def confirm(walk: Walk, user: User, *, seen: str = "") -> PartnerConfirmation:
    return joint.confirm(
        application_id=walk.application.public_id,
        seen=seen or filed_hash(walk.reload()),
        actor=actor(user),
        now=NOW,
    )


def test_filing_waits_for_the_consent(shared: Walk, helper: Pair) -> None:
    with pytest.raises(ActRefused, match="みほん援助の会が、今の内容にまだ同意していません"):
        shared.act(Action.SUBMIT, shared.user)
    confirm(shared, helper[1])
    shared.act(Action.SUBMIT, shared.user)
    assert shared.application.state == "submitted"
    told = Notice.objects.filter(recipient=helper[1], subject__startswith="申請を送りました")
    assert told.count() == 1


@pytest.mark.parametrize("change", ["section", "document"])
def test_any_change_makes_the_consent_fall(shared: Walk, helper: Pair, plan: Plan, change: str) -> None:
    seen = filed_hash(shared.reload())
    confirm(shared, helper[1])
    if change == "section":
        shared.write(
            dataclasses.replace(plan, contact=dataclasses.replace(plan.contact, phone="042-999-9999"))
        )
    else:
        shared.attach(shared.reload().current_version.documents.all()[0].code, "もう一つ.pdf", content=None)
    with pytest.raises(ActRefused, match="まだ同意していません"):
        shared.act(Action.SUBMIT, shared.user)
    assert Notice.objects.filter(
        recipient=helper[1], subject__startswith="同意した内容が変わりました"
    ).exists()
    with pytest.raises(Stale):
        confirm(shared, helper[1], seen=seen)


def test_only_a_manager_of_the_partner_agrees(shared: Walk, helper: Pair, owner: Pair) -> None:
    for user in (owner[1], member(helper[0], WRITER)):
        with pytest.raises(ActRefused):
            confirm(shared, user)


def test_a_consent_is_never_changed(shared: Walk, helper: Pair) -> None:
    confirm(shared, helper[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        PartnerConfirmation.objects.update(content_hash="0" * 64)


def test_the_partner_writes_the_support_only(shared: Walk, helper: Pair, plan: Plan) -> None:
    def save(section: Section) -> None:
        planning.save_section(
            application_id=shared.application.public_id,
            section=section,
            content=to_content(plan)[section.value],
            actor=actor(helper[1]),
            now=NOW,
            seen=shared.reload().current_version.revision,
        )

    save(Section.SUPPORT)
    event = AuditEvent.objects.filter(action="certification.edit").latest("pk")
    assert event.actor_organisation == "みほん援助の会"
    with pytest.raises(ActRefused, match="援助の内容と対価だけ"):
        save(Section.LEASE)


def test_the_partner_goes_before_filing_and_not_after(shared: Walk, helper: Pair) -> None:
    partner = PlanPartner.objects.get()
    given: dict[str, Any] = {
        "application_id": shared.application.public_id,
        "partner_id": partner.public_id,
        "actor": actor(shared.user),
        "now": NOW,
    }
    confirm(shared, helper[1])
    submitted = shared.act(Action.SUBMIT, shared.user)
    with pytest.raises(ActRefused, match="はじめて申請する前だけ"):
        joint.end_partner(**given)
    assert submitted.application.state == "submitted"


def test_who_has_gone_sees_nothing_and_holds_nothing_up(shared: Walk, helper: Pair) -> None:
    joint.end_partner(
        application_id=shared.application.public_id,
        partner_id=PlanPartner.objects.get().public_id,
        actor=actor(helper[1]),
        now=NOW,
    )
    with pytest.raises(NotFound):
        confirm(shared, helper[1])
    shared.act(Action.SUBMIT, shared.user)
    assert shared.application.state == "submitted"


def test_who_leaves_takes_the_waiting_invitation_along(walk: Walk, owner: Pair, plan: Plan) -> None:
    walk.begin(owner[0], plan)
    partner = joint.invite_partner(
        application_id=walk.application.public_id,
        name="会",
        email="later@example.jp",
        may_write=False,
        actor=actor(owner[1]),
        now=NOW,
    )
    joint.end_partner(
        application_id=walk.application.public_id,
        partner_id=partner.public_id,
        actor=actor(owner[1]),
        now=NOW,
    )
    assert OperatorInvitation.objects.get().status(NOW) == OperatorInvitation.Status.WITHDRAWN


def test_a_plan_of_one_operator_asks_for_no_consent(filed: Walk) -> None:
    assert filed.application.state == "submitted"
    assert uuid.UUID(str(filed.application.public_id))
