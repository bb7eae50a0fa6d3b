"""The words of the letters to applicants, built from plain values.

Sources: 法 = 住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律 (平成19年法律第112号) 40条–58条 and 省令 =
国土交通省・厚生労働省関係同法施行規則 (平成29年厚生労働省・国土交通省令第1号), both as of 令和7年10月1日;
行政手続法 (平成5年法律第88号) 7条 (補正) and 8条 (理由の提示).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certification.rules.letter_kinds import (
    RULES,
    SUBMITTED_ON,
    Layout,
    LetterKind,
    Wording,
    default_wording,
    fill,
    missing_fields,
    text_of,
)
from japan.wareki import WEEKDAYS, format_wareki

BASIS_LABEL = "この文書の根拠"

# What a certified operator owes from now on: 法44条1項・3項, 省令21条2項, 法48条 with 省令29条3項, 法49条 with 省令30条2項.
DUTIES_AFTER_CERTIFICATION = (
    "計画を変更しようとするときは、あらかじめ変更の認定を受けてください（法第44条第1項）。軽微な変更のときは、あらかじめ届け出てください"
    "（国土交通省・厚生労働省関係住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律施行規則第21条第2項）。",
    "帳簿を備え、各事業年度の末日に閉鎖したのち5年間保存してください（法第48条）。",
    "毎年6月30日までに、前年度の実施状況を報告してください（法第49条）。",
    "事業を廃止しようとするときは、あらかじめ届け出てください（法第44条第3項）。",
)


# --- What a letter is made of ---


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """宛名. `representative` is post and name of who acts for a corporation: 「代表取締役 架空 太郎」."""

    name: str
    address: str = ""
    is_corporation: bool = False
    representative: str = ""
    honorific: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Address, then the name with its 敬称: a person is 様, a corporation without a named person is 御中.

        `honorific` sets another: an office is written to as its head, 「見本消防署長　殿」.
        """
        address = (self.address,) if self.address else ()
        if self.honorific:
            return (*address, f"{self.name}　{self.honorific}")
        if self.is_corporation and self.representative:
            return (*address, self.name, f"{self.representative}　様")
        return (*address, f"{self.name}　{'御中' if self.is_corporation else '様'}")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """発信者: the authority (法40条1項) and whom to ask. `enquiry` may have several lines."""

    title: str
    name: str
    omits_seal: bool
    enquiry: str


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What names the case in a letter. Several buildings: one name or address per line."""

    receipt_number: str
    submitted_on: dt.date
    applicants: tuple[str, ...]
    housing_name: str
    housing_address: str
    units: int
    dedicated_units: int


@dataclass(frozen=True, kw_only=True)
class LetterPoint:
    """補正を求める事項. `department` answers questions about it."""

    number: int
    item: str
    text: str
    department: str


@dataclass(frozen=True, kw_only=True)
class RefusalReason:
    """The criterion that is not met, with its article, and why (行政手続法8条1項)."""

    criterion: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LetterContent:
    """Everything a letter says, in the order of the page. The same content always prints the same bytes.

    `rows` are (label, value); `closing` stands below the lists; `appeal` is the 教示. Only what is addressed to nobody (a
    publication, an officer's card) has no addressees.
    """

    kind: LetterKind
    document_number: str
    issued_on: dt.date
    addressees: tuple[Addressee, ...]
    sender: Sender
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    points: tuple[LetterPoint, ...] = ()
    reasons: tuple[RefusalReason, ...] = ()
    due_on: dt.date | None = None
    closing_title: str = ""
    closing: tuple[str, ...] = ()
    appeal: str = ""
    layout: Layout = Layout.LETTER


# --- Any letter by its rule ---


def letter_by_rule(
    kind: LetterKind,
    *,
    document_number: str,
    issued_on: dt.date,
    addressees: Sequence[Addressee],
    sender: Sender,
    facts: Mapping[str, str],
    fields: Mapping[str, str],
    wording: Wording | None = None,
    appeal_text: str = "",
) -> LetterContent:
    """A letter as `rules.letter_kinds` lays it down: the body as worded, then what may not be left out.

    `facts` are by placeholder, `fields` by key. Raises ValueError without a required particular, a needed 教示 or an
    addressee: such a letter would be unlawful.
    """
    rule, words = RULES[kind], wording or default_wording(kind)
    if lacking := missing_fields(kind, fields):
        raise ValueError(f"a {kind.value} states {', '.join(field.key for field in lacking)}")
    if rule.appeals and not appeal_text.strip():
        raise ValueError(f"a {kind.value} tells how to appeal")
    particulars = {field.label: text_of(field, fields) for field in rule.fields}
    given = {name: facts.get(name, "") for name in rule.facts}
    return LetterContent(
        kind=kind,
        document_number=document_number,
        issued_on=issued_on,
        addressees=_at_least_one(addressees) if rule.layout == Layout.LETTER else (),
        sender=sender,
        subject=words.title,
        paragraphs=fill(words.body, given | particulars),
        rows=_rows_of(given, particulars, basis=rule.basis),
        closing_title=rule.fixed_title,
        closing=rule.fixed,
        appeal=appeal_text.strip() if rule.appeals else "",
        layout=rule.layout,
    )


def _rows_of(
    facts: Mapping[str, str], particulars: Mapping[str, str], *, basis: str
) -> tuple[tuple[str, str], ...]:
    """What names the case, what the letter must state, and on what it rests. What is empty is left out."""
    named = {name: text for name, text in facts.items() if name != SUBMITTED_ON}
    return tuple(
        (label, text) for label, text in {**named, **particulars, BASIS_LABEL: basis}.items() if text
    )


# --- The three letters of the certification itself ---


def certification_notice(
    *,
    document_number: str,
    issued_on: dt.date,
    addressees: Sequence[Addressee],
    sender: Sender,
    case: CaseFacts,
    certified_number: str,
    certified_on: dt.date,
    conditions: Sequence[str] = (),
    wording: Wording | None = None,
) -> LetterContent:
    """認定通知書 (法43条1項). `conditions` are what the decision adds; the duties of the act are always listed."""
    words = wording or default_wording(LetterKind.CERTIFICATION_NOTICE)
    rows = [("認定番号", certified_number), ("認定年月日", format_wareki(certified_on)), *_case_rows(case)]
    rows += [("住宅の所在地", case.housing_address), ("住宅の戸数", _units_text(case))]
    if conditions:
        rows.append(("付記事項", "\n".join(conditions)))
    rows += _basis_row(LetterKind.CERTIFICATION_NOTICE, wording)
    return LetterContent(
        kind=LetterKind.CERTIFICATION_NOTICE,
        document_number=document_number,
        issued_on=issued_on,
        addressees=_at_least_one(addressees),
        sender=sender,
        subject=words.title,
        paragraphs=fill(
            words.body,
            _values(case) | {"認定番号": certified_number, "認定年月日": format_wareki(certified_on)},
        ),
        rows=tuple(rows),
        closing_title="認定後の手続",
        closing=DUTIES_AFTER_CERTIFICATION,
    )


def refusal_notice(
    *,
    document_number: str,
    issued_on: dt.date,
    addressees: Sequence[Addressee],
    sender: Sender,
    case: CaseFacts,
    reasons: Sequence[RefusalReason],
    appeal_text: str,
    wording: Wording | None = None,
) -> LetterContent:
    """不認定通知書 with its reasons (行政手続法8条) and 教示 (行政不服審査法82条, 行政事件訴訟法46条).

    Raises ValueError without a reason or without the 教示: such a letter would be unlawful.
    """
    if not reasons or not all(reason.criterion.strip() and reason.text.strip() for reason in reasons):
        raise ValueError("a refusal states for each reason the criterion and why it is not met")
    if not appeal_text.strip():
        raise ValueError("a refusal tells how to appeal")
    words = wording or default_wording(LetterKind.REFUSAL_NOTICE)
    return LetterContent(
        kind=LetterKind.REFUSAL_NOTICE,
        document_number=document_number,
        issued_on=issued_on,
        addressees=_at_least_one(addressees),
        sender=sender,
        subject=words.title,
        paragraphs=fill(words.body, _values(case) | _reason_values(reasons)),
        rows=(
            *_case_rows(case),
            ("住宅の所在地", case.housing_address),
            *_basis_row(LetterKind.REFUSAL_NOTICE, wording),
        ),
        reasons=tuple(reasons),
        appeal=appeal_text.strip(),
    )


def correction_request(
    *,
    document_number: str,
    issued_on: dt.date,
    addressees: Sequence[Addressee],
    sender: Sender,
    case: CaseFacts,
    points: Sequence[LetterPoint],
    due_on: dt.date,
    wording: Wording | None = None,
) -> LetterContent:
    """補正依頼書 (行政手続法7条). Raises ValueError without a point, or when the due date leaves no day."""
    if not points:
        raise ValueError("a request for correction names at least one point")
    if due_on <= issued_on:
        raise ValueError("the due date lies after the date of the letter")
    due = f"{format_wareki(due_on)}（{WEEKDAYS[due_on.weekday()]}）"
    words = wording or default_wording(LetterKind.CORRECTION_REQUEST)
    return LetterContent(
        kind=LetterKind.CORRECTION_REQUEST,
        document_number=document_number,
        issued_on=issued_on,
        addressees=_at_least_one(addressees),
        sender=sender,
        subject=words.title,
        paragraphs=fill(words.body, _values(case) | {"補正の期限": due}),
        rows=(
            *_case_rows(case),
            ("補正の期限", due),
            ("補正を求める事項", f"{len(points)}件（次の表のとおり）"),
            *_basis_row(LetterKind.CORRECTION_REQUEST, wording),
        ),
        points=tuple(points),
        due_on=due_on,
        closing_title="御留意いただきたいこと",
        closing=(
            "期限までに補正されないときは、行政手続法第7条の規定により、認定しないことがあります。",
            "やむを得ない事情により期限に間に合わないときは、期限の前に、下の問合せ先へ御相談ください。",
            "この依頼の日から再申請の日までの期間は、標準処理期間に算入しません。",
        ),
    )


def _case_rows(case: CaseFacts) -> tuple[tuple[str, str], ...]:
    return (
        ("受付番号", case.receipt_number),
        ("申請者", "\n".join(case.applicants)),
        ("住宅の名称", case.housing_name),
    )


def _values(case: CaseFacts) -> dict[str, str]:
    """What names the case, by placeholder."""
    return {
        "受付番号": case.receipt_number,
        "申請年月日": format_wareki(case.submitted_on),
        "住宅の名称": case.housing_name,
        "住宅の所在地": case.housing_address,
        "事業者の名称": "、".join(case.applicants),
    }


def _reason_values(reasons: Sequence[RefusalReason]) -> dict[str, str]:
    return {
        "適合しない基準": "、".join(reason.criterion for reason in reasons),
        "理由": "\n".join(reason.text for reason in reasons),
    }


def _basis_row(kind: LetterKind, wording: Wording | None) -> list[tuple[str, str]]:
    """The basis stands in our own body; beside a body somebody else worded it is stated again."""
    return [(BASIS_LABEL, RULES[kind].basis)] if wording else []


def _units_text(case: CaseFacts) -> str:
    return f"{case.units:,}戸（うち居住安定援助専用賃貸住宅 {case.dedicated_units:,}戸）"


def _at_least_one(addressees: Sequence[Addressee]) -> tuple[Addressee, ...]:
    if not addressees:
        raise ValueError("a letter has an addressee")
    return tuple(addressees)


# --- Kept beside the PDF ---


def to_json(content: LetterContent) -> dict[str, Any]:
    """Plain values for a JSON field: dates as ISO text, tuples as lists."""
    data = dataclasses.asdict(content)
    data["kind"], data["layout"] = content.kind.value, content.layout.value
    data["issued_on"] = content.issued_on.isoformat()
    data["due_on"] = content.due_on.isoformat() if content.due_on else None
    for name in ("addressees", "paragraphs", "points", "reasons", "closing"):
        data[name] = list(data[name])
    data["rows"] = [list(row) for row in content.rows]
    return data


def from_json(data: Mapping[str, Any]) -> LetterContent:
    """The content back from `to_json`. Raises KeyError, TypeError or ValueError when something is missing or odd."""
    return LetterContent(
        kind=LetterKind(data["kind"]),
        document_number=data["document_number"],
        issued_on=dt.date.fromisoformat(data["issued_on"]),
        addressees=tuple(Addressee(**addressee) for addressee in data["addressees"]),
        sender=Sender(**data["sender"]),
        subject=data["subject"],
        paragraphs=tuple(data["paragraphs"]),
        rows=tuple((label, value) for label, value in data["rows"]),
        points=tuple(LetterPoint(**point) for point in data["points"]),
        reasons=tuple(RefusalReason(**reason) for reason in data["reasons"]),
        due_on=dt.date.fromisoformat(data["due_on"]) if data["due_on"] else None,
        closing_title=data["closing_title"],
        closing=tuple(data["closing"]),
        appeal=data["appeal"],
        layout=Layout(data.get("layout", Layout.LETTER)),
    )
