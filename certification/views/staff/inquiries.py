"""照会 of a case: the list, one of them, writing, and the acts on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActorRequest
from certification.forms.inquiries import (
    AnswerForm,
    InquiryForm,
    KindForm,
    LinkForm,
    RemedyForm,
    SeenInquiryForm,
    SendForm,
    SubjectForm,
    SubjectForms,
    WithdrawForm,
    subject_rows,
    subjects_of,
    values_of,
)
from certification.rules.inquiries import InquiryKind, Meaning, OrderAnswer
from certification.selectors.inquiries import (
    InquiryPage,
    InquiryRow,
    asked_orders,
    inquiries_page,
    inquiry_page,
)
from certification.services import inquiries
from certification.services.errors import ActRefused, InputMissing, Stale
from certification.views.staff.frame import INVALID, STALE, breadcrumb, case_url, office_page
from japan.wareki import format_wareki

STATUS_TONES: Final = {"draft": "plain", "open": "attention", "answered": "done", "withdrawn": "plain"}
MEANING_TONES: Final = {
    Meaning.BARRED: "danger",
    Meaning.UNSETTLED: "attention",
    Meaning.WAITING: "attention",
    Meaning.NOTED: "info",
    Meaning.CLEAR: "done",
    Meaning.NO_EFFECT: "info",
}
NEW_WORDS: Final = {
    InquiryKind.FIRE: "消防法に基づく命令を受けていないかを聞きます。",
    InquiryKind.BUILDING: "建築基準法に基づく命令を受けていないかを聞きます。",
    InquiryKind.OTHER: "庁内の課や、ほかの機関に聞きます。",
    InquiryKind.POLICE: "申請者に暴力団員の疑いがあるときだけです。名前を挙げた人と決裁者しか読めません。",
}


def _head(application: Any) -> dict[str, Any]:
    number = application.receipt_number or "受付前"
    return {
        "case": application,
        "case_id": application.public_id,
        "number": number,
        "kicker": f"{number}・{application.get_procedure_display()}",
        "housing": application.housing_name or "名称なし",
        "state_label": application.state_label,
        "case_url": case_url(application),
        "list_url": reverse("certification:case_inquiries", args=[application.public_id]),
    }


def _breadcrumb(application: Any, here: str) -> list[dict[str, str]]:
    """受付箱 › the case › 照会 › this page."""
    trail = breadcrumb(application, here)
    url = reverse("certification:case_inquiries", args=[application.public_id])
    return [*trail[:-1], {"label": "照会", "url": url}, trail[-1]]


# --- The list ---------------------------------------------------------------------------------------------------------


@office_page
@require_safe
def case_inquiries(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """All inquiries of a case; of those this person may not read, that they are there."""
    page = inquiries_page(request.actor, case_id, today=timezone.localdate())
    context = {
        **_head(page.application),
        "breadcrumb": breadcrumb(page.application, "照会"),
        "rows": [_row(page.application, row) for row in page.rows],
        "askable": [
            {"code": kind.value, "label": f"{kind.label}に照会する", "text": words}
            for kind, words in NEW_WORDS.items()
            if kind in page.askable
        ],
        "new_url": reverse("certification:case_inquiry_new", args=[case_id]),
    }
    return render(request, "certification/staff/inquiries.html", context)


def _row(application: Any, row: InquiryRow) -> dict[str, Any]:
    found = row.inquiry
    shown = {"label": row.label, "status": row.status_label, "tone": STATUS_TONES[row.status]}
    if found is None:
        return {**shown, "url": ""}
    return {
        **shown,
        "url": reverse("certification:case_inquiry", args=[application.public_id, found.public_id]),
        "addressee": found.addressee,
        "restricted": found.restricted,
        "sent": format_wareki(found.sent_on) if found.sent_on else "",
        "due": format_wareki(found.due_on) if found.due_on and row.status == "open" else "",
        "is_overdue": row.is_overdue,
        "answered": format_wareki(found.answered_on) if found.answered_on else "",
        "finding": found.finding_label,
        "meaning": found.meaning.label,
        "meaning_tone": MEANING_TONES[found.meaning],
        "has_meaning": found.meaning != Meaning.NO_EFFECT,
    }


@office_page
@require_POST
def case_inquiry_new(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Begin a draft of a kind, then write it. The kind travels in the body: an address would tell of the police."""
    form = KindForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "照会先の種類を選んでください。")
        return redirect("certification:case_inquiries", case_id=case_id)
    kind = InquiryKind(form.cleaned_data["kind"])
    try:
        begun = inquiries.begin(application_id=case_id, kind=kind, actor=request.actor, now=timezone.now())
    except ActRefused as error:
        messages.warning(request, str(error))
        return redirect("certification:case_inquiries", case_id=case_id)
    return redirect("certification:case_inquiry_edit", case_id=case_id, inquiry_id=begun.public_id)


# --- One inquiry ------------------------------------------------------------------------------------------------------


@office_page
@require_safe
def case_inquiry(request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> HttpResponse:
    """Everything about one inquiry, for who may read it. Opening it is recorded."""
    page = inquiry_page(request.actor, case_id, inquiry_id)
    inquiries.record_view(page.inquiry, actor=request.actor, now=timezone.now())
    return render(request, "certification/staff/inquiry.html", _inquiry_context(page))


def _inquiry_context(page: InquiryPage) -> dict[str, Any]:
    found = page.inquiry
    edit = reverse("certification:case_inquiry_edit", args=[page.application.public_id, found.public_id])
    return {
        **_head(page.application),
        "breadcrumb": _breadcrumb(page.application, f"{found.get_kind_display()}への照会"),
        "page": page,
        "inquiry": found,
        "title": f"{found.get_kind_display()}への照会",
        "tone": STATUS_TONES[found.status],
        "meaning_tone": MEANING_TONES[found.meaning],
        "orders": [
            {"article": rule.article, "what": rule.what, "answer": _answer_words(found, code)}
            for code, rule in asked_orders(found)
        ],
        "acts": [_act_link(page, act) for act in page.acts],
        "edit_url": edit if page.is_writer and found.status == "draft" else "",
    }


def _answer_words(inquiry: Any, code: str) -> str:
    answer = inquiry.answers.get(code)
    return str(OrderAnswer(answer).label) if answer else ""


def _act_link(page: InquiryPage, act: str) -> dict[str, str]:
    args = [page.application.public_id, page.inquiry.public_id, act]
    return {"label": ACTS[act].label, "url": reverse("certification:case_inquiry_act", args=args)}


# --- Writing ----------------------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_inquiry_edit(request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> HttpResponse:
    """Write a draft."""
    page = _writable(request, case_id, inquiry_id)
    if request.method != "POST":
        return _edit_page(request, page, _edit_form(page), _subject_forms(page))
    form = _edit_form(page, request.POST)
    subjects = _subject_forms(page, request.POST)
    if not form.is_valid() or (subjects is not None and not subjects.is_valid()):
        return _edit_page(request, page, form, subjects, status=INVALID)
    try:
        inquiries.edit(
            application_id=case_id,
            inquiry_id=inquiry_id,
            text=form.text(subjects_of(subjects)),
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except (Stale, ActRefused) as error:
        form.add_error(None, str(error))
        form.renew(page.inquiry)
        return _edit_page(request, page, form, subjects, status=STALE)
    messages.success(request, "照会の下書きを保存しました。まだ送っていません。")
    return redirect("certification:case_inquiry", case_id=case_id, inquiry_id=inquiry_id)


def _writable(request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> InquiryPage:
    page = inquiry_page(request.actor, case_id, inquiry_id)
    if not page.is_writer:
        raise Http404
    return page


def _edit_form(page: InquiryPage, data: Any = None) -> InquiryForm:
    page.inquiry.application = page.application
    return InquiryForm(
        data, inquiry=page.inquiry, today=timezone.localdate(), initial=values_of(page.inquiry)
    )


def _subject_forms(page: InquiryPage, data: Any = None) -> BaseFormSet[SubjectForm] | None:
    if page.inquiry.kind != InquiryKind.POLICE:
        return None
    return SubjectForms(data, prefix="subjects", initial=subject_rows(page.inquiry))


def _edit_page(
    request: ActorRequest,
    page: InquiryPage,
    form: InquiryForm,
    subjects: BaseFormSet[SubjectForm] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    inquiries.record_view(page.inquiry, actor=request.actor, now=timezone.now())
    label = f"{page.inquiry.get_kind_display()}への照会を書く"
    context = {
        **_head(page.application),
        "breadcrumb": _breadcrumb(page.application, label),
        "title": label,
        "form": form,
        "subjects": subjects,
        "is_draft": page.inquiry.status == "draft",
        "inquiry_url": reverse(
            "certification:case_inquiry", args=[page.application.public_id, page.inquiry.public_id]
        ),
    }
    return render(request, "certification/staff/inquiry_edit.html", context, status=status)


# --- Acts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Act:
    """A page that does one thing: its words, its form, and the service behind it."""

    label: str
    what: tuple[str, ...]
    done: str
    form: Callable[..., SeenInquiryForm]
    carry_out: Callable[..., Any]
    is_danger: bool = False


def _send(form: Any, **who: Any) -> None:
    inquiries.send(sent_on=form.cleaned_data["sent_on"], how=form.cleaned_data["how"], **who)


def _answer(form: Any, **who: Any) -> None:
    inquiries.record_answer(answer=form.answer(), answered_on=form.cleaned_data["answered_on"], **who)


def _remedy(form: Any, **who: Any) -> None:
    names = ("remedy", "remedy_on", "remedy_note", "remedied_on")
    inquiries.judge_remedy(**{name: form.cleaned_data[name] for name in names}, **who)


def _withdraw(form: Any, **who: Any) -> None:
    inquiries.withdraw(reason=form.cleaned_data["reason"], **who)


def _link(form: Any, **who: Any) -> inquiries.NewLink:
    return inquiries.make_link(days=form.cleaned_data["days"], **who)


def _plain(kind: type[SeenInquiryForm]) -> Callable[..., SeenInquiryForm]:
    """A form that does not look at the inquiry."""

    def make(*args: Any, inquiry: Any, **kwargs: Any) -> SeenInquiryForm:
        return kind(*args, **kwargs)

    return make


ACTS: Final[dict[str, Act]] = {
    "send": Act(
        label="照会を送る",
        what=(
            "文書番号を付けて、照会書を作ります。照会書は、そのまま残ります。",
            "送った後は、書き直せません。",
            "回答がそろうまで、認定では起案できません。不認定の起案は妨げません。",
        ),
        done="照会書を作りました。印刷して送ってください。",
        form=_plain(SendForm),
        carry_out=_send,
    ),
    "answer": Act(
        label="回答を記録する",
        what=("記録した回答は、書き直せません。", "回答の写しは、照会の書類として別に保管してください。"),
        done="回答を記録しました。",
        form=AnswerForm,
        carry_out=_answer,
    ),
    "link": Act(
        label="回答のリンクを作る",
        what=(
            "照会先の人が、ログインせずに回答できるページを作ります。",
            "リンクと、6けたの確認の番号が出ます。番号は、リンクとは別の方法(電話など)で伝えてください。",
            "前に作ったリンクは使えなくなります。",
        ),
        done="",
        form=_plain(LinkForm),
        carry_out=_link,
    ),
    "remedy": Act(
        label="是正の見込みを判断する",
        what=(
            "見込みがないと判断すると、不認定の起案だけができます。",
            "見込みがあるときは、時期か内容を残すと、認定で起案できます。",
        ),
        done="是正の見込みの判断を残しました。",
        form=_plain(RemedyForm),
        carry_out=_remedy,
    ),
    "withdraw": Act(
        label="照会を取り下げる",
        what=("取り下げた照会は、認定の妨げになりません。", "取り下げた理由は残ります。"),
        done="照会を取り下げました。",
        form=_plain(WithdrawForm),
        carry_out=_withdraw,
        is_danger=True,
    ),
}


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_inquiry_act(
    request: ActorRequest, case_id: uuid.UUID, inquiry_id: uuid.UUID, act: str
) -> HttpResponse:
    """One act on one inquiry."""
    if act not in ACTS:
        raise Http404
    page, chosen = _writable(request, case_id, inquiry_id), ACTS[act]
    if request.method != "POST":
        form = chosen.form(inquiry=page.inquiry, initial=_initial(page))
        return _act_page(request, page, act, form)
    form = chosen.form(request.POST, inquiry=page.inquiry)
    if not form.is_valid():
        return _act_page(request, page, act, form, status=INVALID)
    try:
        result = chosen.carry_out(
            form,
            application_id=case_id,
            inquiry_id=inquiry_id,
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _act_page(request, page, act, form, status=INVALID)
    except (Stale, ActRefused) as error:
        form.add_error(None, str(error))
        form.renew(page.inquiry)
        return _act_page(request, page, act, form, status=STALE)
    if isinstance(result, inquiries.NewLink):
        return _link_page(request, page, result)
    messages.success(request, chosen.done)
    return redirect("certification:case_inquiry", case_id=case_id, inquiry_id=inquiry_id)


def _initial(page: InquiryPage) -> dict[str, Any]:
    found, today = page.inquiry, timezone.localdate()
    return {
        "seen": found.revision,
        "sent_on": today,
        "answered_on": today,
        "remedy": found.remedy,
        "remedy_on": found.remedy_on,
        "remedy_note": found.remedy_note,
        "remedied_on": found.remedied_on,
    }


def _act_page(
    request: ActorRequest, page: InquiryPage, act: str, form: SeenInquiryForm, *, status: int = 200
) -> HttpResponse:
    chosen = ACTS[act]
    context = {
        **_inquiry_context(page),
        "breadcrumb": _breadcrumb(page.application, chosen.label),
        "label": chosen.label,
        "what": chosen.what,
        "is_danger": chosen.is_danger,
        "form": form,
        "blocked": "" if act in page.acts else "この照会では、いまはできません。",
        "inquiry_url": reverse(
            "certification:case_inquiry", args=[page.application.public_id, page.inquiry.public_id]
        ),
    }
    return render(request, "certification/staff/inquiry_act.html", context, status=status)


def _link_page(request: ActorRequest, page: InquiryPage, link: inquiries.NewLink) -> HttpResponse:
    """Shown once, and kept by nobody."""
    context = {
        **_inquiry_context(page),
        "breadcrumb": _breadcrumb(page.application, "回答のリンク"),
        "address": request.build_absolute_uri(reverse("certification:answer", args=[link.token])),
        "code": f"{link.code[:3]} {link.code[3:]}",
        "until": link.expires_at,
        "inquiry_url": reverse(
            "certification:case_inquiry", args=[page.application.public_id, page.inquiry.public_id]
        ),
    }
    response = render(request, "certification/staff/inquiry_link.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
