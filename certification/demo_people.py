"""Demo: colleagues of the invented operators, a joint application that waits for a consent, an open invitation."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from certification.demo import Office, Walk, applicant, person, sample_plan
from certification.models import Operator, OperatorUser
from certification.rules.operators import OperatorRole
from certification.services.invitations import accept
from certification.services.joint import ask_confirmation, invite_partner
from certification.services.operators import invite_member, invite_operator

HELPER = ("一般社団法人みほん援助の会", "enjo@sumai.example.jp", "援助 花")
COLLEAGUES = (
    ("sakusei@sumai.example.jp", "作見 書", OperatorRole.WRITER),
    ("miru@sumai.example.jp", "見田 読", OperatorRole.VIEWER),
)


def people_of_operators(office: Office, operator: Operator, user: User, *, now: dt.datetime) -> None:
    """For the first city: a writer, a reader, a joint applicant, invitations that wait."""
    for email, name, role in COLLEAGUES:
        colleague = person(email, f"{name}(見本)")
        OperatorUser.objects.get_or_create(operator=operator, user=colleague, defaults={"role": role})
    walk = Walk(office=office, user=user, at=now)
    walk.begin(operator, sample_plan("わかば見本荘", company=operator.name, city=office.municipality.name))
    helper, helping = applicant(HELPER[0], email=HELPER[1], name=HELPER[2])
    filing = walk.actor(user)
    partner = invite_partner(
        application_id=walk.application.public_id,
        name=helper.name,
        email=helping.email,
        may_write=True,
        actor=filing,
        now=now,
    )
    accept(
        invitation_id=partner.invitations.get().public_id,
        actor=walk.actor(helping),
        now=now,
        operator_id=helper.public_id,
    )
    ask_confirmation(application_id=walk.application.public_id, actor=filing, now=now)
    invite_member(
        operator_id=operator.public_id,
        email="atarashii@sumai.example.jp",
        role=OperatorRole.WRITER,
        actor=filing,
        now=now,
    )
    invite_operator(
        name="みほん不動産株式会社",
        email="hajimete@fudosan.example.jp",
        actor=walk.actor(office.desk),
        now=now,
    )
