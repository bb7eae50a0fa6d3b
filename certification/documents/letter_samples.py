"""Letters with invented values, for looking at a wording before it is used. They go to nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from certification.documents.letters import (
    Addressee,
    CaseFacts,
    LetterContent,
    LetterPoint,
    RefusalReason,
    Sender,
    certification_notice,
    correction_request,
    letter_by_rule,
    refusal_notice,
)
from certification.rules.letter_kinds import (
    CRITERION,
    REASON,
    RULES,
    SAMPLE_FACTS,
    SHORT_APPEAL,
    LetterKind,
    Reader,
    Wording,
    sample_fields,
)

NUMBER: Final = "8見第0号"
SENDER: Final = Sender(
    title="見本市長", name="見本 花子", omits_seal=True, enquiry="見本市 福祉総務課\n電話 000-000-0000"
)
COMPANY: Final = Addressee(
    name=SAMPLE_FACTS["事業者の名称"],
    address="見本市見本町1番1号",
    is_corporation=True,
    representative="代表取締役 架空 太郎",
)
OFFICE: Final = Addressee(name="見本消防署長", honorific="殿")


def sample_letter(
    kind: LetterKind,
    wording: Wording | None = None,
    *,
    on: dt.date,
    sender: Sender = SENDER,
    appeal_text: str = "",
) -> LetterContent:
    """A whole letter of a kind as it would be printed. Raises KeyError for a placeholder the kind has not."""
    appeal = appeal_text or SHORT_APPEAL
    if make := _OWN.get(kind):
        return make(wording, on, sender, appeal)
    return letter_by_rule(
        kind,
        document_number=NUMBER,
        issued_on=on,
        addressees=[OFFICE if RULES[kind].reader == Reader.OTHER_OFFICE else COMPANY],
        sender=sender,
        facts=SAMPLE_FACTS,
        fields=sample_fields(kind),
        wording=wording,
        appeal_text=appeal,
    )


def _case(on: dt.date) -> CaseFacts:
    return CaseFacts(
        receipt_number=SAMPLE_FACTS["受付番号"],
        submitted_on=on - dt.timedelta(days=30),
        applicants=(SAMPLE_FACTS["事業者の名称"],),
        housing_name=SAMPLE_FACTS["住宅の名称"],
        housing_address=SAMPLE_FACTS["住宅の所在地"],
        units=12,
        dedicated_units=4,
    )


def _correction(wording: Wording | None, on: dt.date, sender: Sender, appeal: str) -> LetterContent:
    return correction_request(
        document_number=NUMBER,
        issued_on=on,
        addressees=[COMPANY],
        sender=sender,
        case=_case(on),
        points=[
            LetterPoint(
                number=1,
                item="14 住宅の規模及び設備等",
                text="201号室の床面積が、間取図と申請書とで異なります。測り方を確かめて直してください。",
                department="都市計画課",
            )
        ],
        due_on=on + dt.timedelta(days=21),
        wording=wording,
    )


def _certification(wording: Wording | None, on: dt.date, sender: Sender, appeal: str) -> LetterContent:
    return certification_notice(
        document_number=NUMBER,
        issued_on=on,
        addressees=[COMPANY],
        sender=sender,
        case=_case(on),
        certified_number=SAMPLE_FACTS["認定番号"],
        certified_on=on,
        wording=wording,
    )


def _refusal(wording: Wording | None, on: dt.date, sender: Sender, appeal: str) -> LetterContent:
    return refusal_notice(
        document_number=NUMBER,
        issued_on=on,
        addressees=[COMPANY],
        sender=sender,
        case=_case(on),
        reasons=[RefusalReason(criterion=CRITERION.sample, text=REASON.sample)],
        appeal_text=appeal,
        wording=wording,
    )


_OWN: Final[dict[LetterKind, Callable[[Wording | None, dt.date, Sender, str], LetterContent]]] = {
    LetterKind.CORRECTION_REQUEST: _correction,
    LetterKind.CERTIFICATION_NOTICE: _certification,
    LetterKind.REFUSAL_NOTICE: _refusal,
}
"""The letters of the certification itself have pages of their own: points, duties, a table of reasons."""
