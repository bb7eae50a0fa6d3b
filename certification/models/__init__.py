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
from certification.models.inquiries import Inquiry, InquiryLink, InquiryReader, InquirySubject
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
    "Application",
    "CertificationSetting",
    "ClockEvent",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "Inquiry",
    "InquiryLink",
    "InquiryReader",
    "InquirySubject",
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
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Threshold",
)
