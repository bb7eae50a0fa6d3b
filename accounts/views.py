"""The pages of the ground floor: inbox, people, transfers, failed mail, audit trail, and the form that came too late."""

from __future__ import annotations

import csv
import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import forms, selectors, services, sessions
from accounts.access import ActorRequest, held_by, signed_in
from accounts.audit import action_label
from accounts.rules.appointments import next_first_of_april
from accounts.rules.roles import Role
from accounts.selectors import Cursor, NotVisible
from accounts.services import AppointmentRefused, ExportTooLarge, NoticeRefused, TransferRefused
from japan.wareki import format_wareki

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# --- Inbox ------------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def inbox(request: ActorRequest) -> HttpResponse:
    """The person's own notices, newest first."""
    before = _whole(request.GET.get("before"))
    page = selectors.inbox(request.actor, before=before)
    context = {
        "base": _base(request),
        "rows": [
            {
                "notice": row,
                "when": selectors.moment_text(row.created_at),
                "open_url": reverse("accounts:inbox_open", args=[row.public_id]),
            }
            for row in page.rows
        ],
        "has_unread": any(row.read_at is None for row in page.rows),
        "next_url": _next(request, before=page.older_than),
        "first_url": reverse("accounts:inbox") if before else None,
    }
    return render(request, "accounts/inbox.html", context)


@require_POST
@signed_in
def inbox_open(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mark as read and go where the notice leads."""
    try:
        path = services.open_notice(actor=request.actor, now=timezone.now(), public_id=public_id)
    except NotVisible:
        raise Http404 from None
    return redirect(path or reverse("accounts:inbox"))


@require_POST
@signed_in
def inbox_read_all(request: ActorRequest) -> HttpResponse:
    """Mark everything as read."""
    count = services.mark_all_read(actor=request.actor, now=timezone.now())
    messages.success(request, f"{count}件を既読にしました。")
    return redirect("accounts:inbox")


@require_safe
@signed_in
def resume(request: ActorRequest) -> HttpResponse:
    """Offer a form that was sent after the session had ended, to be sent again with all that was typed."""
    held = request.session.get(sessions.KEPT_FORM)
    kept = sessions.kept_form(request)
    if request.method == "HEAD" and held is not None:
        # It is shown once; whoever only asks whether the page is there has not seen it.
        request.session[sessions.KEPT_FORM] = held
    if kept is None:
        return redirect("/")
    return render(request, "accounts/resume.html", {"base": _base(request), "kept": kept})


# --- People -----------------------------------------------------------------------------------------------------------


@require_safe
@held_by(Role.ADMINISTRATOR)
def people(request: ActorRequest) -> HttpResponse:
    """Who serves where: now, planned, ended."""
    when = request.GET.get("when", selectors.NOW)
    when = when if when in (selectors.NOW, selectors.PLANNED, selectors.ENDED) else selectors.NOW
    department_id = _whole(request.GET.get("department"))
    page = selectors.appointment_board(
        request.actor,
        day=timezone.localdate(),
        when=when,
        department_id=department_id,
        number=_whole(request.GET.get("page")) or 1,
    )
    context = {
        "page": page,
        "when": when,
        "department_id": department_id,
        "departments": list(selectors.departments_of(request.actor)),
        "tabs": _people_tabs(request, when),
        "prev_url": _next(request, page=page.number - 1 if page.number > 1 else None),
        "next_url": _next(request, page=page.number + 1 if page.has_next else None),
    }
    return render(request, "accounts/people.html", context)


def _people_tabs(request: HttpRequest, when: str) -> list[dict[str, Any]]:
    names = ((selectors.NOW, "現在"), (selectors.PLANNED, "これから"), (selectors.ENDED, "終わった辞令"))
    return [
        {"label": label, "url": _with(request, when=name, page=None), "current": name == when}
        for name, label in names
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@held_by(Role.ADMINISTRATOR)
def appoint(request: ActorRequest) -> HttpResponse:
    """Appoint a colleague, or somebody new who is then invited."""
    form = forms.AppointForm(
        request.POST or None,
        initial={"from_on": timezone.localdate()},
        colleagues=selectors.colleagues(request.actor),
        departments=selectors.departments_of(request.actor),
    )
    if request.method == "POST" and form.is_valid() and (done := _appoint(request, form)):
        return done
    return _page(request, "accounts/appoint.html", {"form": form}, form)


def _appoint(request: ActorRequest, form: forms.AppointForm) -> HttpResponse | None:
    data, person = form.cleaned_data, form.person()
    try:
        appointment = services.appoint(
            actor=request.actor,
            now=timezone.now(),
            department_id=data["department"],
            role=data["role"],
            from_on=data["from_on"],
            until=data["until"],
            note=data["note"],
            user_id=None if person else uuid.UUID(data["who"]),
            person=person,
        )
    except AppointmentRefused as refused:
        form.add_error(refused.field, str(refused))
        return None
    except NotVisible:
        raise Http404 from None
    said = f"{appointment.user.name}さんを{appointment.department.name}の{appointment.get_role_display()}に任命しました。"
    messages.success(request, f"{said}招待メールを送ります。" if person else said)
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
@held_by(Role.ADMINISTRATOR)
def end(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Set the last day of one appointment."""
    try:
        appointment = selectors.appointment_for(request.actor, public_id=public_id)
    except NotVisible:
        raise Http404 from None
    form = forms.EndForm(
        request.POST or None, initial={"until": timezone.localdate(), "seen_until": appointment.until}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.end_appointment(
                actor=request.actor, now=timezone.now(), public_id=public_id, **form.cleaned_data
            )
        except AppointmentRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, "辞令の終了日を登録しました。")
            return redirect("accounts:people")
    return _page(request, "accounts/end.html", {"form": form, "appointment": appointment}, form)


@require_POST
@held_by(Role.ADMINISTRATOR)
def invite(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send the invitation once more."""
    try:
        user = services.invite_again(actor=request.actor, now=timezone.now(), user_id=public_id)
    except NotVisible:
        raise Http404 from None
    except AppointmentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{user.name}さんに招待メールをもう一度送ります。")
    return redirect("accounts:people")


# --- Transfers --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@held_by(Role.ADMINISTRATOR)
def transfer(request: ActorRequest) -> HttpResponse:
    """The sitting: a table to fill in, a preview, then all of it at once."""
    asked = request.POST if request.method == "POST" else request.GET
    day_form = forms.DayForm({"on": asked.get("on") or next_first_of_april(timezone.localdate()).isoformat()})
    if not day_form.is_valid():
        return _page(request, "accounts/transfer_day.html", {"day_form": day_form}, day_form)
    on = day_form.cleaned_data["on"]
    table = _TransferTable(request, on)
    step = request.POST.get("step", "")
    if step not in ("preview", "confirm") or not table.is_valid():
        return table.page(status=422 if step in ("preview", "confirm") else 200)
    act = services.transfer if step == "confirm" else services.preview_transfer
    try:
        lines = act(
            actor=request.actor,
            now=timezone.now(),
            on=on,
            moves=table.moves(),
            seen=request.POST.get("seen", ""),
        )
    except TransferRefused as refused:
        table.blame(refused)
        return table.page(status=422)
    except NotVisible:
        raise Http404 from None
    if step == "confirm":
        messages.success(request, f"{len(lines)}件の異動を登録しました。これまでの辞令は記録として残ります。")
        return redirect(
            f"{reverse('accounts:people')}?{urlencode({'when': 'planned' if on > timezone.localdate() else 'now'})}"
        )
    return render(
        request, "accounts/transfer_preview.html", {"on": on, "lines": lines, "fields": table.typed()}
    )


class _TransferTable:
    """The table of one sitting: its rows with their forms, and what was typed."""

    def __init__(self, request: ActorRequest, on: dt.date) -> None:
        self.request, self.on = request, on
        self.appointments = selectors.sitting_rows(request.actor, on=on)
        self.people = _labels(selectors.colleagues(request.actor))
        self.general: list[str] = []
        choices = forms.transfer_department_choices(selectors.departments_of(request.actor))
        data = request.POST if request.POST.get("step") else None
        self.rows = [
            (
                appointment,
                forms.TransferRowForm(
                    _row_data(data, str(appointment.public_id)),
                    prefix=str(appointment.public_id),
                    department_choices=choices,
                    people=self.people,
                    whose=appointment.user.name,
                ),
            )
            for appointment in self.appointments
        ]

    def is_valid(self) -> bool:
        return all([form.is_valid() for _, form in self.rows])

    def moves(self) -> list[Any]:
        return [form.move(str(appointment.public_id)) for appointment, form in self.rows]

    def blame(self, refused: TransferRefused) -> None:
        self.general = refused.general
        for appointment, form in self.rows:
            for problem in refused.rows.get(str(appointment.public_id), []):
                form.add_error(None, problem)

    def typed(self) -> list[dict[str, str]]:
        """Everything of the form as hidden fields of the preview; the step is said by its button."""
        left_out = ("csrfmiddlewaretoken", "step")
        return [
            {"name": name, "value": str(value)}
            for name, values in self.request.POST.lists()
            if name not in left_out
            for value in values
        ]

    def page(self, *, status: int) -> HttpResponse:
        context = {
            "on": self.on,
            "rows": self.rows,
            "people": list(self.people),
            "general": self.general,
            "problem_count": len(self.general)
            + sum(len(form.errors) for _, form in self.rows if form.is_bound),
            "seen": services.sitting_fingerprint(self.appointments),
        }
        return render(self.request, "accounts/transfer.html", context, status=status)


def _row_data(data: QueryDict | None, prefix: str) -> QueryDict | None:
    """A row the page did not show yet (the table is stale) is left unbound rather than called empty."""
    return data if data is not None and f"{prefix}-kind" in data else None


def _labels(people: Any) -> dict[str, str]:
    """Each colleague under a label that no other has, with the public id."""
    return {f"{person.name}({person.email})": str(person.public_id) for person in people}


# --- Outbox -----------------------------------------------------------------------------------------------------------


@require_safe
@held_by(Role.ADMINISTRATOR)
def outbox(request: ActorRequest) -> HttpResponse:
    """Mail that could not be sent."""
    before = _whole(request.GET.get("before"))
    page = selectors.outbox_failures(request.actor, before=before)
    rows = [{"notice": row, "when": selectors.moment_text(row.created_at)} for row in page.rows]
    context = {
        "rows": rows,
        "next_url": _next(request, before=page.older_than),
        "first_url": reverse("accounts:outbox") if before else None,
    }
    return render(request, "accounts/outbox.html", context)


@require_POST
@held_by(Role.ADMINISTRATOR)
def outbox_retry(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Try one of them again."""
    try:
        services.retry_notice(actor=request.actor, now=timezone.now(), public_id=public_id)
    except NotVisible:
        raise Http404 from None
    except NoticeRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "再送の順番に入れました。数分のうちに送信します。")
    return redirect("accounts:outbox")


# --- Audit trail ------------------------------------------------------------------------------------------------------


@require_safe
@held_by(Role.AUDITOR)
def audit(request: ActorRequest) -> HttpResponse:
    """Search the municipality's trail. Opening it is an event too."""
    form = forms.AuditSearchForm(_with_period(request.GET), today=timezone.localdate())
    if not form.is_valid():
        return render(request, "accounts/audit.html", {"form": form, "rows": []}, status=422)
    wanted = form.wanted()
    page = selectors.search_audit(request.actor, wanted, after=_cursor(request.GET.get("after")))
    services.note_audit_search(actor=request.actor, now=timezone.now(), wanted=wanted)
    context = {
        "form": form,
        "first": form.cleaned_data["first"],
        "until": form.cleaned_data["until"],
        "rows": [_audit_row(event) for event in page.rows],
        "next_url": _next(request, after=_cursor_text(page.after)),
        "is_window": page.is_window,
        "window": selectors.SEARCH_WINDOW,
        "first_url": _with(request, after=None) if request.GET.get("after") else None,
    }
    return render(request, "accounts/audit.html", context)


def _with_period(asked: QueryDict) -> QueryDict:
    """The search with its period written out, so that the page shows what it looked through."""
    today = timezone.localdate()
    filled = asked.copy()
    filled["until"] = asked.get("until") or format_wareki(today)
    if not asked.get("first") and not asked.get("until"):
        filled["first"] = format_wareki(today - dt.timedelta(days=forms.PERIOD_DAYS))
    return filled


def _audit_row(event: Any) -> dict[str, Any]:
    return {
        "event": event,
        "when": selectors.moment_text(event.recorded_at),
        "action": action_label(event.action),
    }


@require_POST
@held_by(Role.AUDITOR)
def audit_export(request: ActorRequest) -> HttpResponseBase:
    """The same search as a CSV file, with its number of rows on record."""
    form = forms.AuditSearchForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return render(request, "accounts/audit.html", {"form": form, "rows": []}, status=422)
    try:
        events = services.export_audit(actor=request.actor, now=timezone.now(), wanted=form.wanted())
    except ExportTooLarge as too_large:
        form.add_error(None, str(too_large))
        return render(request, "accounts/audit.html", {"form": form, "rows": []}, status=422)
    name = f"audit-{request.actor.municipality_code}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    return StreamingHttpResponse(
        _csv(events),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_COLUMNS = (
    *("記録番号", "記録日時", "行為", "対象の種類", "対象のID", "対象", "前の状態", "後の状態"),
    *("行為者", "役割", "所属", "理由", "根拠", "詳細", "受付ID"),
)


def _csv(events: Iterator[Any]) -> Iterator[str]:
    """UTF-8 with a byte order mark, as the office's spreadsheet wants it."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for event in events:
        yield writer.writerow([_cell(value) for value in _values(event)])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _values(event: Any) -> tuple[object, ...]:
    return (
        event.pk,
        timezone.localtime(event.recorded_at).isoformat(timespec="seconds"),
        *(action_label(event.action), event.subject_type, event.subject_id, event.subject_label),
        *(event.from_state, event.to_state, event.actor_name, event.actor_role, event.actor_organisation),
        *(event.reason, event.legal_basis, json.dumps(event.details, ensure_ascii=False), event.request_id),
    )


def _cell(value: object) -> str:
    """A text that a spreadsheet would run as a formula is marked as text."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


# --- Shared -----------------------------------------------------------------------------------------------------------


def _base(request: ActorRequest) -> str:
    """Staff see the staff frame, applicants the public one."""
    return "base_staff.html" if request.actor.posts else "base_public.html"


def _page(request: HttpRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    return render(request, template, context, status=422 if form.errors else 200)


def _whole(text: str | None) -> int | None:
    """A positive number of reasonable size; anything else is as if it were not there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _with(request: HttpRequest, **changed: object) -> str:
    """This address with some of its query replaced; None takes a key away."""
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _next(request: HttpRequest, **key: object) -> str | None:
    return None if None in key.values() else _with(request, **key)


def _cursor_text(cursor: Cursor | None) -> str | None:
    return f"{(cursor.recorded_at - _EPOCH) // dt.timedelta(microseconds=1)}-{cursor.pk}" if cursor else None


def _cursor(text: str | None) -> Cursor | None:
    micros, _, pk = (text or "").partition("-")
    if _whole(pk) is None or not (micros.isascii() and micros.isdigit() and len(micros) < 18):
        return None
    return Cursor(_EPOCH + dt.timedelta(microseconds=int(micros)), int(pk))
