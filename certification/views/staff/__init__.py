"""The pages of the reviewing offices: the queue, a case with its items, points of return, changes, and acts."""

from certification.views.staff.acts import case_act
from certification.views.staff.assigning import case_assign
from certification.views.staff.certified import certified_plan, certified_plans
from certification.views.staff.judging import case_judge, case_not_applicable
from certification.views.staff.ledger import ledger
from certification.views.staff.measures import (
    measure,
    measure_act,
    measure_attach,
    measure_edit,
    measure_file,
    measure_findings,
    measure_new,
)
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
from certification.views.staff.sheet import case_sheet_pdf, case_sheet_xlsx
from certification.views.staff.supervision import (
    supervision,
    supervision_plan,
    supervision_sheet,
    tip,
    tip_new,
)

__all__ = (
    "case",
    "case_act",
    "case_assign",
    "case_changes",
    "case_judge",
    "case_not_applicable",
    "case_point_judge",
    "case_point_remove",
    "case_points",
    "case_preliminary",
    "case_sheet_pdf",
    "case_sheet_xlsx",
    "certified_plan",
    "certified_plans",
    "ledger",
    "measure",
    "measure_act",
    "measure_attach",
    "measure_edit",
    "measure_file",
    "measure_findings",
    "measure_new",
    "preliminary",
    "preliminary_book",
    "preliminary_cancel",
    "preliminary_day",
    "preliminary_edit",
    "preliminary_new",
    "preliminary_one",
    "preliminary_slots",
    "queue",
    "supervision",
    "supervision_plan",
    "supervision_sheet",
    "tip",
    "tip_new",
)
