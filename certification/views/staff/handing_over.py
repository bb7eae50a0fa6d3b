"""引き継ぎ: what a colleague has in hand, to whom it goes, and the sheet to print."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest, held_by
from accounts.rules.roles import Role
from accounts.selectors import NotVisible
from certification.forms.desk_work import HandOverForm, case_ids, notes_of
from certification.selectors.handover import (
    Hands,
    InHand,
    cases_in_hand,
    hands_named,
    hands_of,
    may_read_notes,
    successors_of,
)
from certification.services.assigning import Assigned
from certification.services.errors import InputMissing, NotFound
from certification.services.handover import hand_over_chosen, note_what_to_hand_over
from certification.views.staff.frame import INVALID
from japan.wareki import format_wareki


@held_by(Role.DESK, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: ActorRequest) -> HttpResponse:
    """Without `person` who has what in hand; with it that person's cases, with a note for each."""
    code = request.GET.get("person", "")
    if not code:
        return _choose(request)
    hands = _named(request, code)
    today = timezone.localdate()
    people = [(user.pk, user.name) for user in successors_of(hands, today=today)]
    form = HandOverForm(request.POST or None, people=people)
    chosen = case_ids(request.POST)
    if request.POST.get("act") == "note":
        return _note(request, hands, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = hand_over_chosen(
                case_ids=chosen,
                from_user_id=hands.user.pk,
                to_user_id=form.cleaned_data["successor"],
                department_id=hands.department.pk,
                notes=notes_of(request.POST, chosen),
                actor=request.actor,
                now=timezone.now(),
            )
        except InputMissing as error:
            form.add_error("successor" if error.field == "successor" else None, str(error))
        except NotFound as error:
            raise Http404 from error
        else:
            _tell(request, outcome)
            return redirect("certification:hand_over")
    return _page(request, hands, form, chosen=chosen, today=today)


def _tell(request: ActorRequest, outcome: Assigned) -> None:
    """How many were handed over, and every one that was left, by number."""
    if outcome.given:
        messages.success(request, f"{len(outcome.given)}件を引き継ぎました。")
    for reason in dict.fromkeys(row.reason for row in outcome.left_out):
        cases = (row.case for row in outcome.left_out if row.reason == reason)
        messages.warning(request, f"{reason}: {'、'.join(case.receipt_number or '受付前' for case in cases)}")


def _note(request: ActorRequest, hands: Hands, *, today: dt.date) -> HttpResponse:
    """Only what a successor has to know; nothing changes hands."""
    rows = cases_in_hand(request.actor, hands, today=today)
    try:
        count = note_what_to_hand_over(
            from_user_id=hands.user.pk,
            department_id=hands.department.pk,
            notes=notes_of(request.POST, [row.application.public_id for row in rows]),
            actor=request.actor,
            now=timezone.now(),
        )
    except NotFound as error:
        raise Http404 from error
    except InputMissing as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"引き継ぐことを{count}件残しました。印刷用の一覧に載ります。")
    return redirect(f"{reverse('certification:hand_over')}?{urlencode({'person': hands.code})}")


def _page(
    request: ActorRequest, hands: Hands, form: HandOverForm, *, chosen: list[uuid.UUID], today: dt.date
) -> HttpResponse:
    rows = cases_in_hand(request.actor, hands, today=today)
    may_open = may_read_notes(request.actor, hands.department.pk)
    context = {
        **_head(hands, "引き継ぐ申請"),
        "form": form,
        "rows": [
            {
                **_row(row, today=today, may_open=may_open),
                "chosen": not form.is_bound or row.application.public_id in chosen,
                "typed": request.POST.get(f"note-{row.application.public_id}", ""),
            }
            for row in rows
        ],
        "may_note": may_open,
        "sheet_url": f"{reverse('certification:hand_over_sheet')}?{urlencode({'person': hands.code})}",
    }
    return render(
        request, "certification/staff/hand_over.html", context, status=INVALID if form.errors else 200
    )


@held_by(Role.DESK, Role.ADMINISTRATOR)
@require_safe
def hand_over_sheet(request: ActorRequest) -> HttpResponse:
    """事務引継の一覧 on paper: what is in hand, with the last note of each."""
    today = timezone.localdate()
    if not request.GET.get("person"):
        return redirect("certification:hand_over")
    hands = _named(request, request.GET["person"])
    may_open = may_read_notes(request.actor, hands.department.pk)
    context = {
        **_head(hands, "引き継ぎの一覧"),
        "rows": [
            _row(row, today=today, may_open=may_open)
            for row in cases_in_hand(request.actor, hands, today=today)
        ],
        "may_note": may_open,
        "today": today,
        "back_url": f"{reverse('certification:hand_over')}?{urlencode({'person': hands.code})}",
    }
    return render(request, "certification/staff/hand_over_sheet.html", context)


def _choose(request: ActorRequest) -> HttpResponse:
    rows = [
        {
            "name": each.user.name,
            "department": each.department.name,
            "count": each.count,
            "url": f"?{urlencode({'person': each.code})}",
        }
        for each in hands_of(request.actor)
    ]
    context = {"rows": rows, "breadcrumb": _crumbs(request, "引き継ぎ")}
    return render(request, "certification/staff/hand_over_people.html", context)


def _named(request: ActorRequest, code: str) -> Hands:
    try:
        return hands_named(request.actor, code)
    except NotVisible as error:
        raise Http404 from error


def _crumbs(request: ActorRequest, here: str) -> list[dict[str, str]]:
    """自治体管理者 has no 受付箱."""
    first = (
        [{"label": "受付箱", "url": reverse("certification:queue")}] if request.actor.has(Role.DESK) else []
    )
    return [*first, {"label": here, "url": ""}]


def _head(hands: Hands, here: str) -> dict[str, Any]:
    return {
        "who": hands.user.name,
        "department": hands.department.name,
        "breadcrumb": [
            {"label": "引き継ぎ", "url": reverse("certification:hand_over")},
            {"label": f"{hands.user.name}さん", "url": ""},
        ],
        "here": here,
    }


def _row(row: InHand, *, today: dt.date, may_open: bool) -> dict[str, Any]:
    """自治体管理者 sees number, procedure, state and due date alone: settings do not open cases."""
    case = row.application
    return {
        "id": case.public_id,
        "number": case.receipt_number or "受付前",
        "name": (case.housing_name or "名称なし") if may_open else "",
        "url": reverse("certification:case", args=[case.public_id]) if may_open else "",
        "kind": case.get_procedure_display(),
        "code": case.state,
        "state": case.state_label,
        "due": format_wareki(case.due_on) if case.due_on else "—",
        "level": row.level.value,
        "level_label": row.level.label,
        "turn": case.get_turn_display(),
        "moved": f"{timezone.localdate(case.last_moved_at).month}月{timezone.localdate(case.last_moved_at).day}日 "
        f"{case.last_moved_label}",
        "note": row.note,
    }
