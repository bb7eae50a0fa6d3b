"""Answering a 照会 by link: for the fire station or the building authority, who have no account here.

The address alone shows the housing's name and place. The questions open with the code that was told separately; a signed
ticket, good for two hours and for this link only, carries that from the code to the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import seal
from accounts.selectors import NotVisible
from certification.forms.inquiries import CodeForm, PublicAnswerForm
from certification.rules.inquiries import LinkState, token_digest
from certification.selectors.answering import LinkPage, link_page
from certification.services.errors import InputMissing, NotFound
from certification.services.inquiries import answer_by_link, try_code

INVALID: Final = 422
GONE: Final = 410
TICKET_SECONDS: Final = 2 * 60 * 60
_SALT: Final = "certification.answer"

View = Callable[[HttpRequest, str], HttpResponse]


def _by_link(view: View) -> View:
    """Open without login; an unknown link is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except (NotVisible, NotFound):
            response = render(request, "certification/answering/closed.html", {"text": UNKNOWN}, status=404)
        return seal(response)

    return login_not_required(guarded)


UNKNOWN: Final = "このリンクは見つかりません。アドレスが途中で切れていないか、確かめてください。"


@_by_link
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code; with the right one, the questions."""
    page = link_page(token, now=timezone.now())
    if page.state != LinkState.OPEN:
        return _closed(request, page)
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, page, form, status=INVALID if form.is_bound else 200)
    tried = try_code(token=token, code=form.cleaned_data["code"], now=timezone.now())
    if tried.fits:
        ticket = signing.dumps(token_digest(token), salt=_SALT)
        questions = PublicAnswerForm(inquiry=page.inquiry, initial={"ticket": ticket})
        return _answer_page(request, page, token, questions)
    if tried.state != LinkState.OPEN:
        return _closed(request, page, state=tried.state)
    form.add_error(
        "code", f"番号が合いません。あと{tried.tries_left}回まちがえると、このリンクは使えなくなります。"
    )
    return _code_page(request, page, form, status=INVALID)


@_by_link
@require_POST
def answer_give(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the answer, once."""
    page = link_page(token, now=timezone.now())
    if page.state != LinkState.OPEN:
        return _closed(request, page)
    form = PublicAnswerForm(request.POST, inquiry=page.inquiry)
    if not _holds(request.POST.get("ticket", ""), token):
        code = CodeForm(data={})
        code.add_error(None, "時間がたったため、もう一度、確認の番号を入れてください。")
        return _code_page(request, page, code, status=INVALID)
    if not form.is_valid():
        return _answer_page(request, page, token, form, status=INVALID)
    try:
        state = answer_by_link(token=token, answer=form.answer(), now=timezone.now())
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _answer_page(request, page, token, form, status=INVALID)
    if state != LinkState.OPEN:
        return _closed(request, page, state=state)
    return render(request, "certification/answering/done.html", _context(page))


def _holds(ticket: str, token: str) -> bool:
    """Whether the code of this very link was given within the last two hours."""
    try:
        digest = signing.loads(ticket, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return False
    return bool(digest == token_digest(token))


def _context(page: LinkPage) -> dict[str, Any]:
    application = page.inquiry.application
    return {
        "city": page.city,
        "department": page.department,
        "housing": application.housing_name or "名称なし",
        "address": application.housing_address,
        "until": page.until,
    }


def _code_page(request: HttpRequest, page: LinkPage, form: CodeForm, *, status: int) -> HttpResponse:
    context = {**_context(page), "form": form}
    return render(request, "certification/answering/code.html", context, status=status)


def _answer_page(
    request: HttpRequest, page: LinkPage, token: str, form: PublicAnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **_context(page),
        "form": form,
        "inquiry": page.inquiry,
        "give_url": reverse("certification:answer_give", args=[token]),
    }
    return render(request, "certification/answering/answer.html", context, status=status)


def _closed(request: HttpRequest, page: LinkPage, *, state: LinkState | None = None) -> HttpResponse:
    found = state or page.state
    again = f"必要なときは、{page.city} {page.department}に、新しいリンクを頼んでください。"
    text = found.label if found == LinkState.USED else f"{found.label}{again}"
    return render(request, "certification/answering/closed.html", {"text": text}, status=GONE)
