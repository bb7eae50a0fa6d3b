"""The joint applicant agrees while somebody writes: nobody's consent ever stands for what nobody read."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import Walk, applicant
from certification.models import Operator, PartnerConfirmation
from certification.rules.plan import Plan, Section, to_content
from certification.selectors.partners import filed_hash
from certification.services import joint, planning
from certification.services.invitations import accept
from tests.certification.races.arena import Outcome, Tally
from tests.certification.races.test_waiting import race

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def helper(db: None) -> tuple[Operator, User]:
    return applicant("みほん援助の会", email="helper@example.jp", name="援助 花")


@pytest.fixture
def shared(walk: Walk, owner: tuple[Operator, User], plan: Plan, helper: tuple[Operator, User]) -> Walk:
    walk.begin(owner[0], plan)
    now, today = timezone.now(), timezone.localdate()
    partner = joint.invite_partner(
        application_id=walk.application.public_id,
        name=helper[0].name,
        email=helper[1].email,
        may_write=False,
        actor=actor_of(owner[1], day=today),
        now=now,
    )
    accept(
        invitation_id=partner.invitations.get().public_id,
        actor=actor_of(helper[1], day=today),
        now=now,
        operator_id=helper[0].public_id,
    )
    return walk


@pytest.mark.parametrize("edit_first", [True, False], ids=["edit-first", "consent-first"])
def test_agreeing_and_writing_at_once(
    shared: Walk,
    plan: Plan,
    helper: tuple[Operator, User],
    edit_first: bool,
    monkeypatch: pytest.MonkeyPatch,
    tally: Tally,
) -> None:
    case = shared.reload()
    read = filed_hash(case)
    agree = partial(
        joint.confirm,
        application_id=case.public_id,
        seen=read,
        actor=shared.actor(helper[1]),
        now=timezone.now(),
    )
    changed = to_content(dataclasses.replace(plan, contact=dataclasses.replace(plan.contact, phone="042-9")))
    edit: Any = partial(
        planning.save_section,
        application_id=case.public_id,
        section=Section.CONTACT,
        content=changed["contact"],
        actor=shared.actor(shared.user),
        now=timezone.now(),
        seen=case.current_version.revision,
    )
    if edit_first:
        _, agreed = race(monkeypatch, planning, "to_content", edit, agree)
        assert agreed.outcome == Outcome.REFUSED
        assert not PartnerConfirmation.objects.exists()
    else:
        agreed, _ = race(monkeypatch, joint, "record", agree, edit)
        assert agreed.outcome == Outcome.DONE
        assert PartnerConfirmation.objects.get().content_hash == read
    still_holds = PartnerConfirmation.objects.filter(content_hash=filed_hash(shared.reload())).exists()
    tally.add([agreed], is_wrong=still_holds)
    assert not still_holds
