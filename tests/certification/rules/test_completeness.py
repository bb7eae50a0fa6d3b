"""What keeps a plan from being filed, and in which words the applicant is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.rules.completeness import (
    SectionState,
    gaps,
    is_phone,
    is_postal_code,
    section_status,
)
from certification.rules.plan import (
    Contact,
    Licence,
    Officer,
    Plan,
    Pledge,
    PledgeCode,
    Section,
    Subcontractor,
)
from tests.certification.rules.sample import (
    BUILDING,
    COMPLETE,
    LESSOR,
    SUPPORTER,
    TARGET,
    UNIT,
    replace,
    shared_living,
    with_building,
    with_guardian,
    with_lessor,
    with_part,
    with_safety,
    with_support,
    with_supporter,
    with_targets,
    with_unit,
    with_watch,
)


def texts(plan: Plan) -> list[str]:
    return [gap.text for gap in gaps(plan)]


def test_a_complete_plan_has_no_gaps() -> None:
    assert gaps(COMPLETE) == ()


def test_an_empty_plan_lacks_something_in_every_section() -> None:
    assert {gap.section for gap in gaps(Plan())} == set(Section)


def test_a_gap_says_what_and_where_and_points_to_the_place() -> None:
    (gap,) = gaps(with_unit(floor_area_m2=None))

    assert gap.text == "住宅1「見本荘」の部屋101号の専用面積を入れてください。"
    assert gap.subject == "住宅1「見本荘」の部屋101号の専用面積"
    assert gap.path == "buildings[b1].units[u1].floor_area_m2"
    assert gap.section == Section.BUILDINGS


def test_gaps_come_in_the_order_of_the_sections() -> None:
    order = [gap.section for gap in gaps(Plan())]

    assert order == sorted(order, key=list(Section).index)


PARTY = "事業を行う者1「見本不動産」の"
HOUSE = "住宅1「見本荘」の"
ROOM = "住宅1「見本荘」の部屋101号の"


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        # 事業を行う者: 法40条2項1号, 共管省令7条1・2号
        (with_lessor(kind=""), f"{PARTY}法人・個人の別を選んでください。"),
        (with_lessor(address=" "), f"{PARTY}住所・主たる事務所を入れてください。"),
        (with_lessor(representative_name=""), f"{PARTY}代表者の氏名を入れてください。"),
        (
            with_lessor(officers=()),
            f"{PARTY}役員を1人以上入れてください(宅地建物取引業などの免許・登録があれば省けます)。",
        ),
        (with_lessor(officers=(Officer(key="o1", title="取締役"),)), f"{PARTY}役員1の氏名を入れてください。"),
        (
            with_lessor(licences=(Licence(key="l1", kind="broker"),)),
            f"{PARTY}免許・登録1「宅地建物取引業の免許」の番号を入れてください。",
        ),
        (
            with_lessor(phone="119"),
            f"{PARTY}電話番号は「042-000-0000」のように、市外局番から数字で入れてください。",
        ),
        (with_lessor(postal_code="12345"), f"{PARTY}郵便番号は「123-4567」のように数字7桁で入れてください。"),
        (with_supporter(is_minor=None), "事業を行う者2「例示 花子」の「未成年者か」に答えてください。"),
        (
            with_supporter(is_designated_office=None),
            "事業を行う者2「例示 花子」の「介護保険・障害福祉サービスの指定事業所が実施するか」に答えてください。",
        ),
        (
            with_guardian(is_corporation=False, name="例示 一郎", address=""),
            "事業を行う者2「例示 花子」の法定代理人の住所を入れてください。",
        ),
        (
            with_guardian(representative_name=""),
            "事業を行う者2「例示 花子」の法定代理人の代表者を入れてください。",
        ),
        (
            replace(COMPLETE, parties=(LESSOR,)),
            "援助実施者を1人以上入れてください(兼ねる場合は「賃貸人兼援助実施者」)。",
        ),
        (
            replace(COMPLETE, parties=(SUPPORTER,)),
            "賃貸人を1人以上入れてください(兼ねる場合は「賃貸人兼援助実施者」)。",
        ),
        # 住宅: 法40条2項2–5・7・8号, 共管省令7条3–5号
        (replace(COMPLETE, buildings=()), "住宅を1つ以上入れてください。"),
        (with_building(name=""), "住宅1の名称を入れてください。"),
        (with_building(address=""), f"{HOUSE}所在地を入れてください。"),
        (with_building(structure=""), f"{HOUSE}構造を選んでください。"),
        (with_building(storeys=0), f"{HOUSE}地上の階数は0より大きい数で入れてください。"),
        (
            with_building(construction_started="", completed=""),
            f"{HOUSE}着工年月か竣工年月のどちらかを入れてください。",
        ),
        (
            with_building(construction_started="昭和56年"),
            f"{HOUSE}着工年月「昭和56年」を、年と月で入れ直してください(例: 昭和56年5月は 1981-05)。",
        ),
        (
            with_building(construction_started="1996-01"),
            f"{HOUSE}竣工年月が着工年月より前です。どちらかを直してください。",
        ),
        (with_building(is_existing=None), f"{HOUSE}「既存住宅か」に答えてください。"),
        (with_building(right=""), f"{HOUSE}権利の種別を選んでください。"),
        (with_building(right="lease"), f"{HOUSE}「転貸か」に答えてください。"),
        (with_building(seismic=""), f"{HOUSE}耐震性を選んでください。"),
        (with_building(is_shared_living=None), f"{HOUSE}「共同居住型か」に答えてください。"),
        (with_building(units=()), f"{HOUSE}部屋を1つ以上入れてください。"),
        (
            with_building(units=(UNIT, replace(UNIT, key="u2", number="101号"))),
            f"{HOUSE}部屋番号「101号」が2つあります。別の番号に直してください。",
        ),
        (
            shared_living("9", "9", total="40", total_floor_area_m2=None),
            f"{HOUSE}住宅全体の床面積を入れてください。",
        ),
        (
            shared_living("9", "9", total="40", common_facilities=()),
            f"{HOUSE}共用部分の設備を選んでください。",
        ),
        # 住戸: 別添5
        (with_unit(number=""), f"{HOUSE}1番目の部屋の部屋番号を入れてください。"),
        (with_unit(is_exclusive=None), f"{ROOM}「専用住戸か」に答えてください。"),
        (with_unit(floor_area_m2=Decimal(0)), f"{ROOM}専用面積は0より大きい数で入れてください。"),
        (with_unit(toilet=""), f"{ROOM}便所を選んでください。"),
        (with_unit(monthly_rent_yen=None), f"{ROOM}家賃を入れてください。"),
        (with_unit(monthly_rent_yen=-1), f"{ROOM}家賃は0円以上で入れてください。"),
        (with_unit(deposit_yen=None), f"{ROOM}敷金を入れてください(ないときは0)。"),
        # 賃貸の条件, 範囲: 法40条2項6・8号
        (with_part("lease", kind=""), "賃貸の条件の契約の種類を選んでください。"),
        (with_part("lease", kind="fixed_term", years=None), "賃貸の条件の契約の期間を入れてください。"),
        (with_part("acceptance", is_limited=None), "受け入れる方の「範囲を定めるか」に答えてください。"),
        (
            with_part("acceptance", is_limited=True),
            "受け入れる方の区分を1つ以上選んでください(範囲を定めるため)。",
        ),
        # 援助: 法40条2項9・10号
        (with_safety(methods=()), "安否確認の方法を選んでください。"),
        (with_safety(methods=("device",)), "安否確認の機器の種類を入れてください。"),
        (with_safety(every_days=None), "安否確認の間隔を入れてください。"),
        (with_safety(every_days=0), "安否確認の間隔は0より大きい数で入れてください。"),
        (with_safety(provider="subcontracted"), "委託先を1つ以上入れてください(「委託する」を選んだため)。"),
        (with_watch(methods=()), "見守りの方法を選んでください。"),
        (with_watch(every_months=None), "見守りの間隔を入れてください。"),
        (with_watch(provider=""), "見守りの実施者を選んでください。"),
        (
            with_support(subcontractors=(Subcontractor(key="s1", name="架空見守り"),)),
            "委託先1「架空見守り」の委託する内容を入れてください。",
        ),
        (with_targets(), "福祉サービスのつなぎ先を1つ以上入れてください。"),
        (with_targets(replace(TARGET, name="")), "つなぎ先1の名称を入れてください。"),
        (
            with_targets(replace(TARGET, is_private=None)),
            "つなぎ先1「見本町地域包括支援センター」の「民間事業者か」に答えてください。",
        ),
        (with_part("price", monthly_yen=None), "援助の対価を入れてください(ないときは0)。"),
        (
            with_part("price", has_general_service=None),
            "「同じような一般向けサービスがあるか」に答えてください。",
        ),
        (with_part("price", has_general_service=True), "一般向けサービスの料金を入れてください。"),
        # 問合せ先, 誓約: 共管省令7条6号, 8条3–7号
        (with_part("contact", name=""), "入居の問合せ先の名称を入れてください。"),
        (with_part("contact", phone=""), "入居の問合せ先の電話番号を入れてください。"),
        (
            replace(COMPLETE, pledges=COMPLETE.pledges[1:]),
            "誓約「欠格要件に該当しないこと」を確かめて、誓約してください。",
        ),
        (
            replace(COMPLETE, pledges=(replace(COMPLETE.pledges[0], signer=""), *COMPLETE.pledges[1:])),
            "誓約「欠格要件に該当しないこと」の誓約した者を入れてください。",
        ),
        (
            replace(
                COMPLETE, pledges=(replace(COMPLETE.pledges[0], acknowledged_on=None), *COMPLETE.pledges[1:])
            ),
            "誓約「欠格要件に該当しないこと」の誓約した日を入れてください。",
        ),
        # A value that is none of the choices
        (with_building(structure="straw"), "住宅「見本荘」 構造を選び直してください。"),
    ],
)
def test_one_thing_lacking_is_one_sentence(plan: Plan, text: str) -> None:
    assert texts(plan) == [text]


@pytest.mark.parametrize("kind", ["broker", "rental_manager", "lodging_manager"])
def test_a_licence_spares_the_names_of_officers(kind: str) -> None:
    licence = Licence(key="l1", kind=kind, number="東京都知事(1)第1号")

    assert gaps(with_lessor(officers=(), licences=(licence,))) == ()


def test_the_registration_of_a_guarantor_spares_nothing() -> None:
    licence = Licence(key="l1", kind="guarantor", number="国土交通大臣(1)第1号")

    assert len(gaps(with_lessor(officers=(), licences=(licence,)))) == 1


def test_one_party_may_be_both() -> None:
    both = replace(LESSOR, role="both", is_designated_office=False)

    assert gaps(replace(COMPLETE, parties=(both,))) == ()


def test_sharing_asks_whether_the_common_part_is_as_good() -> None:
    shared = with_building(units=(replace(UNIT, bath="shared"),))

    assert texts(shared) == [
        "住宅1「見本荘」の共用部分の設備を選んでください。",
        "住宅1「見本荘」の「共用の設備が各住戸に備えるのと同等以上か」に答えてください。",
    ]


def test_shared_living_asks_for_the_number_of_people() -> None:
    rooms = shared_living("9", "9", total="40").buildings[0].units
    plan = shared_living("9", "9", total="40", units=(rooms[0], replace(rooms[1], capacity=None)))

    assert texts(plan) == ["住宅1「見本荘」の部屋2号の定員を入れてください。"]


def test_a_wrong_corporate_number_is_told_with_the_reason() -> None:
    (text,) = texts(with_lessor(corporate_number="1234567890123"))

    assert text.startswith(f"{PARTY}法人番号を直してください。")
    assert "検査用数字" in text


def test_every_building_and_room_is_looked_at() -> None:
    second = replace(
        BUILDING, key="b2", name="見本ハイツ", units=(UNIT, replace(UNIT, key="u2", number="", layout="2K"))
    )
    plan = replace(COMPLETE, buildings=(BUILDING, second))

    assert [(gap.text, gap.path) for gap in gaps(plan)] == [
        ("住宅2「見本ハイツ」の2番目の部屋の部屋番号を入れてください。", "buildings[b2].units[u2].number")
    ]


def test_what_the_law_does_not_ask_for_may_stay_empty() -> None:
    plan = with_lessor(
        kana="", phone="", email="", postal_code="", corporate_number="", representative_title=""
    )

    assert gaps(plan) == ()
    assert gaps(replace(plan, contact=Contact(name="相談係", phone="0420000003"))) == ()


@pytest.mark.parametrize(
    "text", ["042-000-0000", "0420000000", "090-0000-0000", "042(000)0000", "０４２−０００−００００"]
)
def test_phone_numbers_in_any_writing(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["42-000-0000", "042-000", "042-000-0000-00", "電話なし", "042-000-000a"])
def test_what_is_no_phone_number(text: str) -> None:
    assert not is_phone(text)


@pytest.mark.parametrize("text", ["123-4567", "1234567", "〒123-4567", "１２３−４５６７", " 123-4567 "])
def test_postal_codes_in_any_writing(text: str) -> None:
    assert is_postal_code(text)


@pytest.mark.parametrize("text", ["123-456", "12-34567", "123-45678", "abc-defg"])
def test_what_is_no_postal_code(text: str) -> None:
    assert not is_postal_code(text)


def test_the_status_of_each_section() -> None:
    plan = Plan(
        parties=COMPLETE.parties, price=COMPLETE.price, pledges=(Pledge(key="a", code=PledgeCode.POLICY),)
    )
    status = section_status(plan)

    assert status[Section.PARTIES].state == SectionState.DONE
    assert status[Section.PARTIES].label == "入力済み"
    assert status[Section.BUILDINGS].state == SectionState.UNTOUCHED
    assert status[Section.BUILDINGS].label == "未入力"
    assert status[Section.PLEDGES].state == SectionState.TODO
    assert status[Section.PLEDGES].gaps == 4
    assert status[Section.PLEDGES].label == "あと4件"
    assert list(status) == list(Section)


def test_every_section_of_a_complete_plan_is_done() -> None:
    assert {one.state for one in section_status(COMPLETE).values()} == {SectionState.DONE}
