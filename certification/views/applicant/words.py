"""The state of a case in plain words for the applicant: whose turn, how far, what to do now.

Nothing here names a department, a person of the office, or a step inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.selectors import moment_text
from certification.rules.completeness import SectionState
from certification.rules.difference import DisplayGroup, DisplayRow
from certification.rules.operators import PARTNER_SECTIONS, OperatorRole
from certification.rules.parts import EMPTY
from certification.rules.procedures import Procedure
from certification.rules.workflow import OPEN_STATES, Action, State
from certification.selectors.applicant import DocumentLine, Overview, Own, missing
from certification.views.applicant.frame import day_text
from japan.calendar import add_business_days

IN_REVIEW: Final = (State.LEAD_REVIEW, State.CIRCULATING, State.GATHERING, State.DECIDING)

_ACTS: Final[dict[str, str]] = {
    Action.SUBMIT: "申請しました",
    Action.ACCEPT: "受け付けられました",
    Action.RETURN: "直すところの連絡がありました",
    Action.RESUBMIT: "直して、もう一度申請しました",
    Action.WITHDRAW: "取り下げました",
    Action.NOTIFY: "軽微な変更として届け出ました",
    Action.REWRITE: "届出を書き直し始めました",
}
STATEMENT_TITLES: Final[dict[Procedure, str]] = {
    Procedure.CHANGE: "変更の予定日と理由",
    Procedure.SUCCESSION: "承継のこと",
    Procedure.OTHER_USE: "目的外使用のこと",
}
"""What the page of each procedure's statement is called."""

_BEGUN: Final = "作成を始めました"


def is_mine(state: str) -> bool:
    """Whether the applicant has something to do."""
    return state in (State.DRAFT, State.AWAITING_CORRECTION)


def turn(application: Any, *, unanswered: int) -> str:
    """Whose turn it is, for the list."""
    office = application.municipality.name
    if application.state == State.AWAITING_CORRECTION:
        count = (
            f"直すところが{unanswered}件あります" if unanswered else "すべて答えました。再申請してください"
        )
        return f"あなたの番です: {count}"
    if application.state in IN_REVIEW:
        return f"{office}が審査しています"
    return {
        State.DRAFT: "あなたの番です: まだ申請していません",
        State.SUBMITTED: f"{office}が受け付けるのを待っています",
        State.CERTIFIED: f"終わりました: {decided(application)}",
        State.REFUSED: f"終わりました: {decided(application)}",
        State.WITHDRAWN: "終わりました: 取り下げました",
        State.NOTIFIED: "終わりました: 軽微な変更として届け出ました",
    }[State(application.state)]


def expected(application: Any) -> str:
    """When a result may be expected, while the office has the case."""
    if application.due_on is None or application.state == State.AWAITING_CORRECTION:
        return ""
    return f"結果の見込みは{day_text(application.due_on)}ごろです。"


def due(application: Any, *, today: dt.date) -> dict[str, str] | None:
    """The applicant's own due date."""
    if application.due_on is None or application.state != State.AWAITING_CORRECTION:
        return None
    date = day_text(application.due_on)
    left = (application.due_on - today).days
    if left < 0:
        return {"label": "期限を過ぎています", "date": date, "tone": "hot"}
    label = "きょうまで" if left == 0 else f"あと{left}日"
    return {
        "label": label,
        "date": f"{date}まで",
        "tone": "hot" if left <= 1 else "soon" if left <= 7 else "",
    }


def decided(application: Any) -> str:
    """The result in a sentence: 認定されました, 承継不承認になりました."""
    if application.state == State.CERTIFIED and application.procedure == Procedure.CERTIFICATION:
        return "認定されました"
    return f"{application.state_label}になりました"


def told_act(action: str | None, *, application: Any) -> str:
    """The last act the applicant may know of."""
    if action == Action.DECIDE:
        return decided(application)
    return _ACTS.get(action or "", _BEGUN)


# --- The overview ---


def what_now(page: Overview, *, today: dt.date) -> dict[str, Any]:
    """The block at the top: what to do now. Keys as the panel component wants them."""
    state = page.own.state
    if is_mine(state) and (other := _now_for_others(page)):
        return other
    makers = {
        State.DRAFT: _now_draft,
        State.SUBMITTED: _now_submitted,
        State.AWAITING_CORRECTION: _now_correction,
        State.CERTIFIED: _now_certified,
        State.REFUSED: _now_refused,
        State.WITHDRAWN: _now_withdrawn,
        State.NOTIFIED: _now_notified,
    }
    return makers.get(state, _now_review)(page, today)


def _now_for_others(page: Overview) -> dict[str, Any] | None:
    """For people whose turn it is not, though it is the applicant's; None for those who write and file."""
    own = page.own
    joint = own.joint
    if (
        joint
        and own.hand.partner_role == OperatorRole.MANAGER
        and not joint.confirmation
        and not _lacking(page)
    ):
        return {
            "kind": "attention",
            "title": "内容を読んで、同意してください",
            "text": "同意があると、申請する事業者が申請できます。",
            "action_url": _to("plan_confirm", page),
            "action_label": "読んで、同意する",
        }
    if own.hand.writes_support:
        url = _to("plan_section", page, PARTNER_SECTIONS[0].value)
        label = f"「{PARTNER_SECTIONS[0].label}」を書く"
        text = "共同申請者として、援助の内容と対価を書けます。書き終えたら、内容に同意してください。"
        return {
            "kind": "info",
            "title": "援助の部分を書けます",
            "text": text,
            "action_url": url,
            "action_label": label,
        }
    if not own.hand.writes_all:
        return {
            "kind": "wait",
            "title": "事業者が計画を書いています",
            "text": "いま、あなたがすることはありません。書かれている内容は読めます。",
        }
    if _lacking(page) or (
        page.returned and own.state == State.AWAITING_CORRECTION and page.returned.unanswered
    ):
        return None
    if joint and joint.confirmation is None:
        return {
            "kind": "wait",
            "title": "共同申請者の同意を待っています",
            "text": f"必要なところは、すべてそろいました。{joint.partner.label}が同意すると、申請できます。",
            "action_url": _to("plan_partner", page),
            "action_label": "共同申請者のページへ",
        }
    if not own.may_file:
        return {
            "kind": "done",
            "title": "必要なところは、すべてそろいました",
            "text": "申請は、事業者の管理者が行います。管理者に知らせてください。",
        }
    return None


def _to(name: str, page: Overview, *args: str) -> str:
    return reverse(f"certification:{name}", args=[page.own.application.public_id, *args])


def _lacking(page: Overview) -> int:
    return len(page.own.statement_gaps) + len(page.own.gaps) + len(page.missing)


def _now_draft(page: Overview, today: dt.date) -> dict[str, Any]:
    count = _lacking(page)
    if not count:
        return {
            "kind": "done",
            "title": "申請できます",
            "text": "必要なところは、すべてそろいました。内容を確かめて申請してください。",
            "action_url": _to("plan_submit", page),
            "action_label": "申請の確認へ進む",
        }
    items = section_items(page.own, page.lines)
    first = next((item for item in items if item["state"] != "done"), items[0])
    return {
        "kind": "info",
        "title": f"申請するまでに、あと{count}件あります",
        "text": f"次は「{first['label']}」です。どこからでも書けて、途中で保存できます。",
        "action_url": first["url"],
        "action_label": f"「{first['label']}」を書く",
    }


def _now_submitted(page: Overview, today: dt.date) -> dict[str, Any]:
    office = page.own.application.municipality.name
    return {
        "kind": "wait",
        "title": f"{office}が受け付けるのを待っています",
        "text": "いま、することはありません。受け付けられたら、お知らせします。",
    }


def _now_review(page: Overview, today: dt.date) -> dict[str, Any]:
    application = page.own.application
    return {
        "kind": "wait",
        "title": f"{application.municipality.name}が審査しています",
        "text": f"いま、することはありません。{expected(application)}直すところがあるときや結果が出たときは、お知らせします。",
    }


def _now_correction(page: Overview, today: dt.date) -> dict[str, Any]:
    latest = page.returned
    count = latest.unanswered if latest else 0
    until = _until(page, today)
    if count:
        return {
            "kind": "attention",
            "title": f"直すところが{count}件あります",
            "text": f"計画や書類を直し、1件ずつ答えて、もう一度申請してください。{until}",
            "action_url": _to("plan_returns", page),
            "action_label": "直すところを見る",
        }
    return {
        "kind": "attention",
        "title": "すべて答えました。もう一度申請してください",
        "text": f"再申請するまで、審査は進みません。{until}",
        "action_url": _to("plan_submit", page),
        "action_label": "再申請の確認へ進む",
    }


def _until(page: Overview, today: dt.date) -> str:
    """The due date of the correction, and what to do when it has passed."""
    if page.returned is None:
        return ""
    day = page.returned.round.due_on
    if day >= today:
        return f"期限は{day_text(day)}です。"
    office = page.own.application.municipality.name
    return f"期限の{day_text(day)}を過ぎています。できるだけ早く送るか、{office}の担当課に連絡してください。"


def _now_certified(page: Overview, today: dt.date) -> dict[str, Any]:
    plan = page.own.application.plan
    if page.has_ended:
        return {
            "kind": "info",
            "title": f"この計画は、いまは認定を受けていません({plan.get_status_display()})",
            "text": "これまでの申請、届出・報告、届いた文書は、このまま読めます。",
            "action_url": reverse("certification:own_certified", args=[plan.public_id]),
            "action_label": "認定を受けた計画を開く",
        }
    if page.own.application.procedure != Procedure.CERTIFICATION:
        return {
            "kind": "done",
            "title": decided(page.own.application),
            "text": "通知書は、下の「届いた文書」から開けます。",
        }
    return {
        "kind": "done",
        "title": "認定されました",
        "text": f"認定番号は{plan.certified_number}、認定の日は{day_text(plan.certified_on)}です。認定通知書は、下の「届いた文書」から開けます。",
    }


def _now_refused(page: Overview, today: dt.date) -> dict[str, Any]:
    return {
        "kind": "danger",
        "title": f"{page.own.application.state_label}になりました",
        "text": "理由と、不服があるときの手続は、下に書いてあります。同じ内容の通知書も開けます。",
    }


def _now_withdrawn(page: Overview, today: dt.date) -> dict[str, Any]:
    return {
        "kind": "info",
        "title": "この申請は取り下げました",
        "text": "もう一度申請するときは、新しい申請を書いてください。",
        "action_url": reverse("certification:plan_new"),
        "action_label": "新しく申請を書く",
    }


def _now_notified(page: Overview, today: dt.date) -> dict[str, Any]:
    """The draft went another way: what follows stands on the page of the plan."""
    return {
        "kind": "info",
        "title": "軽微な変更として届け出ました",
        "text": "届出が受理されたか、返戻されたかは、認定を受けた計画の画面で見られます。",
        "action_url": reverse("certification:own_certified", args=[page.own.application.plan.public_id]),
        "action_label": "認定を受けた計画を開く",
    }


def section_items(own: Own, lines: Iterable[DocumentLine]) -> list[dict[str, str]]:
    """The sections and the documents as the list component wants them; linked where the person may write."""
    case_id = own.application.public_id
    marks = {SectionState.DONE: "done", SectionState.TODO: "part", SectionState.UNTOUCHED: "todo"}
    items = [
        {
            "label": str(section.label),
            "url": reverse("certification:plan_section", args=[case_id, section.value])
            if own.may_write(section)
            else "",
            "state": marks[status.state],
            "note": f"あと{status.gaps}件" if status.state == SectionState.TODO else "",
        }
        for section, status in (own.statuses.items() if own.writes_sections else ())
    ]
    if own.has_statement:
        items.insert(0, _statement_item(own))
    lines = list(lines)
    lacking, attached = len(missing(lines)), sum(len(line.files) for line in lines)
    items.append(
        {
            "label": "添付する書類",
            "url": reverse("certification:plan_documents", args=[case_id]) if own.may_edit_all else "",
            "state": "done" if not lacking else "part" if attached else "todo",
            "note": f"あと{lacking}種類" if lacking else f"{attached}件を添付しています",
        }
    )
    return items


def _statement_item(own: Own) -> dict[str, str]:
    count = len(own.statement_gaps)
    return {
        "label": STATEMENT_TITLES[Procedure(own.application.procedure)],
        "url": reverse("certification:plan_statement", args=[own.application.public_id])
        if own.may_edit_all
        else "",
        "state": "done" if not count else "part" if own.version.statement else "todo",
        "note": f"あと{count}件" if count and own.version.statement else "",
    }


def coming(page: Overview, *, today: dt.date) -> list[dict[str, str]]:
    """これから何が起きて、いつまでに: the next steps with their dates. Nothing once it is over."""
    makers = {
        State.DRAFT: _coming_filed,
        State.SUBMITTED: _coming_accepted,
        State.AWAITING_CORRECTION: _coming_mended,
    }
    if page.own.state not in OPEN_STATES:
        return []
    return makers.get(page.own.state, _coming_result)(page, today)


def _coming_filed(page: Overview, today: dt.date) -> list[dict[str, str]]:
    office = page.own.application.municipality.name
    return [
        {"term": "いつでも", "text": f"申請します。申請するまで、{office}には見えません。"},
        {"term": "申請のあと", "text": f"{office}が受け付けると、受付番号をお知らせします。"},
        {"term": _guess(page, today), "text": "結果が出る目安です(きょう受け付けられたとき)。"},
    ]


def _coming_accepted(page: Overview, today: dt.date) -> list[dict[str, str]]:
    office = page.own.application.municipality.name
    return [
        {"term": "受付", "text": f"{office}が書類を確かめて受け付け、受付番号をお知らせします。"},
        {"term": _guess(page, today), "text": "結果が出る目安です(きょう受け付けられたとき)。"},
    ]


def _guess(page: Overview, today: dt.date) -> str:
    return f"{day_text(add_business_days(today, page.standard_days))}ごろ"


def _coming_mended(page: Overview, today: dt.date) -> list[dict[str, str]]:
    due_on = page.returned.round.due_on if page.returned else None
    return [
        {"term": f"{day_text(due_on)}まで", "text": "直して答え、もう一度申請します。"},
        {
            "term": "再申請のあと",
            "text": "直したところの審査が始まります。待っていた日は、審査の日数に数えません。",
        },
    ]


def _coming_result(page: Overview, today: dt.date) -> list[dict[str, str]]:
    due_on = page.own.application.due_on
    when = f"{day_text(due_on)}ごろ" if due_on else "審査のあと"
    return [
        {
            "term": "直すところがあれば",
            "text": "期限を付けてお知らせします。答えるまで、審査の日数は止まります。",
        },
        {"term": when, "text": "結果をお知らせします。文書は、このページから開けます。"},
    ]


def steps(page: Overview) -> list[dict[str, str]]:
    """How far the case is: 作成, 申請, 受付, 審査, 補正, 決定. Nothing to show once it was withdrawn."""
    state, application = page.own.state, page.own.application
    if state in (State.WITHDRAWN, State.NOTIFIED):
        return []
    written = [
        ("作成", _begun(application)),
        ("申請", _moment(application.submitted_at)),
        ("受付", _received(application)),
        ("審査", period(page)),
        *_correction(page),
        ("決定", _decided(page)),
    ]
    place = _place(page, count=len(written))
    marks = ("done", "current", "todo")
    return [
        {"label": label, "note": note, "state": marks[(number >= place) + (number > place)]}
        for number, (label, note) in enumerate(written)
    ]


def period(page: Overview) -> str:
    """標準処理期間, when a result may be expected, and what stops the days (行政手続法6条, 9条1項)."""
    application = page.own.application
    standard = f"標準処理期間は{page.standard_days}営業日です(受付の次の開庁日から数えます)。"
    if page.own.state == State.AWAITING_CORRECTION:
        return (
            f"{standard}いまは、直していただくのを待っているため、日数が止まっています。{_if_answered(page)}"
        )
    if page.own.state not in IN_REVIEW or application.due_on is None:
        return f"{standard}直すところをお知らせしてから再申請までの日は、数えません。"
    if application.due_on < timezone.localdate():
        return f"{standard}いまは、この期間を過ぎています。審査の進み方は、{application.municipality.name}にお尋ねください。"
    return (
        f"{standard}今の見込みは{day_text(application.due_on)}ごろです。"
        "直すところをお知らせすると、再申請まで日数が止まり、その分だけ遅くなります。"
    )


def _if_answered(page: Overview) -> str:
    found = page.forecast
    if found is None or found.if_answered_today is None:
        return ""
    return f"きょう再申請すると、見込みは{day_text(found.if_answered_today)}ごろです。"


def _begun(application: Any) -> str:
    if application.procedure != Procedure.CERTIFICATION:
        return ""
    return f"{day_text(timezone.localdate(application.plan.created_at))}から"


def _place(page: Overview, *, count: int) -> int:
    """Which of the steps is the current one; behind the last when it is over."""
    state = page.own.state
    if state in IN_REVIEW:
        return 5 if page.rounds else 3
    return {State.DRAFT: 0, State.SUBMITTED: 2, State.AWAITING_CORRECTION: 4}.get(state, count)


def _correction(page: Overview) -> list[tuple[str, str]]:
    """補正 while it may still come or did come, and the review after it."""
    state = page.own.state
    if not page.rounds:
        note = "直すところがあるときだけです。待つあいだ、審査の日数は数えません。"
        return [] if page.decision else [("補正", note)]
    latest = page.rounds[-1]
    if state == State.AWAITING_CORRECTION:
        return [("補正", f"{day_text(latest.due_on)}までに、もう一度申請してください。")]
    return [("補正", f"{len(page.rounds)}回"), ("直したところの審査", "")]


def _moment(moment: dt.datetime | None) -> str:
    return moment_text(moment) if moment else ""


def _received(application: Any) -> str:
    if application.accepted_at is None:
        return ""
    return f"{day_text(timezone.localdate(application.accepted_at))} 受付番号 {application.receipt_number}"


def _decided(page: Overview) -> str:
    if page.decision is None:
        return ""
    day = page.own.application.decided_at
    result = page.own.application.state_label
    return f"{day_text(timezone.localdate(day))} {result}" if day else result


def history(page: Overview) -> list[dict[str, str]]:
    """What happened, newest first: own acts with the person's name, the office's told ones with its name."""
    application, state = page.own.application, page.own.application.state
    own_acts = (Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW, Action.NOTIFY, Action.REWRITE)
    kinds = {Action.RETURN: "attention", Action.WITHDRAW: "info"}
    told = [
        {
            "title": told_act(act.action, application=application),
            "actor": act.user.name if act.action in own_acts else application.municipality.name,
            "when": moment_text(act.performed_at),
            "kind": _decision_kind(state)
            if act.action == Action.DECIDE
            else kinds.get(Action(act.action), "info"),
        }
        for act in page.acts
    ]
    # A later procedure begins long after the plan does, and keeps no moment of its own.
    is_first = application.procedure == Procedure.CERTIFICATION
    begun = {
        "title": _BEGUN,
        "actor": "",
        "when": moment_text(application.plan.created_at) if is_first else "",
        "kind": "info",
    }
    return [*reversed(told), begun]


def _decision_kind(state: str) -> str:
    return "done" if state == State.CERTIFIED else "danger"


def case_facts(page: Overview) -> str:
    """Who files, and under which number, in one line."""
    application = page.own.application
    number = f"受付番号 {application.receipt_number}" if application.receipt_number else ""
    return "・".join(filter(None, (application.plan.operator.name, number)))


# --- The plan to read ---

_UNITS: Final = "buildings.units."
_UNIT_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "部屋": ("number",),
    "階": ("floor",),
    "専用住戸か": ("is_exclusive",),
    "広さ": ("floor_area_m2", "layout", "capacity"),
    "設備": ("kitchen", "toilet", "storage", "washbasin", "bath"),
    "家賃など": ("monthly_rent_yen", "common_fee_yen", "deposit_yen"),
}


def reading_groups(groups: Iterable[DisplayGroup]) -> list[dict[str, Any]]:
    """The rows of a plan to read; the rooms of one house become a table, one line each."""
    found: list[dict[str, Any]] = []
    for group in groups:
        if not group.rows[0].pattern.startswith(_UNITS):
            rows = [
                {"term": row.label, "text": "" if row.value == EMPTY else row.value} for row in group.rows
            ]
            found.append({"title": group.title, "rows": rows})
            continue
        house = group.rows[0].path.partition(".units[")[0]
        if not found or found[-1].get("house") != house:
            title = f"{found[-1]['title'] if found else ''}の部屋"
            found.append({"title": title, "house": house, "columns": list(_UNIT_COLUMNS), "units": []})
        found[-1]["units"].append(_unit_cells(group))
    return found


def _unit_cells(group: DisplayGroup) -> list[dict[str, str]]:
    rows = {row.pattern.removeprefix(_UNITS): row for row in group.rows}
    return [
        {"label": column, "text": _cell([rows[name] for name in names if name in rows])}
        for column, names in _UNIT_COLUMNS.items()
    ]


def _cell(rows: list[DisplayRow]) -> str:
    """One value by itself; several with their labels, those that say nothing left out; 「すべて専用」 when all agree."""
    if len(rows) == 1:
        return rows[0].value
    values = {row.value for row in rows}
    if len(values) == 1 and EMPTY not in values:
        return f"すべて{rows[0].value}"
    return "\n".join(f"{row.label} {row.value}" for row in rows if row.value != EMPTY) or EMPTY
