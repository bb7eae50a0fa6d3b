"""受付箱: whose turn it is, filtered and sorted, page by page."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ActorRequest
from accounts.rules.actor import Actor
from accounts.rules.roles import Role
from certification.forms.filters import QueueFilter, queue_filter
from certification.rules.queue import storable
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.queue import (
    Sort,
    Tab,
    acts_on_turns,
    capped_counts,
    cases_in,
    page_of,
)
from certification.views.staff.frame import office_page
from certification.views.staff.saved_filters import filter_links

Choice = TypeVar("Choice", bound=StrEnum)

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
NOT_FOUND: Final = ("見つかりませんでした", "ことばや条件を変えて、もう一度さがしてください。")


@office_page
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """受付箱. A tab, a sort, a cursor or a condition that cannot be read is left out, never an error."""
    actor, today = request.actor, timezone.localdate()
    saved = filter_links(actor)
    if not request.GET and (first := next((row for row in saved if row["is_default"]), None)):
        return redirect(first["url"])
    tab = _choice(Tab, request.GET.get("tab"), default=_first_tab(request))
    sort = Sort.NEW if tab == Tab.ALL else _choice(Sort, request.GET.get("sort"), default=Sort.DUE)
    filters = queue_filter(request.GET, actor=actor)
    cases = filters.usable(cases_in(tab, actor, today=today))
    page = page_of(cases, sort=sort, cursor=request.GET.get("after", ""), actor=actor, today=today)
    kept = filters.kept()
    here = {**kept, "tab": tab.value, "sort": sort.value}
    counts = capped_counts(actor, today=today)
    asked = storable({name: value for name, value in here.items() if name != "sort" or tab != Tab.ALL})
    context = {
        "tabs": _tabs(tab, actor=actor, counts=counts.tabs, kept=kept),
        "tab": tab,
        "filters": filters,
        "left_out": filters.left_out(),
        "chips": _chips(filters, here),
        "clear_url": f"?{urlencode({'tab': tab.value})}",
        "rows": page.rows,
        "shapes": " ".join(["check", "warning", "pause", *(f"state-{row['code']}" for row in page.rows)]),
        "sorts": [{"code": each.value, "label": each.label, "current": each == sort} for each in Sort],
        "may_sort": tab != Tab.ALL,
        "first_url": f"?{urlencode(here)}" if request.GET.get("after") else None,
        "next_url": f"?{urlencode({**here, 'after': page.next_cursor})}" if page.next_cursor else None,
        "may_pick": any(row["pick"] for row in page.rows),
        "saved": [{**row, "current": row["conditions"] == asked} for row in saved],
        "save_url": f"{reverse('certification:saved_filters')}?{urlencode(here)}",
        "deputised": _deputised(filters, kept),
        "tools": _tools(actor),
        "ledger_url": f"{reverse('certification:ledger')}{f'?{urlencode(kept)}' if kept else ''}",
        "late_inquiries": _late_inquiries(counts.late_inquiries, kept=kept),
        "search_query": kept.get("q", ""),
        "empty": NOT_FOUND if kept else EMPTY[tab],
    }
    return render(request, "certification/staff/queue.html", context)


def _deputised(filters: QueueFilter, kept: dict[str, str]) -> list[dict[str, str]]:
    """Whose cases one looks after, but for those that are shown already."""
    return [
        {
            "label": f"{row.user.name}さんの代理({row.until.month}月{row.until.day}日まで)",
            "url": f"?{urlencode({'tab': Tab.ALL.value, 'person': code})}",
        }
        for code, row in filters.deputised.items()
        if kept.get("person") != code
    ]


def _tools(actor: Actor) -> list[dict[str, str]]:
    """What leads on from the queue, for who may open it."""
    offered = (
        ("不在と代決", "absences", actor.has(Role.DECIDER)),
        ("代理", "deputies", bool(actor.departments(*REVIEW_ROLES))),
        ("引き継ぎ", "hand_over", actor.has(Role.DESK)),
        ("処理日数の統計", "statistics", True),
    )
    return [{"label": label, "url": reverse(f"certification:{name}")} for label, name, may in offered if may]


def _late_inquiries(count: str, *, kept: dict[str, str]) -> dict[str, str] | None:
    """The line that leads to them; none where there are none, or where they are what is shown."""
    text = "" if "inquiry" in kept else count
    url = f"?{urlencode({'tab': Tab.ALL.value, 'inquiry': 'overdue'})}"
    words = f"回答の期限を過ぎた照会のある申請が{text}件あります。"
    return {"text": words, "url": url} if text else None


def _first_tab(request: ActorRequest) -> Tab:
    """What a person meets who has chosen no tab: the own turn; everything for a search and for readers."""
    is_search = bool(request.GET.get("q", "").strip())
    return Tab.MINE if acts_on_turns(request.actor) and not is_search else Tab.ALL


def _choice(kind: type[Choice], value: str | None, *, default: Choice) -> Choice:
    return kind(value) if value in list(kind) else default


def _tabs(
    current: Tab, *, actor: Actor, counts: dict[Tab, str], kept: dict[str, str]
) -> list[dict[str, Any]]:
    shown = [tab for tab in Tab if acts_on_turns(actor) or tab not in (Tab.MINE, Tab.DEPARTMENT)]
    return [
        {
            "label": tab.label,
            "url": f"?{urlencode({**kept, 'tab': tab.value})}",
            "count": counts.get(tab, ""),
            "current": tab == current,
            "hot": tab == Tab.OVERDUE and counts.get(tab, "0") != "0",
        }
        for tab in shown
    ]


def _chips(filters: QueueFilter, here: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "label": f"{label}: {text}",
            "remove_url": f"?{urlencode({key: value for key, value in here.items() if key != name})}",
        }
        for name, label, text in filters.in_force()
    ]
