"""事前相談 for offices: the list, writing one down, reading and changing it, the sheet of a day, those of a case."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.preliminary import ConsultationForm, LinkForm, ListFilterForm, written
from certification.rules.parts import month_text
from certification.rules.preliminary import (
    ConsultationStatus,
    Way,
    is_overdue,
    span_text,
    topic_text,
)
from certification.selectors import preliminary as selectors
from certification.services import preliminary as services
from certification.services.errors import ActRefused, CaseError, InputMissing, Stale
from certification.views.staff.frame import INVALID, STALE, case_url, office_page, status_of
from japan.wareki import WarekiError, format_wareki, parse_wareki

LINK_STALE: Final = (
    "ほかの担当者が先に変えました。まだ何も変えていません。いまの記録を確かめてから、もう一度行ってください。"
)
TABS: Final = (("open", "対応中"), ("all", "すべて"))


# --- The list ---


@office_page
@require_safe
def preliminary(request: ActorRequest) -> HttpResponse:
    """The list, overdue next steps first. A condition that cannot be read is left out, never an error."""
    actor, today = request.actor, timezone.localdate()
    form = ListFilterForm(request.GET, departments=selectors.departments_to_choose(actor))
    kept = form.kept()
    asked = request.GET.get("tab")
    tab = asked if asked in dict(TABS) else ("all" if kept.get("q") else "open")
    page = selectors.consultation_page(
        _narrowed(actor, form, tab=tab), today=today, number=_number(request.GET.get("page"))
    )
    here = {**kept, "tab": tab}
    context = {
        "tabs": [
            {"label": label, "url": f"?{urlencode({**kept, 'tab': code})}", "current": code == tab}
            for code, label in TABS
        ],
        "tab": tab,
        "form": form,
        "is_narrowed": bool(kept),
        "left_out": bool(form.errors),
        "clear_url": f"?{urlencode({'tab': tab})}",
        "rows": [_row(row, today=today) for row in page.rows],
        "bookings": [
            _booking_row(booking, today=today) for booking in selectors.waiting_bookings(actor, today=today)
        ],
        "may_write": selectors.may_write(actor),
        "prev_url": f"?{urlencode({**here, 'page': page.number - 1})}" if page.number > 1 else None,
        "next_url": f"?{urlencode({**here, 'page': page.number + 1})}" if page.has_next else None,
    }
    return render(request, "certification/preliminary/list.html", context)


def _narrowed(actor: Any, form: ListFilterForm, *, tab: str) -> Any:
    rows, asked = selectors.staff_consultations(actor), form.cleaned_data
    if tab == "open":
        rows = rows.filter(status=ConsultationStatus.OPEN)
    if asked.get("topic"):
        rows = selectors.on_topic(rows, asked["topic"])
    if asked.get("department"):
        rows = rows.filter(department=asked["department"])
    return selectors.matching(rows, asked.get("q", ""))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _row(row: Any, *, today: dt.date) -> dict[str, Any]:
    late = is_overdue(row.status, row.next_on, today=today)
    return {
        "url": reverse("certification:preliminary_one", args=[row.public_id]),
        "number": row.pk,
        "received": format_wareki(row.received_on, style="short"),
        "way": row.get_way_display(),
        "topics": topic_text(row.topic_codes),
        "who": _who(row) or "名前は聞いていない",
        "housing": "・".join(text for text in (row.housing_name, row.housing_address) if text),
        "department": row.department.name,
        "officer": row.officer.name,
        "is_open": row.status == ConsultationStatus.OPEN,
        "status": row.get_status_display(),
        "next_step": row.next_step,
        "next_on": format_wareki(row.next_on, style="short") if row.next_on else "",
        "is_late": late,
        "case": row.application.receipt_number if row.application else "",
    }


def _who(row: Any) -> str:
    return " ".join(text for text in (row.asker_organisation, row.asker_name) if text)


def _booking_row(booking: Any, *, today: dt.date) -> dict[str, Any]:
    new = reverse("certification:preliminary_new")
    return {
        "when": f"{format_wareki(booking.day, weekday=True)} {span_text(booking.starts_at, booking.ends_at)}",
        "who": _who(booking),
        "contact": booking.asker_contact,
        "topics": topic_text(booking.topic_codes),
        "note": booking.note,
        "department": booking.contact_point.department.name,
        "is_past": booking.day < today,
        "is_today": booking.day == today,
        "record_url": f"{new}?{urlencode({'booking': booking.public_id})}" if booking.day <= today else "",
        "cancel_url": reverse("certification:preliminary_cancel", args=[booking.public_id]),
    }


# --- Writing ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def preliminary_new(request: ActorRequest) -> HttpResponse:
    """A new record; `?booking=` makes it the record of a booking."""
    actor, now = request.actor, timezone.now()
    if not selectors.may_write(actor):
        raise NotVisible
    booking = _asked_booking(request)
    initial = _first_values(request, booking, now=now)
    form = _form(request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.record_consultation(
                content=form.content(),
                key=form.cleaned_data["key"] or uuid.uuid4(),
                booking_id=booking.public_id if booking else None,
                actor=actor,
                now=now,
            )
        except CaseError as error:
            return _edit_page(request, form, booking=booking, status=_refused(form, error))
        messages.success(request, "事前相談を記録しました。")
        return redirect("certification:preliminary_one", public_id=row.public_id)
    return _edit_page(request, form, booking=booking, status=INVALID if form.is_bound else 200)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def preliminary_edit(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record as a form. Opening it is reading it."""
    actor, now = request.actor, timezone.now()
    if not selectors.may_write(actor):
        raise NotVisible
    row = selectors.consultation_of(actor, public_id)
    form = _form(request, initial=written(row), row=row)
    if request.method != "POST":
        services.record_read(row, actor=actor, now=now)
        return _edit_page(request, form, row=row)
    if not form.is_valid():
        return _edit_page(request, form, row=row, status=INVALID)
    try:
        services.change_consultation(
            consultation_id=public_id,
            content=form.content(),
            actor=actor,
            now=now,
            seen=form.cleaned_data["seen"] or 0,
        )
    except Stale:
        return _stale(request, public_id)
    except CaseError as error:
        return _edit_page(request, form, row=row, status=_refused(form, error))
    messages.success(request, "事前相談の記録を直しました。")
    return redirect("certification:preliminary_one", public_id=public_id)


def _form(request: ActorRequest, *, initial: dict[str, Any], row: Any = None) -> ConsultationForm:
    actor = request.actor
    departments = selectors.departments_to_choose(actor)
    officers = selectors.officers_to_choose(actor, day=timezone.localdate())
    if row is not None:
        # Who has left the office and what is out of use stay as they were written.
        departments += [row.department] if row.department not in departments else []
        officers += [row.officer] if row.officer not in officers else []
    data = request.POST if request.method == "POST" else None
    return ConsultationForm(data, initial=initial, departments=departments, officers=officers)


def _first_values(request: ActorRequest, booking: Any, *, now: dt.datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    own = sorted(request.actor.departments(*selectors.REVIEW_ROLES))
    values: dict[str, Any] = {
        "received_on": local.date(),
        "received_at": local.time().replace(second=0, microsecond=0),
        "way": Way.PHONE,
        "department_id": own[0] if own else None,
        "officer_id": request.actor.user_id,
        "status": ConsultationStatus.OPEN,
        "key": uuid.uuid4(),
    }
    if booking is not None:
        values |= {
            "received_on": booking.day,
            "received_at": booking.starts_at,
            "way": Way.VISIT,
            "department_id": booking.contact_point.department_id,
            "topics": booking.topic_codes,
            "asker_name": booking.asker_name,
            "asker_organisation": booking.asker_organisation,
            "asker_contact": booking.asker_contact,
        }
    return values


def _asked_booking(request: ActorRequest) -> Any:
    asked = request.GET.get("booking")
    if not asked:
        return None
    try:
        return selectors.office_booking(request.actor, uuid.UUID(asked))
    except ValueError as error:
        raise NotVisible from error


def _refused(form: ConsultationForm, error: CaseError) -> int:
    """Put the sentence where it belongs; the status of the answer."""
    field = error.field if isinstance(error, InputMissing) and error.field in form.fields else None
    form.add_error(field, str(error))
    return status_of(error)


def _stale(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody saved first: what was typed stays, on the newer row, with what differs beside it."""
    row = selectors.consultation_of(request.actor, public_id)
    data = request.POST.copy()
    data["seen"] = str(row.revision)
    departments = [*selectors.departments_to_choose(request.actor), row.department]
    officers = [*selectors.officers_to_choose(request.actor, day=timezone.localdate()), row.officer]
    form = ConsultationForm(data, initial=written(row), departments=departments, officers=officers)
    form.is_valid()
    form.add_error(None, str(Stale()))
    standing = [
        {"term": str(form[name].label), "text": _shown(row, name)}
        for name in form.changed_data
        if name not in ("seen", "key")
    ]
    return _edit_page(request, form, row=row, status=STALE, standing=standing)


def _shown(row: Any, name: str) -> str:
    return next((line["text"] for line in _all_lines(row) if line["name"] == name), "")


def _edit_page(
    request: ActorRequest,
    form: ConsultationForm,
    *,
    row: Any = None,
    booking: Any = None,
    status: int = 200,
    standing: list[dict[str, str]] | None = None,
) -> HttpResponse:
    title = "記録を直す" if row else "相談を記録する"
    items = [{"label": "事前相談", "url": reverse("certification:preliminary")}]
    if row:
        items.append({"label": f"事前相談 {row.pk}", "url": _url(row)})
    context = {
        "breadcrumb": [*items, {"label": title, "url": ""}],
        "title": title,
        "form": form,
        "row": row,
        "booking": _booking_row(booking, today=timezone.localdate()) if booking else None,
        "standing": standing,
        "back_url": _url(row) if row else reverse("certification:preliminary"),
    }
    return render(request, "certification/preliminary/edit.html", context, status=status)


# --- Reading ---


@office_page
@require_safe
def preliminary_one(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One record. Reading it is an event of the audit trail."""
    actor, today = request.actor, timezone.localdate()
    row = selectors.consultation_of(actor, public_id)
    services.record_read(row, actor=actor, now=timezone.now())
    case = selectors.visible_case(actor, row)
    context = {
        "breadcrumb": [
            {"label": "事前相談", "url": reverse("certification:preliminary")},
            {"label": f"事前相談 {row.pk}", "url": ""},
        ],
        "row": row,
        "topics": topic_text(row.topic_codes),
        "received": _received(row),
        "blocks": _blocks(row),
        "is_late": is_overdue(row.status, row.next_on, today=today),
        "next_on": format_wareki(row.next_on, weekday=True) if row.next_on else "",
        "case_number": row.application.receipt_number if row.application else "",
        "case_url": case_url(case) if case else "",
        "may_write": selectors.may_write(actor),
        "municipality": actor.municipality_name,
        "printed_at": format_wareki(today),
    }
    return render(request, "certification/preliminary/one.html", context)


def _url(row: Any) -> str:
    return reverse("certification:preliminary_one", args=[row.public_id])


def _received(row: Any) -> str:
    day = format_wareki(row.received_on, weekday=True)
    return f"{day} {row.received_at:%H:%M}" if row.received_at else day


def _all_lines(row: Any) -> list[dict[str, str]]:
    """Every field of a record in words, by its name."""
    texts = {
        "received_on": format_wareki(row.received_on),
        "received_at": f"{row.received_at:%H:%M}" if row.received_at else "",
        "way": row.get_way_display(),
        "department_id": row.department.name,
        "officer_id": row.officer.name,
        "topics": topic_text(row.topic_codes),
        "asker_kind": row.get_asker_kind_display(),
        "asker_name": row.asker_name,
        "asker_organisation": row.asker_organisation,
        "asker_contact": row.asker_contact,
        "housing_name": row.housing_name,
        "housing_address": row.housing_address,
        "unit_count": f"{row.unit_count}戸" if row.unit_count is not None else "",
        "construction_started": month_text(row.construction_started) if row.construction_started else "",
        "dwelling_type": row.get_dwelling_type_display(),
        "documents_brought": "、".join(row.documents_brought),
        "hard_points": row.hard_points,
        "soft_points": row.soft_points,
        "answer": row.answer,
        "next_step": row.next_step,
        "next_on": format_wareki(row.next_on) if row.next_on else "",
        "status": row.get_status_display(),
        "receipt_number": row.application.receipt_number if row.application else "",
    }
    labels = ConsultationForm.base_fields
    return [{"name": name, "term": str(labels[name].label), "text": text} for name, text in texts.items()]


_ASKER: Final = ("asker_kind", "asker_name", "asker_organisation", "asker_contact")
_HOUSING: Final = (
    *("housing_name", "housing_address", "unit_count", "construction_started", "dwelling_type"),
    "documents_brought",
)


def _blocks(row: Any) -> list[dict[str, Any]]:
    lines = {line["name"]: line for line in _all_lines(row)}
    return [
        {"title": "相談した方", "rows": [lines[name] for name in _ASKER]},
        {"title": "物件", "rows": [lines[name] for name in _HOUSING]},
    ]


# --- The day ---


@office_page
@require_safe
def preliminary_day(request: ActorRequest) -> HttpResponse:
    """The sheet of a day, to print and to carry to the counter. `?on=`; today when that cannot be read."""
    actor, now = request.actor, timezone.now()
    day = _asked_day(request.GET.get("on", ""), today=timezone.localdate(now))
    sheet = selectors.day_sheet(actor, day=day)
    services.record_sheet(sheet, actor=actor, now=now)
    here = reverse("certification:preliminary_day")
    one = dt.timedelta(days=1)
    context = {
        "breadcrumb": [
            {"label": "事前相談", "url": reverse("certification:preliminary")},
            {"label": "日程表", "url": ""},
        ],
        "day": format_wareki(day, weekday=True),
        "prev_url": f"{here}?on={(day - one).isoformat()}",
        "next_url": f"{here}?on={(day + one).isoformat()}",
        "rows": [_day_row(booking, today=timezone.localdate(now)) for booking in sheet.bookings],
        "received": [_row(row, today=day) for row in sheet.received],
        "municipality": actor.municipality_name,
        "printed_at": format_wareki(timezone.localdate(now)),
        "may_write": selectors.may_write(actor),
    }
    return render(request, "certification/preliminary/day.html", context)


def _asked_day(text: str, *, today: dt.date) -> dt.date:
    try:
        read = parse_wareki(text)
    except WarekiError:
        return today
    # A day further off has no neighbour that can be written.
    return read.value if read.precision == "day" and abs(read.value.year - today.year) < 50 else today


def _day_row(booking: Any, *, today: dt.date) -> dict[str, Any]:
    row = _booking_row(booking, today=today)
    found = getattr(booking, "consultation", None)
    return {
        **row,
        "time": span_text(booking.starts_at, booking.ends_at),
        "seat": booking.seat,
        "consultation_url": _url(found) if found else "",
    }


# --- Beside a case ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_preliminary(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The consultations that led to a case, and those that could be tied to it."""
    case = selectors.case_to_link(request.actor, case_id)
    return _link(request, case) if request.method == "POST" else _case_page(request, case)


def _case_page(request: ActorRequest, case: Any, *, status: int = 200) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    words = request.GET.get("q", "")[:100]
    linked = selectors.linked_to(actor, case)
    free = selectors.free_to_link(actor, case, words=words)
    context = {
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {"label": case.housing_name or "名称なし", "url": case_url(case)},
            {"label": "事前相談", "url": ""},
        ],
        "number": case.receipt_number or "受付前",
        "housing": case.housing_name or "名称なし",
        "case_url": case_url(case),
        "linked": [{**_row(row, today=today), "row": row} for row in linked],
        "rows": [{**_row(row, today=today), "row": row} for row in free],
        "words": words,
        "may_write": selectors.may_write(actor),
    }
    return render(request, "certification/preliminary/case.html", context, status=status)


def _link(request: ActorRequest, case: Any) -> HttpResponse:
    form = LinkForm(request.POST)
    if not selectors.may_write(request.actor) or not form.is_valid():
        raise NotVisible
    ties = form.cleaned_data["act"] == "tie"
    try:
        (services.tie if ties else services.untie)(
            consultation_id=form.cleaned_data["consultation"],
            application=case,
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except (Stale, ActRefused) as error:
        messages.warning(request, str(error) if isinstance(error, ActRefused) else LINK_STALE)
        return _case_page(request, case, status=STALE)
    messages.success(
        request, "事前相談を申請に結び付けました。" if ties else "事前相談を申請から外しました。"
    )
    return redirect("certification:case_preliminary", case_id=case.public_id)
