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
from certification.models.desk_work import CaseNote, Deputy, NoteMention, SavedFilter
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
from certification.models.notifications import (
    Notification,
    NotificationFiling,
    PublicNotice,
    ReportChase,
)
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
from certification.models.supervision import InspectionFinding, Measure, MeasureEvent, MeasureFile, Tip
from certification.rules.procedures import Procedure

__all__ = (
    "Absence",
    "Application",
    "ApprovalRoute",
    "ApprovalStep",
    "CaseNote",
    "CertificationSetting",
    "ClockEvent",
    "ConsultationBooking",
    "ContactHours",
    "ContactPoint",
    "DecidedThresholds",
    "DepartmentReview",
    "Deputy",
    "Document",
    "DocumentType",
    "FollowUp",
    "FollowUpKind",
    "HarmlessChange",
    "Inquiry",
    "InquiryLink",
    "InquiryReader",
    "InquirySubject",
    "InspectionFinding",
    "InvitationLink",
    "Judgement",
    "Letter",
    "LetterDelivery",
    "LetterTemplate",
    "Measure",
    "MeasureEvent",
    "MeasureFile",
    "NationalImport",
    "NationalMapping",
    "NationalRow",
    "NoteMention",
    "Notification",
    "NotificationFiling",
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
    "PublicNotice",
    "RegisterEntry",
    "RentComparable",
    "ReportChase",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Revocation",
    "SavedFilter",
    "SectionDraft",
    "StampConfirmation",
    "StepArrival",
    "Threshold",
    "Tip",
)
