"""The lists, intake, the page of one case, and its sheet on paper."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from consultations import actions
from consultations.forms.cases import IntakeForm, known_of, told_by
from consultations.rules.ages import age_on, band_on
from consultations.rules.words import AgeBand, FailureReason, Obstacle
from consultations.selectors.bookings import booking_to_receive
from consultations.selectors.cases import (
    CasePage,
    Tab,
    case_list,
    case_page,
    categories_on,
    own_desks,
    possible_duplicates,
)
from consultations.selectors.conferences import spoken_of
from consultations.selectors.transfers import incoming
from consultations.services.errors import ConsultationError
from consultations.services.intake import change, receive
from consultations.services.reading import record_reading, record_search
from consultations.views.frame import INVALID, case_url, desk_page, head, id_of, put, seen_in


@desk_page
@require_safe
def cases(request: ActorRequest) -> HttpResponse:
    """The cases of a tab; words narrow it. A search is an event of the trail, its words are not."""
    now = timezone.now()
    asked = request.GET.get("tab", "")
    tab = Tab(asked) if asked in list(Tab) else Tab.MINE
    words = request.GET.get("q", "").strip()[:100]
    found = case_list(tab, request.actor, words=words, cursor=request.GET.get("after", ""), now=now)
    if words:
        record_search(found.posts, actor=request.actor, now=now, count=len(found.cases))
    here = {"tab": tab.value, **({"q": words} if words else {})}
    context = {
        "tabs": [
            {"label": each.label, "url": f"?{urlencode({**here, 'tab': each.value})}", "current": each == tab}
            for each in Tab
        ],
        "tab": tab,
        "words": words,
        "rows": found.cases,
        "today": timezone.localdate(now),
        "first_url": f"?{urlencode(here)}" if request.GET.get("after") else None,
        "next_url": f"?{urlencode({**here, 'after': found.next_cursor})}" if found.next_cursor else None,
        "waiting": incoming(request.actor, now=now, posts=found.posts).count(),
        "is_supervisor": bool(found.posts.supervised),
    }
    return render(request, "consultations/cases.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: ActorRequest) -> HttpResponse:
    """Take a consultation in."""
    now = timezone.now()
    today = timezone.localdate(now)
    booking_id = _booking_id(request)
    known = {}
    if booking_id and request.method != "POST":
        known = told_by(booking_to_receive(request.actor, booking_id, day=today))
    form = IntakeForm(
        request.POST if request.method == "POST" else None,
        initial=known,
        desks=[(str(desk.public_id), desk.name) for desk in own_desks(request.actor, day=today)],
        categories=[(row.code, row.label) for row in categories_on(today)],
    )
    context = {"form": form, "booking_id": booking_id}
    if request.method != "POST":
        return render(request, "consultations/intake.html", context)
    status = INVALID
    if form.is_valid():
        given = form.cleaned_data
        try:
            case = receive(
                desk_id=uuid.UUID(given["desk"]),
                received_on=given["received_on"],
                content=form.content(),
                categories=given["categories"],
                primary=given["primary"],
                is_protected=given["is_protected"],
                key=given["key"],
                actor=request.actor,
                now=now,
                booking_id=booking_id,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, f"受け付けました。相談番号は {case.number} です。")
            return redirect("consultations:case", case_id=case.public_id)
    return render(request, "consultations/intake.html", context, status=status)


def _booking_id(request: ActorRequest) -> uuid.UUID | None:
    """Of the booking that the intake comes from. Raises `NotVisible` for what is no id."""
    text = request.POST.get("booking", "") if request.method == "POST" else request.GET.get("booking", "")
    found = id_of(text)
    if text and found is None:
        raise NotVisible
    return found


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Add to or mend what is known."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    kept = {row.category.code: row.label for row in page.case.categories.select_related("category")}
    offered = {row.code: row.label for row in categories_on(timezone.localdate(page.case.received_at))}
    form = IntakeForm(
        request.POST if request.method == "POST" else None,
        initial=known_of(page.case),
        desks=[],
        categories=list({**offered, **kept}.items()),
        case=page.case,
    )
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            change(
                case_id=case_id,
                content=form.content(),
                categories=form.cleaned_data["categories"],
                primary=form.cleaned_data["primary"],
                seen=seen_in(request),
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "保存しました。")
            return redirect("consultations:case", case_id=case_id)
    context = {**head(page, "内容を直す"), "form": form, "seen": request.POST.get("seen", page.case.revision)}
    return render(request, "consultations/case_edit.html", context, status=status)


@desk_page
@require_safe
def case(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The page of one case. Opening it is an event of the trail."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    duplicates = possible_duplicates(request.actor, page.case, now=now)
    context = {
        **head(page),
        "person": _person(page),
        "living": _living(page),
        "open_tasks": [row for row in page.tasks if row.done_at is None],
        "done_tasks": [row for row in page.tasks if row.done_at is not None],
        "duplicates": [
            {"number": row.number, "why": why, "url": case_url(row.public_id)} for row, why in duplicates
        ],
        "ending": _ending(page),
        "spoken": spoken_of(page.case),
    }
    return render(request, "consultations/case.html", context)


@desk_page
@require_safe
def case_sheet(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """The sheet on paper: without address and telephone, which stay on the screen. Printing is an event."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.PRINTED, actor=request.actor, now=now)
    context = {**head(page, "相談票"), "living": _living(page), "printed_at": now}
    return render(request, "consultations/sheet.html", context)


@desk_page
@require_safe
def intake_paper(request: ActorRequest) -> HttpResponse:
    """An empty sheet to fill in by hand."""
    own_desks(request.actor, day=timezone.localdate())
    blank = IntakeForm(
        desks=[],
        categories=[(row.code, row.plain) for row in categories_on(timezone.localdate())],
    )
    return render(request, "consultations/paper.html", {"form": blank})


def _person(page: CasePage) -> list[dict[str, str]]:
    case = page.case
    rows = [
        ("呼び名", f"{case.call_name}(仮の名前)" if case.is_pseudonym and case.call_name else case.call_name),
        ("氏名", f"{case.name}({case.kana})" if case.kana else case.name),
        ("年代", _age(page)),
        ("電話", case.phone),
        ("電話のしかた", case.get_phone_rule_display()),
        ("連絡するときの注意", case.contact_note),
        ("メール", case.email),
        ("住所", case.address),
        ("ことば・通訳", case.language),
        ("代わりに相談した人", _proxy(page)),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]


def _age(page: CasePage) -> str:
    case = page.case
    band = band_on(case.birth_date, case.age_band, day=page.today)
    label = str(AgeBand(band).label) if band else ""
    return f"{label}({age_on(case.birth_date, page.today)}歳)" if case.birth_date else label


def _proxy(page: CasePage) -> str:
    case = page.case
    return "・".join(text for text in (case.proxy_name, case.proxy_relation, case.proxy_phone) if text)


def _living(page: CasePage) -> list[dict[str, str]]:
    case = page.case
    size = f"{case.household_size}人" if case.household_size else ""
    rows = [
        ("相談の内容", case.summary),
        ("区分", "、".join(f"{row.label}{'(主)' if row.is_primary else ''}" for row in page.categories)),
        ("世帯", " ".join(text for text in (case.get_household_display(), size) if text)),
        ("いまの住まい", case.get_housing_display()),
        ("転居理由", case.get_moving_reason_display()),
        ("見つかりにくい事情", _labels(Obstacle, case.obstacles)),
        ("家賃の上限", f"{case.rent_limit_yen:,}円(共益費込み)" if case.rent_limit_yen else ""),
        ("希望する地域", case.wished_area),
        ("そのほかの希望", case.wishes),
        ("相談経路", case.get_route_display()),
    ]
    return [{"term": term, "text": text} for term, text in rows]


def _ending(page: CasePage) -> list[dict[str, str]]:
    case = page.case
    if page.is_open:
        return []
    rent = f"{case.contracted_rent_yen:,}円" if case.contracted_rent_yen is not None else ""
    rows = [
        ("結果", case.get_outcome_display()),
        ("決まった家賃", rent),
        ("決まった地域", case.contracted_area),
        ("不成約の理由", _labels(FailureReason, case.failure_reasons)),
        ("まとめ", case.closing_note),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]


def _labels(kind: Any, codes: list[str]) -> str:
    return "、".join(str(kind(code).label) for code in codes if code in kind.values)
