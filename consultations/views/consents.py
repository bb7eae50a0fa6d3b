"""同意: what the person agreed to, and what was taken back."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible, moment_text
from consultations import actions
from consultations.forms.cases import ConsentForm, OverrideForm, ReviewForm, WithdrawForm
from consultations.rules.consents import OVERRIDE_DAYS, TEXTS, WARN_DAYS, Scope
from consultations.rules.words import Purpose
from consultations.selectors.access import supervisors_at
from consultations.selectors.cases import CasePage, case_page, one_override
from consultations.selectors.referrals import agencies_of
from consultations.selectors.shops import shop_choices
from consultations.services import consents, overriding
from consultations.services.errors import ConsultationError
from consultations.services.reading import record_reading
from consultations.views.frame import INVALID, desk_page, head, put
from japan.wareki import format_wareki


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_consents(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What stands, what was taken back, and the form for one more with the words to read out."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        shops=shop_choices(page.case.council_id),
        today=page.today,
    )
    if request.method != "POST":
        record_reading(page.case, action=actions.VIEWED, actor=request.actor, now=now)
        return _page(request, page, form)
    if not form.is_valid():
        return _page(request, page, form, status=INVALID)
    given = form.cleaned_data
    try:
        consents.give_consent(
            case_id=case_id,
            purpose=given["purpose"],
            scope=given["scope"],
            recipients=given["recipients"],
            shop_id=form.shop_id,
            given_how=given["given_how"],
            given_by=given["given_by"],
            proxy=given["proxy"],
            given_on=given["given_on"],
            until=given["until"],
            key=given["key"],
            actor=request.actor,
            now=now,
        )
    except ConsultationError as error:
        return _page(request, page, form, status=put(error, form))
    messages.success(request, "同意を記録しました。")
    return redirect("consultations:case_consents", case_id=case_id)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: ActorRequest, case_id: uuid.UUID, consent_id: uuid.UUID) -> HttpResponse:
    """A consent was taken back."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    given = next((row for row in page.given if row.public_id == consent_id), None)
    if given is None:
        raise NotVisible
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        consents.withdraw_consent(
            case_id=case_id,
            consent_id=consent_id,
            given_how=form.cleaned_data["given_how"],
            given_by=form.cleaned_data["given_by"],
            actor=request.actor,
            now=now,
        )
        messages.success(request, "撤回を記録しました。これからは渡せません。")
        return redirect("consultations:case_consents", case_id=case_id)
    context = {
        **head(page, "同意の撤回"),
        "form": form,
        "action_label": "撤回を記録する",
        "lead": f"{given.get_purpose_display()}の{given.get_kind_display()}({given.shop or given.recipients or 'すべての店'})を撤回します。",
    }
    return render(request, "consultations/act.html", context, status=INVALID if form.is_bound else 200)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_override(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Tell an agency without consent: for people with that permission alone, with ground and reason."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    if not page.may_override:
        raise NotVisible
    agencies = [(str(row.public_id), row.name) for row in agencies_of(page.case.council) if row.is_active]
    form = OverrideForm(request.POST if request.method == "POST" else None, agencies=agencies)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            overriding.override_consent(
                case_id=case_id,
                agency_id=uuid.UUID(given["agency"]),
                scope=given["scope"],
                ground=given["ground"],
                reason=given["reason"],
                key=given["key"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.warning(
                request,
                "記録しました。相談責任者に知らせました。続けて「関係機関への紹介」から伝えてください。",
            )
            return redirect("consultations:referrals", case_id=case_id)
    context = {
        **head(page, "同意によらずに伝える"),
        "form": form,
        "action_label": "理由を残して、伝えることを決める",
        "lead": f"命や体を守るときなど、法律で許されるときだけ使います。{OVERRIDE_DAYS}日間だけ伝えられます。",
        "note": _who_reviews(page),
    }
    return render(request, "consultations/act.html", context, status=status)


def _who_reviews(page: CasePage) -> str:
    """Said before the decision: at a desk with one 相談責任者 nobody could look at what that one decides."""
    others = supervisors_at(page.case.desk_id, besides=page.actor.user_id, day=page.today)
    if others:
        return (
            f"明日までに、{'、'.join(user.name for user in others)}(相談責任者)が、妥当かどうかを確かめます。"
        )
    return (
        "この窓口には、ほかに確かめる相談責任者がいません。"
        "急ぐときは伝えてかまいませんが、今日のうちに、もう一人の相談責任者を置くよう協議会の事務局に頼んでください。"
    )


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def override_review(request: ActorRequest, consent_id: uuid.UUID) -> HttpResponse:
    """For supervisors: why it was told without consent, and whether that was right."""
    now = timezone.now()
    found = one_override(request.actor, consent_id, now=now)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else INVALID
    if request.method == "POST" and form.is_valid():
        try:
            overriding.review_override(
                consent_id=consent_id,
                verdict=form.cleaned_data["verdict"],
                note=form.cleaned_data["note"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, "確かめたことを記録しました。")
            return redirect("consultations:openings")
    row = found.consent
    facts = [
        ("決めた人", f"{row.recorded_by.name} {moment_text(row.recorded_at)}"),
        ("伝える相手", row.recipients),
        ("伝えるもの", _labels(row.scope)),
        ("根拠", row.get_ground_display()),
        ("理由", row.reason),
        ("いつまで", f"{format_wareki(row.until)}まで" if row.until else ""),
    ]
    context = {
        "override": found,
        "facts": [{"term": term, "text": text} for term, text in facts],
        "form": form,
    }
    return render(request, "consultations/override.html", context, status=status)


def _labels(scope: Collection[str]) -> str:
    return "、".join(str(each.label) for each in Scope if each in scope)


def _page(request: ActorRequest, page: CasePage, form: ConsentForm, *, status: int = 200) -> HttpResponse:
    standing = {row.pk for row in page.given}
    context = {
        **head(page, "同意"),
        "form": form,
        "texts": [{"term": str(purpose.label), "text": TEXTS[purpose]} for purpose in Purpose],
        "rows": [
            {
                "consent": row,
                "scope": _labels(row.scope),
                "who": row.shop.name if row.shop else row.recipients or "すべての協力店(名前は伝えない)",
                "standing": row.pk in standing,
                "is_over": row.until is not None and row.until < page.today,
                "is_near": row.until is not None and 0 <= (row.until - page.today).days <= WARN_DAYS,
            }
            for row in page.consents
        ],
    }
    return render(request, "consultations/consents.html", context, status=status)
