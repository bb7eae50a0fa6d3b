"""The pages of the reviewing offices: the queue, a case with its items, points of return, changes, and acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.access import ActorRequest, held_by
from certification.forms.filters import QueueFilter
from certification.forms.staff import ActForm, AssignForm, JudgeForm, PointForm, PointJudgeForm, fresh
from certification.rules.grounds import CRITERIA
from certification.rules.workflow import ROW_OF, Action, Offer
from certification.selectors.access import CASE_ROLES, REVIEW_ROLES
from certification.selectors.case import (
    VERDICT_CHOICES,
    CasePage,
    ItemView,
    NotVisible,
    case_page,
    clock_words,
    colleagues_of,
    comparison,
    open_proposal,
)
from certification.selectors.queue import Sort, Tab, capped_counts, cases_in, departments_of, page_of
from certification.services import judging
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound, Stale
from certification.services.workflow import perform, subject_of

P = ParamSpec("P")

STALE: Final = 409
INVALID: Final = 422

MAIN_ACTS: Final = (
    Action.DECIDE,
    Action.PROPOSE_CERTIFY,
    Action.SEND_RESULT,
    Action.CIRCULATE,
    Action.GATHER,
    Action.ACCEPT,
    Action.RETURN,
)
"""The way forward: the first of these that may be done is the primary act; when none may, the first that is offered."""

WHAT_HAPPENS: Final[dict[Action, tuple[str, ...]]] = {
    Action.ACCEPT: (
        "受付番号を付け、別表の項目を作ります。",
        "処理期間を数え始めます。",
        "申請者に知らせます。",
    ),
    Action.CIRCULATE: ("ほかの課に審査を頼みます。", "主管課の判定は、各課がそろうまで直せません。"),
    Action.GATHER: ("ほかの課が見る項目がないので、取りまとめに進みます。",),
    Action.SEND_RESULT: (
        "あなたの課の判定を主管課に送ります。",
        "送った後は、再審査を頼まれるまで直せません。",
    ),
    Action.ADD_DEPARTMENT: ("選んだ課に、選んだ項目の審査を頼みます。",),
    Action.REWORK: ("選んだ課の審査を開き直します。",),
    Action.RETURN: (
        "下の指摘をまとめて申請者に示し、補正依頼書を出します。",
        "補正されるまで、処理期間は止まります。",
    ),
    Action.PROPOSE_CERTIFY: (
        "決裁者に、認定の決裁を求めます。",
        "起案の後に内容が変わると、起案し直しになります。",
    ),
    Action.PROPOSE_REFUSE: ("決裁者に、不認定の決裁を求めます。", "理由は、不認定の通知書に載ります。"),
    Action.DECIDE: (
        "起案のとおり決定し、文書番号を付けた通知書を出します。",
        "申請者に知らせます。取り消せません。",
    ),
    Action.RETURN_PROPOSAL: ("起案を主管課に戻します。理由は起案者が読みます。",),
}

DONE: Final[dict[Action, str]] = {
    Action.ACCEPT: "受け付けました。",
    Action.CIRCULATE: "持回り審査を依頼しました。",
    Action.GATHER: "取りまとめに進みました。",
    Action.SEND_RESULT: "審査結果を送信しました。",
    Action.ADD_DEPARTMENT: "審査する課を追加しました。",
    Action.REWORK: "再審査を依頼しました。",
    Action.RETURN: "差し戻しました。補正依頼書を出しました。",
    Action.PROPOSE_CERTIFY: "認定で起案しました。",
    Action.PROPOSE_REFUSE: "不認定で起案しました。",
    Action.DECIDE: "決裁しました。通知書を出しました。",
    Action.RETURN_PROPOSAL: "起案を戻しました。",
}


def office_page(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open to people whose posts open cases; what they may not see does not exist (404)."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NotFound) as error:
            raise Http404 from error

    return held_by(*CASE_ROLES)(guarded)


# --- The queue --------------------------------------------------------------------------------------------------------


@office_page
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """受付箱."""
    actor, today = request.actor, timezone.localdate()
    searched = bool(request.GET.get("q", "").strip())
    default = Tab.ALL if searched or not actor.departments(*REVIEW_ROLES, "decider") else Tab.MINE
    tab = _choice(Tab, request.GET.get("tab"), default)
    sort = Sort.NEW if tab == Tab.ALL else _choice(Sort, request.GET.get("sort"), Sort.DUE)
    filters = QueueFilter(
        request.GET,
        queryset=cases_in(tab, actor, today=today),
        user_id=actor.user_id,
        own=actor.departments(*REVIEW_ROLES),
        departments=departments_of(actor),
    )
    cases = filters.qs if filters.is_valid() else cases_in(tab, actor, today=today)
    page = page_of(cases, sort=sort, cursor=request.GET.get("after", ""), actor=actor, today=today)
    kept = {
        name: str(value)
        for name, value in request.GET.items()
        if name not in ("after", "tab", "sort") and value
    }
    here = {**kept, "tab": tab.value, "sort": sort.value}
    context = {
        "tabs": _tabs(tab, counts=capped_counts(actor, today=today), kept=kept),
        "tab": tab,
        "filters": filters,
        "chips": _chips(filters, here),
        "clear_url": f"?{urlencode({'tab': tab.value})}",
        "rows": page.rows,
        "sort": sort,
        "sorts": _sorts(sort, here) if tab != Tab.ALL else [],
        "first_url": f"?{urlencode(here)}" if request.GET.get("after") else None,
        "next_url": f"?{urlencode({**here, 'after': page.next_cursor})}" if page.next_cursor else None,
        "search_query": request.GET.get("q", ""),
        "empty": EMPTY[tab]
        if not kept
        else ("見つかりませんでした", "ことばや条件を変えて、もう一度さがしてください。"),
    }
    return render(request, "certification/staff/queue.html", context)


EMPTY: Final[dict[Tab, tuple[str, str]]] = {
    Tab.MINE: (
        "いま、あなたの番の申請はありません",
        "「課の番」に、担当の決まっていない申請があるかもしれません。",
    ),
    Tab.DEPARTMENT: (
        "いま、課の番の申請はありません",
        "申請が届くか、ほかの課から回ってくると、ここに並びます。",
    ),
    Tab.WAITING: (
        "ほかの課や相手を待っている申請はありません",
        "持回り中や補正待ちの申請が、ここに並びます。",
    ),
    Tab.OVERDUE: ("期限を過ぎた申請はありません", "標準処理期間や補正の期限を過ぎると、ここに並びます。"),
    Tab.ALL: ("申請はまだありません", "申請が届くと、ここに並びます。"),
}


def _choice(kind: Any, value: str | None, default: Any) -> Any:
    return kind(value) if value in list(kind) else default


def _tabs(current: Tab, *, counts: dict[Tab, str], kept: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": tab.label,
            "url": f"?{urlencode({**kept, 'tab': tab.value})}",
            "count": counts.get(tab, ""),
            "current": tab == current,
            "hot": tab == Tab.OVERDUE and counts.get(tab, "0") != "0",
        }
        for tab in Tab
    ]


def _chips(filters: QueueFilter, here: dict[str, str]) -> list[dict[str, str]]:
    words = {"q": "ことば", "state": "状態", "department": "課", "person": "担当", "procedure": "種別"}
    chips = []
    for name, label in words.items():
        if here.get(name):
            rest = {key: value for key, value in here.items() if key != name}
            chips.append(
                {
                    "label": f"{label}: {_shown(filters, name, here[name])}",
                    "remove_url": f"?{urlencode(rest)}",
                }
            )
    return chips


def _shown(filters: QueueFilter, name: str, value: str) -> str:
    choices = getattr(filters.form.fields[name], "choices", ())
    return next((str(label) for code, label in choices if str(code) == value), value)


def _sorts(current: Sort, here: dict[str, str]) -> list[dict[str, Any]]:
    labels = {Sort.DUE: "期限の近い順", Sort.NEW: "新しい順"}
    return [
        {"label": label, "url": f"?{urlencode({**here, 'sort': sort.value})}", "current": sort == current}
        for sort, label in labels.items()
    ]


# --- One case ---------------------------------------------------------------------------------------------------------


@office_page
@require_safe
def case(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """審査の画面. Opening it is an event of the audit trail."""
    page = case_page(request.actor, case_id, now=timezone.now())
    audit.record(
        action="certification.viewed",
        subject=subject_of(page.application),
        actor=request.actor,
        now=timezone.now(),
        municipality_code=page.application.municipality.code,
    )
    return _case(request, page)


def _case(
    request: ActorRequest, page: CasePage, *, status: int = 200, error: dict[str, Any] | None = None
) -> HttpResponse:
    return render(request, "certification/staff/case.html", _case_context(page, error=error), status=status)


def _case_context(page: CasePage, *, error: dict[str, Any] | None = None) -> dict[str, Any]:
    case = page.application
    items = [_item(page, view, error=error) for view in page.items]
    return {
        **_head(page),
        "own_items": [item for item in items if item["is_own"]],
        "other_items": [item for item in items if not item["is_own"]],
        "not_applicable": _not_applicable(page),
        "has_inferred": any(item["view"].is_inferred for item in items),
        "sections": _sections(page),
        "documents": page.documents,
        "clock": clock_words(page.clock),
        "people": _people(page),
        "timeline": page.timeline,
        "letters": page.letters,
        "points": page.rows.points,
        "drafts": len(page.open_points),
        "proposal": _proposal(page),
        "foot": _foot(page),
        "unasked": len(page.unasked),
        "changes": len(page.changes),
        "changes_url": reverse("certification:case_changes", args=[case.public_id]),
        "points_url": reverse("certification:case_points", args=[case.public_id]),
    }


def _head(page: CasePage) -> dict[str, Any]:
    case = page.application
    number = case.receipt_number or "受付前"
    return {
        "case": case,
        "case_id": case.public_id,
        "kicker": f"{number}・{case.get_procedure_display()}・第{page.version.number}版",
        "title": case.housing_name or "名称なし",
        "who_files": f"{case.applicant_name}・{case.housing_address}",
        "state_label": case.get_state_display(),
        "case_url": reverse("certification:case", args=[case.public_id]),
    }


def _item(page: CasePage, view: ItemView, *, error: dict[str, Any] | None = None) -> dict[str, Any]:
    row = view.judgement
    mine = error if error and error["judgement_id"] == row.pk else None
    return {
        "view": view,
        "row": row,
        "is_own": row.department_id in page.own,
        "verdict": mine["verdict"] if mine else row.verdict,
        "note": mine["note"] if mine else row.note,
        "error": mine["text"] if mine else "",
        "needs_note": bool(mine) or bool(row.note) or row.verdict in ("correct", "unfit"),
        "choices": VERDICT_CHOICES,
        "unasked": any(change.path in page.unasked for change in view.changes),
        "url": reverse("certification:case_judge", args=[page.application.public_id, row.pk]),
        "legend": f"{view.item.number} {view.item.label}",
    }


def _not_applicable(page: CasePage) -> list[ItemView]:
    """Own open items whose condition the plan does not meet: offered to be set aside together."""
    return [view for view in page.items if view.editable and not view.applies and not view.judgement.verdict]


def _sections(page: CasePage) -> list[dict[str, Any]]:
    return [
        {
            "id": f"plan-{part.section.value}",
            "label": part.label,
            "groups": [
                {"title": group.title, "rows": [_place(page, row) for row in group.rows]}
                for group in part.groups
            ],
            "gone": [
                change
                for change in page.changes
                if change.section == part.section and change.kind == "removed"
            ],
        }
        for part in page.sections
    ]


def _place(page: CasePage, row: Any) -> dict[str, Any]:
    change = page.change_at.get(row.path)
    note = ""
    if change:
        note = "指摘のない変更" if row.path in page.unasked else "指摘による変更"
    return {
        "term": row.label,
        "text": row.value,
        "before": change.before if change else "",
        "changed": change is not None,
        "note": note,
    }


def _people(page: CasePage) -> list[dict[str, Any]]:
    counts = {part["department"]: part for part in page.application.progress}
    open_ids = {review.pk for review in page.rows.open_reviews}
    return [
        {
            "department": review.department.name,
            "person": review.assigned_to.name if review.assigned_to else "未定",
            "done": counts.get(review.department_id, {}).get("done", 0),
            "total": counts.get(review.department_id, {}).get("total", 0),
            "words": "送信済み"
            if review.sent_at
            else ("審査中" if review.pk in open_ids else "まだ頼んでいません"),
            "assign_url": _assign_url(page, review.department_id),
        }
        for review in page.rows.reviews
    ]


def _assign_url(page: CasePage, department_id: int) -> str:
    if department_id not in page.own or not page.may(Action.ASSIGN):
        return ""
    return f"{reverse('certification:case_assign', args=[page.application.public_id])}?department={department_id}"


def _proposal(page: CasePage) -> dict[str, Any] | None:
    proposal = page.rows.proposal
    if proposal is None:
        return None
    return {
        "kind": proposal.get_kind_display(),
        "status": proposal.get_status_display(),
        "criterion": CRITERIA.get(proposal.criterion, ""),
        "reasons": proposal.reasons,
        "drafted_by": proposal.drafted_by.name,
        "drafted_at": proposal.drafted_at,
        "closed_by": proposal.closed_by.name if proposal.closed_by else "",
        "return_reason": proposal.return_reason,
    }


def _foot(page: CasePage) -> dict[str, Any]:
    """The bar at the foot: how far each department is, the one primary act, the others with what blocks them."""
    offers = page.offers
    forward = [offer for action in MAIN_ACTS for offer in offers if offer.action == action]
    free = [offer for offer in forward if offer.blocked is None]
    primary = next(iter(free or forward or offers), None)
    return {
        "progress": [part for part in page.application.progress if part["total"]],
        "primary": _button(page, primary) if primary else None,
        "others": [_button(page, offer) for offer in offers if offer is not primary],
    }


def _button(page: CasePage, offer: Offer) -> dict[str, str]:
    return {
        "label": offer.label,
        "url": reverse("certification:case_act", args=[page.application.public_id, offer.action.value]),
        "blocked": offer.blocked or "",
    }


# --- Judging ----------------------------------------------------------------------------------------------------------


@office_page
@require_POST
def case_judge(request: ActorRequest, case_id: uuid.UUID, judgement_id: int) -> HttpResponse:
    """One judgement. With htmx the item and the foot come back; without, the page at the item."""
    form = JudgeForm(request.POST)
    error = _judge(request, case_id, judgement_id, form)
    page = case_page(request.actor, case_id, now=timezone.now())
    view = next((row for row in page.items if row.judgement.pk == judgement_id), None)
    if view is None:
        raise Http404
    typed = None
    if error:
        typed = {
            "judgement_id": judgement_id,
            "verdict": request.POST.get("verdict", ""),
            "note": request.POST.get("note", ""),
            "text": str(error),
        }
    if request.headers.get("HX-Request") == "true":
        context = {
            "item": _item(page, view, error=typed),
            "foot": _foot(page),
            "swap": True,
            "case_id": case_id,
        }
        return render(request, "certification/staff/_judged.html", context)
    if error:
        return _case(request, page, status=_status(error), error=typed)
    return redirect(f"{reverse('certification:case', args=[case_id])}#{view.anchor}")


def _judge(request: ActorRequest, case_id: uuid.UUID, judgement_id: int, form: JudgeForm) -> CaseError | None:
    if not form.is_valid():
        return InputMissing("verdict", "判定を選び直してください。所見は4,000字までです。")
    try:
        judging.judge(
            application_id=case_id,
            judgement_id=judgement_id,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except NotFound:
        raise
    except CaseError as error:
        return error
    return None


def _status(error: CaseError) -> int:
    return STALE if isinstance(error, Stale | ActRefused) else INVALID


@office_page
@require_POST
def case_not_applicable(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """Set aside together what the plan's own facts make 該当なし."""
    page = case_page(request.actor, case_id, now=timezone.now())
    ids = tuple(view.judgement.pk for view in _not_applicable(page))
    try:
        count = judging.judge_not_applicable(
            application_id=case_id, judgement_ids=ids, actor=request.actor, now=timezone.now()
        )
        messages.success(request, f"{count}項目を「該当なし」にしました。")
    except ActRefused as error:
        messages.warning(request, str(error))
    return redirect("certification:case", case_id=case_id)


# --- Points of return -------------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_points(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """補正の指摘: drafts of all departments, answers to be judged, what was settled."""
    page = case_page(request.actor, case_id, now=timezone.now())
    form = PointForm(request.POST or None, page=page)
    if request.method != "POST" or not form.is_valid():
        return _points(request, page, form=form, status=INVALID if form.is_bound else 200)
    try:
        judging.draft_point(
            application_id=case_id,
            item_number=form.cleaned_data["item"],
            text=form.cleaned_data["text"],
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _points(request, page, form=form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _points(request, page, form=form, status=STALE)
    messages.success(request, "指摘を案に加えました。差し戻すときに、まとめて申請者に示します。")
    return redirect("certification:case_points", case_id=case_id)


def _points(
    request: ActorRequest,
    page: CasePage,
    *,
    form: PointForm,
    status: int = 200,
    error: dict[str, Any] | None = None,
) -> HttpResponse:
    case_id = page.application.public_id
    points = [_point(page, row, error=error) for row in page.rows.points]
    context = {
        **_head(page),
        "breadcrumb": _breadcrumb(page, "補正の指摘"),
        "drafts": [row for row in points if row["status"] == "draft"],
        "to_judge": [row for row in points if row["may_judge"]],
        "others": [row for row in points if row["status"] != "draft" and not row["may_judge"]],
        "form": form,
        "may_draft": page.may(Action.DRAFT_POINT),
        "why_not": "" if page.may(Action.DRAFT_POINT) else "いまは、あなたの課から指摘を書けません。",
        "return_url": reverse("certification:case_act", args=[case_id, Action.RETURN.value]),
        "may_return": any(offer.action == Action.RETURN for offer in page.offers),
    }
    return render(request, "certification/staff/points.html", context, status=status)


def _point(page: CasePage, row: Any, *, error: dict[str, Any] | None) -> dict[str, Any]:
    case_id = page.application.public_id
    mine = error if error and error["point_id"] == row.public_id else None
    own = row.department_id in page.own
    leads = page.application.lead_department_id in page.own
    return {
        "row": row,
        "status": row.status,
        "item": str(row.item) if row.item else "申請全体",
        "round": f"第{row.round.number}回" if row.round else "",
        "may_judge": own
        and row.status in ("answered", "unresolved", "resolved")
        and page.may(Action.JUDGE_POINT),
        "remove_url": reverse("certification:case_point_remove", args=[case_id, row.public_id])
        if row.status == "draft" and (own or leads) and page.may(Action.DRAFT_POINT)
        else "",
        "judge_url": reverse("certification:case_point_judge", args=[case_id, row.public_id]),
        "note": mine["note"] if mine else row.judgement_note,
        "resolved": mine["resolved"] if mine else {"resolved": "yes", "unresolved": "no"}.get(row.status, ""),
        "error": mine["text"] if mine else "",
    }


@office_page
@require_POST
def case_point_remove(request: ActorRequest, case_id: uuid.UUID, point_id: uuid.UUID) -> HttpResponse:
    """Take a draft back."""
    try:
        judging.remove_draft_point(
            application_id=case_id, point_id=point_id, actor=request.actor, now=timezone.now()
        )
        messages.success(request, "指摘の案を外しました。")
    except ActRefused as error:
        messages.warning(request, str(error))
    return redirect("certification:case_points", case_id=case_id)


@office_page
@require_POST
def case_point_judge(request: ActorRequest, case_id: uuid.UUID, point_id: uuid.UUID) -> HttpResponse:
    """解消 or 未解消."""
    form = PointJudgeForm(request.POST)
    try:
        if not form.is_valid():
            raise InputMissing("resolved", "「解消した」か「まだ足りない」を選んでください。")
        judging.judge_point(
            application_id=case_id,
            point_id=point_id,
            resolved=form.cleaned_data["resolved"] == "yes",
            note=form.cleaned_data["note"],
            actor=request.actor,
            now=timezone.now(),
        )
    except NotFound:
        raise
    except CaseError as error:
        page = case_page(request.actor, case_id, now=timezone.now())
        typed = {
            "point_id": point_id,
            "note": request.POST.get("note", ""),
            "resolved": request.POST.get("resolved", ""),
            "text": str(error),
        }
        return _points(request, page, form=PointForm(page=page), status=_status(error), error=typed)
    messages.success(request, "回答を確かめた結果を残しました。")
    return redirect("certification:case_points", case_id=case_id)


# --- Who is in charge -------------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_assign(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """担当を決める, for one of the actor's departments on the case."""
    page = case_page(request.actor, case_id, now=timezone.now())
    sent = request.POST.get("department") or request.GET.get("department") or ""
    reviews = {str(row.department_id): row for row in page.rows.reviews if row.department_id in page.own}
    review = reviews.get(sent) or next(iter(reviews.values()), None)
    if review is None or not page.may(Action.ASSIGN):
        messages.info(request, "この申請の担当は、いま決められません。")
        return redirect("certification:case", case_id=case_id)
    people = [(user.pk, user.name) for user in colleagues_of(page, review.department_id)]
    initial = {"department": review.department_id, "person": review.assigned_to_id or ""}
    form = AssignForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        judging.assign(
            application_id=case_id,
            department_id=review.department_id,
            user_id=form.cleaned_data["person"],
            actor=request.actor,
            now=timezone.now(),
        )
        messages.success(request, "担当を決めました。")
        return redirect("certification:case", case_id=case_id)
    context = {
        **_head(page),
        "breadcrumb": _breadcrumb(page, "担当を決める"),
        "department": review.department.name,
        "form": form,
    }
    return render(
        request, "certification/staff/assign.html", context, status=INVALID if form.is_bound else 200
    )


def _breadcrumb(page: CasePage, here: str) -> list[dict[str, str]]:
    case = page.application
    return [
        {"label": "受付箱", "url": reverse("certification:queue")},
        {
            "label": case.housing_name or "名称なし",
            "url": reverse("certification:case", args=[case.public_id]),
        },
        {"label": here, "url": ""},
    ]


# --- Changes ----------------------------------------------------------------------------------------------------------


@office_page
@require_safe
def case_changes(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What differs between two versions, by default the last two."""
    found = comparison(
        request.actor, case_id, earlier=_whole(request.GET.get("from")), later=_whole(request.GET.get("to"))
    )
    case = found.application
    context = {
        "found": found,
        "title": case.housing_name or "名称なし",
        "kicker": case.receipt_number or "受付前",
        "breadcrumb": [
            {"label": "受付箱", "url": reverse("certification:queue")},
            {
                "label": case.housing_name or "名称なし",
                "url": reverse("certification:case", args=[case.public_id]),
            },
            {"label": "変更点", "url": ""},
        ],
        "rows": [
            {"change": change, "kind": change.kind.label, "unasked": change.path in found.unasked}
            for change in found.changes
        ],
    }
    return render(request, "certification/staff/changes.html", context)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


# --- Acts of the state table ------------------------------------------------------------------------------------------


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def case_act(request: ActorRequest, case_id: uuid.UUID, action: str) -> HttpResponse:
    """One act: what it does, what it needs, then the act itself."""
    if action not in WHAT_HAPPENS:
        raise Http404
    act = Action(action)
    page = case_page(request.actor, case_id, now=timezone.now())
    if request.method != "POST":
        return _act_page(request, page, act, form=ActForm(action=act, page=page, initial=fresh(page)))
    form = ActForm(request.POST, action=act, page=page)
    if not form.is_valid():
        return _act_page(request, page, act, form=form, status=INVALID)
    try:
        done = perform(
            application_id=case_id,
            action=act,
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
            key=form.cleaned_data["key"],
            given=form.given(),
        )
    except InputMissing as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _act_page(request, page, act, form=form, status=INVALID)
    except (Stale, ActRefused) as error:
        return _act_page(request, page, act, form=form, status=STALE, error=str(error))
    if not done.repeated:
        messages.success(request, DONE[act])
    return redirect("certification:case", case_id=case_id)


def _act_page(
    request: ActorRequest,
    page: CasePage,
    act: Action,
    *,
    form: ActForm,
    status: int = 200,
    error: str = "",
) -> HttpResponse:
    offer = next((offer for offer in page.offers if offer.action == act), None)
    if error:
        # What was typed stays; the page acts on the case as it is now.
        form.data = {**form.data.dict(), **{name: str(value) for name, value in fresh(page).items()}}  # type: ignore[attr-defined]
    row = ROW_OF[act]
    context = {
        **_head(page),
        "breadcrumb": _breadcrumb(page, act.label),
        "act": act,
        "label": act.label,
        "what": WHAT_HAPPENS[act],
        "basis": row.basis,
        "form": form,
        "blocked": (offer.blocked or "") if offer else _not_on_offer(page, act),
        "error": error,
        "drafts": [_point(page, point, error=None) for point in _to_release(page)]
        if act == Action.RETURN
        else [],
        "summary": _summary(page)
        if act in (Action.PROPOSE_CERTIFY, Action.PROPOSE_REFUSE, Action.DECIDE)
        else [],
        "proposal": _proposal(page)
        if act in (Action.DECIDE, Action.RETURN_PROPOSAL) and open_proposal(page)
        else None,
        "is_final": act == Action.DECIDE,
    }
    return render(request, "certification/staff/act.html", context, status=status)


def _not_on_offer(page: CasePage, act: Action) -> str:
    who = "・".join(str(each.label) for each in ROW_OF[act].who)
    state = page.application.get_state_display()
    return f"この申請は今「{state}」です。「{act.label}」は、できる状態のときに{who}だけができます。"


def _to_release(page: CasePage) -> list[Any]:
    return [row for row in page.rows.points if row.status in ("draft", "unresolved")]


def _summary(page: CasePage) -> list[dict[str, Any]]:
    """All judgements by department: how many of each verdict, and the notes that were written."""
    rows = []
    for review in page.rows.reviews:
        own = [row for row in page.rows.judgements if row.department_id == review.department_id]
        if own:
            counts = [
                {"label": choice["label"], "count": sum(1 for row in own if row.verdict == choice["code"])}
                for choice in VERDICT_CHOICES
            ]
            notes = [row for row in own if row.note]
            rows.append(
                {"department": review.department.name, "counts": counts, "notes": notes, "total": len(own)}
            )
    return rows
