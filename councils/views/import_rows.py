"""One row of a table: what was read beside the cells as they came, mended, accepted, or left out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from councils.forms.importing import RowForm
from councils.forms.sessions import SessionForms, sessions_initial
from councils.rules.import_row import RowContent, differences
from councils.rules.import_suggestions import applied
from councils.selectors import importing as selectors
from councils.selectors.importing import OneRow
from councils.services import accepting
from councils.views.import_words import (
    BADGES,
    all_cells,
    anchor_of,
    breadcrumb,
    groups_of,
    own_faults,
    row_line,
    session_head,
)
from councils.views.importing import INVALID, STALE, by_officer
from japan.wareki import format_wareki


@dataclass
class Forms:
    """The two forms of a row: its fields, and the rules of its sessions."""

    row: RowForm
    sessions: Any

    def is_valid(self) -> bool:
        """Both are asked, so that every mistake is shown at once."""
        return all([self.row.is_valid(), self.sessions.is_valid()])

    def content(self) -> RowContent:
        return self.row.content(self.sessions.entries())


def _forms(content: RowContent, one: OneRow, data: Any = None) -> Forms:
    return Forms(
        RowForm(data, initial=RowForm.initial_of(content), municipality_names=one.municipalities),
        SessionForms(data, initial=sessions_initial(content.sessions), prefix="session"),
    )


@by_officer("GET", "HEAD", "POST")
def import_row(request: ActorRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """The row with its forms. POST keeps what was typed; `apply` puts a suggestion into its field and keeps nothing."""
    one = selectors.one_row(request.actor, public_id, position)
    if request.method != "POST":
        return _page(request, one, _forms(one.page.content, one))
    forms = _forms(one.page.content, one, request.POST)
    if not forms.is_valid():
        return _page(request, one, forms, status=INVALID)
    if "apply" in request.POST:
        return _with_suggestion(request, one, forms.content())
    try:
        accepting.mend_row(
            public_id=public_id,
            position=position,
            typed=_typed(request, forms),
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except accepting.Stale as error:
        return _stale(request, public_id, position, error, typed=forms)
    messages.success(request, "直した内容を保存しました。まだ取り込んでいません。")
    return redirect("councils:import_row", public_id, position)


@by_officer("POST")
def import_row_accept(request: ActorRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """Keep what was typed and register the council, both or neither."""
    one = selectors.one_row(request.actor, public_id, position)
    has_fields = "name" in request.POST
    forms = _forms(one.page.content, one, request.POST if has_fields else None)
    if has_fields and not forms.is_valid():
        return _page(request, one, forms, status=INVALID)
    try:
        council, changed = accepting.accept_row(
            public_id=public_id,
            position=position,
            typed=_typed(request, forms) if has_fields else None,
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except accepting.Stale as error:
        return _stale(request, public_id, position, error, typed=forms if has_fields else None)
    except accepting.RowRefused as error:
        return _refused(request, one, forms, error)
    said = "を取り込みました。" if changed else "は、登録されている内容と同じでした。変えたものはありません。"
    messages.success(request, f"{council.name}{said}")
    return _onward(public_id, one)


@by_officer("POST")
def import_row_leave_out(request: ActorRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """Leave the row out; with `act=reopen`, take it back among those that wait."""
    one = selectors.one_row(request.actor, public_id, position)
    reopening = request.POST.get("act") == "reopen"
    act = accepting.reopen if reopening else accepting.leave_out
    try:
        act(
            public_id=public_id,
            position=position,
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except accepting.Stale as error:
        return _stale(request, public_id, position, error, typed=None)
    name = one.page.content.name or "この行"
    if reopening:
        messages.success(request, f"{name}を確認待ちに戻しました。")
        return redirect("councils:import_row", public_id, position)
    messages.success(request, f"{name}は取り込まないことにしました。登録されている内容は変わりません。")
    return _onward(public_id, one)


def _onward(public_id: uuid.UUID, one: OneRow) -> HttpResponse:
    """To the next row that waits, or to the table when none does."""
    if one.next_waiting is None:
        return redirect("councils:import_table", public_id)
    return redirect("councils:import_row", public_id, one.next_waiting)


def _typed(request: ActorRequest, forms: Forms) -> accepting.Typed:
    return accepting.Typed(forms.content(), frozenset(request.POST.getlist("settled")))


def _seen(request: ActorRequest) -> str:
    return request.POST.get("seen", "")[:64]


# --- Answers ---


def _with_suggestion(request: ActorRequest, one: OneRow, typed: RowContent) -> HttpResponse:
    remark = next((each for each in one.page.remarks if each.key == request.POST["apply"]), None)
    changed = applied(typed, remark) if remark else None
    if changed is None:
        messages.error(request, "この提案は入力欄に入れられませんでした。原文を見て、手で直してください。")
        return _page(request, one, _forms(typed, one), status=INVALID)
    messages.info(request, "提案を入力欄に入れました。まだ保存していません。確かめてから保存してください。")
    return _page(request, one, _forms(changed, one), suggested=remark)


def _refused(request: ActorRequest, one: OneRow, forms: Forms, error: accepting.RowRefused) -> HttpResponse:
    if forms.row.is_bound:
        for reason in error.reasons:
            forms.row.add_error(None, reason)
    else:
        messages.error(request, str(error))
    return _page(request, one, forms, status=INVALID)


def _stale(
    request: ActorRequest,
    public_id: uuid.UUID,
    position: int,
    error: accepting.Stale,
    *,
    typed: Forms | None,
) -> HttpResponse:
    """The row as it stands now; what was typed is kept in the form, with what stands there instead."""
    now = selectors.one_row(request.actor, public_id, position)
    if typed is None or not now.page.is_waiting:
        messages.error(request, str(error))
        return _page(request, now, _forms(now.page.content, now), status=STALE)
    standing = differences(typed.content(), now.page.content)
    typed.row.add_error(None, str(error))
    return _page(request, now, typed, status=STALE, standing=standing)


def _page(
    request: ActorRequest,
    one: OneRow,
    forms: Forms,
    *,
    status: int = 200,
    standing: Any = (),
    suggested: Any = None,
) -> HttpResponse:
    page, table = one.page, one.table
    ticked = set(request.POST.getlist("settled")) if request.method == "POST" else set()
    url = reverse("councils:import_table", args=[table.public_id])
    context = {
        "table": table,
        "line": row_line(page),
        "page": page,
        "form": forms.row,
        "sessions": forms.sessions,
        "session_heads": [session_head(each) for each in forms.sessions],
        "remarks": [
            {
                "remark": each,
                "kind": BADGES[each.grade],
                "is_ticked": each.key in ticked or (request.method != "POST" and not each.is_open),
                "anchor": anchor_of(each.fields, forms.row),
                "is_applied": suggested is not None and each.key == suggested.key,
            }
            for each in page.remarks
        ],
        "changes": [
            {"term": each.label, "before": each.before, "text": each.after, "changed": True}
            for each in page.differences
        ],
        "standing": [{"term": each.label, "text": each.after} for each in standing],
        "groups": groups_of(page, forms.row),
        "all_cells": all_cells(page),
        "open_total": len(page.open_remarks),
        "own_faults": own_faults(page),
        "older": _older(one),
        "seen": page.seen,
        "next_url": reverse("councils:import_row", args=[table.public_id, one.next_waiting])
        if one.next_waiting
        else "",
        "table_url": url,
        "breadcrumb": breadcrumb(
            {"label": table.file_name, "url": url}, {"label": context_name(page), "url": ""}
        ),
    }
    return render(request, "councils/imports/row.html", context, status=status)


def context_name(page: selectors.RowPage) -> str:
    return page.content.name or f"{page.row.position}行目"


def _older(one: OneRow) -> str:
    """A warning when what is registered was confirmed on a later day than the table's."""
    registered, as_of = one.page.registered, one.table.as_of
    confirmed = registered.council.confirmed_on if registered else None
    if confirmed is None or as_of is None or confirmed <= as_of:
        return ""
    return (
        f"登録されている内容は{format_wareki(confirmed)}に確かめたものです。この表は{format_wareki(as_of)}時点です。"
        "取り込むと、古い内容に戻るところがないか確かめてください。"
    )
