"""Letters of a case: numbered, rendered and kept byte for byte in the transaction of the act they belong to."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
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
    letter_by_rule,
    refusal_notice,
    render,
    to_json,
)
from certification.models import (
    Application,
    CertificationSetting,
    Letter,
    LetterDelivery,
    Plan,
    PlanVersion,
    Proposal,
    RegisterEntry,
    ReturnRound,
)
from certification.rules import letter_kinds
from certification.rules.grounds import CRITERIA
from certification.rules.letter_kinds import (
    CRITERION,
    DECIDED_ON,
    REASON,
    DeliveryWay,
    LetterKind,
    missing_fields,
)
from certification.rules.plan import PartyKind
from certification.rules.procedures import Procedure
from certification.rules.workflow import ProposalKind
from certification.selectors.facts import versions_of
from certification.selectors.files import letter_to_open
from certification.selectors.letters import may_record, wording_of
from certification.services import numbers, trail
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from japan.wareki import format_wareki


def issue(
    kind: LetterKind,
    *,
    plan: Plan,
    application: Application | None = None,
    fields: Mapping[str, str | dt.date],
    addressees: Sequence[Addressee],
    setting: CertificationSetting,
    actor: Actor,
    now: dt.datetime,
) -> Letter:
    """Number, render and keep a letter about a plan or one of its procedures, in the caller's transaction.

    `fields` are the particulars of the kind by key (`rules.letter_kinds`), days as dates. The caller records the act it
    belongs to. Raises `InputMissing` naming the particular that is not given, `ActRefused` for an unprintable sign.
    """
    if kind == LetterKind.CORRECTION_REQUEST:
        raise ValueError("a request for correction has points: issue_correction_request")
    given = {key: _printed(value) for key, value in fields.items()}
    for field in missing_fields(kind, given):
        raise InputMissing(field.key, f"「{field.label}」を書いてください。")
    day = timezone.localdate(now)
    content = letter_by_rule(
        kind,
        document_number=numbers.document_number(setting.lead_department, day=day),
        issued_on=day,
        addressees=addressees,
        sender=sender_of(setting),
        facts=_facts_by_name(plan, application),
        fields=given,
        wording=wording_of(setting.municipality_id, kind),
        appeal_text=setting.appeal_text,
    )
    return _keep(content, plan=plan, application=application, setting=setting, actor=actor, day=day)


def addressees_of(version: PlanVersion) -> list[Addressee]:
    """Every party of a plan, as letters are addressed to them."""
    return [
        Addressee(
            name=party.name,
            address=party.address,
            is_corporation=party.kind == PartyKind.CORPORATION,
            representative=f"{party.representative_title} {party.representative_name}".strip(),
        )
        for party in version.value.parties
    ]


def version_told(plan: Plan, application: Application | None = None) -> PlanVersion:
    """The version a letter speaks of: the last one filed in the procedure, or the one that stands.

    What an applicant is still writing is not yet told to the office.
    """
    filed = versions_of(application) if application else plan.versions.all()
    entry = None if application else RegisterEntry.objects.select_related("version").filter(plan=plan).first()
    version = entry.version if entry else filed.filter(frozen_at__isnull=False).order_by("-number").first()
    if version is None:
        raise NotFound("この計画は、まだ提出されていません。")
    return version


def _printed(value: str | dt.date) -> str:
    return format_wareki(value) if isinstance(value, dt.date) else value


def _facts_by_name(plan: Plan, application: Application | None) -> dict[str, str]:
    content = version_told(plan, application).value
    submitted = application.submitted_at if application else None
    return {
        letter_kinds.RECEIPT_NUMBER: application.receipt_number if application else "",
        letter_kinds.SUBMITTED_ON: format_wareki(timezone.localdate(submitted)) if submitted else "",
        letter_kinds.CERTIFIED_NUMBER: plan.certified_number,
        letter_kinds.CERTIFIED_ON: format_wareki(plan.certified_on) if plan.certified_on else "",
        letter_kinds.OPERATOR: "、".join(party.name for party in content.parties),
        letter_kinds.HOUSING_NAME: "、".join(building.name for building in content.buildings),
        letter_kinds.HOUSING_ADDRESS: "、".join(building.address for building in content.buildings),
    }


# --- Letters of the acts of the state table ---


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
        addressees=addressees_of(application.current_version),
        sender=sender_of(setting),
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
        wording=wording_of(setting.municipality_id, LetterKind.CORRECTION_REQUEST),
    )
    return _keep(
        content, plan=application.plan, application=application, setting=setting, actor=actor, day=day
    )


def issue_decision(
    application: Application,
    *,
    proposal: Proposal,
    setting: CertificationSetting,
    actor: Actor,
    now: dt.datetime,
) -> Letter:
    """What the procedure ends with: 認定通知書 (法43条1項), 不認定通知書 with reasons and 教示 (行政手続法8条), and so on."""
    if application.procedure != Procedure.CERTIFICATION:
        return _issue_later_decision(application, proposal=proposal, setting=setting, actor=actor, now=now)
    day = timezone.localdate(now)
    number = numbers.document_number(setting.lead_department, day=day)
    if proposal.kind == ProposalKind.CERTIFY:
        content = certification_notice(
            document_number=number,
            issued_on=day,
            addressees=addressees_of(application.current_version),
            sender=sender_of(setting),
            case=_facts(application),
            certified_number=application.plan.certified_number,
            certified_on=application.plan.certified_on or day,
            wording=wording_of(setting.municipality_id, LetterKind.CERTIFICATION_NOTICE),
        )
        return _keep(
            content, plan=application.plan, application=application, setting=setting, actor=actor, day=day
        )
    content = refusal_notice(
        document_number=number,
        issued_on=day,
        addressees=addressees_of(application.current_version),
        sender=sender_of(setting),
        case=_facts(application),
        reasons=[RefusalReason(criterion=CRITERIA[proposal.criterion], text=proposal.reasons)],
        appeal_text=setting.appeal_text,
        wording=wording_of(setting.municipality_id, LetterKind.REFUSAL_NOTICE),
    )
    return _keep(
        content, plan=application.plan, application=application, setting=setting, actor=actor, day=day
    )


LATER_DECISIONS: Final = {
    Procedure.CHANGE: (LetterKind.CHANGE_NOTICE, LetterKind.CHANGE_REFUSAL),
    Procedure.SUCCESSION: (LetterKind.SUCCESSION_NOTICE, LetterKind.SUCCESSION_REFUSAL),
    Procedure.OTHER_USE: (LetterKind.OTHER_USE_NOTICE, LetterKind.OTHER_USE_REFUSAL),
}
"""What a procedure about a certified plan ends with: granted, refused."""


def _issue_later_decision(
    application: Application,
    *,
    proposal: Proposal,
    setting: CertificationSetting,
    actor: Actor,
    now: dt.datetime,
) -> Letter:
    granted, refused = LATER_DECISIONS[Procedure(application.procedure)]
    is_granted = proposal.kind == ProposalKind.CERTIFY
    fields: dict[str, str | dt.date] = {DECIDED_ON.key: timezone.localdate(now)}
    if not is_granted:
        fields = {CRITERION.key: CRITERIA[proposal.criterion], REASON.key: proposal.reasons}
    return issue(
        granted if is_granted else refused,
        plan=application.plan,
        application=application,
        fields=fields,
        addressees=addressees_of(application.current_version),
        setting=setting,
        actor=actor,
        now=now,
    )


# --- Handing letters on ---


@transaction.atomic
def record_delivery(
    letter_id: uuid.UUID,
    *,
    way: DeliveryWay,
    delivered_on: dt.date,
    note: str,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> LetterDelivery:
    """Keep how and when a letter was handed on. `seen` is how many deliveries the page showed.

    Raises `NotFound` for anybody but the desk of the department that sends it, `Stale`, `InputMissing` for a day before
    the letter or after today.
    """
    letter, application = _lock_letter(letter_id, actor=actor)
    if letter.deliveries.count() != seen:
        raise Stale
    if not letter.issued_on <= delivered_on <= timezone.localdate(now):
        raise InputMissing(
            "delivered_on",
            f"届けた日は、文書の日付（{format_wareki(letter.issued_on)}）からきょうまでの日を入れてください。",
        )
    delivery = LetterDelivery.objects.create(
        letter=letter,
        way=way,
        delivered_on=delivered_on,
        note=note,
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    details = {"letter": str(letter.public_id), "number": letter.document_number, "way": way.value}
    trail.record(application, action="letter_delivered", actor=actor, now=now, details=details)
    return delivery


def _lock_letter(letter_id: uuid.UUID, *, actor: Actor) -> tuple[Letter, Application]:
    try:
        letter, application = letter_to_open(actor, letter_id)
    except NotVisible:
        raise NotFound("この文書は見つかりません。") from None
    if not may_record(actor, letter):
        raise NotFound("この文書は見つかりません。")
    # Held so that two people do not record the same delivery at once.
    Letter.objects.select_for_update(no_key=True).values_list("pk", flat=True).get(pk=letter.pk)
    return letter, application


def _keep(
    content: LetterContent,
    *,
    plan: Plan,
    application: Application | None,
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
        plan=plan,
        kind=content.kind,
        department=setting.lead_department,
        document_number=content.document_number,
        issued_on=day,
        content=to_json(content),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_by_id=actor.user_id,
    )


def sender_of(setting: CertificationSetting) -> Sender:
    """In whose name letters go out, and whom to ask."""
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
