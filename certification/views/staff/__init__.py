"""The pages of the reviewing offices: the queue, a case with its items, points of return, changes, and acts."""

from certification.views.staff.acts import case_act
from certification.views.staff.approval import case_approval
from certification.views.staff.assigning import case_assign
from certification.views.staff.assigning_many import assign_cases
from certification.views.staff.certified import certified_plan, certified_plans
from certification.views.staff.criteria import case_application, case_criteria, case_rent_remove
from certification.views.staff.deputies import deputies, deputy_end
from certification.views.staff.follow_ups import follow_up, follow_ups
from certification.views.staff.handing_over import hand_over, hand_over_sheet
from certification.views.staff.inquiries import (
    case_inquiries,
    case_inquiry,
    case_inquiry_act,
    case_inquiry_edit,
    case_inquiry_new,
)
from certification.views.staff.judging import case_judge, case_not_applicable
from certification.views.staff.ledger import ledger
from certification.views.staff.letters import case_letters, letter_delivery
from certification.views.staff.measures import (
    measure,
    measure_act,
    measure_attach,
    measure_edit,
    measure_file,
    measure_findings,
    measure_new,
)
from certification.views.staff.national import case_copy, national_import, national_imports
from certification.views.staff.notes import case_notes
from certification.views.staff.notifications import (
    notification,
    notification_paper,
    notifications,
    reports,
    reports_export,
)
from certification.views.staff.operators import operator_invitation_end, operator_invitations
from certification.views.staff.points import case_point_judge, case_point_remove, case_points
from certification.views.staff.preliminary import (
    case_preliminary,
    preliminary,
    preliminary_day,
    preliminary_edit,
    preliminary_new,
    preliminary_one,
)
from certification.views.staff.preliminary_booking import (
    preliminary_book,
    preliminary_cancel,
    preliminary_slots,
)
from certification.views.staff.queue import queue
from certification.views.staff.reading import case, case_changes
from certification.views.staff.saved_filters import saved_filter, saved_filter_delete, saved_filters
from certification.views.staff.sheet import case_sheet_pdf, case_sheet_xlsx
from certification.views.staff.statistics import statistics
from certification.views.staff.supervision import (
    supervision,
    supervision_plan,
    supervision_sheet,
    tip,
    tip_new,
)

__all__ = (
    "assign_cases",
    "case",
    "case_act",
    "case_application",
    "case_approval",
    "case_assign",
    "case_changes",
    "case_copy",
    "case_criteria",
    "case_inquiries",
    "case_inquiry",
    "case_inquiry_act",
    "case_inquiry_edit",
    "case_inquiry_new",
    "case_judge",
    "case_letters",
    "case_not_applicable",
    "case_notes",
    "case_point_judge",
    "case_point_remove",
    "case_points",
    "case_preliminary",
    "case_rent_remove",
    "case_sheet_pdf",
    "case_sheet_xlsx",
    "certified_plan",
    "certified_plans",
    "deputies",
    "deputy_end",
    "follow_up",
    "follow_ups",
    "hand_over",
    "hand_over_sheet",
    "ledger",
    "letter_delivery",
    "measure",
    "measure_act",
    "measure_attach",
    "measure_edit",
    "measure_file",
    "measure_findings",
    "measure_new",
    "national_import",
    "national_imports",
    "notification",
    "notification_paper",
    "notifications",
    "operator_invitation_end",
    "operator_invitations",
    "preliminary",
    "preliminary_book",
    "preliminary_cancel",
    "preliminary_day",
    "preliminary_edit",
    "preliminary_new",
    "preliminary_one",
    "preliminary_slots",
    "queue",
    "reports",
    "reports_export",
    "saved_filter",
    "saved_filter_delete",
    "saved_filters",
    "statistics",
    "supervision",
    "supervision_plan",
    "supervision_sheet",
    "tip",
    "tip_new",
)
