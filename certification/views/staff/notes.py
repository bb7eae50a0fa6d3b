"""内部メモ of a case, and beside them when the case will be due. Staff alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.desk_work import NoteForm
from certification.rules.clock import level_of
from certification.selectors.notes import NotesPage, notes_page
from certification.services.errors import InputMissing
from certification.services.notes import write_note
from certification.views.staff.frame import INVALID, breadcrumb, case_url, office_page, record_view
from japan.wareki import format_wareki


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_notes(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The notes, the newest first; one more by POST."""
    now = timezone.now()
    page = notes_page(request.actor, case_id, today=timezone.localdate(now))
    form = NoteForm(request.POST or None, colleagues=[(user.pk, user.name) for user in page.colleagues])
    if request.method == "POST" and form.is_valid():
        try:
            write_note(
                application_id=case_id,
                text=form.cleaned_data["text"],
                mentioned=form.cleaned_data.get("mentioned", []),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=now,
            )
        except InputMissing as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, "メモを書きました。")
            return redirect("certification:case_notes", case_id=case_id)
    if request.method != "POST":
        record_view(page.application, request, now=now)
    case = page.application
    context = {
        "case": case,
        "housing": case.housing_name or "名称なし",
        "kicker": f"{case.receipt_number or '受付前'}・{case.get_procedure_display()}",
        "state_label": case.state_label,
        "case_url": case_url(case),
        "breadcrumb": breadcrumb(case, "内部メモ"),
        "rows": page.notes,
        "is_cut": page.is_cut,
        "may_write": page.may_write,
        "form": form,
        "forecast": _forecast(page, today=timezone.localdate(now)),
    }
    return render(request, "certification/staff/notes.html", context, status=INVALID if form.errors else 200)


def _forecast(page: NotesPage, *, today: Any) -> dict[str, Any] | None:
    """期限の見込み in rows: how much is used, until when, and what an answer would change."""
    found = page.forecast
    if found is None:
        return None
    rows = [
        {"term": "標準処理期間", "text": f"{found.standard_days}営業日"},
        {"term": "使った日数", "text": f"{found.used}営業日(残り{found.remaining}営業日)"},
    ]
    if found.stopped_days:
        rows.append({"term": "補正待ちで止まった日数", "text": f"{found.stopped_days}営業日"})
    if found.due_on:
        rows.append({"term": "期限の見込み", "text": format_wareki(found.due_on, weekday=True)})
    if found.if_answered_today:
        answered = format_wareki(found.if_answered_today, weekday=True)
        rows.append({"term": "きょう回答が来たときの期限", "text": answered})
    if found.if_answered_on_due and page.answer_due_on:
        until = format_wareki(found.if_answered_on_due, weekday=True)
        on = format_wareki(page.answer_due_on)
        rows.append({"term": "補正の期限に回答が来たときの期限", "text": until, "note": f"補正の期限 {on}"})
    level = level_of(found.due_on, today=today)
    return {
        "rows": rows,
        "is_stopped": found.due_on is None,
        "level": level.value,
        "level_label": level.label,
    }
