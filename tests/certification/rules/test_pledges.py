"""Who has to pledge what, and that plans written before anybody was named stay what they were."""

from __future__ import annotations

import datetime as dt
from typing import Any

from certification.rules.application_form import sheets
from certification.rules.completeness import gaps
from certification.rules.plan import (
    Employee,
    Licence,
    Pledge,
    PledgeCapacity,
    PledgeCode,
    content_hash,
    from_content,
    to_content,
)
from certification.rules.pledges import lines, signatories
from tests.certification.rules.sample import (
    COMPLETE,
    replace,
    shared_living,
    with_building,
    with_guardian,
    with_lessor,
)


def pledge(code: str, capacity: str, name: str) -> Pledge:
    return Pledge(
        key=f"{code}-{capacity}-{name}",
        code=code,
        capacity=capacity,
        for_whom=name,
        signer=f"{name}の代表",
        acknowledged_on=dt.date(2026, 4, 1),
    )


def texts(plan: Any) -> list[str]:
    return [gap.text for gap in gaps(plan)]


OLD_KEYS = (
    ("parties", "employees"), ("buildings", "owner_name"), ("buildings", "common_toilets"), ("pledges", "capacity"),
    ("pledges", "for_whom"), ("pledges", "signer_post"),
)  # fmt: skip


def test_a_plan_of_before_is_the_same_text_with_the_same_hash() -> None:
    content = to_content(COMPLETE)

    for section, field in OLD_KEYS:
        assert all(field not in row for row in content[section])
    assert to_content(from_content(content)) == content
    # Written down when the fields of today were not there yet: it never changes again.
    assert content_hash(to_content(from_content({"pledges": [{"code": "policy", "signer": "架空"}]}))) == (
        content_hash(
            to_content(from_content({"pledges": [{"code": "policy", "signer": "架空", "capacity": ""}]}))
        )
    )
    assert set(to_content(Pledge())) == {"key", "code", "signer", "acknowledged_on"}


def test_what_is_written_in_a_later_field_is_kept() -> None:
    plan = with_building(owner_name="所有 一郎", common_toilets=0)
    content = to_content(plan)

    assert content["buildings"][0]["common_toilets"] == 0
    assert from_content(content) == plan


def test_one_pledge_without_a_name_was_given_for_all_who_file() -> None:
    assert all(line.is_complete for line in lines(COMPLETE))
    assert gaps(COMPLETE) == ()


def test_when_named_everybody_who_files_has_to_pledge() -> None:
    own = tuple(
        pledge(code, "applicant", "見本不動産") for code in ("disqualification", "structure", "policy")
    )

    assert texts(replace(COMPLETE, pledges=own)) == [
        "申請者「例示 花子」の誓約「欠格要件に該当しないこと」を確かめて、誓約してください。",
        "申請者「例示 花子」の誓約「構造が共管省令10条1号の基準に適合すること」を確かめて、誓約してください。",
        "申請者「例示 花子」の誓約「基本方針と供給促進計画に照らして適切であること」を確かめて、誓約してください。",
    ]


def test_the_owner_of_sublet_housing_pledges_too() -> None:
    plan = with_building(right="lease", is_sublease=True, owner_name="所有 一郎", sublessor_name="転貸 次郎")

    assert [(one.capacity, one.name) for one in signatories(plan)[2:]] == [
        (PledgeCapacity.OWNER, "所有 一郎"),
        (PledgeCapacity.SUBLESSOR, "転貸 次郎"),
    ]
    assert texts(plan) == [
        "所有者「所有 一郎」・転貸人「転貸 次郎」の誓約「欠格要件に該当しないこと」を確かめて、誓約してください。"
    ]


def test_sublet_housing_names_its_owner() -> None:
    plan = with_building(right="lease", is_sublease=True)

    assert "住宅1「見本荘」の所有者の氏名・名称を入れてください。" in texts(plan)


def test_who_files_and_owns_signs_once() -> None:
    assert len(signatories(with_building(right="lease", is_sublease=True, owner_name="見本不動産"))) == 2


def test_the_guardian_of_a_minor_pledges_and_names_its_officers() -> None:
    assert gaps(with_guardian()) == ()
    assert texts(replace(with_guardian(), pledges=COMPLETE.pledges)) == [
        "誓約「法定代理人が欠格要件に該当しないこと」を確かめて、誓約してください。"
    ]
    assert "法定代理人の役員を1人以上入れてください。" in texts(with_guardian(officers=()))[0]
    assert PledgeCode.GUARDIAN in {line.code for line in lines(with_guardian())}


def test_a_licence_has_the_shape_of_one() -> None:
    def said(kind: str, number: str) -> list[str]:
        return texts(with_lessor(licences=(Licence(key="l1", kind=kind, number=number),)))

    assert said("broker", "東京都知事(3)第12345号") == []
    assert "宅建免許の番号として読めません" in said("broker", "12345")[0]
    assert said("rental_manager", "国土交通大臣(01)第001234号") == []
    assert said("lodging_manager", "国土交通大臣（01）第F00123号") == []
    assert "登録の通知のとおりに" in said("rental_manager", "とうろくずみ")[0]


def test_the_sheets_are_there_when_their_condition_holds() -> None:
    assert [sheet.title[:3] for sheet in sheets(COMPLETE)] == ["別添1", "別添5", "誓約書"]
    assert [sheet.title[:3] for sheet in sheets(with_guardian())] == ["別添1", "別添4", "別添5", "誓約書"]
    assert "別添6" in [sheet.title[:3] for sheet in sheets(shared_living("9", "9", total="40"))]


def test_a_sheet_lists_officers_and_employees_or_says_why_not() -> None:
    licence = Licence(key="l1", kind="broker", number="東京都知事(3)第12345号")
    first = sheets(with_lessor(officers=(), licences=(licence,)))[0].tables[0]
    clerk = Employee(key="e1", name="支店 長子", office="見本支店")
    second = sheets(with_lessor(employees=(clerk,)))[0].tables[0]

    assert first.note == (
        "宅地建物取引業の免許 東京都知事(3)第12345号があるため、役員と使用人の氏名を省いています。"
    )
    assert ("使用人", "見本支店", "支店 長子", "—") in second.rows
