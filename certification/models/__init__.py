"""What certification keeps: master data, what applicants send in, and the cases."""

from certification.models.cases import (
    Application,
    ClockEvent,
    DepartmentReview,
    Judgement,
    Letter,
    NumberSeries,
    PerformedAct,
    Procedure,
    Proposal,
    ReturnPoint,
    ReturnRound,
)
from certification.models.criteria import (
    DecidedThresholds,
    FollowUp,
    FollowUpKind,
    RentComparable,
    Revocation,
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
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion
from certification.models.register import RegisterEntry

__all__ = (
    "Application",
    "CertificationSetting",
    "ClockEvent",
    "DecidedThresholds",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "FollowUp",
    "FollowUpKind",
    "Judgement",
    "Letter",
    "NumberSeries",
    "Operator",
    "OperatorUser",
    "PerformedAct",
    "Plan",
    "PlanVersion",
    "Procedure",
    "Proposal",
    "RegisterEntry",
    "RentComparable",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Revocation",
    "Threshold",
)
