"""Files that both sides open: attachments and letters. Each opening is recorded before the file goes out."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest, signed_in
from accounts.selectors import NotVisible
from certification.intake.serving import serve
from certification.intake.uploads import StoredFileMissing
from certification.selectors.files import document_to_open, letter_to_open
from certification.services.trail import record


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
