"""届出・報告 of an operator: beginning one, writing and filing it, taking it back, writing a returned change anew."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.applicant.requests import KeyForm
from certification.forms.notifications import SeenForm, notification_content, notification_form
from certification.rules.notifications import (
    BEGUN_BY_OPERATOR,
    OPERATOR,
    RULES,
    NotificationAct,
    NotificationKind,
    may_act,
)
from certification.rules.workflow import Action, State
from certification.selectors.certified import own_certified
from certification.selectors.notifications import NotificationPage
from certification.selectors.notifications import own_notification as selected
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound, Stale
from certification.services.notifications import begin, withdraw, write
from certification.services.workflow import perform
from certification.views.applicant.certified import own_frame
from certification.views.applicant.frame import INVALID, STALE, applicant_page, new_key
from certification.views.notification_words import (
    OWN_FIELDS,
    basis_of,
    changes_of,
    filing_facts,
    stated,
    status_of_notification,
    title_of,
)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def notification_begin(request: ActorRequest, plan_id: uuid.UUID, kind: str) -> HttpResponse:
    """Say what the notification is; then begin its draft."""
    found = own_certified(request.actor, plan_id)
    chosen = next((one for one in BEGUN_BY_OPERATOR if one.value == kind), None)
    if chosen is None or not found.is_certified:
        raise Http404
    error: CaseError | None = None
    if request.method == "POST":
        try:
            return _begun(request, plan_id, chosen)
        except NotFound:
            raise
        except CaseError as refused:
            error = refused
    title = str(chosen.label)
    context = {
        **own_frame(found, here=title),
        "title": title,
        "text": RULES[chosen].plain,
        "basis": basis_of(chosen),
        "error": "" if error is None else str(error),
        "fields": [{"name": "key", "value": new_key()}],
    }
    return render(
        request, "certification/notifications/begin.html", context, status=200 if error is None else STALE
    )


def _begun(request: ActorRequest, plan_id: uuid.UUID, kind: NotificationKind) -> HttpResponse:
    keyed = KeyForm(request.POST)
    if not keyed.is_valid():
        raise Stale
    made = begin(
        plan_id=plan_id,
        kind=kind,
        actor=request.actor,
        now=timezone.now(),
        key=keyed.cleaned_data["key"],
    )
    return redirect("certification:own_notification", public_id=made.public_id)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_notification(request: ActorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read it; while it is being written, the form; and what may be done with it now."""
    page = selected(request.actor, public_id)
    if request.method != "POST":
        return _page(request, page)
    act = request.POST.get("act", "")
    if act == Action.REWRITE:
        return _rewrite(request, page)
    if act == NotificationAct.WITHDRAW:
        return _withdraw(request, page)
    return _write(request, page, files=act == NotificationAct.FILE)


def _form(page: NotificationPage, *, data: Any = None) -> Any:
    row = page.notification
    if row.kind == NotificationKind.LESSER_CHANGE:
        return None
    return notification_form(row.kind, content=row.statement, plan=page.content, data=data)


def _seen(request: ActorRequest) -> int:
    form = SeenForm(request.POST)
    return int(form.cleaned_data["seen"]) if form.is_valid() else -1


def _write(request: ActorRequest, page: NotificationPage, *, files: bool) -> HttpResponse:
    form = _form(page, data=request.POST)
    if form is None:
        return _page(request, page, error="軽微変更届は、計画の下書きで書きます。", status=STALE)
    if not form.is_valid():
        return _page(request, page, form=form, status=INVALID)
    try:
        write(
            notification_id=page.notification.public_id,
            content=notification_content(form),
            files=files,
            actor=request.actor,
            now=timezone.now(),
            seen=_seen(request),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, page, form=form, status=INVALID)
    except (Stale, ActRefused) as error:
        return _page(request, _again(request, page), form=form, error=str(error), status=STALE)
    messages.success(request, "届け出ました。受理されたら、お知らせします。" if files else "保存しました。")
    return redirect("certification:own_notification", public_id=page.notification.public_id)


def _again(request: ActorRequest, page: NotificationPage) -> NotificationPage:
    return selected(request.actor, page.notification.public_id)


def _withdraw(request: ActorRequest, page: NotificationPage) -> HttpResponse:
    row = page.notification
    try:
        withdraw(notification_id=row.public_id, actor=request.actor, now=timezone.now(), seen=_seen(request))
    except (Stale, ActRefused) as error:
        return _page(request, _again(request, page), error=str(error), status=STALE)
    messages.success(request, f"{title_of(row)}を取り下げました。")
    return redirect("certification:own_certified", plan_id=row.plan.public_id)


def _rewrite(request: ActorRequest, page: NotificationPage) -> HttpResponse:
    """A returned change goes back to the draft it came from."""
    row = page.notification
    keyed = KeyForm(request.POST)
    if row.application is None or not keyed.is_valid():
        return _page(request, page, error=str(Stale()), status=STALE)
    try:
        perform(
            application_id=row.application.public_id,
            action=Action.REWRITE,
            actor=request.actor,
            now=timezone.now(),
            seen=row.application.lock_version,
            key=keyed.cleaned_data["key"],
        )
    except (Stale, ActRefused) as error:
        return _page(request, _again(request, page), error=str(error), status=STALE)
    messages.success(request, "下書きに戻しました。直して、もう一度届け出てください。")
    return redirect("certification:plan", case_id=row.application.public_id)


def _page(
    request: ActorRequest,
    page: NotificationPage,
    *,
    form: Any = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    row = page.notification
    may_write = may_act(NotificationAct.FILE, kind=row.kind, status=row.status, side=OPERATOR)
    is_change = row.kind == NotificationKind.LESSER_CHANGE
    context = {
        "breadcrumb": [
            {"label": "わたしの申請", "url": reverse("certification:plans")},
            {
                "label": page.content.housing_name or "名称なし",
                "url": reverse("certification:own_certified", args=[row.plan.public_id]),
            },
            {"label": title_of(row), "url": ""},
        ],
        "plan_name": page.content.housing_name or "名称なし",
        "plan_url": reverse("certification:own_certified", args=[row.plan.public_id]),
        "row": row,
        "title": title_of(row),
        "text": RULES[NotificationKind(row.kind)].plain,
        "basis": basis_of(row.kind),
        "own_fields": "" if is_change else OWN_FIELDS,
        "status": status_of_notification(row),
        "facts": filing_facts(row),
        "form": (form or _form(page)) if may_write and not is_change else None,
        "stated": [] if may_write and not is_change else stated(row.kind, row.statement, page.content),
        "changes": changes_of(page.filings[0]) if page.filings else [],
        "may_rewrite": is_change
        and row.application is not None
        and row.application.state == State.NOTIFIED
        and may_act(NotificationAct.FILE, kind=row.kind, status=row.status, side=OPERATOR),
        "may_withdraw": may_act(NotificationAct.WITHDRAW, kind=row.kind, status=row.status, side=OPERATOR),
        "error": error,
        "key": new_key(),
    }
    return render(request, "certification/notifications/own.html", context, status=status)
