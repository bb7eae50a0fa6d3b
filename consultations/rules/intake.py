"""What an intake needs at least, and what is odd about it. Two minutes: nearly everything may come later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from consultations.rules.words import PhoneRule

LEAVE_SOON_DAYS: Final = 14
STALE_DAYS: Final = 30
"""An open case nobody has been in touch about for so long is shown as standing still."""
OPENING_HOURS: Final = (1, 2, 3)
"""For how many hours a protected case may be opened in an emergency."""
SHORTEST_REASON: Final = 10


@dataclass(frozen=True, kw_only=True)
class Reachable:
    """How the person or the proxy can be reached."""

    phone: str
    email: str
    address: str
    phone_rule: str
    contact_note: str
    proxy_phone: str


def problems_of(
    reach: Reachable,
    *,
    name: str,
    call_name: str,
    birth: dt.date | None,
    received_on: dt.date,
    today: dt.date,
) -> dict[str, str]:
    """Field and sentence. Nobody is refused for having no telephone: then the note says how to get in touch."""
    found = {}
    if not name.strip() and not call_name.strip():
        found["call_name"] = (
            "氏名か呼び名を入れてください。名のりたくない方は「呼び名」に仮の名前を入れられます。"
        )
    if birth is not None and not dt.date(1900, 1, 1) <= birth <= today:
        found["birth_date"] = "生年月日を確かめてください。分からないときは空にして、年代を選びます。"
    if received_on > today:
        found["received_on"] = "受け付けた日が先の日です。今日までの日を入れてください。"
    ways = (reach.phone, reach.email, reach.address, reach.proxy_phone, reach.contact_note)
    if not any(way.strip() for way in ways):
        found["phone"] = (
            "連絡のしかたを一つは入れてください。電話もメールもないときは「連絡するときの注意」に書きます。"
        )
    if reach.phone_rule == PhoneRule.NEVER and not (reach.email or reach.contact_note or reach.proxy_phone):
        found["contact_note"] = "電話してはいけない方です。どうすれば連絡がつくかを書いてください。"
    return found


def is_urgent(leave_by: dt.date | None, *, today: dt.date) -> bool:
    """Whether the person has to be out within two weeks, or should be out already."""
    return leave_by is not None and (leave_by - today).days <= LEAVE_SOON_DAYS
