"""The attachments: what is needed and why, what is there, adding several at once, taking one off."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.intake.uploads import (
    ACCEPT,
    RULES_TEXT,
    InspectionFailed,
    UploadRefused,
    clean_name,
    discard,
    inspect,
    store,
)
from accounts.selectors import moment_text
from certification.forms.applicant.requests import MOST_FILES, chosen_files
from certification.selectors.applicant import (
    DocumentLine,
    Own,
    document_lines,
    missing,
    own_case,
    own_document,
)
from certification.services.errors import ActRefused, InputMissing
from certification.services.planning import attach_document, remove_document
from certification.views.applicant.frame import (
    INVALID,
    applicant_page,
    frame,
    size_text,
    why_not,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """A file that was not taken: which, for which document, and why."""

    code: str
    name: str
    text: str


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_documents(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The list of documents; a POST attaches what was chosen. Files that are refused do not hold up the others."""
    own = own_case(request.actor, case_id)
    if not own.may_edit_all:
        messages.info(request, f"{why_not(own)}添付されているものは、このページの下で開けます。")
        return redirect("certification:plan_preview", case_id=case_id)
    if request.method != "POST":
        return _page(request, own, document_lines(own))
    try:
        problems = _attach_all(request, own)
    except ActRefused:
        messages.warning(request, "この申請の書類は、いま変えられません。選んだファイルは添付していません。")
        return redirect("certification:plan", case_id=case_id)
    if not problems:
        return redirect("certification:plan_documents", case_id=case_id)
    return _page(request, own, document_lines(own), problems=problems)


def _attach_all(request: ActorRequest, own: Own) -> list[FileProblem]:
    """Attach each chosen file by itself. Raises `ActRefused` when the plan may no longer be written."""
    lines = document_lines(own)
    chosen = chosen_files(request.FILES, codes=[line.need.code for line in lines])
    if not chosen:
        return [
            FileProblem(
                code="", name="", text="ファイルを選んでから、「選んだファイルを添付する」を押してください。"
            )
        ]
    labels = {line.need.code: line.need.label for line in lines}
    problems = []
    for code, file in chosen[:MOST_FILES]:
        try:
            _attach(request, own, code=code, file=file)
            messages.success(
                request, f"「{labels[code]}」に「{clean_name(file.name or '')}」を添付しました。"
            )
        except (UploadRefused, InputMissing) as error:
            problems.append(FileProblem(code=code, name=clean_name(file.name or ""), text=str(error)))
        except InspectionFailed:
            logger.exception("an upload could not be inspected")
            text = (
                "サーバーの都合で、いま確かめられませんでした。しばらくしてから、もう一度添付してください。"
            )
            problems.append(FileProblem(code=code, name=clean_name(file.name or ""), text=text))
    for code, file in chosen[MOST_FILES:]:
        text = f"一度に添付できるのは{MOST_FILES}件までです。もう一度選んで、続けて添付してください。"
        problems.append(FileProblem(code=code, name=clean_name(file.name or ""), text=text))
    return problems


def _attach(request: ActorRequest, own: Own, *, code: str, file: UploadedFile) -> None:
    """Check, keep, and record one file. What is not recorded is not kept."""
    checked = inspect(cast(BinaryIO, file.file), name=file.name or "", size=file.size or 0)
    stored_name = store(checked)
    try:
        attach_document(
            application_id=own.application.public_id,
            code=code,
            checked=checked,
            stored_name=stored_name,
            actor=request.actor,
            now=timezone.now(),
        )
    except Exception:
        discard(stored_name)
        raise


def _page(
    request: ActorRequest,
    own: Own,
    lines: tuple[DocumentLine, ...],
    *,
    problems: list[FileProblem] | None = None,
) -> HttpResponse:
    problems = problems or []
    context = {
        **frame(own, here="添付する書類"),
        "groups": _groups(own, lines, problems),
        "problems": problems,
        "missing": missing(lines),
        "accept": ACCEPT,
        "rules_text": RULES_TEXT,
        "most_files": MOST_FILES,
    }
    status = INVALID if problems else 200
    return render(request, "certification/applicant/plan_documents.html", context, status=status)


def _groups(
    own: Own, lines: tuple[DocumentLine, ...], problems: list[FileProblem]
) -> list[dict[str, object]]:
    """First what this plan needs, then what may be added."""
    needed = [_line(own, line, problems) for line in lines if line.need.needed]
    others = [_line(own, line, problems) for line in lines if not line.need.needed]
    return [
        {"title": "この計画に要る書類", "lines": needed, "is_open": True},
        {
            "title": "必要に応じて添える書類",
            "lines": others,
            "is_open": any(line["files"] or line["problems"] for line in others),
        },
    ]


def _line(own: Own, line: DocumentLine, problems: list[FileProblem]) -> dict[str, object]:
    need = line.need
    return {
        "need": need,
        "files": [
            {
                "name": file.original_name,
                "url": reverse("certification:document", args=[file.public_id]),
                "size": size_text(file.size),
                "pages": file.pages,
                "uploaded": f"{moment_text(file.uploaded_at)}に添付",
                "remove_url": reverse(
                    "certification:plan_document_remove", args=[own.application.public_id, file.public_id]
                ),
            }
            for file in line.files
        ],
        "problems": [problem for problem in problems if problem.code == need.code],
    }


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_document_remove(request: ActorRequest, case_id: uuid.UUID, document_id: uuid.UUID) -> HttpResponse:
    """Ask, then take the attachment off."""
    own = own_case(request.actor, case_id)
    document = own_document(own, document_id)
    if request.method != "POST":
        context = {**frame(own, here="書類を外す"), "document": document}
        return render(request, "certification/applicant/plan_document_remove.html", context)
    try:
        remove_document(
            application_id=case_id, document_id=document_id, actor=request.actor, now=timezone.now()
        )
    except ActRefused:
        messages.warning(request, "この申請の書類は、いま変えられません。書類は外していません。")
        return redirect("certification:plan", case_id=case_id)
    messages.success(request, f"「{document.original_name}」を外しました。")
    return redirect("certification:plan_documents", case_id=case_id)
