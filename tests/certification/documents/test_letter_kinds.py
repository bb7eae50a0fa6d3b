"""Every kind of letter says what the law asks for, whatever words a municipality chose."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pypdfium2
import pytest

from certification.documents import render, sample_letter
from certification.documents.letters import BASIS_LABEL, letter_by_rule
from certification.rules.letter_kinds import (
    FOR_OPERATOR,
    RULES,
    SHORT_APPEAL,
    Layout,
    LetterKind,
    Reader,
    Wording,
    default_wording,
    fill,
    problems_of,
    sample_of,
)
from certification.rules.procedures import RULES as PROCEDURES
from tests.certification.documents.test_letters import COMPANY, SENDER, pages_of, squeezed, text_of

ON = dt.date(2026, 11, 22)
OWN = (LetterKind.CORRECTION_REQUEST, LetterKind.CERTIFICATION_NOTICE, LetterKind.REFUSAL_NOTICE)
"""Built by functions of their own."""


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_prints_its_parts_and_says_sample_on_every_page(kind: LetterKind) -> None:
    rule, content = RULES[kind], sample_letter(kind, on=ON)
    pages = pages_of(render(content, is_sample=True))
    text = "".join(pages)
    assert all("見本" in page for page in pages)
    assert squeezed(rule.title) in text
    for field in rule.fields:
        if kind not in OWN:
            assert squeezed(field.label) in text
            assert squeezed(field.sample) in text
    for sentence in rule.fixed:
        assert squeezed(sentence) in text
    if rule.appeals:
        assert squeezed("教示" + SHORT_APPEAL) in text
    if kind not in OWN:
        assert squeezed(rule.basis) in text
    assert "〓" not in text
    assert "{" not in text


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_that_is_sent_says_nothing_of_a_sample(kind: LetterKind) -> None:
    content = sample_letter(kind, on=ON, sender=SENDER)
    printed = len(find_big(render(content, is_sample=True))) - len(find_big(render(content)))
    assert printed > 0


def find_big(pdf: bytes) -> list[object]:
    """Signs of the size of the watermark."""
    found: list[object] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                if top - bottom > 60 or right - left > 60:
                    found.append(index)
    return found


@pytest.mark.parametrize("kind", LetterKind)
def test_last_page_holds_more_than_the_address_of_the_desk(kind: LetterKind) -> None:
    last = pages_of(render(sample_letter(kind, on=ON)))[-1]
    assert len(last) > 90, last


@pytest.mark.parametrize("kind", LetterKind)
def test_bare_words_keep_basis_reasons_and_appeal(kind: LetterKind) -> None:
    """What a municipality words cannot take away what the law wants said."""
    rule = RULES[kind]
    text = text_of(render(sample_letter(kind, Wording(title="件名", body=("本文。",)), on=ON)))
    assert "本文。" in text
    assert squeezed(rule.basis) in text
    for field in rule.fields:
        if field.required and kind != LetterKind.CORRECTION_REQUEST:
            assert squeezed(field.sample) in text
    for sentence in rule.fixed:
        assert squeezed(sentence) in text
    assert ("審査請求" in text) == rule.appeals


ADVERSE = (
    LetterKind.REFUSAL_NOTICE,
    LetterKind.CHANGE_REFUSAL,
    LetterKind.SUCCESSION_REFUSAL,
    LetterKind.OTHER_USE_REFUSAL,
    LetterKind.IMPROVEMENT_ORDER,
    LetterKind.REVOCATION_NOTICE,
)


def test_what_is_adverse_has_reasons_and_tells_how_to_appeal() -> None:
    """行政手続法8条・14条, 行政不服審査法82条."""
    assert {kind for kind, rule in RULES.items() if rule.appeals} == set(ADVERSE)
    for kind in ADVERSE:
        assert "reason" in {field.key for field in RULES[kind].fields if field.required}


def test_a_hearing_names_what_article_15_asks_for() -> None:
    keys = {field.key for field in RULES[LetterKind.HEARING_NOTICE].fields if field.required}
    assert keys == {"disposition", "ground", "facts", "at", "place", "organisation"}


def test_an_explanation_names_what_article_30_asks_for() -> None:
    keys = {field.key for field in RULES[LetterKind.EXPLANATION_NOTICE].fields if field.required}
    assert keys == {"disposition", "ground", "facts", "submit_to", "due_on"}


def test_an_abolition_is_published_with_the_five_particulars() -> None:
    """省令23条."""
    labels = [field.label for field in RULES[LetterKind.ABOLITION_PUBLICATION].fields]
    assert labels == ["氏名又は名称", "住所", "代表者の氏名", "認定番号", "廃止年月日"]


@pytest.mark.parametrize("kind", [kind for kind in LetterKind if kind not in OWN])
def test_without_a_required_particular_nothing_is_made(kind: LetterKind) -> None:
    for field in RULES[kind].fields:
        if field.required:
            given = {one.key: one.sample for one in RULES[kind].fields if one != field} | {field.key: " "}
            with pytest.raises(ValueError, match=field.key):
                made(kind, given)


@pytest.mark.parametrize("kind", [kind for kind in ADVERSE if kind not in OWN])
def test_without_appeal_text_nothing_adverse_is_made(kind: LetterKind) -> None:
    with pytest.raises(ValueError, match="appeal"):
        made(kind, {one.key: one.sample for one in RULES[kind].fields}, appeal_text=" ")


def made(kind: LetterKind, fields: dict[str, str], appeal_text: str = SHORT_APPEAL) -> object:
    return letter_by_rule(
        kind, document_number="1", issued_on=ON, addressees=[COMPANY], sender=SENDER, facts={}, fields=fields,
        appeal_text=appeal_text,
    )  # fmt: skip


def test_only_what_is_for_the_operator_is_the_operators() -> None:
    never = {
        LetterKind.INQUIRY, LetterKind.INSPECTOR_CARD, LetterKind.ABOLITION_PUBLICATION,
        LetterKind.REVOCATION_PUBLICATION,
    }  # fmt: skip
    assert set(LetterKind) - never == FOR_OPERATOR
    for kind in never:
        assert RULES[kind].reader != Reader.OPERATOR


def test_an_inquiry_goes_to_an_office_by_its_head() -> None:
    assert "見本消防署長殿" in text_of(render(sample_letter(LetterKind.INQUIRY, on=ON)))


def test_what_is_put_up_or_carried_is_addressed_to_nobody() -> None:
    for kind, rule in RULES.items():
        content = sample_letter(kind, on=ON)
        assert bool(content.addressees) == (rule.layout == Layout.LETTER)


# --- Words ---


@pytest.mark.parametrize("kind", LetterKind)
def test_our_own_words_hold(kind: LetterKind) -> None:
    assert problems_of(kind, default_wording(kind)) == ()
    for name in RULES[kind].placeholders:
        assert sample_of(kind, name)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (Wording(title="", body=("{補正の期限}まで",)), "件名を書いてください。"),
        (Wording(title="件名", body=()), "本文を1段落以上書いてください。"),
        (
            Wording(title="件名", body=("{補正の期限}まで{認定番号}",)),
            "本文の{認定番号}は、ここでは使えません。",
        ),
        (
            Wording(title="{住宅の名称}", body=("{補正の期限}まで",)),
            "件名の{住宅の名称}は、ここでは使えません。",
        ),
        (Wording(title="件名", body=("お早めに。",)), "本文に{補正の期限}がありません。"),
        (Wording(title="件名", body=("{補正の期限}まで{",)), "閉じていないかっこ"),
        (Wording(title="件名", body=("{補正の期限}}まで",)), "閉じていないかっこ"),
    ],
)
def test_problems_are_sentences(words: Wording, told: str) -> None:
    problems = problems_of(LetterKind.CORRECTION_REQUEST, words)
    assert any(told in problem for problem in problems), problems
    assert all(problem.endswith("。") for problem in problems)


def test_what_is_put_in_is_not_read_for_placeholders_again() -> None:
    assert fill(("{a}と{b}",), {"a": "{b}", "b": "乙"}) == ("{b}と乙",)


def test_basis_is_stated_beside_words_of_ones_own() -> None:
    kind = LetterKind.CERTIFICATION_NOTICE
    ours, theirs = sample_letter(kind, on=ON), sample_letter(kind, default_wording(kind), on=ON)
    assert BASIS_LABEL not in dict(ours.rows)
    assert dict(theirs.rows)[BASIS_LABEL] == RULES[kind].basis
    assert dataclasses.replace(theirs, rows=ours.rows) == ours


def test_every_procedure_has_its_letters() -> None:
    from certification.services.letters import LATER_DECISIONS

    assert set(LATER_DECISIONS) == {kind for kind, rule in PROCEDURES.items() if rule.on_certified_plan}
