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
from certification.models.criteria import (
    DecidedThresholds,
    FollowUp,
    FollowUpKind,
    RentComparable,
    Revocation,
)
from certification.models.inquiries import Inquiry, InquiryLink, InquiryReader, InquirySubject
from certification.models.letters import LetterDelivery, LetterTemplate
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
from certification.models.national import NationalImport, NationalMapping, NationalRow
from certification.models.partners import (
    InvitationLink,
    OperatorInvitation,
    PartnerConfirmation,
    PlanPartner,
)
from certification.models.permits import OtherUsePermit
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion, SectionDraft
from certification.models.preliminary import (
    ConsultationBooking,
    ContactHours,
    ContactPoint,
    PreliminaryConsultation,
)
from certification.models.register import RegisterEntry
from certification.rules.procedures import Procedure

__all__ = (
    "Absence",
    "Application",
    "ApprovalRoute",
    "ApprovalStep",
    "CertificationSetting",
    "ClockEvent",
    "ConsultationBooking",
    "ContactHours",
    "ContactPoint",
    "DecidedThresholds",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "FollowUp",
    "FollowUpKind",
    "HarmlessChange",
    "Inquiry",
    "InquiryLink",
    "InquiryReader",
    "InquirySubject",
    "InvitationLink",
    "Judgement",
    "Letter",
    "LetterDelivery",
    "LetterTemplate",
    "NationalImport",
    "NationalMapping",
    "NationalRow",
    "NumberSeries",
    "Operator",
    "OperatorInvitation",
    "OperatorUser",
    "OtherUsePermit",
    "PartnerConfirmation",
    "PerformedAct",
    "Plan",
    "PlanPartner",
    "PlanVersion",
    "PostHolder",
    "PreliminaryConsultation",
    "Procedure",
    "Proposal",
    "ProposalStamp",
    "RegisterEntry",
    "RentComparable",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Revocation",
    "SectionDraft",
    "StampConfirmation",
    "StepArrival",
    "Threshold",
)
