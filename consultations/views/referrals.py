"""関係機関 and referring to them; the page an agency opens with link and code."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest, seal
from accounts.selectors import NotVisible
from consultations import actions
from consultations.forms.referrals import AgencyAnswerForm, AgencyForm, ReferralForm
from consultations.forms.shops import CodeForm
from consultations.rules.asking import plain_token, token_digest
from consultations.rules.consents import Scope
from consultations.rules.referring import OPEN, WAITING, ReferralState, state_on
from consultations.selectors.cases import CasePage, case_page
from consultations.selectors.referrals import (
    ReferralLink,
    agencies_of,
    agency_rows,
    agency_to_change,
    directory_of,
    one_referral,
    referral_link,
    referrals_of,
    shut_because,
)
from consultations.services import referrals as services
from consultations.services.errors import ConsultationError, InputMissing, NotFound, Refused
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, case_url, desk_page, head, id_of, put, seen_in
from councils.documents.qr import qr_path

GONE: Final = 410
UNKNOWN: Final = "このリンクは見つかりません。アドレスが途中で切れていないか、確かめてください。"
_BADGE: Final = {ReferralState.ACCEPTED: "done", ReferralState.DONE: "done"}


def _badge(state: str) -> dict[str, str]:
    return {"label": str(ReferralState(state).label), "kind": _BADGE.get(ReferralState(state), "plain")}


def _rows(packet: Any) -> list[dict[str, str]]:
    return [{"term": term, "text": text} for term, text in packet]


# --- The directory ---


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def agencies(request: ActorRequest) -> HttpResponse:
    """The agencies of a council; a 相談責任者 adds to them."""
    now = timezone.now()
    asked = id_of(request.GET.get("council", ""))
    found = directory_of(request.actor, council_id=asked, day=timezone.localdate(now))
    form = AgencyForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and (not found.may_change or form.is_valid()):
        try:
            _save(request, form, agency_id=None, council_id=found.council.public_id)
        except NotFound:
            raise
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "関係機関を加えました。")
            return redirect(_directory_url(found.council.public_id))
    context = {
        "rows": agencies_of(found.council),
        "council": found.council,
        "form": form,
        "may_change": found.may_change,
        "councils": [
            {"label": each.name, "url": _directory_url(each.public_id), "current": each == found.council}
            for each in found.councils
        ],
    }
    return render(request, "consultations/agencies.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def agency(request: ActorRequest, agency_id: uuid.UUID) -> HttpResponse:
    """Change an agency, or stop referring to it."""
    now = timezone.now()
    row = agency_to_change(request.actor, agency_id, day=timezone.localdate(now))
    known = {name: getattr(row, name) for name in ("kind", "name", "phone", "fax", "email", "is_active")}
    form = AgencyForm(request.POST if request.method == "POST" else None, initial=known)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form, agency_id=agency_id, council_id=row.council.public_id)
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "保存しました。")
            return redirect(_directory_url(row.council.public_id))
    context = {"row": row, "form": form, "back_url": _directory_url(row.council.public_id)}
    return render(request, "consultations/agency.html", context, status=status)


def _directory_url(council_id: uuid.UUID) -> str:
    return f"{reverse('consultations:agencies')}?{urlencode({'council': council_id})}"


def _save(
    request: ActorRequest, form: AgencyForm, *, agency_id: uuid.UUID | None, council_id: uuid.UUID
) -> None:
    given = form.cleaned_data if form.is_valid() else {}
    services.save_agency(
        agency_id=agency_id,
        council_id=council_id,
        values={name: given.get(name, "") for name in ("kind", "name", "phone", "fax", "email")},
        is_active=bool(given.get("is_active")),
        actor=request.actor,
        now=timezone.now(),
    )


# --- At the desk ---


@desk_page
@require_safe
def referrals(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """To whom the case was referred, and what became of it."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    rows = [
        {"referral": row, "badge": _badge(state), "is_open": state in OPEN}
        for row, state in referrals_of(page.case, now=now)
    ]
    return render(request, "consultations/referrals.html", {**_head(page, ""), "rows": rows})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def referral_new(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Choose the agency and what goes; see it as the agency will; send."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    rows = agency_rows(page.case, day=page.today)
    form = ReferralForm(
        request.POST if request.method == "POST" else None,
        agencies=[(str(row.agency.public_id), row.agency.name) for row in rows if row.consents],
        is_protected=page.is_protected,
    )
    context = {
        **_head(page, "関係機関に紹介する"),
        "form": form,
        "covered": [
            {
                "name": row.agency.name,
                "pieces": [str(each.label) for each in Scope if each in scope],
            }
            for row in rows
            for scope in row.scopes
        ],
        "uncovered": [row.agency.name for row in rows if not row.consents],
        "seen": request.POST.get("seen", page.case.revision),
    }
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return render(request, "consultations/referral_new.html", context)
    do, status = request.POST.get("do", ""), INVALID
    if do in ("preview", "send") and form.is_valid():
        try:
            if do == "send":
                sent = services.refer(
                    case_id=case_id,
                    **form.values(),
                    key=form.cleaned_data["key"],
                    seen=seen_in(request),
                    actor=request.actor,
                    now=now,
                )
                messages.success(request, "紹介しました。確認の番号を、機関に電話で伝えてください。")
                return redirect("consultations:referral", case_id=case_id, referral_id=sent.public_id)
            found = services.preview(page.case, **form.values(), now=now)
            shown = {**context, "agency": found.agency, "packet": _rows(found.packet)}
            return render(request, "consultations/referral_preview.html", shown)
        except NotFound:
            raise
        except ConsultationError as error:
            status = put(error, form)
    return render(request, "consultations/referral_new.html", context, status=200 if do == "edit" else status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: ActorRequest, case_id: uuid.UUID, referral_id: uuid.UUID) -> HttpResponse:
    """One referral: what the agency sees, what happened, what can be done next."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    one_referral(page.case, referral_id)
    do = request.POST.get("do", "")
    form = AgencyAnswerForm(request.POST if do == "answer" else None)
    status = 200
    if request.method == "POST":
        status = INVALID
        try:
            if do != "answer" or form.is_valid():
                messages.success(request, _act(request, do, case_id, referral_id, form))
                return redirect("consultations:referral", case_id=case_id, referral_id=referral_id)
        except NotFound:
            raise
        except ConsultationError as error:
            if do != "answer":
                form = AgencyAnswerForm(data={})
                form.full_clean()
                form.errors.clear()
            status = put(error, form)
        page = case_page(request.actor, case_id, now=now)
    else:
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    found = one_referral(page.case, referral_id)
    state = state_on(found.state, expires_at=found.expires_at, now=now)
    is_running = page.is_open and state in OPEN
    found.case = page.case
    shut = shut_because(found, now=now) if is_running else ""
    context = {
        **_head(page, f"{found.agency.name}への紹介"),
        "referral": found,
        "badge": _badge(state),
        "packet": _rows(found.packet),
        "events": found.events.select_related("user"),
        "form": form,
        "is_running": is_running,
        "may_answer": page.is_open and state in WAITING,
        "may_finish": page.is_open and state == ReferralState.ACCEPTED,
        "may_print": is_running and not shut,
        "shut": shut,
        "code": services.code_to_tell(found) if is_running and not shut else "",
    }
    return render(request, "consultations/referral.html", context, status=status)


def _act(
    request: ActorRequest, do: str, case_id: uuid.UUID, referral_id: uuid.UUID, form: AgencyAnswerForm
) -> str:
    """Do what a button of the page asks for; the sentence that says so."""
    which: dict[str, Any] = {
        "case_id": case_id,
        "referral_id": referral_id,
        "seen": seen_in(request),
        "actor": request.actor,
        "now": timezone.now(),
    }
    if do == "answer":
        given = form.cleaned_data
        services.answer_for_agency(
            is_accepted=given["answer"] == "yes", reason=given["reason"], reply=given["reply"], **which
        )
        return "機関の回答を記録しました。"
    if do == "finish":
        services.finish(**which)
        return "済みにしました。機関は、もう開けません。"
    if do == "revoke":
        services.revoke(**which)
        return "紹介を取りやめました。機関は、もう開けません。"
    raise NotFound("この操作はできません。")


@desk_page
@require_safe
def referral_sheet(request: ActorRequest, case_id: uuid.UUID, referral_id: uuid.UUID) -> HttpResponse:
    """紹介票 for the fax or the post: the address alone; what is told opens with the code."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    found = one_referral(page.case, referral_id)
    try:
        path = services.print_sheet(case_id=case_id, referral_id=referral_id, actor=request.actor, now=now)
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("consultations:referral", case_id=case_id, referral_id=referral_id)
    address = request.build_absolute_uri(path)
    context = {
        "referral": found,
        "desk": page.case.desk,
        "address": address,
        "qr": qr_path(address),
        "back_url": case_url(case_id, "referrals"),
    }
    return render(request, "consultations/referral_sheet.html", context)


def _head(page: CasePage, here: str) -> dict[str, Any]:
    """Two steps of the trail: the list, and the page below it."""
    found = head(page, "関係機関への紹介")
    if here:
        found["breadcrumb"][-1]["url"] = case_url(page.case.public_id, "referrals")
        found["breadcrumb"].append({"label": here, "url": ""})
        found["title"] = here
    return found


# --- For the agency ---


def _by_link(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """Open without login; an unknown link is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, plain_token(token))
        except (NotVisible, NotFound):
            response = render(request, "consultations/shop_closed.html", {"text": UNKNOWN}, status=404)
        return seal(response)

    return login_not_required(guarded)


@_by_link
@require_http_methods(["GET", "HEAD", "POST"])
def referral_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Without the code nothing of the case is shown; each act carries the code again."""
    now = timezone.now()
    link = referral_link(token_digest(token), now=now)
    if link.closed is not None:
        phone = f"ご用の際は、{link.desk}({link.phone})にお電話ください。" if link.phone else ""
        text = f"{link.closed.label}{phone}"
        return render(request, "consultations/shop_closed.html", {"text": text}, status=GONE)
    code = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not code.is_valid():
        status = INVALID if request.method == "POST" else 200
        return _code_page(request, link, code, status=status)
    typed, do = code.cleaned_data["code"], request.POST.get("do", "")
    form = AgencyAnswerForm({**request.POST.dict(), "answer": do} if do in ("yes", "no") else None)
    why = ""
    if do == "done":
        why = services.finish_by_link(token=token, code=typed, now=now)
    elif do in ("yes", "no") and form.is_valid():
        try:
            given = form.cleaned_data
            why = services.answer_by_link(
                token=token,
                code=typed,
                is_accepted=do == "yes",
                reason=given["reason"],
                reply=given["reply"],
                now=now,
            )
        except InputMissing as error:
            put(error, form)
    if why:
        code.add_error("code", why)
        return _code_page(request, link, code, status=INVALID)
    if do == "done" or (do == "no" and not form.errors):
        return render(request, "consultations/referral_thanks.html", {"link": link})
    return _packet_page(request, token, typed, code, form)


def _packet_page(
    request: HttpRequest, token: str, typed: str, code: CodeForm, form: AgencyAnswerForm
) -> HttpResponse:
    now = timezone.now()
    packet, why = services.read_packet(token=token, code=typed, now=now)
    link = referral_link(token_digest(token), now=now)
    if packet is None:
        code.add_error("code", why)
        return _code_page(request, link, code, status=INVALID)
    context = {
        "link": link,
        "packet": _rows(packet),
        "code": typed,
        "form": form,
        "may_answer": link.state in WAITING,
        "is_accepted": link.state == ReferralState.ACCEPTED,
    }
    return render(
        request, "consultations/referral_packet.html", context, status=INVALID if form.errors else 200
    )


def _code_page(request: HttpRequest, link: ReferralLink, code: CodeForm, *, status: int) -> HttpResponse:
    return render(request, "consultations/referral_code.html", {"link": link, "code": code}, status=status)
