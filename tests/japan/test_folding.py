"""What a search finds although it is written differently."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan.folding import bigrams, fold, grams
from japan.variants import FOLDED_TO, GROUPS

modest = settings(max_examples=200, deadline=None)
japanese = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3040, max_codepoint=0x30FF),
        st.characters(min_codepoint=0xFF00, max_codepoint=0xFFEF),
        st.sampled_from([*"".join(GROUPS), *"東京都一二三1２-ー・ 　ヶケ\ufe00\u3099ß"]),
    ),
    max_size=30,
)


class TestTheSame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ヒガシクルメ", "ひがしくるめ"),
            ("ﾋｶﾞｼｸﾙﾒ", "ひがしくるめ"),
            ("キャノン", "キヤノン"),
            ("ショウワ", "シヨウワ"),
            ("ｼﾖｳﾜ", "しょうわ"),
            ("霞ヶ関", "霞ケ関"),
            ("四ッ谷", "四ツ谷"),
            ("ヱビス", "えびす"),
            ("ヷ", "わ\u3099"),
            ("サポート", "サポ－ト"),
            ("コーポ・みらい", "コーポ みらい"),
            ("ＡＢＣハウス", "abcハウス"),
            ("㈱架空ホーム", "(株)架空ホーム"),
            ("東久留米市 本町", "東久留米市　本町"),
            ("042-470-7777", "０４２－４７０－７７７７"),
            ("本町三丁目３番１号", "本町3丁目3番1号"),
            ("第一ハイツ", "第1ハイツ"),
            ("葛\U000e0100城", "葛城"),  # the form of a kanji chosen by an ideographic variation selector
            ("〇\ufe0e", "〇"),
            ("か\u3099く", "がく"),  # decomposed, as macOS writes file names
            ("⻑⾕川", "長谷川"),  # radicals, as PDF files give them
            ("神社", "神社"),  # a compatibility character that NFKC joins
        ],
    )
    def test_written_differently(self, one, other):
        assert fold(one) == fold(other)

    @pytest.mark.parametrize(
        "names",
        [
            "髙橋 高橋 髙槗",
            "山﨑 山崎 山嵜",
            "濵田 濱田 浜田",
            "渡邉 渡邊 渡辺",
            "𠮷田 吉田",
            "齋藤 齊藤 斉藤 斎藤",
            "黒澤 黑沢",
            "廣島 広嶋 広嶌",
            "國分 国分",
            "櫻井 桜井",
            "淵上 渕上",
            "礒部 磯部",
            "鐵道 鉄道",
            "桒原 桑原",
            "栁澤 柳沢",
            "瀧澤 滝沢",
            "釆女 采女",
            "栢木 柏木",
            "冨澤 富沢",
            "德永 徳永",
        ],
    )
    def test_old_and_variant_kanji(self, names):
        assert len({fold(name) for name in names.split()}) == 1

    def test_nfkc_alone_would_not_find_them(self):
        for variant, plain in ("髙高", "﨑崎", "濵浜", "𠮷吉"):
            assert unicodedata.normalize("NFKC", variant) != plain
            assert fold(variant) == fold(plain)

    def test_an_example_of_a_key(self):
        assert fold("コーポ髙﨑 Ａ－１０１号室") == "こぽ高崎a101号室"


class TestNotTheSame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("かき", "がき"),
            ("はま", "ぱま"),
            ("高田", "田高"),
            ("霞が関", "霞ヶ関"),
            ("大坂", "大阪"),
            ("一", "ー"),
            ("十丁目", "10丁目"),
        ],
    )
    def test_these_stay_apart(self, one, other):
        assert fold(one) != fold(other)

    def test_what_is_only_signs_folds_to_nothing(self):
        assert fold(" 　-ー・〜\t\n") == ""


class TestTheTable:
    def test_no_character_stands_in_two_groups(self):
        characters = "".join(GROUPS)
        assert len(set(characters)) == len(characters)

    def test_no_variant_folds_to_another_variant(self):
        assert not FOLDED_TO.keys() & set(FOLDED_TO.values())

    def test_each_is_a_character_that_folding_meets(self):
        """NFKC runs first: a character it replaces would be a dead entry."""
        assert [c for c in "".join(GROUPS) if unicodedata.normalize("NFKC", c) != c] == []

    def test_each_group_has_one_key(self):
        assert [group for group in GROUPS if len(group) < 2 or len({fold(c) for c in group}) != 1] == []

    def test_it_did_not_shrink(self):
        assert len(FOLDED_TO) >= 500


class TestProperties:
    @modest
    @given(st.one_of(st.text(max_size=40), japanese))
    def test_folding_twice_changes_nothing(self, text):
        assert fold(fold(text)) == fold(text)

    @modest
    @given(st.text(max_size=40))
    def test_keys_hold_no_spaces_or_capitals(self, text):
        key = fold(text)
        assert not any(c.isspace() for c in key)
        assert key == key.casefold()

    @modest
    @given(st.text("東京都一三高髙﨑ヶ 　ーアｱabＡ・-1", max_size=20), st.data())
    def test_a_part_is_found_in_the_whole(self, text, data):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        assert fold(text[start:end]) in fold(text)

    @modest
    @given(japanese)
    def test_writing_it_in_katakana_changes_nothing(self, text):
        katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)
        assert fold(katakana) == fold(text)


class TestGrams:
    def test_characters_then_pairs(self):
        assert grams("高崎市") == ["高", "崎", "市", "高崎", "崎市"]

    def test_order_and_repetition_are_kept_for_phrases(self):
        assert bigrams("ここここ") == ["ここ", "ここ", "ここ"]

    def test_short_texts(self):
        assert grams("") == []
        assert grams("市") == ["市"]

    @modest
    @given(japanese.map(fold), japanese.map(fold))
    def test_grams_of_a_part_are_grams_of_the_whole(self, part, rest):
        assert set(grams(part)) <= set(grams(rest + part + rest))
