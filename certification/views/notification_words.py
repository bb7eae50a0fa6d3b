"""How notifications are shown on both sides: one line, the whole, what changes, and who may be paid directly."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from certification.rules.change_kind import ChangeClass
from certification.rules.direct_payment import NOT_IN_THE_PLAN, direct_payment
from certification.rules.notifications import (
    RULES,
    NotificationKind,
    NotificationStatus,
    report_due_on,
    statement_rows,
)
from certification.rules.parts import EMPTY
from certification.rules.statements import dedicated_units
from japan.wareki import fiscal_year_label, format_wareki

OWN_FIELDS: Final = "※は、法令が名を挙げた項目ではなく、このシステムが設けた欄です。"

_CODES: Final[dict[str, str]] = {
    NotificationStatus.DRAFT: "draft",
    NotificationStatus.FILED: "submitted",
    NotificationStatus.RECEIVED: "certified",
    NotificationStatus.RETURNED: "awaiting_correction",
    NotificationStatus.WITHDRAWN: "withdrawn",
}
"""Which shape of the status component a notification bears."""

_TONES: Final = {ChangeClass.CERTIFY: "attention", ChangeClass.NOTIFY: "info", ChangeClass.NOTHING: "plain"}


def status_of_notification(row: Any) -> dict[str, str]:
    """Code and label of the status component."""
    return {"code": _CODES[row.status], "label": str(row.get_status_display())}


def title_of(row: Any) -> str:
    """軽微変更届; 令和7年度の定期報告."""
    if row.kind == NotificationKind.ANNUAL_REPORT:
        return f"{fiscal_year_label(row.fiscal_year)}の定期報告"
    return str(row.get_kind_display())


def line_of(row: Any, *, address: str) -> dict[str, Any]:
    """One line of a list. What the notification says stands on its own page alone."""
    return {
        "url": reverse(address, args=[row.public_id]),
        "title": title_of(row),
        "number": row.receipt_number,
        "filed": _day(row.filed_at),
        "due": _due(row),
        "status": status_of_notification(row),
        "on_paper": row.is_on_paper,
    }


def _day(moment: dt.datetime | None) -> str:
    return format_wareki(timezone.localdate(moment), style="short") if moment else ""


def _due(row: Any) -> str:
    if row.kind != NotificationKind.ANNUAL_REPORT or row.filed_at:
        return ""
    return f"{format_wareki(report_due_on(row.fiscal_year))}まで"


def stated(kind: str, statement: Any, plan: Any) -> list[dict[str, str]]:
    """What was stated, as rows of the list component."""
    rows = statement_rows(kind, statement, plan)
    return [{"term": label, "text": "" if text == EMPTY else text} for label, text in rows]


def changes_of(filing: Any) -> list[dict[str, Any]]:
    """What changes, with class and ground as they were classified on the day of filing."""
    return [
        {**one, "badge": {"label": one["kind_label"], "tone": _TONES[ChangeClass(one["kind"])]}}
        for one in filing.changes
    ]


def basis_of(kind: str) -> str:
    """法44条3項、共管省令23条・別記様式第五号."""
    rule = RULES[NotificationKind(kind)]
    return f"{rule.basis}・{rule.form}"


def filing_facts(row: Any) -> list[dict[str, str]]:
    """Who filed and received it, and when."""
    facts = [{"term": "認定番号", "text": row.plan.certified_number}]
    if due := _due(row):
        facts.append({"term": "期限", "text": due})
    if row.filed_at:
        facts.append({"term": "届出", "text": f"{_moment(row.filed_at)} {row.filed_by.name}"})
    if row.is_on_paper:
        facts.append({"term": "方法", "text": f"紙で届いたものを {row.filed_by.name} が入力"})
    if row.received_at:
        text = f"{_moment(row.received_at)} {row.received_by.name}(受理番号 {row.receipt_number})"
        facts.append({"term": "受理", "text": text})
    return facts


def _moment(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{format_wareki(local.date())} {local:%H:%M}"


def direct_payment_box(content: Any) -> dict[str, Any]:
    """代理納付: the grounds the plan shows (共管省令36条)."""
    standing = direct_payment(content)
    return {
        "qualifies": standing.qualifies,
        "grounds": [f"{ground.party}: {ground.text}" for ground in standing.grounds],
        "note": NOT_IN_THE_PLAN,
    }


def permit_rows(permits: Any, content: Any, *, today: dt.date) -> list[dict[str, Any]]:
    """目的外使用 with the day it ends."""
    names = dict(dedicated_units(content))
    return [
        {
            "rooms": "、".join(names.get(key, "(いまの計画にない部屋)") for key in permit.unit_keys),
            "from": format_wareki(permit.lease_from),
            "until": format_wareki(permit.lease_until),
            "has_ended": permit.lease_until < today,
            "days": (permit.lease_until - today).days,
        }
        for permit in permits
    ]
