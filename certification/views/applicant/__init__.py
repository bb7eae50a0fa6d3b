"""The applicant's pages: the list, a plan section by section, its documents, filing, returns, withdrawal."""

from certification.views.applicant.booking import booking_cancel, booking_new, bookings
from certification.views.applicant.certified import certified_plan, procedure_begin
from certification.views.applicant.copying import plan_copy
from certification.views.applicant.documents import plan_document_remove, plan_documents
from certification.views.applicant.drafts import plan_draft
from certification.views.applicant.filing import plan_submit, plan_withdraw
from certification.views.applicant.joint import plan_confirm, plan_partner, plan_partner_end
from certification.views.applicant.notifications import notification_begin, own_notification
from certification.views.applicant.people import (
    operator,
    operator_invitation,
    operator_member,
    operators,
)
from certification.views.applicant.publishing import plan_register
from certification.views.applicant.reading import plan, plan_new, plan_preview, plans
from certification.views.applicant.returns import plan_returns
from certification.views.applicant.statement import plan_statement
from certification.views.applicant.units import plan_units, plan_units_sheet
from certification.views.applicant.writing import plan_section

__all__ = (
    "booking_cancel",
    "booking_new",
    "bookings",
    "certified_plan",
    "notification_begin",
    "operator",
    "operator_invitation",
    "operator_member",
    "operators",
    "own_notification",
    "plan",
    "plan_confirm",
    "plan_copy",
    "plan_document_remove",
    "plan_documents",
    "plan_draft",
    "plan_new",
    "plan_partner",
    "plan_partner_end",
    "plan_preview",
    "plan_register",
    "plan_returns",
    "plan_section",
    "plan_statement",
    "plan_submit",
    "plan_units",
    "plan_units_sheet",
    "plan_withdraw",
    "plans",
    "procedure_begin",
)
