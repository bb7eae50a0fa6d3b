"""Joint applicants of a plan: who they are, and whether they agree to what is written now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from certification.models import Application, OperatorInvitation, PartnerConfirmation, PlanPartner
from certification.rules.plan import content_hash


def filed_hash(application: Application) -> str:
    """The hash of what would be filed now: the plan, what the procedure states beside it, and the documents."""
    version = application.current_version
    files = version.documents.order_by("code", "sha256").values_list("code", "sha256")
    return content_hash({"plan": version.fingerprint, "documents": [list(file) for file in files]})


def partner_of(application: Application) -> PlanPartner | None:
    """The joint applicant, invited or joined."""
    found = PlanPartner.objects.filter(plan=application.plan_id, ended_at__isnull=True)
    return found.select_related("operator").first()


def unconfirmed_partners(application: Application) -> tuple[str, ...]:
    """Names of joint applicants who have not agreed to exactly this. Nothing is asked without any on record."""
    partner = partner_of(application)
    if partner is None or _confirmation(partner, filed_hash(application)) is not None:
        return ()
    return (partner.label,)


def _confirmation(partner: PlanPartner, fingerprint: str) -> PartnerConfirmation | None:
    found = partner.confirmations.filter(content_hash=fingerprint)
    return found.select_related("confirmed_by").first()


@dataclass(frozen=True, kw_only=True)
class Joint:
    """A joint applicant as pages show it. `fingerprint` is what a person who agrees now agrees to."""

    partner: PlanPartner
    fingerprint: str
    confirmation: PartnerConfirmation | None
    fell_at: dt.datetime | None
    invitation: OperatorInvitation | None

    @property
    def has_joined(self) -> bool:
        return self.partner.operator_id is not None


def joint_of(application: Application) -> Joint | None:
    """The joint applicant with the state of its consent; None without one. At most four queries more."""
    partner = partner_of(application)
    if partner is None:
        return None
    fingerprint = filed_hash(application)
    holds = _confirmation(partner, fingerprint)
    last = None if holds else partner.confirmations.order_by("-pk").first()
    return Joint(
        partner=partner,
        fingerprint=fingerprint,
        confirmation=holds,
        fell_at=last.confirmed_at if last else None,
        invitation=None if partner.operator_id else partner.invitations.order_by("-pk").first(),
    )
