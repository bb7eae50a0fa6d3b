"""開示: everything that is kept of one person in a case, in the words of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from consultations.models import Case
from consultations.rules.cards import from_json, lines
from consultations.rules.consents import Scope
from consultations.rules.words import FailureReason, Obstacle
from japan.wareki import format_wareki

#: Everything of the person, in the order of the pages. A test keeps this list whole.
PERSON: Final = (
    *("number", "received_at", "method", "route", "name", "kana", "call_name", "is_pseudonym", "birth_date"),
    *("age_band", "address", "phone", "email", "phone_rule", "contact_note", "proxy_name", "proxy_relation"),
    *("proxy_phone", "language", "household", "household_size", "housing", "leave_by", "moving_reason"),
    *(
        "obstacles",
        "rent_limit_yen",
        "wished_area",
        "wishes",
        "summary",
        "triage",
        "confidentiality",
        "state",
    ),
    *("closed_on", "outcome", "failure_reasons", "contracted_rent_yen", "contracted_area", "closing_note"),
)
NOT_OF_THE_PERSON: Final = frozenset(
    {
        *(
            "id",
            "public_id",
            "key",
            "council",
            "desk",
            "first_desk",
            "revision",
            "received_by",
            "assigned_to",
        ),
        *("search_text", "phone_digits", "last_contact_at", "next_due_on", "disposed_at"),
    }
)
"""How the office handles the case, and what is worked out from the rest."""
_LISTS: Final[dict[str, Any]] = {"obstacles": Obstacle, "failure_reasons": FailureReason}


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the copy: (what, text) in order."""

    title: str
    rows: tuple[tuple[str, str], ...]


def sections_of(case: Case) -> tuple[Section, ...]:
    """The parts of the copy. A query for each, however long the case is."""
    return (
        Section(title="相談", rows=tuple(_person(case))),
        Section(
            title="区分",
            rows=tuple(
                (row.label, "主な区分" if row.is_primary else "あてはまる") for row in case.categories.all()
            ),
        ),
        Section(
            title="節目",
            rows=tuple((_text(row.happened_on), str(row.get_kind_display())) for row in case.events.all()),
        ),
        Section(
            title="対応の記録",
            rows=tuple(
                (
                    f"{_text(row.happened_at)} {row.get_method_display()} {row.other_side}".strip(),
                    row.text,
                )
                for row in case.contacts.order_by("happened_at", "pk")
            ),
        ),
        Section(
            title="すること",
            rows=tuple(
                (f"{_text(row.due_on)}まで", f"{row.title}{'(済み)' if row.done_at else ''}")
                for row in case.tasks.all()
            ),
        ),
        Section(
            title="同意",
            rows=tuple(
                (
                    f"{_text(row.given_on)} {row.get_kind_display()}・{row.get_purpose_display()}",
                    "、".join(
                        filter(
                            None,
                            (
                                row.shop.name if row.shop else row.recipients,
                                *(str(each.label) for each in Scope if each in row.scope),
                                f"{_text(row.until)}まで" if row.until else "",
                                row.proxy,
                                str(row.get_ground_display()),
                                row.reason,
                            ),
                        )
                    ),
                )
                for row in case.consents.select_related("shop").order_by("pk")
            ),
        ),
        Section(
            title="支援プラン",
            rows=tuple(
                (
                    f"{row.get_phase_display()} 第{row.version}版 {_text(row.written_at)}",
                    "\n".join(
                        text
                        for text in (
                            row.situation,
                            row.wish,
                            row.goal,
                            *(f"{step.who}: {step.what}" for step in row.steps.all()),
                        )
                        if text
                    ),
                )
                for row in case.plans.prefetch_related("steps").order_by("pk")
            ),
        ),
        Section(
            title="入居後の確認",
            rows=tuple(
                (
                    f"{row.label} {_text(row.happened_on)}".strip(),
                    f"{row.get_result_display()} {row.text}".strip(),
                )
                for row in case.follow_ups.filter(recorded_at__isnull=False)
            ),
        ),
        Section(
            title="ケース会議",
            rows=tuple(
                (
                    _text(row.conference.day),
                    "\n".join(text for text in (row.discussion, row.decision) if text),
                )
                for row in case.conference_items.select_related("conference").order_by("pk")
            ),
        ),
        Section(
            title="関係機関への紹介",
            rows=tuple(
                (
                    f"{_text(row.sent_at)} {row.agency.name}・{row.get_state_display()}",
                    "、".join(f"{term}: {text}" for term, text in row.packet),
                )
                for row in case.referrals.select_related("agency").order_by("pk")
            ),
        ),
        Section(
            title="資料",
            rows=tuple(
                (_text(row.added_at), f"{row.label}(取り除いた)" if row.removed_at else row.label)
                for row in case.files.order_by("pk")
            ),
        ),
        Section(
            title="引き継ぎ",
            rows=tuple(
                (
                    f"{_text(row.offered_at)} {row.to_desk.name}・{row.get_state_display()}",
                    row.request,
                )
                for row in case.transfers.select_related("to_desk").order_by("pk")
            ),
        ),
        Section(
            title="店への問合せ",
            rows=tuple(
                (
                    f"{_text(row.sent_at)} {row.shop.name}・{row.get_state_display()}",
                    "、".join(f"{term}: {text}" for term, text in lines(from_json(row.card))),
                )
                for row in case.inquiries.select_related("shop").order_by("pk")
            ),
        ),
    )


def _person(case: Case) -> list[tuple[str, str]]:
    found = []
    for name in PERSON:
        field = case._meta.get_field(name)
        text = _value(case, name)
        if text:
            found.append((str(getattr(field, "verbose_name", name)), text))
    return found


def _value(case: Case, name: str) -> str:
    if name in _LISTS:
        kind = _LISTS[name]
        return "、".join(str(kind(code).label) for code in getattr(case, name) if code in kind.values)
    shown = getattr(case, f"get_{name}_display", None)
    return str(shown()) if shown else _text(getattr(case, name))


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "はい"
    if hasattr(value, "hour"):
        local = timezone.localtime(value)
        return f"{format_wareki(local.date())} {local:%H:%M}"
    if hasattr(value, "isoformat"):
        return format_wareki(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
