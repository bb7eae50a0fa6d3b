"""フリガナ fields: what they accept and how it is written in one way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan.kana import is_kana, to_katakana

modest = settings(max_examples=200, deadline=None)
kana_texts = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3041, max_codepoint=0x30FF),
        st.characters(min_codepoint=0xFF61, max_codepoint=0xFF9F),
        st.sampled_from(" 　\u3099\u309a"),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "カクウ ホーム",
        "ヤマダ　タロウ",
        "やまだ たろう",
        "ジョン・スミス",
        "ｶﾞｸｴﾝ ﾎｰﾑ",
        "ヴィラ",
        "か\u3099くえん",  # decomposed, as macOS writes it
        "ミスヾ",
    ],
)
def test_kana(text):
    assert is_kana(text)


@pytest.mark.parametrize(
    "text", ["", " ", "ー", "・", "ﾞ", "山田", "ABC", "ヤマダ1", "(カ)カクウ", "カクウ\n", "カクウ、"]
)
def test_not_kana(text):
    assert not is_kana(text)


@pytest.mark.parametrize(
    ("text", "katakana"),
    [
        ("やまだ たろう", "ヤマダ タロウ"),
        ("ｶﾞｸｴﾝ･ﾊﾟｰｸ", "ガクエン・パーク"),
        ("か\u3099くえん", "ガクエン"),
        ("ゔぃら", "ヴィラ"),
        ("みすゞ", "ミスヾ"),
        ("ヤマダ", "ヤマダ"),
        ("神田ＡＢハウス", "神田ＡＢハウス"),  # kanji and Latin letters stay exactly as typed
    ],
)
def test_one_way_to_write_kana(text, katakana):
    assert to_katakana(text) == katakana


def test_a_compatibility_character_in_a_name_is_not_touched():
    assert to_katakana("\ufa19かみ") == "\ufa19カミ"


@modest
@given(kana_texts)
def test_writing_it_in_katakana_twice_changes_nothing(text):
    assert to_katakana(to_katakana(text)) == to_katakana(text)


@modest
@given(kana_texts)
def test_kana_stays_kana_and_leaves_no_other_form(text):
    katakana = to_katakana(text)
    assert not is_kana(text) or is_kana(katakana)
    assert not any("ぁ" <= c <= "ゖ" or "･" <= c <= "ﾟ" for c in katakana)
