"""The letters say what the law asks for, to whom it must be said, and print it without a missing sign."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
import typst

from certification.documents import (
    Addressee,
    CaseFacts,
    LetterContent,
    LetterKind,
    LetterPoint,
    RefusalReason,
    Sender,
    UnprintableCharacter,
    certification_notice,
    correction_request,
    from_json,
    refusal_notice,
    render,
    rendering,
    to_json,
)

ISSUED = dt.date(2026, 11, 22)
NAME_OF_65 = "社会福祉法人" + "架空居住支援推進" * 7 + "協会"
NAME_OF_65 = NAME_OF_65 + "輪" * (65 - len(NAME_OF_65))
SENDER = Sender(
    title="輪野市長", name="見本 花子", omits_seal=True, enquiry="輪野市 福祉総務課\n電話 000-000-0000"
)
CASE = CaseFacts(
    receipt_number="R8-認-0012",
    submitted_on=dt.date(2026, 10, 1),
    applicants=("株式会社架空ホーム", "髙﨑 𠮷子"),
    housing_name="サンプル荘",
    housing_address="輪野市中央町一丁目2番3号",
    units=1_012,
    dedicated_units=4,
)
COMPANY = Addressee(
    name="株式会社架空ホーム",
    address="輪野市見本町1-2-3",
    is_corporation=True,
    representative="代表取締役 架空 太郎",
)
APPEAL = "1 審査請求は、3か月以内に、輪野市長に対してすることができます。\n2 取消しの訴えは、6か月以内に、輪野市を被告として提起することができます。"


def points(count: int) -> tuple[LetterPoint, ...]:
    return tuple(
        LetterPoint(
            number=number,
            item="住宅の規模及び設備等",
            text=f"{number}号室の床面積が、間取図({number}.25㎡)と別添5とで異なります。測り方(壁芯・内法)を確かめて直してください。",
            department="都市計画課" if number % 2 else "福祉総務課",
        )
        for number in range(1, count + 1)
    )


def correction(**changes: object) -> LetterContent:
    values: dict[str, object] = {"points": points(3), "due_on": dt.date(2026, 12, 11)}
    return correction_request(**{**common(), **values, **changes})  # type: ignore[arg-type]


def certification(**changes: object) -> LetterContent:
    values: dict[str, object] = {"certified_number": "輪野市認定第3号", "certified_on": dt.date(2026, 11, 20)}
    return certification_notice(**{**common(), **values, **changes})  # type: ignore[arg-type]


def refusal(**changes: object) -> LetterContent:
    reason = RefusalReason(criterion="法第41条第1号(床面積)", text="201号室は12.40㎡で、18㎡を下回ります。")
    return refusal_notice(**{**common(), "reasons": (reason,), "appeal_text": APPEAL, **changes})  # type: ignore[arg-type]


def common() -> dict[str, object]:
    return {
        "document_number": "東福福総第12号",
        "issued_on": ISSUED,
        "addressees": (COMPANY,),
        "sender": SENDER,
        "case": CASE,
    }


LETTERS = {"correction": correction, "certification": certification, "refusal": refusal}


def pages_of(pdf: bytes) -> list[str]:
    """Text of each page without spaces and line ends, in which a word broken over lines is whole again."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]


def text_of(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- What every letter has ---


@pytest.mark.parametrize("make", LETTERS.values(), ids=LETTERS)
def test_every_letter_names_number_date_people_case_and_desk(make) -> None:
    content = make()
    text = text_of(render(content))

    expected = [
        "東福福総第12号", "令和8年11月22日", "輪野市見本町1-2-3", "株式会社架空ホーム", "代表取締役架空太郎様",
        "輪野市長見本花子", "（公印省略）", content.subject, "令和8年10月1日付け", "記", "R8-認-0012", "髙﨑𠮷子",
        "サンプル荘", "以上", "問合せ先", "電話000-000-0000",
    ]  # fmt: skip
    assert [word for word in expected if squeezed(word) not in text] == []
    for label, value in content.rows:
        assert squeezed(label + value) in text


@pytest.mark.parametrize("make", LETTERS.values(), ids=LETTERS)
def test_same_content_gives_same_bytes_also_in_another_process(make, tmp_path) -> None:
    content = make()
    first = render(content)
    assert render(from_json(json.loads(json.dumps(to_json(content))))) == first

    kept, out = tmp_path / "letter.json", tmp_path / "letter.pdf"
    kept.write_text(json.dumps(to_json(content)))
    program = (
        "import json, pathlib; from certification.documents import from_json, render; "
        f"pathlib.Path({str(out)!r}).write_bytes(render(from_json(json.loads(pathlib.Path({str(kept)!r}).read_text()))))"
    )
    subprocess.run(
        [sys.executable, "-B", "-c", program], check=True, cwd=Path(__file__).parents[3], env={"TZ": "UTC"}
    )
    assert out.read_bytes() == first


@pytest.mark.parametrize("make", LETTERS.values(), ids=LETTERS)
def test_json_gives_the_content_back(make) -> None:
    assert from_json(json.loads(json.dumps(to_json(make())))) == make()


def test_pdf_is_tagged_titled_japanese_and_dated_by_the_letter() -> None:
    pdf = render(certification())
    with pypdfium2.PdfDocument(pdf) as document:
        information = document.get_metadata_dict()
        assert document.get_page_size(0) == pytest.approx((595.3, 841.9), abs=0.1), "A4"
    assert information["Title"] == "居住安定援助計画認定通知書 東福福総第12号"
    assert information["Author"] == "輪野市長"
    assert information["CreationDate"] == "D:20261121150000Z", "midnight in Japan of the date of the letter"
    assert b"pdfuaid:part" in pdf
    assert re.search(rb"/Lang\s*\(ja", pdf)


def test_kinds_are_the_ones_kept_in_the_database() -> None:
    from certification.models import Letter

    assert {kind.value for kind in LetterKind} == set(Letter.Kind.values)


# --- 宛名と発信者 ---


@pytest.mark.parametrize(
    ("addressee", "lines"),
    [
        (Addressee(name="髙﨑 𠮷子"), ("髙﨑 𠮷子　様",)),
        (Addressee(name="髙﨑 𠮷子", address="輪野市1"), ("輪野市1", "髙﨑 𠮷子　様")),
        (Addressee(name="NPO法人見本", is_corporation=True), ("NPO法人見本　御中",)),
        (COMPANY, ("輪野市見本町1-2-3", "株式会社架空ホーム", "代表取締役 架空 太郎　様")),
    ],
)
def test_honorific(addressee, lines) -> None:
    assert addressee.lines == lines


def test_joint_applicants_are_all_addressed() -> None:
    text = text_of(render(certification(addressees=(COMPANY, Addressee(name="髙﨑 𠮷子")))))
    assert "代表取締役架空太郎様" in text
    assert "髙﨑𠮷子様" in text


def test_seal_is_not_said_to_be_omitted_when_it_is_not() -> None:
    text = text_of(render(certification(sender=dataclasses.replace(SENDER, omits_seal=False))))
    assert "公印省略" not in text
    assert "輪野市長見本花子" in text


@pytest.mark.parametrize("make", LETTERS.values(), ids=LETTERS)
def test_letter_without_addressee_is_not_made(make) -> None:
    with pytest.raises(ValueError, match="addressee"):
        make(addressees=())


# --- 認定通知書 ---


def test_certification_notice_says_its_grounds_and_fits_one_page() -> None:
    pages = pages_of(render(certification()))
    assert len(pages) == 1
    for word in (
        "法第43条第1項",
        "第41条",
        "輪野市認定第3号",
        "令和8年11月20日",
        "1,012戸",
        "4戸",
        "毎年6月30日",
    ):
        assert word in pages[0]
    assert "1/1" in pages[0]


def test_conditions_are_printed() -> None:
    assert "付記事項耐震改修の完了を報告すること。" in text_of(
        render(certification(conditions=("耐震改修の完了を報告すること。",)))
    )


def test_first_year_of_an_era() -> None:
    assert "令和元年5月1日" in text_of(render(certification(issued_on=dt.date(2019, 5, 1))))


# --- 不認定通知書 ---


def test_refusal_gives_criterion_reason_and_how_to_appeal() -> None:
    text = text_of(render(refusal()))
    for word in ("行政手続法", "第8条", "法第41条第1号(床面積)", "12.40㎡", "教示", "3か月以内", "6か月以内"):
        assert word in text


@pytest.mark.parametrize(
    "changes",
    [
        {"reasons": ()},
        {"reasons": (RefusalReason(criterion=" ", text="x"),)},
        {"reasons": (RefusalReason(criterion="x", text=""),)},
        {"appeal_text": " \n"},
    ],
)
def test_refusal_without_reason_or_appeal_is_not_made(changes) -> None:
    with pytest.raises(ValueError, match="refusal"):
        refusal(**changes)


# --- 補正依頼書 ---


def test_correction_request_has_due_date_and_every_point_with_its_department() -> None:
    text = text_of(render(correction()))
    assert "行政手続法（平成5年法律第88号）第7条" in text
    assert "令和8年12月11日（金）までに" in text
    for point in points(3):
        assert squeezed(f"{point.number}{point.item}") in text
        assert squeezed(point.text) in text
    assert text.count("都市計画課") == 2


def test_long_correction_request_repeats_the_head_and_numbers_its_pages() -> None:
    long_name = dataclasses.replace(COMPANY, name=NAME_OF_65)
    case = dataclasses.replace(CASE, housing_name=NAME_OF_65, applicants=(NAME_OF_65,))
    pages = pages_of(render(correction(points=points(25), addressees=(long_name,), case=case)))

    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        assert f"{number}/3" in page
        assert "番号審査事項補正していただきたい内容担当課" in page
    text = "".join(pages)
    assert text.count(NAME_OF_65) == 3
    for point in points(25):
        assert sum(squeezed(point.text) in page for page in pages) == 1, "a row stays on one page"


def test_very_long_point_runs_over_pages_and_loses_nothing() -> None:
    long = dataclasses.replace(points(1)[0], text="輪" * 4_000)
    assert text_of(render(correction(points=(long,)))).count("輪") == 4_000 + text_of(
        render(correction())
    ).count("輪")


@pytest.mark.parametrize("changes", [{"points": ()}, {"due_on": ISSUED}, {"due_on": dt.date(2026, 11, 1)}])
def test_correction_request_without_point_or_time_is_not_made(changes) -> None:
    with pytest.raises(ValueError, match=r"point|due date"):
        correction(**changes)


# --- Signs ---


@pytest.mark.parametrize(
    "name",
    [
        "髙﨑 𠮷子", "辻\U000e0100 一郎", "葛\U000e0100城", "\ufa19田", "濵邊齋藤龍", "①㈱㎡〒№℡", "ヴｱｲｳがぱ", "Ångström é — “x”",
    ],
)  # fmt: skip
def test_rare_kanji_are_printed_as_typed(name) -> None:
    assert squeezed(name) + "様" in text_of(render(certification(addressees=(Addressee(name=name),))))


def test_variant_of_a_kanji_looks_different() -> None:
    """A variation selector chooses another form; it is not dropped on the way."""

    def picture(name: str) -> bytes:
        with pypdfium2.PdfDocument(render(certification(addressees=(Addressee(name=name),)))) as document:
            return document[0].render(scale=2).to_pil().tobytes()

    assert picture("辻\U000e0100") != picture("辻")


@pytest.mark.parametrize(
    ("name", "code"),
    [("架空\ue000子", "U+E000"), ("見本😀", "U+1F600"), ("नमस्ते", "U+0928")],
)
def test_sign_that_no_font_has_is_refused_by_name(name, code) -> None:
    with pytest.raises(UnprintableCharacter) as refused:
        render(certification(addressees=(Addressee(name=name),)))
    assert code in str(refused.value)
    assert "〓" in str(refused.value)
    assert str(refused.value).endswith("お試しください。")


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x00", "\ud800", "\x1b", "\x85"])
def test_hidden_sign_is_refused(sign) -> None:
    with pytest.raises(UnprintableCharacter, match=f"U\\+{ord(sign):04X}"):
        render(correction(points=(dataclasses.replace(points(1)[0], text=f"直して{sign}ください"),)))


def test_text_as_browsers_send_it_is_printed() -> None:
    """A text area sends its line ends as CR LF; pasted text brings signs that have no width."""
    typed = "1行目\r\n2行目\r3行目\t続き\u200b\ufeff\u00ad終わり"
    content = correction(points=(dataclasses.replace(points(1)[0], text=typed),))
    assert "1行目2行目3行目続き終わり" in text_of(render(content))
    assert from_json(to_json(content)).points[0].text == typed, "kept as it was typed"


MARKUP = [
    "#let x = 1", "*bold*", "_it_", "$x^2$", "@label", "<label>", "`raw`", "[a]", "#image(\"/etc/passwd\")",
    "#panic()", "\\u{41}", "//c", "/*d*/", "= head", "- list", "#import \"fonts.typ\": families", "\"; #x", "&amp;",
]  # fmt: skip


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_data_stays_text(markup) -> None:
    case = dataclasses.replace(CASE, housing_name=markup, applicants=(markup,))
    content = certification(
        case=case, document_number=markup, addressees=(Addressee(name=markup, address=markup),), conditions=(markup,),
        sender=Sender(title=markup, name=markup, omits_seal=True, enquiry=markup),
    )  # fmt: skip
    # number twice, address, name, title, name, applicant, housing, condition, enquiry
    assert text_of(render(content)).count(squeezed(markup)) == 10


def test_page_reads_nothing_outside_its_folder(tmp_path, monkeypatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    pages = tmp_path / "typst"
    shutil.copytree(rendering.PAGES, pages)
    monkeypatch.setattr(rendering, "PAGES", pages)
    assert render(certification()), "the copied pages work"

    for path in ("../secret.txt", str(secret)):
        (pages / "letter.typ").write_text(f'#set document(title: "x")\n#read({json.dumps(path)})')
        with pytest.raises(typst.TypstError):
            render(certification())
    (pages / "secret.txt").write_text("x")
    (pages / "letter.typ").write_text('#set document(title: "x")\n#read("secret.txt")')
    assert render(certification()), "the same page may read what lies in its folder"
