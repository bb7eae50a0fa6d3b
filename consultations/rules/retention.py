"""保存期間: when a case is to be disposed of, and what of it stays for counting.

The time runs from the first day of the fiscal year after closing, as municipal rules on documents count it. How many years
is each council's own to say (文書管理規程); five is the usual default.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from japan.wareki import fiscal_year

USUAL_YEARS: Final = 5
FEWEST_YEARS: Final = 1
MOST_YEARS: Final = 30
SHORTEST_REASON: Final = 5

ERASED: Final[dict[str, Any]] = {
    "name": "",
    "kana": "",
    "call_name": "",
    "is_pseudonym": False,
    "birth_date": None,
    "address": "",
    "phone": "",
    "email": "",
    "phone_rule": "ok",
    "contact_note": "",
    "proxy_name": "",
    "proxy_relation": "",
    "proxy_phone": "",
    "language": "",
    "household_size": None,
    "housing": "",
    "leave_by": None,
    "obstacles": [],
    "rent_limit_yen": None,
    "wished_area": "",
    "wishes": "",
    "summary": "",
    "search_text": "",
    "phone_digits": None,
    "last_contact_at": None,
    "next_due_on": None,
    "closing_note": "",
    "contracted_rent_yen": None,
    "contracted_area": "",
    "assigned_to": None,
}
"""Columns of a case that go, with what stands there afterwards."""

KEPT: Final = frozenset(
    {
        *(
            "id",
            "public_id",
            "key",
            "council",
            "desk",
            "first_desk",
            "number",
            "state",
            "revision",
            "received_by",
        ),
        *("method", "route", "triage", "confidentiality", "household", "moving_reason"),
        *("outcome", "failure_reasons", "disposed_at"),
        # To the band and to the month:
        *("age_band", "received_at", "closed_on"),
    }
)
"""Columns that stay: what is counted, and what tells that there was a case."""

ERASED_RECORDS: Final = (
    *("inquiry_events", "inquiries", "plan_steps", "plans", "follow_ups"),
    *("referral_events", "referrals", "conference_items", "transfers", "files"),
    *("contacts", "override_reviews", "consents", "openings", "tasks", "readers", "holds", "bookings"),
)
"""Records of a case that go with it, in this order."""
KEPT_RECORDS: Final = ("events", "categories", "contact_counts", "inquiry_counts", "disposal_lines")
"""Records that stay: the 節目 that are counted, its categories, how many contacts and shops asked in which month."""


def disposable_from(closed_on: dt.date, *, years: int) -> dt.date:
    """The day from which a case closed on a day may be disposed of: 1 April, full `years` after the year that follows."""
    return dt.date(fiscal_year(closed_on) + 1 + years, 4, 1)


def last_closing_day(today: dt.date, *, years: int) -> dt.date:
    """Cases closed on this day or before may be disposed of today."""
    return dt.date(fiscal_year(today) - years, 3, 31)


def to_month(day: dt.date) -> dt.date:
    """A day as far as it is kept."""
    return day.replace(day=1)


def typed_words(number: int) -> str:
    """What somebody alone types before so many cases are disposed of."""
    return f"{number}件を廃棄する"
