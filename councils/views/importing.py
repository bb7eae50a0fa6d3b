"""Pages of a prefecture's officer (協議会担当): the tables, one table with its rows, the way in and the way back out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest, held_by
from accounts.rules.roles import Role
from accounts.selectors import NotVisible
from councils.documents.report import report
from councils.forms.importing import UploadForm
from councils.selectors import importing as selectors
from councils.selectors.importing import TablePage
from councils.services import accepting, importing
from councils.views.import_words import breadcrumb, file_problem, row_line, steps
from japan.wareki import format_wareki

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422
"""Answers to a page that was too old, and to input that does not fit."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def by_officer(
    *methods: str,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """For an officer of councils of a prefecture; for everybody else, and for other prefectures' tables, 404."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except NotVisible as error:
                raise Http404 from error

        return require_http_methods(methods)(held_by(Role.COUNCIL_OFFICER)(guarded))

    return decorate


# --- The list, and a new file ---


@by_officer("GET", "HEAD")
def import_list(request: ActorRequest) -> HttpResponse:
    """The tables that were read, newest first."""
    return render(
        request,
        "councils/imports/list.html",
        {"rows": selectors.imports_of(request.actor), "most": selectors.SHOWN_IMPORTS},
    )


@by_officer("GET", "HEAD", "POST")
def import_upload(request: ActorRequest) -> HttpResponse:
    """A file is read at once; what it says waits on the table's page."""
    prefecture = selectors.own_prefecture(request.actor)
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        imported = _read(request, form, prefecture)
        if imported is not None:
            return redirect("councils:import_table", imported.table.public_id)
        status = INVALID
    context = {
        "form": form,
        "steps": steps("read"),
        "breadcrumb": breadcrumb({"label": "一覧表を読み取る", "url": ""}),
    }
    return render(request, "councils/imports/upload.html", context, status=status)


def _read(request: ActorRequest, form: UploadForm, prefecture: Any) -> importing.Imported | None:
    """The table that was read, or None with the reason on the form."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        imported = importing.import_file(
            content=file.read(),
            file_name=file.name,
            prefecture=prefecture,
            actor=request.actor,
            as_of=form.cleaned_data["as_of"],
            now=timezone.now(),
        )
    except importing.DayMissing as error:
        form.add_error("as_of", str(error))
        return None
    except importing.ImportingError as error:
        form.add_error("file", str(error))
        return None
    if imported.is_new:
        messages.success(request, f"{imported.row_count}件の協議会を読み取りました。内容を確かめてください。")
    else:
        messages.info(
            request, "前と同じファイルです。新しく取り込むものはありません。前に読み取った表を開きました。"
        )
    return imported


# --- One table ---


@by_officer("GET", "HEAD")
def import_table(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was read, row by row, and what it would change."""
    return _table(request, selectors.table_page(request.actor, public_id))


def _table(
    request: ActorRequest, page: TablePage, *, outcome: accepting.Outcome | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "rows": [row_line(each) for each in page.rows],
        "outcome": outcome,
        "steps": steps("done" if not page.waiting else "check", page),
        "breadcrumb": breadcrumb({"label": page.table.file_name, "url": ""}),
        "file_problems": [file_problem(each) for each in page.table.problems],
    }
    return render(request, "councils/imports/table.html", context, status=status)


# --- Several rows at once ---


@by_officer("GET", "HEAD", "POST")
def import_accept_sound(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """GET asks about the sound rows and those that were ticked; POST registers what was asked about."""
    if request.method == "POST":
        return _accept_many(request, public_id)
    page = selectors.table_page(request.actor, public_id)
    ticked = _positions(request.GET.getlist("row"))
    chosen = [
        each for each in page.rows if each.is_ready and (not each.needs_tick or each.row.position in ticked)
    ]
    context = {
        "table": page.table,
        "rows": [row_line(each) for each in chosen],
        "new_total": sum(each.registered is None for each in chosen),
        "changed_total": sum(each.registered is not None and not each.is_unchanged for each in chosen),
        "unchanged_total": sum(each.is_unchanged for each in chosen),
        "left_total": len(page.waiting) - len(chosen),
        "seen": accepting.seen_of(chosen),
        "breadcrumb": breadcrumb(
            {
                "label": page.table.file_name,
                "url": reverse("councils:import_table", args=[page.table.public_id]),
            },
            {"label": "まとめて取り込む", "url": ""},
        ),
    }
    return render(request, "councils/imports/accept.html", context)


def _accept_many(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    try:
        outcome = accepting.accept_rows(
            public_id=public_id,
            positions=_positions(request.POST.getlist("row")),
            actor=request.actor,
            now=timezone.now(),
            seen=request.POST.get("seen", "")[:64],
        )
    except accepting.Stale as error:
        messages.error(request, str(error))
        return _table(request, selectors.table_page(request.actor, public_id), status=STALE)
    if outcome.refused:
        return _table(request, selectors.table_page(request.actor, public_id), outcome=outcome)
    messages.success(request, _said(outcome))
    return redirect("councils:import_table", public_id)


def _said(outcome: accepting.Outcome) -> str:
    changed, unchanged = len(outcome.changed), len(outcome.unchanged)
    if not changed:
        return f"{unchanged}件とも、登録されている内容と同じでした。変えたものはありません。"
    rest = f" ほかの{unchanged}件は、登録されている内容と同じでした。" if unchanged else ""
    return f"{changed}件の協議会を取り込みました。{rest}"


def _positions(texts: list[str]) -> frozenset[int]:
    """Positions of an address or a form; anything else is left out."""
    return frozenset(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 8)


# --- Back out ---


@by_officer("GET", "HEAD")
def import_original(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file as it came, byte for byte."""
    table = selectors.table_of(request.actor, public_id, with_content=True)
    return _attachment(bytes(table.content), table.file_name, "application/octet-stream")


@by_officer("GET", "HEAD")
def import_report(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The table with the remarks on each row, for whoever wrote it."""
    page = selectors.table_page(request.actor, public_id)
    stem = page.table.file_name.rsplit(".", 1)[0]
    name = f"{stem}_確認結果_{format_wareki(timezone.localdate(), style='short')}.xlsx"
    return _attachment(report(importing.report_of(page)), name, XLSX)


def _attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that the browser saves and never runs."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
