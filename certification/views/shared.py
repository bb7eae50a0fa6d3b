"""What both sides open or read: attachments and letters (each opening is recorded first), a certified plan in short."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest, signed_in
from accounts.intake.serving import serve
from accounts.intake.uploads import StoredFileMissing
from accounts.selectors import NotVisible
from certification.selectors.certified import Certified
from certification.selectors.files import document_to_open, letter_to_open
from certification.services.trail import record
from japan.wareki import format_wareki


@signed_in
@require_safe
def document(request: ActorRequest, document_id: uuid.UUID) -> HttpResponseBase:
    """One attachment: a picture is shown, anything else is saved."""
    try:
        found, application = document_to_open(request.actor, document_id)
        response = serve(
            found.stored_name, content_type=found.content_type, original_name=found.original_name, inline=True
        )
    except (NotVisible, StoredFileMissing) as error:
        raise Http404 from error
    details = {"document": str(found.public_id), "code": found.code}
    record(application, action="document_opened", actor=request.actor, now=timezone.now(), details=details)
    return response


@signed_in
@require_safe
def letter(request: ActorRequest, letter_id: uuid.UUID) -> HttpResponse:
    """One letter as it was sent, byte for byte."""
    try:
        found, application = letter_to_open(request.actor, letter_id)
    except NotVisible as error:
        raise Http404 from error
    details = {"letter": str(found.public_id), "number": found.document_number}
    record(application, action="letter_opened", actor=request.actor, now=timezone.now(), details=details)
    name = f"{found.get_kind_display()}_{found.document_number}.pdf"
    return HttpResponse(
        bytes(found.pdf),
        content_type="application/pdf",
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=False, filename=name)),
            "Cache-Control": "private, no-store",
        },
    )


_STATUS_CODES: Final[dict[str, str]] = {
    "certified": "certified",
    "abolished": "withdrawn",
    "revoked": "refused",
}
"""Which shape of the status component a certified plan bears."""


def plan_status(plan: Any) -> dict[str, str]:
    """Code and label of the status component."""
    return {"code": _STATUS_CODES[plan.status], "label": str(plan.get_status_display())}


def standing_facts(found: Certified) -> list[dict[str, Any]]:
    """The certified plan in a few lines, the same for both sides."""
    plan, content = found.plan, found.content
    units = [unit for _, unit in content.units]
    return [
        {"term": "認定番号", "text": plan.certified_number},
        {"term": "認定日", "text": format_wareki(plan.certified_on) if plan.certified_on else ""},
        {"term": "事業者", "text": content.applicant_name},
        {"term": "住宅", "text": f"{found.name}({content.address})"},
        {
            "term": "戸数",
            "text": f"{len(units)}戸(うち専用賃貸住宅 {sum(1 for unit in units if unit.is_exclusive)}戸)",
        },
        {"term": "いまの計画", "text": f"第{found.version.number}版"},
    ]
