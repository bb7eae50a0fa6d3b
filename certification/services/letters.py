"""Letters of a case: numbered, rendered and kept byte for byte in the transaction of the act they belong to."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils import timezone

from accounts.rules.actor import Actor
from certification.documents import (
    Addressee,
    CaseFacts,
    LetterContent,
    LetterPoint,
    RefusalReason,
    Sender,
    UnprintableCharacter,
    certification_notice,
    correction_request,
    refusal_notice,
    render,
    to_json,
)
from certification.models import Application, CertificationSetting, Letter, Proposal, ReturnRound
from certification.rules.grounds import CRITERIA
from certification.rules.plan import PartyKind
from certification.rules.workflow import ProposalKind
from certification.services import numbers
from certification.services.errors import ActRefused


def issue_correction_request(
    application: Application,
    *,
    round_: ReturnRound,
    setting: CertificationSetting,
    actor: Actor,
    now: dt.datetime,
) -> Letter:
    """補正依頼書 with the released points of this round (行政手続法7条)."""
    day = timezone.localdate(now)
    points = round_.points.select_related("item", "department").order_by("item__number", "pk")
    content = correction_request(
        document_number=numbers.document_number(setting.lead_department, day=day),
        issued_on=day,
        addressees=_addressees(application),
        sender=_sender(setting),
        case=_facts(application),
        points=[
            LetterPoint(
                number=number,
                item=f"{point.item.number} {point.item.label}" if point.item else "申請全体",
                text=point.text,
                department=point.department.name,
            )
            for number, point in enumerate(points, start=1)
        ],
        due_on=round_.due_on,
    )
    return _issue(application, Letter.Kind.CORRECTION_REQUEST, content, setting=setting, actor=actor, day=day)


def issue_decision(
    application: Application,
    *,
    proposal: Proposal,
    setting: CertificationSetting,
    actor: Actor,
    now: dt.datetime,
) -> Letter:
    """認定通知書 (法43条1項) or 不認定通知書 with reasons and 教示 (行政手続法8条)."""
    day = timezone.localdate(now)
    number = numbers.document_number(setting.lead_department, day=day)
    if proposal.kind == ProposalKind.CERTIFY:
        content = certification_notice(
            document_number=number,
            issued_on=day,
            addressees=_addressees(application),
            sender=_sender(setting),
            case=_facts(application),
            certified_number=application.plan.certified_number,
            certified_on=application.plan.certified_on or day,
        )
        return _issue(
            application, Letter.Kind.CERTIFICATION_NOTICE, content, setting=setting, actor=actor, day=day
        )
    content = refusal_notice(
        document_number=number,
        issued_on=day,
        addressees=_addressees(application),
        sender=_sender(setting),
        case=_facts(application),
        reasons=[RefusalReason(criterion=CRITERIA[proposal.criterion], text=proposal.reasons)],
        appeal_text=setting.appeal_text,
    )
    return _issue(application, Letter.Kind.REFUSAL_NOTICE, content, setting=setting, actor=actor, day=day)


def _issue(
    application: Application,
    kind: Letter.Kind,
    content: LetterContent,
    *,
    setting: CertificationSetting,
    actor: Actor,
    day: dt.date,
) -> Letter:
    try:
        pdf = render(content)
    except UnprintableCharacter as error:
        raise ActRefused(str(error)) from error
    return Letter.objects.create(
        application=application,
        kind=kind,
        department=setting.lead_department,
        document_number=content.document_number,
        issued_on=day,
        content=to_json(content),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_by_id=actor.user_id,
    )


def _addressees(application: Application) -> list[Addressee]:
    return [
        Addressee(
            name=party.name,
            address=party.address,
            is_corporation=party.kind == PartyKind.CORPORATION,
            representative=f"{party.representative_title} {party.representative_name}".strip(),
        )
        for party in application.current_version.value.parties
    ]


def _sender(setting: CertificationSetting) -> Sender:
    return Sender(
        title=setting.authority_title,
        name=setting.authority_name,
        omits_seal=setting.omits_seal,
        enquiry=setting.enquiry_text,
    )


def _facts(application: Application) -> CaseFacts:
    plan = application.current_version.value
    assert application.submitted_at is not None
    return CaseFacts(
        receipt_number=application.receipt_number,
        submitted_on=timezone.localdate(application.submitted_at),
        applicants=tuple(party.name for party in plan.parties),
        housing_name="、".join(building.name for building in plan.buildings),
        housing_address="、".join(building.address for building in plan.buildings),
        units=sum(1 for _ in plan.units),
        dedicated_units=sum(1 for _, unit in plan.units if unit.is_exclusive),
    )
