"""引き継ぎ: handing a case to another desk, which says yes first.

Within a council the whole case moves; another council gets a case of its own with what the consent covers, and the first
desk keeps and ends its own. Either way only under a consent that names the desk or its council (個人情報保護法27条1項,
69条2項1号). The address never goes to another council.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db.models import TextChoices

from consultations.rules.cards import identifying_words
from consultations.rules.consents import Scope, missing
from consultations.rules.referring import names_agency

WAIT_DAYS: Final = 14
LONGEST_REQUEST: Final = 400
BEFORE_YES: Final = (Scope.CONDITIONS, Scope.HOUSEHOLD, Scope.OBSTACLES)
"""What the other desk sees before it says yes, as far as the consent covers it: no name, no story."""


class TransferState(TextChoices):
    """引き継ぎの状態."""

    OFFERED = "offered", "返事待ち"
    ACCEPTED = "accepted", "引き受けた"
    DECLINED = "declined", "引き受けられない"
    WITHDRAWN = "withdrawn", "取りやめ"
    EXPIRED = "expired", "期限切れ"


class NotTaken(TextChoices):
    """引き受けられない理由. A list, so that nobody writes about the person."""

    BUSY = "busy", "いま手いっぱい"
    AREA = "area", "担当の地域ではない"
    OUTSIDE = "outside", "この窓口の対象ではない"


FIELDS: Final[dict[Scope, tuple[str, ...]]] = {
    Scope.CONTACT: (
        *("name", "kana", "call_name", "is_pseudonym", "phone", "email", "phone_rule", "contact_note"),
        *("proxy_name", "proxy_relation", "proxy_phone", "language"),
    ),
    Scope.HOUSEHOLD: ("household", "household_size", "age_band"),
    Scope.CONDITIONS: ("rent_limit_yen", "wished_area", "leave_by"),
    Scope.OBSTACLES: ("obstacles",),
    Scope.SITUATION: ("summary", "wishes", "housing", "moving_reason"),
}
"""Columns of a case that another council gets with each piece. The birth date goes as an age band, the address never."""
KEPT_HERE: Final = frozenset({"address", "birth_date", "method", "route", "triage"})
"""What of an intake stays with the first council, or is told anew."""


def state_on(state: str, *, expires_at: dt.datetime, now: dt.datetime) -> str:
    """The state at a moment: an offer nobody answered runs out by itself."""
    is_over = state == TransferState.OFFERED and expires_at <= now
    return TransferState.EXPIRED.value if is_over else state


def names_desk(recipients: str, *, desk: str, council: str) -> bool:
    """Whether the recipients of a consent name the desk or its council."""
    return any(names_agency(recipients, agency=name) for name in (desk, council))


def needed(*, is_same_council: bool) -> frozenset[str]:
    """What a consent has to cover: the whole case within the council, the way to reach the person elsewhere."""
    return frozenset(Scope.values) if is_same_council else frozenset({Scope.CONTACT.value})


def offer_problems(
    *, request: str, names: Collection[str], scope: Collection[str], is_same_council: bool, desk: str
) -> dict[str, str]:
    """Field and sentence of what is wrong with an offer.

    `scope`: what the consents that name the desk cover; `names`: every name known of the case.
    """
    found = {}
    if not request.strip():
        found["request"] = "なぜ引き継ぐのかを書いてください。例: 引っ越し先がそちらの市になるため"
    elif len(request.strip()) > LONGEST_REQUEST:
        found["request"] = f"{LONGEST_REQUEST}字までで書いてください。"
    elif told := identifying_words(request, names=names):
        found["request"] = f"{told}は、引き受ける前の窓口には伝えられません。消してください。"
    lacking = missing(needed(is_same_council=is_same_council), covered_by=scope)
    if lacking:
        found["desk"] = (
            f"{desk}に{'、'.join(lacking)}を渡す同意がありません。同意の画面で「ほかの窓口への引き継ぎ」を、"
            f"渡す相手に「{desk}」と書いて記録してください。"
        )
    return found
