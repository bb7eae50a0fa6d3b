"""部屋の一覧を表から入れる: paste or choose, see each cell that cannot be read, mend it, then save the house."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.intake.uploads import TABLE_ACCEPT, InspectionFailed, UploadRefused, read_cells
from accounts.selectors import NotVisible
from certification.documents.unit_sheet import file_name, unit_sheet
from certification.documents.workbook import CONTENT_TYPE, column_name
from certification.forms.applicant.unit_table import UnitTableForm
from certification.rules.parts import row_name
from certification.rules.plan import Building, Section, content_hash, to_content
from certification.rules.unit_table import COLUMNS, MOST_UNITS, UnitTable, to_rows, to_text
from certification.selectors.applicant import Own, own_case
from certification.services.errors import ActRefused, Stale
from certification.services.planning import save_section
from certification.views.applicant.frame import INVALID, STALE, applicant_page, frame, refusal_text
from certification.views.applicant.writing import number_of, section_url, units_url

logger = logging.getLogger(__name__)

SHOWN: Final = 50
"""Rows of a long table that are shown besides those to mend, and cells that are told one by one."""

CHANGED: Final = (
    "ほかの人が、このあいだにこの住宅を保存しました。表はまだ保存していません。"
    "いまの内容に対して読み直したので、確かめてから、もう一度保存してください。"
)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_units(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The rooms of one house as a table. Nothing is written before every cell could be read and 保存 was pressed."""
    own = own_case(request.actor, case_id)
    if not own.may_write(Section.BUILDINGS) and request.method != "POST":
        messages.info(request, "この計画は、いま直せません。書かれている内容は、このページで読めます。")
        return redirect("certification:plan_preview", case_id=case_id)
    if not own.plan.buildings:
        messages.info(
            request,
            "先に、住宅の名前と所在地を書いて保存してください。部屋は、そのあとで表から入れられます。",
        )
        return redirect("certification:plan_section", case_id=case_id, section=Section.BUILDINGS.value)
    house = _house(request, own)
    if request.method != "POST":
        text = to_text(to_rows(house.units)) if "fill" in request.GET else ""
        return _page(request, own, house, UnitTableForm(saved=house.units, initial={"text": text}))
    form, refused = _bound(request, house)
    if refused or not own.may_write(Section.BUILDINGS):
        return _page(request, own, house, form, refused=refused or refusal_text(own), status=INVALID)
    if not form.is_sound():
        return _page(request, own, house, form, status=INVALID)
    if request.POST.get("do") != "save" or form.upload:
        return _page(request, own, house, form)
    return _save(request, own, house, form)


def _house(request: ActorRequest, own: Own) -> Building:
    key = request.GET.get("row", "") or own.plan.buildings[0].key
    found = next((house for house in own.plan.buildings if house.key == key), None)
    if found is None:
        raise NotVisible
    return found


def _bound(request: ActorRequest, house: Building) -> tuple[UnitTableForm, str]:
    """The form; with what the chosen file holds, or the sentence why the file is not read."""
    upload = request.FILES.get("file")
    if upload is None:
        return UnitTableForm(request.POST, saved=house.units), ""
    refused, cells = "", None
    try:
        cells = read_cells(cast(BinaryIO, upload.file), name=upload.name or "", size=upload.size or 0)
    except UploadRefused as error:
        refused = str(error)
    except InspectionFailed:
        logger.exception("a table could not be inspected")
        refused = "サーバーの都合で、いま読めませんでした。しばらくしてから、もう一度選んでください。"
    return UnitTableForm(request.POST, request.FILES, saved=house.units, cells=cells), refused


def _save(request: ActorRequest, own: Own, house: Building, form: UnitTableForm) -> HttpResponse:
    seen = number_of(request.POST.get("seen", ""))
    if request.POST.get("scope") == _scope(house):
        seen = own.version.revision
    mended = dataclasses.replace(house, units=form.units)
    houses = tuple(mended if one.key == house.key else one for one in own.plan.buildings)
    try:
        save_section(
            application_id=own.application.public_id,
            section=Section.BUILDINGS,
            content=to_content(houses),
            actor=request.actor,
            now=timezone.now(),
            seen=seen,
        )
    except Stale:
        fresh = own_case(request.actor, own.application.public_id)
        if all(one.key != house.key for one in fresh.plan.buildings):
            return _page(
                request, fresh, house, form, refused="この住宅は、ほかの人が消しました。", status=STALE
            )
        again = _house(request, fresh)
        bound = UnitTableForm(request.POST, saved=again.units)
        bound.is_valid()
        return _page(request, fresh, again, bound, refused=CHANGED, status=STALE)
    except ActRefused as error:
        fresh = own_case(request.actor, own.application.public_id)
        return _page(request, fresh, house, form, refused=refusal_text(fresh, error), status=STALE)
    messages.success(request, f"{_name(own, house)}の部屋を保存しました。いま{len(mended.units)}部屋です。")
    return redirect(section_url(own, Section.BUILDINGS, row=house.key) + "#units")


def _scope(house: Building) -> str:
    """A print of the house as saved, as on its own page: equal prints mean that nobody else changed it."""
    return content_hash({"part": to_content(house)})[:16]


def _name(own: Own, house: Building) -> str:
    return row_name(house, position=own.plan.buildings.index(house) + 1 if house in own.plan.buildings else 1)


# --- The page ---


def _page(
    request: ActorRequest,
    own: Own,
    house: Building,
    form: UnitTableForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    table = form.table
    context = {
        **frame(own, here="部屋の一覧を表から入れる"),
        "house": _name(own, house),
        "form": form,
        "text": form.kept_text if form.is_bound else form["text"].value(),
        "refused": refused,
        "columns": COLUMNS,
        "most": MOST_UNITS,
        "saved": len(house.units),
        "accept": TABLE_ACCEPT,
        "seen": own.version.revision,
        "scope": _scope(house),
        "here": units_url(own, house.key),
        "back_url": section_url(own, Section.BUILDINGS, row=house.key),
        "sheet_url": f"{reverse('certification:plan_units_sheet', args=[own.application.public_id])}?row={house.key}",
        "preview": _preview(table) if table else None,
        "sound": form.is_bound and form.is_sound(),
        "units_text": str(len(form.units)) if form.is_bound and form.is_sound() else "",
    }
    return render(request, "certification/applicant/plan_units.html", context, status=status)


def _preview(table: UnitTable) -> dict[str, Any]:
    """The table as read: the first rows, and every row with something to mend."""
    shown = [row for place, row in enumerate(table.rows) if place < SHOWN or row.problems][: SHOWN * 2]
    lines = {row.line for row in shown}
    told = [(row, cell) for row, cell in table.problems if row.line in lines]
    return {
        "columns": [column.heading for column in table.columns],
        "rows": [
            {
                "line": row.line,
                "is_wrong": bool(row.problems),
                "cells": [_cell(row.line, cell) for cell in row.cells if cell.column in table.columns],
            }
            for row in shown
        ],
        "problems": [
            {
                "anchor": f"cell-{row.line}-{cell.at}",
                "label": f"{row.line}行目 {column_name(cell.at + 1)}列({cell.column.heading})",
                "text": cell.problem,
                "typed": cell.typed,
            }
            for row, cell in told
        ],
        "more": len(table.problems) - len(told),
        "count": len(table.rows),
        "unshown": len(table.rows) - len(shown),
        "notes": table.notes,
    }


def _cell(line: int, cell: Any) -> dict[str, str]:
    return {"name": f"cell-{line}-{cell.at}", "typed": cell.typed, "problem": cell.problem}


# --- The sheet ---


@applicant_page
@require_safe
def plan_units_sheet(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """A workbook to fill in: the columns, what may stand in them, an example, and the rooms there are."""
    own = own_case(request.actor, case_id)
    units = _house(request, own).units if own.plan.buildings else ()
    content = b"".join(unit_sheet(units))
    name = content_disposition_header(as_attachment=True, filename=file_name())
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": str(name), "Cache-Control": "private, no-store"},
    )
