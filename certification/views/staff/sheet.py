"""審査票: the 別表 filled in, to print and to take along. Each opening is recorded before it goes out."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest
from certification.documents.review_sheet import as_pdf, as_xlsx, file_name
from certification.documents.workbook import CONTENT_TYPE
from certification.selectors.case import case_page
from certification.selectors.review_sheet import ReviewSheet, review_sheet
from certification.services.trail import record
from certification.views.staff.frame import office_page


@office_page
@require_safe
def case_sheet_pdf(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The sheet as PDF, shown in the browser."""
    return _sheet(request, case_id, kind="pdf", make=as_pdf, content_type="application/pdf")


@office_page
@require_safe
def case_sheet_xlsx(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The sheet as a workbook, saved."""
    return _sheet(request, case_id, kind="xlsx", make=as_xlsx, content_type=CONTENT_TYPE)


def _sheet(
    request: ActorRequest,
    case_id: uuid.UUID,
    *,
    kind: str,
    make: Callable[[ReviewSheet], bytes],
    content_type: str,
) -> HttpResponse:
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    sheet = review_sheet(page)
    content = make(sheet)
    details = {"kind": kind, "version": page.version.number}
    record(page.application, action="sheet_opened", actor=request.actor, now=now, details=details)
    name = file_name(sheet, kind=kind)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": str(
                content_disposition_header(as_attachment=kind != "pdf", filename=name)
            ),
            "Cache-Control": "private, no-store",
        },
    )
