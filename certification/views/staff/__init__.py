"""The pages of the reviewing offices: the queue, a case with its items, points of return, changes, and acts."""

from certification.views.staff.acts import case_act
from certification.views.staff.assigning import case_assign
from certification.views.staff.inquiries import (
    case_inquiries,
    case_inquiry,
    case_inquiry_act,
    case_inquiry_edit,
    case_inquiry_new,
)
from certification.views.staff.judging import case_judge, case_not_applicable
from certification.views.staff.ledger import ledger
from certification.views.staff.points import case_point_judge, case_point_remove, case_points
from certification.views.staff.queue import queue
from certification.views.staff.reading import case, case_changes
from certification.views.staff.sheet import case_sheet_pdf, case_sheet_xlsx

__all__ = (
    "case",
    "case_act",
    "case_assign",
    "case_changes",
    "case_inquiries",
    "case_inquiry",
    "case_inquiry_act",
    "case_inquiry_edit",
    "case_inquiry_new",
    "case_judge",
    "case_not_applicable",
    "case_point_judge",
    "case_point_remove",
    "case_points",
    "case_sheet_pdf",
    "case_sheet_xlsx",
    "ledger",
    "queue",
)
