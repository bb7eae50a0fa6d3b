"""Check digits find typing mistakes in 全国地方公共団体コード and 法人番号."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan.codes import (
    CodeError,
    check_corporate_number,
    check_municipality_code,
    corporate_check_digit,
    municipality_check_digit,
)

modest = settings(max_examples=200, deadline=None)
fives = st.builds("{:02d}{:03d}".format, st.integers(1, 47), st.integers(0, 999))
twelves = st.text("0123456789", min_size=12, max_size=12)

# Published codes of real municipalities.
MUNICIPALITIES = {
    "東久留米市": "132225",
    "京都市": "261009",
    "札幌市": "011002",
    "千代田区": "131016",
    "東京都": "130001",
    "北海道": "010006",
    "あきる野市": "132284",
    "八王子市": "132012",
    "大阪市": "271004",
    "那覇市": "472018",
}
# Published numbers of public bodies.
CORPORATIONS = {"国税庁": "7000012050002", "東京都": "8000020130001", "デジタル庁": "8000012010038"}


class TestMunicipalityCode:
    @pytest.mark.parametrize(("name", "code"), MUNICIPALITIES.items())
    def test_real_codes_are_right(self, name, code):
        assert check_municipality_code(code) == code
        assert municipality_check_digit(code[:5]) == code[5]

    @pytest.mark.parametrize("text", ["１３２２２５", " 132225 ", "13222-5", "13 222 5"])
    def test_the_way_of_typing_does_not_matter(self, text):
        assert check_municipality_code(text) == "132225"

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("132226", "「132226」の検査数字(6桁目)が合いません"),
            ("480002", "都道府県コード(01から47)ではありません"),
            ("000000", "都道府県コード(01から47)ではありません"),
            ("13222", "「132225」ではありませんか"),  # without the check digit
            (
                "11002",
                "「011002」か「110027」ではありませんか",
            ),  # 札幌市 out of a spreadsheet, or 埼玉県 11002
            ("99999", "検査数字まで含めた6桁で入力"),
            ("1322250", "7桁あります"),
            ("", "数字だけで入力してください"),
            ("東久留米市", "数字だけで入力してください"),
            ("١٣٢٢٢٥", "数字だけで入力してください"),
            ("132225" * 20, "数字だけで入力してください"),
        ],
    )
    def test_a_wrong_code_is_answered_with_a_sentence(self, text, says):
        with pytest.raises(CodeError) as error:
            check_municipality_code(text)
        assert says in str(error.value)
        assert str(error.value).endswith("。")

    @modest
    @given(fives, st.integers(0, 4), st.integers(1, 9))
    def test_one_digit_wrong_is_always_found(self, five, place, by):
        """But for the one pair of remainders (0 and 10) that share the check digit 1."""
        wrong = five[:place] + str((int(five[place]) + by) % 10) + five[place + 1 :]
        same = municipality_check_digit(five) == municipality_check_digit(wrong)
        assert not same or municipality_check_digit(five) == "1"

    @modest
    @given(fives)
    def test_every_code_made_is_accepted(self, five):
        code = five + municipality_check_digit(five)
        assert check_municipality_code(code) == code

    @pytest.mark.parametrize("five", ["1322", "132225", "1322a", "１３２２２"])
    def test_the_check_digit_needs_five_plain_digits(self, five):
        with pytest.raises(CodeError):
            municipality_check_digit(five)


class TestCorporateNumber:
    @pytest.mark.parametrize(("name", "number"), CORPORATIONS.items())
    def test_real_numbers_are_right(self, name, number):
        assert check_corporate_number(number) == number
        assert corporate_check_digit(number[1:]) == number[0]

    @pytest.mark.parametrize("text", ["７００００１２０５０００２", "7-0000-1205-0002", "7 0000 1205 0002"])
    def test_the_way_of_typing_does_not_matter(self, text):
        assert check_corporate_number(text) == "7000012050002"

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("7000012050003", "検査用数字(1桁目)が合いません"),
            ("0000012050002", "検査用数字(1桁目)が合いません"),
            ("70000120500021", "14桁あります"),
            ("T7000012050002", "数字だけで入力してください"),
            ("", "数字だけで入力してください"),
        ],
    )
    def test_a_wrong_number_is_answered_with_a_sentence(self, text, says):
        with pytest.raises(CodeError, match="法人番号") as error:
            check_corporate_number(text)
        assert says in str(error.value)
        assert str(error.value).endswith("ください。")

    def test_twelve_digits_may_be_a_persons_number_and_are_never_repeated(self):
        with pytest.raises(CodeError) as error:
            check_corporate_number("1234 5678 9012")
        assert "個人番号(マイナンバー)は入力しないでください" in str(error.value)
        assert "1234" not in str(error.value)

    @modest
    @given(twelves)
    def test_every_number_made_is_accepted_and_never_begins_with_0(self, twelve):
        number = corporate_check_digit(twelve) + twelve
        assert check_corporate_number(number) == number
        assert number[0] in "123456789"

    @modest
    @given(twelves, st.integers(0, 11), st.integers(1, 9))
    def test_one_digit_wrong_is_found_unless_0_and_9_are_mixed_up(self, twelve, place, by):
        typed = str((int(twelve[place]) + by) % 10)
        wrong = twelve[:place] + typed + twelve[place + 1 :]
        same = corporate_check_digit(twelve) == corporate_check_digit(wrong)
        assert same == ({twelve[place], typed} == {"0", "9"})

    @pytest.mark.parametrize("twelve", ["00001205000", "0000120500021", "00001205000x"])
    def test_the_check_digit_needs_twelve_plain_digits(self, twelve):
        with pytest.raises(CodeError):
            corporate_check_digit(twelve)
