"""国のシステムに写す, and what comes back from there: the 計画番号, by hand or from an export looked through row by row."""

from __future__ import annotations

import logging
import re
import uuid
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.intake.uploads import (
    TABLE_ACCEPT,
    InspectionFailed,
    UploadRefused,
    clean_name,
    read_cells,
)
from accounts.selectors import NotVisible
from certification.documents.workbook import column_name
from certification.forms.national import ExportForm, MappingForm, NationalIdForm
from certification.rules.national import Export, ExportRefused, NationalField, read_export, recognised
from certification.selectors import national as selectors
from certification.services import national as services
from certification.services.errors import ActRefused, InputMissing, Stale
from certification.views.staff.frame import INVALID, STALE, breadcrumb, case_url, office_page, record_view

logger = logging.getLogger(__name__)

SHOWN_SAMPLES: Final = 3
"""Rows of the file shown beside the choice of columns."""

_CHOSEN: Final = re.compile(r"([0-9]{1,6}):([0-9a-f-]{36})")

BAD_SERVER: Final = "サーバーの都合で、いま読めませんでした。しばらくしてから、もう一度選んでください。"
STALE_ROWS: Final = (
    "このあいだに、ほかの担当者が変えたところがあります。まだ何も反映していません。"
    "いまの内容で照らし合わせ直したので、確かめてから、もう一度選んでください。"
)


# --- 写す -------------------------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_copy(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The filed plan field by field, to be copied by hand, and the 計画番号 that the national system gave."""
    page = selectors.copy_page(request.actor, case_id)
    if request.method != "POST":
        record_view(page.application, request, now=timezone.now())
        return _copy_page(request, page, _id_form(page))
    form = NationalIdForm(request.POST)
    if not selectors.may_record(request.actor, page.application):
        raise NotVisible
    if not form.is_valid():
        return _copy_page(request, page, form, status=INVALID)
    try:
        plan = services.record_national_id(
            application_id=case_id,
            national_id=form.cleaned_data["national_id"],
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _copy_page(request, page, form, status=INVALID)
    except Stale as error:
        fresh = selectors.copy_page(request.actor, case_id)
        typed = request.POST.copy()
        typed["seen"] = fresh.application.plan.national_id
        form = NationalIdForm(typed)
        return _copy_page(request, fresh, form, refused=str(error), status=STALE)
    messages.success(
        request, "計画番号を記録しました。" if plan.national_id else "計画番号の記録を消しました。"
    )
    return redirect("certification:case_copy", case_id=case_id)


def _id_form(page: selectors.CopyPage) -> NationalIdForm:
    number = page.application.plan.national_id
    return NationalIdForm(initial={"national_id": number, "seen": number})


def _copy_page(
    request: ActorRequest,
    page: selectors.CopyPage,
    form: NationalIdForm,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    case, plan = page.application, page.version.value
    context = {
        "breadcrumb": breadcrumb(case, "写す"),
        "kicker": f"{case.receipt_number or '受付前'}・第{page.version.number}版",
        "number": case.receipt_number or "受付前",
        "housing": plan.housing_name or "名称なし",
        "plan": case.plan,
        "sections": page.sections,
        "sheets": page.sheets,
        "form": form,
        "refused": refused,
        "may_record": selectors.may_record(request.actor, case),
        "case_url": case_url(case),
    }
    return render(request, "certification/national/copy.html", context, status=status)


# --- Imports ----------------------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def national_imports(request: ActorRequest) -> HttpResponse:
    """What was read in, and reading in one more."""
    if request.method != "POST":
        return _list_page(request, ExportForm())
    if not selectors.may_import(request.actor):
        raise NotVisible
    form = ExportForm(request.POST, request.FILES)
    export = _export(form) if form.is_valid() else None
    if export is None:
        return _list_page(request, form, status=INVALID)
    found = services.keep_export(
        export=export,
        file_name=clean_name(form.cleaned_data["file"].name),
        actor=request.actor,
        now=timezone.now(),
    )
    return redirect("certification:national_import", import_id=found.public_id)


def _export(form: ExportForm) -> Export | None:
    """The table, or None with the sentence beside the field."""
    upload = form.cleaned_data["file"]
    try:
        return read_export(
            read_cells(cast(BinaryIO, upload.file), name=upload.name or "", size=upload.size or 0)
        )
    except (UploadRefused, ExportRefused) as error:
        form.add_error("file", str(error))
    except InspectionFailed:
        logger.exception("a table could not be inspected")
        form.add_error("file", BAD_SERVER)
    return None


def _list_page(request: ActorRequest, form: ExportForm, *, status: int = 200) -> HttpResponse:
    page = selectors.import_page(request.actor, number=_number(request.GET.get("page")))
    context = {
        "breadcrumb": _way(),
        "form": form,
        "accept": TABLE_ACCEPT,
        "may_import": selectors.may_import(request.actor),
        "rows": [
            {
                "url": reverse("certification:national_import", args=[row.public_id]),
                "row": row,
                "is_mapped": row.mapping_id is not None,
            }
            for row in page.rows
        ],
        "prev_url": f"?page={page.number - 1}" if page.number > 1 else None,
        "next_url": f"?page={page.number + 1}" if page.has_next else None,
    }
    return render(request, "certification/national/imports.html", context, status=status)


def _number(text: str | None) -> int:
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _way(*, here: str = "") -> list[dict[str, str]]:
    items = [{"label": "認定計画", "url": reverse("certification:certified_plans")}]
    if not here:
        return [*items, {"label": "国のシステムから取り込む", "url": ""}]
    items.append({"label": "国のシステムから取り込む", "url": reverse("certification:national_imports")})
    return [*items, {"label": here, "url": ""}]


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def national_import(request: ActorRequest, import_id: uuid.UUID) -> HttpResponse:
    """One export: first which column is which, then its rows beside our plans."""
    found = selectors.one_import(request.actor, import_id)
    if request.method == "POST" and not selectors.may_import(request.actor):
        raise NotVisible
    if found.mapping is None:
        return _map(request, found)
    if request.method == "POST":
        return _accept(request, found)
    return _rows_page(request, found)


def _map(request: ActorRequest, found: Any) -> HttpResponse:
    kept = selectors.kept_mapping(found.municipality_id, found.header_hash)
    offered = kept.columns if kept else recognised(found.header)
    if request.method != "POST":
        return _mapping_page(request, found, MappingForm(header=found.header, initial=offered), kept)
    form = MappingForm(request.POST, header=found.header)
    if not form.is_valid():
        return _mapping_page(request, found, form, kept, status=INVALID)
    try:
        services.confirm_mapping(
            import_id=found.public_id,
            columns=form.columns(),
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _mapping_page(request, found, form, kept, status=INVALID)
    except (Stale, ActRefused):
        fresh = selectors.one_import(request.actor, found.public_id)
        return _rows_page(request, fresh, refused=STALE_ROWS, status=STALE)
    messages.success(
        request, "列の割り当てを決めました。次に同じ見出しの一覧を読み込むとき、これを示します。"
    )
    return redirect("certification:national_import", import_id=found.public_id)


def _seen(request: ActorRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _mapping_page(
    request: ActorRequest, found: Any, form: MappingForm, kept: Any, *, status: int = 200
) -> HttpResponse:
    samples = list(found.rows.order_by("line")[:SHOWN_SAMPLES])
    context = {
        "breadcrumb": _way(here=found.file_name),
        "found": found,
        "form": form,
        "kept": kept,
        "may_import": selectors.may_import(request.actor),
        "samples": [
            {
                "column": f"{column_name(place + 1)}列",
                "heading": heading or "(見出しなし)",
                "cells": [row.cells[place] if place < len(row.cells) else "" for row in samples],
            }
            for place, heading in enumerate(found.header)
        ],
    }
    return render(request, "certification/national/mapping.html", context, status=status)


def _accept(request: ActorRequest, found: Any) -> HttpResponse:
    marks = [_CHOSEN.fullmatch(text) for text in request.POST.getlist("rows")]
    chosen = {int(mark[1]): mark[2] for mark in marks if mark}
    try:
        count = services.accept_rows(
            import_id=found.public_id,
            chosen=chosen,
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except InputMissing as error:
        return _rows_page(request, found, refused=str(error), status=INVALID)
    except Stale:
        fresh = selectors.one_import(request.actor, found.public_id)
        return _rows_page(request, fresh, refused=STALE_ROWS, chosen=frozenset(chosen), status=STALE)
    messages.success(request, f"{count}件の計画に、国のシステムの計画番号を記録しました。")
    return redirect("certification:national_import", import_id=found.public_id)


def _rows_page(
    request: ActorRequest,
    found: Any,
    *,
    refused: str = "",
    chosen: frozenset[int] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    judged = selectors.judged_rows(request.actor, found)
    open_ = [each for each in judged if each.row.plan_id is None]
    context = {
        "breadcrumb": _way(here=found.file_name),
        "found": found,
        "refused": refused,
        "may_import": selectors.may_import(request.actor),
        "mapped": [
            f"{NationalField(name).label} ← {column_name(place + 1)}列 {found.header[place] or '(見出しなし)'}"
            for name, place in found.mapping.columns.items()
        ],
        "taken": [_row(each) for each in judged if each.row.plan_id is not None],
        "ready": [_row(each, chosen=chosen) for each in open_ if each.finding.sets],
        "same": [
            _row(each)
            for each in open_
            if each.finding.plan and not each.finding.sets and not each.finding.problem
        ],
        "stopped": [_row(each) for each in open_ if each.finding.problem],
        "unmatched": [_row(each) for each in open_ if each.finding.is_unmatched],
    }
    return render(request, "certification/national/rows.html", context, status=status)


def _row(each: selectors.JudgedRow, *, chosen: frozenset[int] = frozenset()) -> dict[str, Any]:
    plan, case, values = each.finding.plan, each.case, each.row.values
    return {
        "row": each.row,
        "line": each.row.line,
        "theirs": [
            {"label": str(field.label), "text": values[field]} for field in NationalField if values.get(field)
        ],
        "name": (plan.housing_name or plan.certified_number or "名称なし") if plan else "",
        "place": plan.address if plan else "",
        "number": plan.certified_number if plan else "",
        "url": case_url(case) if case else "",
        "mark": f"{each.row.line}:{case.public_id}" if case else "",
        "by": str(each.finding.by.label) if each.finding.by else "",
        "sets": each.finding.sets,
        "differences": each.finding.differences,
        "problem": each.finding.problem,
        "is_chosen": each.row.line in chosen,
    }
