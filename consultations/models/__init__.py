"""What is kept of consultations."""

from consultations.models.bookings import DeskBooking, OpenDesk
from consultations.models.cases import (
    Case,
    CaseCategory,
    CaseEvent,
    CaseNumberSeries,
    CaseOpening,
    CaseReader,
)
from consultations.models.conferences import Conference, ConferenceAttendee, ConferenceItem
from consultations.models.consents import ConsentEvent, OverrideReview
from consultations.models.files import CaseFile
from consultations.models.plans import FollowUp, PlanStep, SupportPlan
from consultations.models.posts import DeskPost
from consultations.models.referrals import Agency, Referral, ReferralEvent
from consultations.models.retention import (
    ContactCount,
    Disposal,
    DisposalLine,
    InquiryCount,
    LegalHold,
    Retention,
)
from consultations.models.shops import ShopInquiry, ShopInquiryEvent
from consultations.models.transfers import CaseTransfer
from consultations.models.work import CaseTask, Contact

__all__ = (
    "Agency",
    "Case",
    "CaseCategory",
    "CaseEvent",
    "CaseFile",
    "CaseNumberSeries",
    "CaseOpening",
    "CaseReader",
    "CaseTask",
    "CaseTransfer",
    "Conference",
    "ConferenceAttendee",
    "ConferenceItem",
    "ConsentEvent",
    "Contact",
    "ContactCount",
    "DeskBooking",
    "DeskPost",
    "Disposal",
    "DisposalLine",
    "FollowUp",
    "InquiryCount",
    "LegalHold",
    "OpenDesk",
    "OverrideReview",
    "PlanStep",
    "Referral",
    "ReferralEvent",
    "Retention",
    "ShopInquiry",
    "ShopInquiryEvent",
    "SupportPlan",
)
