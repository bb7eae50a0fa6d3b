"""照会書: what it says, for whom, and that the same content prints the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from certification.documents.inquiry_letter import (
    InquiryContent,
    LetterSubject,
    inquiry_letter,
    render_inquiry,
    to_json,
)
from certification.documents.letters import Sender
from certification.documents.rendering import UnprintableCharacter
from certification.rules.inquiries import InquiryKind, orders_of
from tests.certification.documents.test_letters import pages_of, squeezed

SENDER = Sender(title="輪野市長", name="見本 太郎", omits_seal=True, enquiry="輪野市 福祉総務課")
SUBJECT = LetterSubject(
    number=1,
    name="架空 太郎",
    kana="カクウ タロウ",
    birth_date=dt.date(1970, 1, 2),
    sex="男",
    address="見本町一丁目",
    role="代表取締役",
)


def letter(kind: InquiryKind = InquiryKind.FIRE, **changes: Any) -> InquiryContent:
    values: dict[str, Any] = {
        "document_number": "8輪福総第12号",
        "issued_on": dt.date(2026, 6, 1),
        "addressee": "見本消防署 予防課",
        "sender": SENDER,
        "about": "第40条第1項の認定の申請",
        "housing": [("住宅の名称", "見本荘"), ("所在地", "輪野市見本町二丁目3番4号")],
        "question": "命令を受けていないかを\n教えてください。",
        "orders": list(orders_of(kind).values()),
        "subjects": [SUBJECT] if kind == InquiryKind.POLICE else [],
        "due_on": dt.date(2026, 6, 15),
    }
    return inquiry_letter(kind, **(values | changes))


def text_of(content: InquiryContent) -> str:
    return squeezed("".join(pages_of(render_inquiry(content))))


def test_a_letter_to_the_fire_station_lists_every_order_and_leaves_room_to_answer() -> None:
    text = text_of(letter())

    for rule in orders_of(InquiryKind.FIRE).values():
        assert squeezed(rule.article) in text
    for words in (
        "見本消防署予防課御中",
        "8輪福総第12号",
        "見本荘",
        "令和8年6月15日",
        "是正の見込み",
        "受けていない",
    ):
        assert squeezed(words) in text


def test_a_letter_to_the_police_names_its_subjects_on_a_page_of_their_own() -> None:
    pages = [squeezed(page) for page in pages_of(render_inquiry(letter(InquiryKind.POLICE)))]

    assert "合意書" in pages[0]
    assert "架空太郎" not in pages[0]
    assert "架空太郎" in pages[-1]
    assert "昭和45年1月2日" in pages[-1]


def test_the_same_content_prints_the_same_bytes() -> None:
    assert render_inquiry(letter()) == render_inquiry(letter())
    assert (
        json.loads(json.dumps(to_json(letter(InquiryKind.POLICE))))["subjects"][0]["birth_date"]
        == "1970-01-02"
    )


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (InquiryKind.FIRE, {"addressee": " "}),
        (InquiryKind.FIRE, {"question": ""}),
        (InquiryKind.FIRE, {"due_on": dt.date(2026, 6, 1)}),
        (InquiryKind.FIRE, {"subjects": [SUBJECT]}),
        (InquiryKind.POLICE, {"subjects": []}),
    ],
)
def test_what_is_no_letter(kind: InquiryKind, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"inquiry|due date"):
        letter(kind, **changes)


def test_a_character_without_glyph_is_refused_by_name() -> None:
    with pytest.raises(UnprintableCharacter, match="U\\+E000"):
        render_inquiry(letter(addressee="見本\ue000消防署"))
