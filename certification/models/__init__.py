"""What certification keeps: master data, what applicants send in, and the cases."""

from certification.models.cases import (
    Application,
    ClockEvent,
    DepartmentReview,
    Judgement,
    Letter,
    NumberSeries,
    PerformedAct,
    Proposal,
    ReturnPoint,
    ReturnRound,
)
from certification.models.master import (
    CertificationSetting,
    DocumentType,
    Requirement,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.models.partners import (
    InvitationLink,
    OperatorInvitation,
    PartnerConfirmation,
    PlanPartner,
)
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion
from certification.models.register import RegisterEntry
from certification.rules.procedures import Procedure

__all__ = (
    "Application",
    "CertificationSetting",
    "ClockEvent",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "InvitationLink",
    "Judgement",
    "Letter",
    "NumberSeries",
    "Operator",
    "OperatorInvitation",
    "OperatorUser",
    "PartnerConfirmation",
    "PerformedAct",
    "Plan",
    "PlanPartner",
    "PlanVersion",
    "Procedure",
    "Proposal",
    "RegisterEntry",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Threshold",
)
