"""What certification keeps: master data, what applicants send in, and the cases."""

from certification.models.approval import (
    Absence,
    ApprovalRoute,
    ApprovalStep,
    PostHolder,
    ProposalStamp,
    StampConfirmation,
    StepArrival,
)
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
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion
from certification.models.register import RegisterEntry
from certification.rules.procedures import Procedure

__all__ = (
    "Absence",
    "Application",
    "ApprovalRoute",
    "ApprovalStep",
    "CertificationSetting",
    "ClockEvent",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "Judgement",
    "Letter",
    "NumberSeries",
    "Operator",
    "OperatorUser",
    "PerformedAct",
    "Plan",
    "PlanVersion",
    "PostHolder",
    "Procedure",
    "Proposal",
    "ProposalStamp",
    "RegisterEntry",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "StampConfirmation",
    "StepArrival",
    "Threshold",
)
