"""ケース会議: the list, one meeting with its agenda, the note of a case, and three printings."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from consultations import actions
from consultations.forms.conferences import AgendaForm, AttendeeForm, ConferenceForm, ItemForm
from consultations.rules.conferences import Printing
from consultations.selectors.cases import own_desks
from consultations.selectors.conferences import (
    ConferencePage,
    agenda_row,
    cases_for,
    conference_page,
    conferences_of,
    sheets_of,
)
from consultations.services import conferences as services
from consultations.services.errors import ConsultationError, NotFound
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, STALE, desk_page, put, seen_in


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def conferences(request: ActorRequest) -> HttpResponse:
    """The meetings of the actor's desks, and calling one."""
    now = timezone.now()
    today = timezone.localdate(now)
    desks = [(str(desk.public_id), desk.name) for desk in own_desks(request.actor, day=today)]
    form = ConferenceForm(request.POST if request.method == "POST" else None, desks=desks)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.call(
                desk_id=uuid.UUID(given["desk"]),
                day=given["day"],
                starts_at=given["starts_at"],
                place=given["place"],
                key=given["key"],
                actor=request.actor,
                now=now,
            )
        except NotFound:
            raise
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "会議を決めました。話し合う相談と、出る人を加えてください。")
            return redirect("consultations:conference", conference_id=made.public_id)
    context = {"rows": conferences_of(request.actor, day=today), "form": form}
    return render(request, "consultations/conferences.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def conference(request: ActorRequest, conference_id: uuid.UUID) -> HttpResponse:
    """One meeting: who comes, of which cases is spoken, and its end."""
    now = timezone.now()
    page = conference_page(request.actor, conference_id, now=now)
    do = request.POST.get("do", "")
    choices = [
        (str(case.public_id), f"{case.number} {case.shown_name}")
        for case in (cases_for(page, request.actor, now=now) if page.is_planned else [])
    ]
    attendee = AttendeeForm(request.POST if do == "attendee" else None)
    agenda = AgendaForm(request.POST if do == "agenda" else None, cases=choices)
    status, refused = 200, ""
    if request.method == "POST":
        which: dict[str, Any] = {"conference_id": conference_id, "actor": request.actor, "now": now}
        form = attendee if do == "attendee" else agenda
        status = INVALID
        try:
            if do == "end":
                services.end(**which)
                messages.success(request, "会議を終えました。")
                return redirect("consultations:conference", conference_id=conference_id)
            if do not in ("attendee", "agenda"):
                raise NotFound("この操作はできません。")
            if form.is_valid():
                if do == "attendee":
                    services.add_attendee(**attendee.cleaned_data, **which)
                else:
                    services.put_on_agenda(case_id=uuid.UUID(agenda.cleaned_data["case"]), **which)
                return redirect("consultations:conference", conference_id=conference_id)
        except NotFound:
            raise
        except ConsultationError as error:
            if do == "end":
                status, refused = STALE, str(error)
            else:
                status = put(error, form)
    context = {
        **_head(page, ""),
        "attendee": attendee,
        "agenda_form": agenda,
        "refused": refused,
        "printings": [
            {
                "label": str(each.label),
                "url": f"{reverse('consultations:conference_sheet', args=[conference_id])}?kind={each.value}",
            }
            for each in Printing
        ],
    }
    return render(request, "consultations/conference.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def conference_item(request: ActorRequest, conference_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """What was said and decided of a case."""
    now = timezone.now()
    page = conference_page(request.actor, conference_id, now=now)
    row = agenda_row(page, item_id)
    known = {name: getattr(row.item, name) for name in ("discussion", "decision", "next_review_on")}
    form = ItemForm(request.POST if request.method == "POST" else None, initial=known)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.note_item(
                conference_id=conference_id,
                item_id=item_id,
                discussion=given["discussion"],
                decision=given["decision"],
                next_review_on=given["next_review_on"],
                roles=form.roles(),
                seen=seen_in(request),
                actor=request.actor,
                now=now,
            )
        except NotFound:
            raise
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "記録しました。だれが何をするかは、相談の「すること」に入りました。")
            return redirect("consultations:conference", conference_id=conference_id)
    if request.method != "POST" and row.case is not None:
        record_reading(row.case, action=actions.VIEWED, actor=request.actor, now=now)
    context = {
        **_head(page, "話し合いの記録"),
        "row": row,
        "form": form,
        "seen": request.POST.get("seen", row.item.revision),
    }
    return render(request, "consultations/conference_item.html", context, status=status)


@desk_page
@require_safe
def conference_sheet(request: ActorRequest, conference_id: uuid.UUID) -> HttpResponse:
    """The papers in one of three printings. Printing is an event of the meeting and of each case."""
    now = timezone.now()
    kind = request.GET.get("kind", Printing.CONDITIONS.value)
    if kind not in Printing.values:
        raise Http404
    page = conference_page(request.actor, conference_id, now=now)
    sheets = sheets_of(page, printing=kind, day=timezone.localdate(now))
    services.record_printing(
        page.conference,
        [row.case for row, _ in sheets if row.case],
        printing=kind,
        actor=request.actor,
        now=now,
    )
    context = {
        **_head(page, "会議の資料"),
        "sheets": [sheet for _, sheet in sheets],
        "kind": Printing(kind).label,
    }
    return render(request, "consultations/conference_sheet.html", context)


def _head(page: ConferencePage, here: str) -> dict[str, Any]:
    conference = page.conference
    url = reverse("consultations:conference", args=[conference.public_id])
    trail = [{"label": "ケース会議", "url": reverse("consultations:conferences")}]
    trail.append({"label": conference.desk.name, "url": url if here else ""})
    if here:
        trail.append({"label": here, "url": ""})
    return {"page": page, "conference": conference, "breadcrumb": trail}
