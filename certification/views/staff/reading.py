"""Reading a case: the review page with its three columns, and what differs between any two versions."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest
from certification.selectors.case import CasePage, Comparison, case_page, comparison
from certification.views.staff import parts
from certification.views.staff.frame import breadcrumb, case_url, head, office_page, record_view


@office_page
@require_safe
def case(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """審査の画面."""
    now = timezone.now()
    page = case_page(request.actor, case_id, now=now)
    record_view(page.application, request, now=now)
    return render_case(request, page, others=_whole(request.GET.get("others")))


def render_case(
    request: ActorRequest,
    page: CasePage,
    *,
    status: int = 200,
    typed: dict[str, Any] | None = None,
    others: int | None = None,
) -> HttpResponse:
    """The review page. `typed` is a judgement that was refused: it stays in the form of its item.

    `others` is the id of a department whose items are wanted whole.
    """
    context = case_context(page, typed=typed, others=others)
    return render(request, "certification/staff/case.html", context, status=status)


def case_context(
    page: CasePage, *, typed: dict[str, Any] | None = None, others: int | None = None
) -> dict[str, Any]:
    """Everything the review page shows."""
    case_id = page.application.public_id
    refused = typed["judgement_id"] if typed else None
    items = [
        parts.item(
            page, view, typed=typed if view.judgement.pk == refused else None, is_at_home=typed is None
        )
        for view in page.items
    ]
    return {
        **head(page),
        "own_items": [each for each in items if each["view"].is_own],
        "open_items": [view for view in page.items if view.is_open],
        "other_groups": parts.other_groups(page, items, asked=others),
        "refused": next((each for each in items if each["error"]), None),
        "set_aside": page.set_aside,
        "has_inferred": any(view.is_inferred for view in page.items),
        "statement": page.statement,
        "blocks": page.blocks,
        "documents": page.documents,
        "removed_documents": page.removed_documents,
        "clock": parts.clock(page.clock),
        "people": parts.people(page),
        "rounds": parts.rounds(page),
        "drafts": len(page.draft_points),
        "proposal": parts.proposal(page),
        "timeline": page.timeline,
        "letters": page.letters,
        "foot": parts.foot(page),
        "changes": len(page.changes),
        "unasked": len(page.asked.unasked),
        "changes_url": reverse("certification:case_changes", args=[case_id]),
        "points_url": reverse("certification:case_points", args=[case_id]),
        "assign_url": reverse("certification:case_assign", args=[case_id]),
    }


@office_page
@require_safe
def case_changes(request: ActorRequest, case_id: uuid.UUID) -> HttpResponse:
    """What differs between any two versions, by default the last two."""
    found = comparison(
        request.actor, case_id, earlier=_whole(request.GET.get("from")), later=_whole(request.GET.get("to"))
    )
    record_view(found.application, request, now=timezone.now())
    context = {
        "found": found,
        "housing": found.application.housing_name or "名称なし",
        "number": found.application.receipt_number or "受付前",
        "case_url": case_url(found.application),
        "breadcrumb": breadcrumb(found.application, "変更点"),
        "rows": _changes(found),
        "unasked": len(found.asked.unasked),
    }
    return render(request, "certification/staff/changes.html", context)


def _changes(found: Comparison) -> list[dict[str, Any]]:
    return [
        {"change": change, "kind": change.kind.label, "words": found.asked.words(change.path)}
        for change in found.changes
    ]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
