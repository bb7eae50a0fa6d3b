"""資料: the files of a case."""

from __future__ import annotations

import logging
import uuid
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.intake.serving import serve
from accounts.intake.uploads import (
    InspectionFailed,
    StoredFileMissing,
    UploadRefused,
    discard,
    inspect,
    store,
)
from consultations import actions
from consultations.forms.files import FileForm
from consultations.selectors.cases import CasePage, case_page, file_to_open
from consultations.services import files as services
from consultations.services.errors import ConsultationError, NotFound
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, desk_page, head, id_in, put

logger = logging.getLogger(__name__)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_files(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What lies with the case; put one more, or take one out that does not belong here."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return _page(request, page, FileForm())
    if request.POST.get("do") == "remove":
        return _remove(request, page)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, page, form, status=INVALID)
    status = INVALID
    try:
        _keep(request, case_id, form)
    except NotFound:
        raise
    except ConsultationError as error:
        status = put(error, form)
    except UploadRefused as error:
        form.add_error("file", str(error))
    except InspectionFailed:
        logger.exception("an upload could not be inspected")
        form.add_error("file", "サーバーの都合で、いま確かめられませんでした。もう一度付けてください。")
    else:
        messages.success(request, "資料を付けました。")
        return redirect("consultations:case_files", case_id=case_id)
    return _page(request, page, form, status=status)


def _keep(request: ActorRequest, case_id: uuid.UUID, form: FileForm) -> None:
    """Check, keep, and record. What is not recorded is not kept."""
    file = form.cleaned_data["file"]
    checked = inspect(cast(BinaryIO, file.file), name=file.name or "", size=file.size or 0)
    stored_name = store(checked, folder=services.folder())
    try:
        services.add_file(
            case_id=case_id,
            label=form.cleaned_data["label"],
            checked=checked,
            stored_name=stored_name,
            actor=request.actor,
            now=timezone.now(),
        )
    except Exception:
        discard(stored_name, folder=services.folder())
        raise


def _remove(request: ActorRequest, page: CasePage) -> HttpResponse:
    try:
        services.remove_file(
            case_id=page.case.public_id,
            file_id=id_in(request, "file"),
            actor=request.actor,
            now=timezone.now(),
        )
    except NotFound:
        raise
    except ConsultationError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "資料を取り除きました。")
    return redirect("consultations:case_files", case_id=page.case.public_id)


def _page(request: ActorRequest, page: CasePage, form: FileForm, *, status: int = 200) -> HttpResponse:
    rows = page.case.files.select_related("added_by", "removed_by")
    context = {**head(page, "資料"), "form": form, "rows": rows}
    return render(request, "consultations/files.html", context, status=status)


@desk_page
@require_safe
def case_file(request: ActorRequest, case_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """One file: a picture is shown, anything else is saved. Opening it is an event of the trail."""
    now = timezone.now()
    kept = file_to_open(request.actor, case_id, file_id, now=now)
    try:
        response = serve(
            kept.stored_name,
            content_type=kept.content_type,
            original_name=kept.original_name,
            inline=True,
            folder=services.folder(),
        )
    except StoredFileMissing as error:
        raise Http404 from error
    details = {"file": str(kept.public_id)}
    record_reading(kept.case, action=actions.FILE_OPENED, actor=request.actor, now=now, details=details)
    return response
