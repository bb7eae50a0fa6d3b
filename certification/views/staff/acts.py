"""Acts of the state table: one page an act, saying what will happen and asking for what it needs."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.forms.staff import ActForm, fresh
from certification.rules.workflow import ROW_OF, Action, ProposalKind, State
from certification.selectors.case import CasePage, case_page, name_of, own_step, reviewers_of
from certification.selectors.master import preview
from certification.services.errors import ActRefused, InputMissing, Stale
from certification.services.workflow import perform
from certification.views.staff import boxes, parts
from certification.views.staff.frame import INVALID, STALE, breadcrumb, head, office_page

WHAT_HAPPENS: Final[dict[Action, tuple[str, ...]]] = {
    Action.ACCEPT: (
        "受付番号を付け、別表の項目を作ります。",
        "処理期間を数え始めます。",
        "申請者に知らせます。",
    ),
    Action.CIRCULATE: ("主管課の判定は、各課がそろうまで直せません。",),
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
    Action.STAMP: ("起案を次の段に回します。", "取り消せません。直してほしいときは、起案を戻してください。"),
    Action.DECIDE: ("文書番号を付けた通知書を出し、申請者に知らせます。", "取り消せません。"),
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
    Action.STAMP: "承認しました。起案を次に回しました。",
    Action.DECIDE: "決裁しました。通知書を出しました。",
    Action.RETURN_PROPOSAL: "起案を戻しました。",
}

PROPOSING: Final = {
    Action.PROPOSE_CERTIFY: ProposalKind.CERTIFY,
    Action.PROPOSE_REFUSE: ProposalKind.REFUSE,
}
SIGNING: Final = (Action.STAMP, Action.DECIDE)


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
        return _refused(request, page, act, form=form, error=error)
    if not done.repeated:
        messages.success(request, DONE[act])
    return redirect("certification:case", case_id=case_id)


def _refused(
    request: ActorRequest, page: CasePage, act: Action, *, form: ActForm, error: Stale | ActRefused
) -> HttpResponse:
    """The case is not what the person saw: say what it was and what it is now; keep what was typed."""
    saw = form.cleaned_data["saw"]
    last = page.timeline[0] if page.timeline else None
    refusal = {
        "text": str(error),
        "saw": State(saw).label if isinstance(error, Stale) and saw else "",
        "last": f"{last['title']}({last['actor']}・{last['when']})" if last else "",
    }
    form.renew(page)
    return _act_page(request, page, act, form=form, status=STALE, refusal=refusal)


def _act_page(
    request: ActorRequest,
    page: CasePage,
    act: Action,
    *,
    form: ActForm,
    status: int = 200,
    refusal: dict[str, str] | None = None,
) -> HttpResponse:
    offer = next((offer for offer in page.offers if offer.action == act), None)
    context = {
        **head(page),
        "breadcrumb": breadcrumb(page.application, act.label),
        "act": act,
        "label": act.label,
        "what": _what_happens(page, act),
        "basis": ROW_OF[act].basis,
        "form": form,
        "blocked": (offer.blocked or "") if offer else _not_on_offer(page, act),
        "refusal": refusal,
        "is_danger": act in (Action.PROPOSE_REFUSE,),
        **_to_read(page, act),
    }
    return render(request, "certification/staff/act.html", context, status=status)


def _to_read(page: CasePage, act: Action) -> dict[str, Any]:
    """What stands on the page to be read before the act."""
    deciding = (*PROPOSING, *SIGNING)
    own = page.own if act == Action.SEND_RESULT else None
    has_counts = act in (*deciding, Action.SEND_RESULT, Action.CIRCULATE, Action.GATHER)
    proposal = parts.proposal(page) if act in (*SIGNING, Action.RETURN_PROPOSAL) else None
    return {
        "points": [parts.point(page, row) for row in _to_release(page)] if act == Action.RETURN else [],
        "counts": parts.verdict_counts(page, department_ids=own) if has_counts else [],
        "proposal": proposal if proposal and proposal["is_open"] else None,
        "reviewers": reviewers_of(page) if act in deciding else [],
        **_way(page, act),
        "returned": parts.proposal(page) if act in PROPOSING and page.rows.proposal else None,
    }


def _way(page: CasePage, act: Action) -> dict[str, Any]:
    """決裁欄 where the proposal goes along a route: with the stamps so far, or as it would go."""
    if act in (*SIGNING, Action.RETURN_PROPOSAL):
        return {"boxes": boxes.of_page(page) if page.rows.open_proposal else [], "doubts": ()}
    if act not in PROPOSING:
        return {"boxes": [], "doubts": ()}
    found = preview(
        municipality_id=page.application.municipality_id,
        kind=PROPOSING[act].value,
        procedure=page.application.procedure,
        today=page.today,
    )
    return {"boxes": boxes.of_preview(found) if found else [], "doubts": found.doubts if found else ()}


def _what_happens(page: CasePage, act: Action) -> list[str]:
    """The sentences of the act, with what is true of this case alone first."""
    return [*_of_this_case(page, act), *WHAT_HAPPENS[act]]


def _of_this_case(page: CasePage, act: Action) -> list[str]:
    if act == Action.CIRCULATE:
        return [
            f"{row['department']}に、まだ判定していない{row['open']}項目と、補正の回答の確認を頼みます。"
            if row["answers"]
            else f"{row['department']}に、まだ判定していない{row['open']}項目の審査を頼みます。"
            for row in _work_of_others(page)
        ]
    if act in SIGNING and page.facts.proposal_kind:
        return [*_as_whom(page), *_decision(page, act)]
    return []


def _decision(page: CasePage, act: Action) -> list[str]:
    if act != Action.DECIDE or page.facts.proposal_kind is None:
        return []
    return [f"起案のとおり「{page.facts.proposal_kind.label}」に決めます。"]


def _as_whom(page: CasePage) -> list[str]:
    """Along a route: which step is stamped, and in whose stead."""
    mine = own_step(page)
    if mine is None or mine.step is None:
        return []
    if mine.on_behalf_of is None:
        return [f"「{mine.step.label}」として承認します。"]
    absent = name_of(mine.on_behalf_of)
    return [f"不在の{absent}に代わって、「{mine.step.label}」として承認します(代決)。{absent}が後閲します。"]


def _work_of_others(page: CasePage) -> list[dict[str, Any]]:
    lead = page.application.lead_department_id
    return [
        {
            "department": review.department.name,
            "open": page.rows.unjudged([review.department_id]),
            "answers": page.rows.answers_unjudged([review.department_id]),
        }
        for review in page.rows.reviews
        if review.department_id != lead and page.rows.has_work(review.department_id)
    ]


def _not_on_offer(page: CasePage, act: Action) -> str:
    who = "・".join(str(each.label) for each in ROW_OF[act].who)
    states = "・".join(f"「{state.label}」" for state in ROW_OF[act].sources)
    now = page.application.state_label
    return f"この申請は今「{now}」です。「{act.label}」は、{states}のときに{who}だけができます。"


def _to_release(page: CasePage) -> list[Any]:
    return [row for row in page.rows.points if row.status in ("draft", "unresolved")]
