"""関係機関への紹介: what an agency is shown, under which consent, and until when.

A packet is made of what stands in `packet_of` and of nothing else. The address is never in it. Each piece leaves only under a
consent that names the agency and covers the piece (個人情報保護法27条1項, 69条2項1号).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.cards import Facts as CardFacts
from consultations.rules.cards import age_label, household_band, identifying_words
from consultations.rules.consents import Scope
from consultations.rules.words import Obstacle, PhoneRule
from japan.folding import fold

LINK_DAYS: Final = 14
ACCEPTED_DAYS: Final = 30
MOST_TRIES: Final = 5
LONGEST_REQUEST: Final = 400
LONGEST_REPLY: Final = 400
NO_TELEPHONE: Final = "電話はできません。窓口が間に入ります。"
NO_MESSAGE: Final = "留守番電話に残さないでください。"
_BETWEEN_NAMES: Final = re.compile(r"[、､,，/／\r\n]+")


class AgencyKind(TextChoices):
    """関係機関の種類: the usual つなぎ先 of municipal lists."""

    ELDERLY = "elderly", "地域包括支援センター"
    DISABILITY = "disability", "基幹相談支援センター"
    LIVELIHOOD = "livelihood", "自立相談支援機関"
    WELFARE = "welfare", "福祉事務所(生活保護)"
    CHILDREN = "children", "こども家庭センター"
    WOMEN = "women", "女性相談支援センター"
    HEALTH = "health", "保健所・保健センター"
    COUNCIL = "council", "社会福祉協議会"
    RESETTLEMENT = "resettlement", "地域生活定着支援センター"
    PROBATION = "probation", "保護観察所"
    MEDICAL = "medical", "医療機関"
    CARE = "care", "居宅介護支援事業所"
    PLANNING = "planning", "相談支援事業所"
    NURSING = "nursing", "訪問看護"
    GUARDIAN = "guardian", "成年後見(中核機関)"
    OTHER = "other", "その他"


class ReferralState(TextChoices):
    """紹介の状態."""

    SENT = "sent", "回答待ち"
    SEEN = "seen", "機関が開いた"
    ACCEPTED = "accepted", "引き受けた"
    DECLINED = "declined", "断られた"
    DONE = "done", "済んだ"
    REVOKED = "revoked", "取りやめ"
    EXPIRED = "expired", "期限切れ"


class DeclineReason(TextChoices):
    """断りの理由. Each says whose no it was, so that nobody writes it down as the person's fault."""

    FULL = "full", "機関: 定員がない"
    AREA = "area", "機関: 担当の区域ではない"
    OUTSIDE = "outside", "機関: 対象ではない"
    PERSON = "person", "本人: 本人が断った"
    UNREACHED = "unreached", "本人: 連絡がつかない"


class ReferralStep(TextChoices):
    """紹介の経過."""

    SENT = "sent", "紹介した"
    SEEN = "seen", "機関が開いた"
    READ = "read", "機関がもう一度開いた"
    CODE_WRONG = "code_wrong", "確認の番号をまちがえた"
    ACCEPTED = "accepted", "引き受けると回答"
    DECLINED = "declined", "断ると回答"
    DONE = "done", "済んだ"
    REVOKED = "revoked", "取りやめ"
    EXPIRED = "expired", "期限切れ"


WAITING: Final = (ReferralState.SENT, ReferralState.SEEN)
OPEN: Final = (*WAITING, ReferralState.ACCEPTED)
"""The agency may still read. At most one such referral of a case to one agency."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The only columns of a case a packet may look at."""

    name: str = ""
    kana: str = ""
    phone: str = ""
    phone_rule: str = ""
    rent_limit_yen: int | None = None
    wished_area: str = ""
    household: str = ""
    household_size: int | None = None
    age_band: str = ""
    obstacles: tuple[str, ...] = ()
    summary: str = ""


def packet_of(facts: Facts, *, request: str, scope: Collection[str]) -> list[tuple[str, str]]:
    """Term and text, as the agency reads them; what the scope does not hold is left out."""
    rows = [("お願いしたいこと", request.strip())]
    if Scope.CONTACT in scope:
        rows += [("名前", facts.name), ("よみ", facts.kana), ("電話", _telephone(facts))]
    if Scope.HOUSEHOLD in scope:
        known = CardFacts(household=facts.household, household_size=facts.household_size)
        rows += [("世帯", household_band(known)), ("年代", age_label(facts.age_band))]
    if Scope.CONDITIONS in scope:
        rent = f"{facts.rent_limit_yen:,}円まで(共益費込み)" if facts.rent_limit_yen else ""
        rows += [("希望する地域", facts.wished_area), ("家賃", rent)]
    if Scope.OBSTACLES in scope:
        labels = [str(Obstacle(code).label) for code in facts.obstacles if code in Obstacle.values]
        rows.append(("見つかりにくい事情", "、".join(labels)))
    if Scope.SITUATION in scope:
        rows.append(("相談の内容", facts.summary.strip()))
    return [(term, text) for term, text in rows if text]


def _telephone(facts: Facts) -> str:
    if facts.phone_rule == PhoneRule.NEVER or not facts.phone.strip():
        return NO_TELEPHONE
    return f"{facts.phone} {NO_MESSAGE}" if facts.phone_rule == PhoneRule.NO_MESSAGE else facts.phone


def shown_packet(packet: Iterable[Sequence[str]], *, phone_rule: str) -> list[tuple[str, str]]:
    """What was sent, as it may be read now: who must not be called any more has no number in it."""
    is_silent = phone_rule == PhoneRule.NEVER
    return [(term, NO_TELEPHONE if is_silent and term == "電話" else text) for term, text in packet]


def names_agency(recipients: str, *, agency: str) -> bool:
    """Whether the recipients of a consent, as they were written, name the agency: one name among those set apart.

    The middle dot sets nothing apart: it stands inside names (保健所・保健センター), and half a name is another agency.
    """
    wanted = fold(agency)
    return bool(wanted) and wanted in {fold(part) for part in (recipients, *_BETWEEN_NAMES.split(recipients))}


def state_on(state: str, *, expires_at: dt.datetime, now: dt.datetime) -> str:
    """The state at a moment, whether or not the hourly job has been there."""
    return ReferralState.EXPIRED.value if state in OPEN and expires_at <= now else state


def referral_problems(
    *,
    pieces: Collection[str],
    scope: Collection[str],
    request: str,
    is_protected: bool,
    is_sure: bool,
    names: Collection[str] = (),
) -> dict[str, str]:
    """Field and sentence of what is wrong with a referral as it was typed.

    `scope`: what the consent covers; `names`: every name known of the case, which the request must not tell by itself.
    """
    found = {}
    if not request.strip():
        found["request"] = "お願いしたいことを書いてください。例: 引っ越したあとの見守りを相談したい"
    elif len(request.strip()) > LONGEST_REQUEST:
        found["request"] = f"{LONGEST_REQUEST}字までで書いてください。"
    elif Scope.CONTACT not in pieces and (told := identifying_words(request, names=names)):
        found["request"] = (
            f"{told}は、名前と連絡先を伝えないときは書けません。消すか、伝えるものに「名前と連絡先」を加えてください。"
        )
    if not pieces:
        found["pieces"] = "伝えるものを、一つ以上選んでください。"
    elif outside := [str(each.label) for each in Scope if each in pieces and each not in scope]:
        found["pieces"] = f"{'、'.join(outside)}を渡す同意がありません。外すか、同意を記録し直してください。"
    elif not set(pieces) <= set(scope):
        found["pieces"] = "選べないものが入っています。伝えるものを選び直してください。"
    if is_protected and Scope.CONTACT in pieces and not is_sure:
        found["is_sure"] = "要保護の相談です。本人の安全を確かめ、「安全を確かめた」に印を付けてください。"
    return found


def answer_problems(*, is_accepted: bool, reason: str, reply: str) -> dict[str, str]:
    """Field and sentence of what is wrong with an answer."""
    if len(reply.strip()) > LONGEST_REPLY:
        return {"reply": f"{LONGEST_REPLY}字までで書いてください。"}
    return {} if is_accepted or reason in DeclineReason.values else {"reason": "理由を一つ選んでください。"}


class Closed(TextChoices):
    """Why a link shows nothing more, as a sentence for the agency."""

    EXPIRED = "expired", "この紹介は、期限が過ぎたため閉じました。"
    OVER = "over", "この紹介は終わりました。お控えがあれば、処分をお願いします。ありがとうございました。"
    DECLINED = "declined", "回答を受け取っています。ありがとうございました。"
    LOCKED = "locked", "確認の番号を続けてまちがえたため、開けなくなりました。"


SHUT: Final = {
    Closed.LOCKED: "機関が確認の番号を続けてまちがえたため、開けなくなりました。取りやめて、もう一度紹介してください。",
    Closed.OVER: "いまは、この機関に伝える同意がないため、開けません(期限が過ぎたか、機関の名称が変わりました)。続けるときは、同意を記録し直してください。",
}
"""The same for the desk, of a referral that has not ended."""
UNSAFE: Final = "紹介したあとに要保護の相談になったため、名前の入ったこの紹介は、いまは開けません。続けるときは取りやめて、安全を確かめてから、もう一度紹介してください。"


def closed_because(
    state: str, *, tries: int, is_case_open: bool, pieces: Collection[str], covered: Collection[str]
) -> Closed | None:
    """Why nothing is shown; `None` when the code opens it. A consent taken back, or a case that ended, ends it as well."""
    if state == ReferralState.EXPIRED:
        return Closed.EXPIRED
    if state == ReferralState.DECLINED:
        return Closed.DECLINED
    if state not in OPEN or not is_case_open or not set(pieces) <= set(covered):
        return Closed.OVER
    return Closed.LOCKED if tries >= MOST_TRIES else None
