"""物件の問合せ: a case's inquiries, asking shops with a card, and the page by which a shop answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest, seal
from accounts.selectors import NotVisible
from consultations import actions
from consultations.forms.shops import CardForm, CodeForm, ShopAnswerForm, ShopYesForm, StageForm
from consultations.rules.asking import (
    HOPEFUL,
    OPEN,
    STAGES,
    WAITING,
    Closed,
    InquiryEvent,
    InquiryState,
    NoReason,
    limits_of,
    next_stages,
    plain_token,
    state_on,
)
from consultations.rules.cards import ConditionsCard, lines
from consultations.selectors.cases import CasePage, case_page
from consultations.selectors.inquiries import (
    ShopLink,
    inquiries_of,
    one_inquiry,
    scope_for,
    shop_link,
    shop_rows,
    shown_card,
)
from consultations.services import shop_inquiries as services
from consultations.services.errors import ConsultationError, InputMissing, NotFound, Refused
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, STALE, case_url, desk_page, head, put, seen_in
from councils.documents.qr import qr_path
from japan.wareki import format_wareki

GONE: Final = 410
MOST_AT_FIRST: Final = 20
UNKNOWN: Final = "このリンクは見つかりません。アドレスが途中で切れていないか、確かめてください。"
_BADGE: Final = {
    InquiryState.YES: "done",
    InquiryState.DISCLOSED: "attention",
    InquiryState.CONTRACTED: "done",
}


def card_rows(card: ConditionsCard) -> list[dict[str, str]]:
    """A card as the components take it."""
    return [{"term": term, "text": text} for term, text in lines(card)]


def state_of(state: str) -> dict[str, str]:
    """A state as a badge."""
    return {"label": str(InquiryState(state).label), "kind": _BADGE.get(InquiryState(state), "plain")}


# --- At the desk ---


@desk_page
@require_safe
def shop_inquiries(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Which shops were asked, and what became of it."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    rows = [
        {
            "inquiry": row,
            "badge": state_of(state),
            "is_open": state in OPEN,
            "answer": _answer_of(row),
            "stage": _last_stage(row),
        }
        for row, state in inquiries_of(page.case, now=now)
    ]
    return render(request, "consultations/shops.html", {**_head(page, ""), "rows": rows})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def shop_inquiry_new(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Choose shops and write the card; see it as the shop will; send."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    do = request.POST.get("do", "")
    form = CardForm(request.POST if request.method == "POST" else None, case=page.case, today=page.today)
    rows = shop_rows(
        page.case,
        conditions=form["conditions"].value() or [],
        language=form["language"].value() or "",
        day=page.today,
        now=now,
    )
    form.offer([(str(row.shop.public_id), row.shop.name) for row in rows])
    choices = [{"row": row, "value": str(row.shop.public_id)} for row in rows]
    context = {
        **_head(page, "店に問い合わせる"),
        "form": form,
        "rows": {"first": choices[:MOST_AT_FIRST], "rest": choices[MOST_AT_FIRST:]},
        "limits": limits_of([row.fit for row in rows]),
        "chosen": form["shops"].value() or [],
        "seen": request.POST.get("seen", page.case.revision),
        "has_consent": any(row.may_ask or row.is_asked for row in rows),
    }
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return render(request, "consultations/shop_new.html", context)
    status = INVALID
    if do in ("preview", "send") and form.is_valid():
        try:
            if do == "send":
                services.send(
                    case_id=case_id,
                    shop_ids=form.shop_ids(),
                    wish=form.wish(),
                    is_rare_accepted=form.cleaned_data["rare"],
                    key=form.cleaned_data["key"],
                    seen=seen_in(request),
                    actor=request.actor,
                    now=now,
                )
                messages.success(
                    request, "問い合わせました。メールのない店には、問合せ票を刷って送ってください。"
                )
                return redirect("consultations:shop_inquiries", case_id=case_id)
            return _preview(request, page, form, context)
        except NotFound:
            raise
        except ConsultationError as error:
            if isinstance(error, InputMissing) and "rare" in error.problems:
                return _preview(request, page, form, context, status=put(error, form))
            status = put(error, form)
    return render(request, "consultations/shop_new.html", context, status=200 if do == "edit" else status)


def _preview(
    request: ActorRequest, page: CasePage, form: CardForm, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """「店にはこう見えます」. Raises what `services.preview` raises."""
    found = services.preview(page.case, shop_ids=form.shop_ids(), wish=form.wish(), now=timezone.now())
    cards = [
        {"rows": card_rows(card), "shops": shops, "without_mail": [each for each in shops if not each.email]}
        for card, shops in found.cards
    ]
    more = {"cards": cards, "is_rare": found.is_rare, "rare_text": services.RARE}
    return render(request, "consultations/shop_preview.html", {**context, **more}, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def shop_inquiry(request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> HttpResponse:
    """One inquiry: what the shop sees, what happened, what can be done next."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    inquiry = one_inquiry(page.case, inquiry_id)
    do = request.POST.get("do", "")
    form = ShopAnswerForm(request.POST if do == "answer" else None)
    told = [row.kind for row in inquiry.events.all()]
    stage = StageForm(request.POST if do == "stage" else None, offered=next_stages(told), today=page.today)
    typed = {"answer": form, "stage": stage}.get(do)
    status = 200
    if request.method == "POST":
        status = INVALID
        try:
            if typed is None or typed.is_valid():
                messages.success(request, _act(request, do, case_id, inquiry_id, typed))
                return redirect("consultations:shop_inquiry", case_id=case_id, inquiry_id=inquiry_id)
        except NotFound:
            raise
        except ConsultationError as error:
            if typed is not None:
                status = put(error, typed)
            else:
                form = ShopAnswerForm(data={})
                form.full_clean()
                form.errors.clear()
                form.add_error(None, str(error))
                status = INVALID if isinstance(error, InputMissing) else STALE
        page = case_page(request.actor, case_id, now=now)
        inquiry = one_inquiry(page.case, inquiry_id)
    else:
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
    state = state_on(inquiry.state, expires_at=inquiry.expires_at, now=now)
    scope = scope_for(page.case, inquiry.shop_id, day=page.today)
    context = {
        **_head(page, f"{inquiry.shop.name}への問合せ"),
        "inquiry": inquiry,
        "badge": state_of(state),
        "card": card_rows(shown_card(inquiry, scope=scope)),
        "answer": _answer_of(inquiry),
        "events": inquiry.events.select_related("user"),
        "form": form if typed is None else typed,
        "answer_form": form,
        "stage_form": stage,
        "is_running": page.is_open and state in OPEN,
        "code": services.code_to_tell(inquiry) if state == InquiryState.DISCLOSED else "",
        "may_answer": page.is_open and state in WAITING,
        "may_disclose": page.is_open and state == InquiryState.YES,
        "may_tell_stage": page.is_open and state in HOPEFUL and bool(next_stages(told)),
        "may_contract": page.is_open and state in HOPEFUL,
    }
    return render(request, "consultations/shop_inquiry.html", context, status=status)


def _act(
    request: ActorRequest,
    do: str,
    case_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    typed: forms.Form | None,
) -> str:
    """Do what a button of the page asks for; the sentence that says so."""
    now = timezone.now()
    given = typed.cleaned_data if typed is not None else {}
    which: dict[str, Any] = {
        "case_id": case_id,
        "inquiry_id": inquiry_id,
        "seen": seen_in(request),
        "actor": request.actor,
        "now": now,
    }
    if do == "answer":
        services.answer_for_shop(
            has_home=given["has_home"] == "yes",
            offer=given["offer"],
            rent_yen=given["rent_yen"],
            reason=given["reason"],
            **which,
        )
        return "店の回答を記録しました。"
    if do == "disclose":
        services.disclose(is_sure=request.POST.get("is_sure") == "1", **which)
        return "この店に、名前と電話番号を伝えられるようにしました。店は、確認の番号を入れると見られます。"
    if do == "stage":
        services.tell_stage(stage=given["stage"], happened_on=given["happened_on"], **which)
        return "記録しました。"
    if do == "contract":
        services.contract(**which)
        return "成約にしました。ほかの店への問合せは終え、知らせました。"
    if do == "end":
        services.end(**which)
        return "この問合せを終えました。"
    raise NotFound("この操作はできません。")


@desk_page
@require_safe
def shop_sheet(request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> HttpResponse:
    """問合せ票: for the fax or the post. It holds the address, and nothing of the person but the card."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    inquiry = one_inquiry(page.case, inquiry_id)
    try:
        sheet = services.print_sheet(case_id=case_id, inquiry_id=inquiry_id, actor=request.actor, now=now)
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("consultations:shop_inquiry", case_id=case_id, inquiry_id=inquiry_id)
    address = request.build_absolute_uri(sheet.path)
    scope = scope_for(page.case, inquiry.shop_id, day=page.today)
    context = {
        "inquiry": inquiry,
        "desk": page.case.desk,
        "card": card_rows(shown_card(inquiry, scope=scope)),
        "reasons": [str(each.label) for each in NoReason],
        "address": address,
        "qr": qr_path(address),
        "back_url": case_url(case_id, "shop_inquiries"),
    }
    return render(request, "consultations/shop_sheet.html", context)


def _head(page: CasePage, here: str) -> dict[str, Any]:
    """Two steps of the trail: the list, and the page below it."""
    found = head(page, "店への問合せ")
    if here:
        found["breadcrumb"][-1]["url"] = case_url(page.case.public_id, "shop_inquiries")
        found["breadcrumb"].append({"label": here, "url": ""})
        found["title"] = here
    return found


def _last_stage(inquiry: Any) -> str:
    """Of the events as they were read with the inquiry: no query of its own."""
    told = [row for row in inquiry.events.all() if row.kind in STAGES]
    return f"{InquiryEvent(told[-1].kind).label}({format_wareki(told[-1].happened_on)})" if told else ""


def _answer_of(inquiry: Any) -> str:
    rent = f"家賃 {inquiry.rent_offered_yen:,}円" if inquiry.rent_offered_yen is not None else ""
    return "・".join(text for text in (inquiry.get_no_reason_display(), rent, inquiry.offer) if text)


# --- For the shop ---


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
def shop_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The card, and three ways on: a home in mind, none, or (once it may) name and telephone with the code."""
    now = timezone.now()
    link = shop_link(token, now=now)
    if link.closed is not None:
        return _closed(request, link, link.closed)
    if request.method == "GET" and link.state == InquiryState.SENT:
        services.mark_seen(token=token, now=now)
    if request.method != "POST":
        return _link_page(request, link)
    if request.POST.get("do") == "contact":
        return _contact(request, token, link)
    has_home = request.POST.get("do") == "yes"
    form = ShopYesForm(request.POST if has_home else {})
    if not form.is_valid():
        return _link_page(request, link, form=form, status=INVALID)
    try:
        closed = services.answer_by_link(
            token=token,
            has_home=has_home,
            offer=form.cleaned_data["offer"],
            rent_yen=form.cleaned_data["rent_yen"],
            reason=request.POST.get("reason", ""),
            now=now,
        )
    except InputMissing as error:
        return _link_page(request, link, form=form, status=put(error, form))
    if closed is not None:
        return _closed(request, link, closed)
    return render(request, "consultations/shop_done.html", {"link": link, "has_home": has_home})


def _contact(request: HttpRequest, token: str, link: ShopLink) -> HttpResponse:
    """Name and telephone in the answer to the code alone: no address opens them."""
    code = CodeForm(request.POST)
    if not code.is_valid():
        return _link_page(request, link, code=code, status=INVALID)
    contact, why = services.read_contact(token=token, code=code.cleaned_data["code"], now=timezone.now())
    if contact is None:
        code.add_error("code", why)
        return _link_page(request, link, code=code, status=INVALID)
    return render(request, "consultations/shop_contact.html", {"link": link, "contact": contact})


def _link_page(
    request: HttpRequest,
    link: ShopLink,
    *,
    form: ShopYesForm | None = None,
    code: CodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "link": link,
        "card": card_rows(link.card),
        "form": form or ShopYesForm(),
        "code": code or CodeForm(),
        "reasons": [(each.value, str(each.label)) for each in NoReason],
        "may_answer": link.state in WAITING,
    }
    return render(request, "consultations/shop_answer.html", context, status=status)


def _closed(request: HttpRequest, link: ShopLink, why: Closed) -> HttpResponse:
    phone = f"ご用の際は、{link.desk}({link.phone})にお電話ください。" if link.phone else ""
    text = f"{why.label}{phone}"
    return render(request, "consultations/shop_closed.html", {"text": text}, status=GONE)
