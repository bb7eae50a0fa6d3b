"""宅建免許: the number that stands on the sign of every broker's shop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan.licence import GOVERNORS, LICENSORS, BrokerLicence, LicenceError, parse_broker_licence

modest = settings(max_examples=200, deadline=None)
licences = st.builds(
    BrokerLicence,
    licensor=st.sampled_from(sorted(LICENSORS)),
    renewals=st.integers(1, 99),
    number=st.integers(1, 9_999_999),
)


def test_a_governors_licence():
    licence = parse_broker_licence("東京都知事(3)第12345号")
    assert licence == BrokerLicence(licensor="東京都知事", renewals=3, number=12345)
    assert licence.format() == "東京都知事(3)第12345号"


def test_the_ministers_licence():
    licence = parse_broker_licence("国土交通大臣(12)第1234号")
    assert licence == BrokerLicence(licensor="国土交通大臣", renewals=12, number=1234)


def test_hokkaido_names_the_subprefecture():
    licence = parse_broker_licence("北海道知事 石狩(2)第6789号")
    assert licence.licensor == "北海道知事石狩"
    assert licence.format() == "北海道知事石狩(2)第6789号"


@pytest.mark.parametrize(
    "text",
    [
        "東京都知事（３）第１２３４５号",
        "東京都知事免許(3)第12345号",
        "東京都知事免許（3）第012345号",
        "東京都知事 (3) 第 12345 号",
        "東京都知事　（３）　第１２３４５号",
        "東京都知事(03)第12345号",
        "東京都知事[3]第12345号",
        "東京都知事〔3〕第12345号",
        "東京都知事⑶第12345号",
        "東京都知事(3)12345",
    ],
)
def test_the_ways_people_write_one_licence(text):
    assert parse_broker_licence(text).format() == "東京都知事(3)第12345号"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "空です"),
        ("東京都知事第12345号", "番号として読めません"),
        ("(3)第12345号", "番号として読めません"),
        ("東京都知事(3)第号", "番号として読めません"),
        ("東京都知事(三)第12345号", "番号として読めません"),
        ("東京都知事(3)第12345号ほか", "番号として読めません"),
        ("東京知事(3)第12345号", "「東京都知事」ではありませんか"),
        ("大阪府(3)第12345号", "「大阪府知事」ではありませんか"),
        ("江戸府知事(3)第12345号", "「江戸府知事」は免許をした者の名ではありません"),
        ("免許(3)第12345号", "免許をした者の名ではありません"),
        ("建設大臣(3)第1234号", "今は国土交通大臣の免許です"),
        ("東京都知事(0)第12345号", "括弧の中の数は1以上です"),
        ("東京都知事(3)第0号", "番号は1以上です"),
        ("東京都知事(3)第12345号" * 10, "長すぎます"),
    ],
)
def test_what_cannot_be_a_licence_is_answered_with_a_sentence(text, says):
    with pytest.raises(LicenceError) as error:
        parse_broker_licence(text)
    assert says in str(error.value)
    assert str(error.value).endswith("ください。")


def test_a_licence_cannot_be_made_wrong_in_code_either():
    with pytest.raises(LicenceError):
        BrokerLicence(licensor="東久留米市長", renewals=1, number=1)


def test_there_are_47_governors():
    assert len(set(GOVERNORS)) == 47


def test_hokkaido_has_14_subprefectures_and_one_former_name():
    assert len([name for name in LICENSORS if name.startswith("北海道知事") and name != "北海道知事"]) == 15


@modest
@given(licences)
def test_a_written_licence_reads_as_itself(licence):
    assert parse_broker_licence(licence.format()) == licence


@modest
@given(st.text(max_size=80))
def test_no_text_breaks_it(text):
    try:
        answer = parse_broker_licence(text).format()
    except LicenceError as error:
        answer = str(error)
    assert answer.endswith(("号", "ください。"))
