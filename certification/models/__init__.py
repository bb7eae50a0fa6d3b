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
    HarmlessChange,
    Requirement,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.models.permits import OtherUsePermit
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion
from certification.models.preliminary import (
    ConsultationBooking,
    ContactHours,
    ContactPoint,
    PreliminaryConsultation,
)
from certification.models.register import RegisterEntry
from certification.models.supervision import InspectionFinding, Measure, MeasureEvent, MeasureFile, Tip
from certification.rules.procedures import Procedure

__all__ = (
    "Application",
    "CertificationSetting",
    "ClockEvent",
    "ConsultationBooking",
    "ContactHours",
    "ContactPoint",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "HarmlessChange",
    "InspectionFinding",
    "Judgement",
    "Letter",
    "Measure",
    "MeasureEvent",
    "MeasureFile",
    "NumberSeries",
    "Operator",
    "OperatorUser",
    "OtherUsePermit",
    "PerformedAct",
    "Plan",
    "PlanVersion",
    "PreliminaryConsultation",
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
    "Tip",
)
