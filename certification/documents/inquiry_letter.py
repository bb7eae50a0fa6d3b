"""照会書: what is asked about a housing, on paper, with the checklist of orders and room to answer.

It goes to an authority, never to the applicant. Basis of the letter to the police: 居住安定援助賃貸住宅事業からの暴力団排除の推進に関する
合意書 (令和7年9月9日付警察庁丁組一発第486号ほか); of the others: the city's own 要綱 (東久留米市 第5の4).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from certification.documents.letters import Sender
from certification.documents.rendering import render_strictly
from certification.rules.inquiries import InquiryKind, OrderRule
from certification.rules.letter_kinds import ACT
from japan.wareki import format_wareki

PAGE: Final = "inquiry.typ"
AGREEMENT: Final = (
    "居住安定援助賃貸住宅事業からの暴力団排除の推進に関する合意書（令和7年9月9日付警察庁丁組一発第486号ほか）"
)


@dataclass(frozen=True, kw_only=True)
class LetterSubject:
    """対象者, on a page of its own."""

    number: int
    name: str
    kana: str
    birth_date: dt.date | None
    sex: str
    address: str
    role: str


@dataclass(frozen=True, kw_only=True)
class InquiryContent:
    """Everything a 照会書 says, in the order of the page. The same content always prints the same bytes."""

    document_number: str
    issued_on: dt.date
    addressee: str
    sender: Sender
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    question: str
    orders: tuple[tuple[str, str], ...]
    asks_remedy: bool
    subjects: tuple[LetterSubject, ...]
    due_on: dt.date


def inquiry_letter(
    kind: str,
    *,
    document_number: str,
    issued_on: dt.date,
    addressee: str,
    sender: Sender,
    about: str,
    housing: Sequence[tuple[str, str]],
    question: str,
    orders: Sequence[OrderRule] = (),
    subjects: Sequence[LetterSubject] = (),
    due_on: dt.date,
) -> InquiryContent:
    """照会書. `about` names the procedure, 「第40条第1項の認定の申請」. Raises ValueError without addressee or question, when no day is left to answer, or without a subject
    where the police are asked."""
    if not addressee.strip() or not question.strip():
        raise ValueError("an inquiry says whom it asks and what")
    if due_on <= issued_on:
        raise ValueError("the due date lies after the date of the letter")
    is_police = kind == InquiryKind.POLICE
    if is_police != bool(subjects):
        raise ValueError("an inquiry to the police names its subjects, no other does")
    return InquiryContent(
        document_number=document_number,
        issued_on=issued_on,
        addressee=f"{addressee.strip()}　御中",
        sender=sender,
        subject="居住安定援助計画の認定の欠格条項に係る照会書"
        if is_police
        else "居住安定援助計画の認定に係る照会書",
        paragraphs=_paragraphs(about, is_police=is_police),
        rows=tuple(housing),
        question=question.strip(),
        orders=tuple((rule.article, rule.what) for rule in orders),
        asks_remedy=not is_police,
        subjects=tuple(subjects),
        due_on=due_on,
    )


def _paragraphs(about: str, *, is_police: bool) -> tuple[str, ...]:
    if is_police:
        return (
            f"{ACT}{about}に係る者が法第42条に規定する欠格条項に該当するかどうかを確認するため、{AGREEMENT}に基づき、下記のとおり照会します。",
        )
    return (
        f"{ACT}{about}に係る住宅について、審査のため必要がありますので、下記のとおり照会します。",
        "お手数ですが、この用紙に書き入れるか、別の書面により、期限までに回答してください。",
    )


def to_json(content: InquiryContent) -> dict[str, Any]:
    """Plain values, as they are kept beside the PDF and as the page takes them."""
    data = dataclasses.asdict(content)
    data["issued_on"], data["due_on"] = content.issued_on.isoformat(), content.due_on.isoformat()
    for name in ("paragraphs",):
        data[name] = list(data[name])
    for name in ("rows", "orders"):
        data[name] = [list(pair) for pair in data[name]]
    data["subjects"] = [
        {**row, "birth_date": row["birth_date"].isoformat() if row["birth_date"] else None}
        for row in data["subjects"]
    ]
    return data


def render_inquiry(content: InquiryContent) -> bytes:
    """The letter as tagged PDF. Raises UnprintableCharacter."""
    data = to_json(content)
    data["issued_on_text"] = format_wareki(content.issued_on)
    data["due_on_text"] = format_wareki(content.due_on, weekday=True)
    for row, subject in zip(data["subjects"], content.subjects, strict=True):
        row["birth_date"] = format_wareki(subject.birth_date) if subject.birth_date else ""
    return render_strictly(PAGE, data, issued_on=content.issued_on)
