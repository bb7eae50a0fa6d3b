"""The parts of the case page in the words of the screen: items, clock, people, points, proposal, the bar at the foot."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from django.urls import reverse

from certification.rules.clock import WARN_DAYS, Clock
from certification.rules.grounds import CRITERIA
from certification.rules.workflow import Action, Offer
from certification.selectors.case import CasePage
from certification.selectors.case_items import VERDICT_CHOICES, ItemView
from japan.wareki import format_wareki

POINT_TONES: Final = {
    "draft": "plain",
    "released": "attention",
    "answered": "info",
    "resolved": "done",
    "unresolved": "attention",
    "carried": "plain",
}

MAIN_ACTS: Final = (
    Action.STAMP,
    Action.DECIDE,
    Action.PROPOSE_CERTIFY,
    Action.SEND_RESULT,
    Action.CIRCULATE,
    Action.GATHER,
    Action.ACCEPT,
    Action.RETURN,
)
"""The way forward: the first of these that may be done is the primary act; when none may, the first that is offered.

差し戻す is the way forward only for who has judged everything; before that it stands among the other acts.
"""


# --- Items ------------------------------------------------------------------------------------------------------------


def item(
    page: CasePage, view: ItemView, *, typed: dict[str, Any] | None = None, is_at_home: bool = False
) -> dict[str, Any]:
    """One row of the 別表. `typed` is what was sent and refused: verdict, note, text of the problem, is_stale.

    At home, on the page at the case's own address, the address of the form is short: it stands there dozens of times.
    """
    row = view.judgement
    case_id = page.application.public_id
    home = reverse("certification:case", args=[case_id])
    url = reverse("certification:case_judge", args=[case_id, row.pk])
    return {
        "view": view,
        "row": row,
        "verdict": typed["verdict"] if typed else row.verdict,
        "note": typed["note"] if typed else row.note,
        "error": typed["text"] if typed else "",
        "is_stale": bool(typed and typed["is_stale"]),
        "needs_note": bool(typed) or bool(row.note) or row.verdict in ("correct", "unfit"),
        "choices": VERDICT_CHOICES,
        "answers": [point(page, each) for each in view.answers],
        "previous_note": _said_once(row.previous_note, view),
        "url": url.removeprefix(home) if is_at_home else url,
        "link": f"#{view.anchor}",
        "title_id": f"t{row.pk}",
        "radio_id": f"v{row.pk}",
        "here": f"{home}#{view.anchor}",
    }


def _said_once(note: str, view: ItemView) -> str:
    """The earlier note, unless a point of return that was made from it stands beside the item."""
    return "" if note in [answer.text for answer in view.answers] else note


def other_groups(
    page: CasePage, items: list[dict[str, Any]], *, asked: int | None = None
) -> list[dict[str, Any]]:
    """The items of other departments, a group for each, with how many are judged.

    Who judges items meets the others in a line each; whole where asked for (`asked`: id of a department), where an
    answer waits for this person, and for who only reads.
    """
    others = [each for each in items if not each["view"].is_own]
    only_reads = len(others) == len(items)
    groups = []
    for name, rows in groupby(others, key=lambda each: each["row"].department.name):
        found = list(rows)
        department_id = found[0]["row"].department_id
        groups.append(
            {
                "name": name,
                "items": found,
                "done": sum(1 for each in found if each["row"].verdict),
                "total": len(found),
                "is_whole": only_reads or asked == department_id or any(map(_wants_act, found)),
                "url": f"{reverse('certification:case', args=[page.application.public_id])}"
                f"?others={department_id}{found[0]['link']}",
            }
        )
    return groups


def _wants_act(item: dict[str, Any]) -> bool:
    return bool(item["error"]) or any(answer["may_judge"] for answer in item["answers"])


# --- The side ---------------------------------------------------------------------------------------------------------


def clock(found: Clock | None) -> dict[str, Any] | None:
    """The clock as its component takes it: a headline, one sentence, and every stretch counted or not."""
    if found is None:
        return None
    headline, tone = _headline(found)
    due = f"期限は{format_wareki(found.due_on, weekday=True)}です。" if found.due_on else ""
    stopped = sum(line.days for line in found.lines if not line.counted)
    pause = f"補正待ちの{stopped}日は数えていません。" if stopped else ""
    return {
        "headline": headline,
        "tone": tone,
        "summary": f"標準処理期間{found.standard_days}営業日のうち{found.used}日を使いました。{pause}{due}",
        "lines": [
            {
                "label": line.label,
                "text": f"{format_wareki(line.since)}から{format_wareki(line.until)}まで",
                "days": f"{line.days}日",
                "counted": line.counted,
            }
            for line in found.lines
        ],
        "total": f"{found.used}日",
    }


def _headline(found: Clock) -> tuple[str, str]:
    if found.has_ended:
        return f"{found.used}営業日で終わりました", "calm"
    if found.is_stopped:
        return f"停止中(残り{found.remaining}営業日)", "stopped"
    if found.remaining < 0:
        return f"期限を{-found.remaining}営業日過ぎています", "hot"
    if found.remaining == 0:
        return "きょうが期限です", "hot"
    return f"期限まで{found.remaining}営業日", "soon" if found.remaining <= WARN_DAYS else "calm"


def people(page: CasePage) -> list[dict[str, Any]]:
    """Each department on the case: who handles it, how far it is, and what this person may set."""
    counts = {part["department"]: part for part in page.application.progress}
    return [
        {
            "department_id": review.department_id,
            "department": review.department.name,
            "person": review.assigned_to.name if review.assigned_to else "",
            "is_me": review.assigned_to_id == page.actor.user_id,
            "is_lead": review.department_id == page.application.lead_department_id,
            "done": counts.get(review.department_id, {}).get("done", 0),
            "total": counts.get(review.department_id, {}).get("total", 0),
            "words": _standing(page, review),
            "may_assign": review.department_id in page.own and page.may(Action.ASSIGN),
        }
        for review in page.rows.reviews
    ]


def _standing(page: CasePage, review: Any) -> str:
    if review.sent_at:
        return "送信済み"
    if review.opened_at:
        return "審査中"
    return "まだ頼んでいません" if page.application.accepted_at else "受付の後に始まります"


def point(page: CasePage, row: Any, *, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    """A point of return with what this person may do about it. `typed` is a refused judgement of its answer."""
    case_id = page.application.public_id
    is_writer = row.department_id in page.own or page.application.lead_department_id in page.own
    may_remove = row.status == "draft" and is_writer and page.may(Action.DRAFT_POINT)
    judged = {"resolved": "yes", "unresolved": "no"}.get(row.status, "")
    return {
        "row": row,
        "status": row.status,
        "tone": POINT_TONES[row.status],
        "item": str(row.item) if row.item else "申請全体",
        "round": f"第{row.round.number}回" if row.round else "",
        "may_judge": page.may_judge_point(row),
        "remove_url": reverse("certification:case_point_remove", args=[case_id, row.public_id])
        if may_remove
        else "",
        "judge_url": reverse("certification:case_point_judge", args=[case_id, row.public_id]),
        "note": typed["note"] if typed else row.judgement_note,
        "resolved": typed["resolved"] if typed else judged,
        "error": typed["text"] if typed else "",
    }


def rounds(page: CasePage) -> list[dict[str, Any]]:
    """The returns so far, newest first, each with its points and answers.

    `beside` is the place of one's own item that shows the answer already.
    """
    told = [(row.round, row) for row in page.rows.points if row.round]
    told.sort(key=lambda pair: (-pair[0].number, pair[1].item.number if pair[1].item else 0, pair[1].pk))
    beside = {row.pk: f"#{view.anchor}" for view in page.items if view.is_own for row in view.answers}
    return [
        {"round": round_, "points": [point(page, row) | {"beside": beside.get(row.pk)} for _, row in pairs]}
        for round_, pairs in groupby(told, key=lambda pair: pair[0])
    ]


def proposal(page: CasePage) -> dict[str, Any] | None:
    """The open or last proposal in words."""
    found = page.rows.proposal
    if found is None:
        return None
    return {
        "kind": found.get_kind_display(),
        "status": found.get_status_display(),
        "is_open": found.status == "open",
        "criterion": CRITERIA.get(found.criterion, ""),
        "reasons": found.reasons,
        "drafted_by": found.drafted_by.name,
        "drafted_at": found.drafted_at,
        "closed_by": found.closed_by.name if found.closed_by else "",
        "closed_at": found.closed_at,
        "return_reason": found.return_reason,
        "signature": found.signed_hash[:12],
        "holds": page.facts.signature_holds,
        "has_route": found.route_id is not None,
    }


# --- The foot ---------------------------------------------------------------------------------------------------------


def foot(page: CasePage) -> dict[str, Any]:
    """The bar at the foot: how far each department is, the one primary act, the others with what blocks them."""
    offers = page.offers
    early = (Action.RETURN,) if page.facts.own_unjudged else ()
    forward = [offer for action in MAIN_ACTS for offer in offers if offer.action == action not in early]
    free = [offer for offer in forward if offer.blocked is None]
    primary = next(iter(free or forward or offers), None)
    return {
        "progress": [part for part in page.application.progress if part["total"]],
        "primary": _button(page, primary) if primary else None,
        "others": [_button(page, offer) for offer in offers if offer is not primary],
        "drafts": len(page.draft_points),
        "points_url": reverse("certification:case_points", args=[page.application.public_id]),
    }


def _button(page: CasePage, offer: Offer) -> dict[str, str]:
    return {
        "label": offer.label,
        "url": reverse("certification:case_act", args=[page.application.public_id, offer.action.value]),
        "blocked": offer.blocked or "",
    }


def verdict_counts(page: CasePage, *, department_ids: frozenset[int] | None = None) -> list[dict[str, Any]]:
    """All judgements by department: how many of each verdict, and the notes that were written."""
    rows = []
    for review in page.rows.reviews:
        own = [row for row in page.rows.judgements if row.department_id == review.department_id]
        if not own or (department_ids is not None and review.department_id not in department_ids):
            continue
        counts = [
            {"label": choice["label"], "count": sum(1 for row in own if row.verdict == choice["code"])}
            for choice in VERDICT_CHOICES
        ]
        open_ = sum(1 for row in own if not row.verdict)
        rows.append(
            {
                "department": review.department.name,
                "counts": counts,
                "open": open_,
                "total": len(own),
                "notes": [row for row in own if row.note],
            }
        )
    return rows
