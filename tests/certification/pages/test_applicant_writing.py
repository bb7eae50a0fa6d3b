"""Writing a section: nothing typed is lost, wrong shapes are told, two people do not overwrite each other."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from certification.demo import Office, Walk
from certification.models import Application, Operator, PlanVersion
from certification.rules.completeness import gaps
from certification.rules.difference import compare
from certification.rules.plan import Plan, Section
from tests.certification.pages.forms_on_page import post_form
from tests.certification.pages.test_applicant_files import begin, url


@pytest.fixture
def draft(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> uuid.UUID:
    """A whole plan that is still being written."""
    return walk.begin(owner[0], plan).application.public_id


def version_of(case_id: uuid.UUID) -> PlanVersion:
    return Application.objects.select_related("current_version").get(public_id=case_id).current_version


def section_page(client: Client, case_id: uuid.UUID, section: str, query: str = "") -> Any:
    return client.get(url("plan_section", case_id, section) + query)


def save(client: Client, page: Any, do: str = "back", **changes: Any) -> Any:
    form = post_form(page)
    return client.post(form.action, form.fields | changes | {"do": do})


@pytest.mark.parametrize("section", Section)
def test_saving_a_page_untouched_changes_nothing(
    section: Section, draft: uuid.UUID, applicant_client: Client
) -> None:
    before = version_of(draft)
    answer = save(applicant_client, section_page(applicant_client, draft, section.value))
    after = version_of(draft)
    assert answer.status_code == 302
    assert after.revision == before.revision + 1
    assert compare(before.value, after.value) == ()


@pytest.mark.parametrize("section", Section)
def test_an_empty_section_can_be_saved(
    section: Section, office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    case_id = begin(applicant_client)
    answer = save(applicant_client, section_page(applicant_client, case_id, section.value))
    plan = version_of(case_id).value
    assert answer.status_code == 302
    assert any(gap.section == section for gap in gaps(plan))
    assert (plan.parties, plan.buildings) == ((), ())


@pytest.mark.parametrize(
    ("section", "field", "typed", "sentence"),
    [
        ("price", "monthly_yen", "三千円くらい", "数として読めません"),
        ("price", "monthly_yen", "-300", "0以上の数"),
        ("buildings", "construction_started", "昭和70年3月", "昭和64年1月7日まで"),
        ("buildings", "construction_started", "昭和55年", "月まで入れてください"),
        ("buildings", "right_until", "令和9年2月30日", "という日はありません"),
        ("buildings", "units-0-floor_area_m2", "25.205", "小数点以下2桁"),
        ("parties", "corporate_number", "123456789012", "個人番号(マイナンバー)は入力しないでください"),
        ("contact", "email", "room@@example", "office@example.jp"),
    ],
)
def test_a_wrong_shape_is_told_and_what_was_typed_stays(
    section: str, field: str, typed: str, sentence: str, draft: uuid.UUID, applicant_client: Client
) -> None:
    before = version_of(draft)
    answer = save(applicant_client, section_page(applicant_client, draft, section), **{field: typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert post_form(answer).fields[field] == typed
    assert version_of(draft).content == before.content


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("construction_started", "昭和５５年３月", "1980-03"),
        ("construction_started", "S55.3", "1980-03"),
        ("construction_started", "1980-03", "1980-03"),
        ("storeys", "３階", 3),
        ("name", "髙橋﨑荘 ", "髙橋﨑荘"),
        ("name", "神楽ﾊｲﾂ", "神楽ﾊｲﾂ"),
    ],
)
def test_what_is_typed_in_japanese_is_understood(
    field: str, typed: str, kept: Any, draft: uuid.UUID, applicant_client: Client
) -> None:
    save(applicant_client, section_page(applicant_client, draft, "buildings"), **{field: typed})
    assert version_of(draft).content["buildings"][0][field] == kept


def test_a_month_is_shown_in_wareki(draft: uuid.UUID, applicant_client: Client) -> None:
    page = section_page(applicant_client, draft, "buildings")
    assert post_form(page).fields["construction_started"] == "平成7年4月"


def test_rows_keep_their_keys_and_a_strange_key_is_not_believed(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    page = section_page(applicant_client, draft, "buildings")
    save(applicant_client, page, **{"units-0-number": "901", "units-1-key": "u101", "units-2-key": "<b>"})
    units = version_of(draft).content["buildings"][0]["units"]
    keys = [unit["key"] for unit in units]
    assert [unit["number"] for unit in units] == ["901", "102", "201", "202"]
    assert (keys[0], keys[3]) == ("u101", "u202")
    assert len(set(keys)) == 4
    assert "<b>" not in keys


def test_a_row_is_deleted_by_its_box(draft: uuid.UUID, applicant_client: Client) -> None:
    page = section_page(applicant_client, draft, "support")
    save(applicant_client, page, **{"targets-0-DELETE": "on"})
    targets = version_of(draft).content["support"]["referral"]["targets"]
    assert [target["name"] for target in targets] == ["架空訪問看護ステーション"]


def test_more_rows_keep_what_was_typed_and_save_nothing(draft: uuid.UUID, applicant_client: Client) -> None:
    before = version_of(draft)
    form = post_form(section_page(applicant_client, draft, "support"))
    form.fields["watch-content"] = "書きかけ"
    answer = applicant_client.post(form.action, form.fields | {"do": "more.targets"})
    again = post_form(answer)
    assert answer.status_code == 200
    assert again.fields["watch-content"] == "書きかけ"
    assert again.fields["targets-2-name"] == ""
    assert version_of(draft).revision == before.revision


def test_a_second_house_is_added_edited_and_removed(draft: uuid.UUID, applicant_client: Client) -> None:
    answer = save(applicant_client, section_page(applicant_client, draft, "buildings"), do="add")
    assert answer.url.endswith("?row=new")
    save(applicant_client, applicant_client.get(answer.url), name="見本荘別館")
    first, second = version_of(draft).content["buildings"]
    assert (first["name"], second["name"]) == ("見本荘", "見本荘別館")

    page = section_page(applicant_client, draft, "buildings", f"?row={second['key']}")
    assert post_form(page).fields["name"] == "見本荘別館"
    question = section_page(applicant_client, draft, "buildings", f"?row={second['key']}&remove=1")
    assert "住宅2「見本荘別館」を消す" in question.content.decode()
    form = post_form(question)
    applicant_client.post(form.action, form.fields)
    assert [one["name"] for one in version_of(draft).content["buildings"]] == ["見本荘"]


def test_rooms_are_copied_with_their_numbers(draft: uuid.UUID, applicant_client: Client) -> None:
    form = post_form(section_page(applicant_client, draft, "buildings"))
    typed = {"copy-source": "2", "copy-numbers": "301〜303", "do": "copy"}
    page = applicant_client.post(form.action, form.fields | typed)
    save(applicant_client, page)
    units = version_of(draft).value.buildings[0].units
    assert [unit.number for unit in units][4:] == ["301", "302", "303"]
    assert {unit.floor for unit in units[4:]} == {3}
    assert {unit.floor_area_m2 for unit in units[4:]} == {Decimal("24.80")}
    assert len({unit.key for unit in units}) == 7


def test_unreadable_room_numbers_are_told(draft: uuid.UUID, applicant_client: Client) -> None:
    form = post_form(section_page(applicant_client, draft, "buildings"))
    typed = {"copy-source": "0", "copy-numbers": "303〜301", "do": "copy"}
    answer = applicant_client.post(form.action, form.fields | typed)
    assert answer.status_code == 422
    assert "番号の範囲として読めません" in answer.content.decode()
    assert post_form(answer).fields["copy-numbers"] == "303〜301"


def test_two_people_in_one_section_see_both_versions(
    draft: uuid.UUID, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    mine = section_page(applicant_client, draft, "price")
    save(applicant_client, section_page(applicant_client, draft, "price"), monthly_yen="4,000")
    answer = save(applicant_client, mine, monthly_yen="5,000")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの人が、このあいだに同じところを保存しました" in text
    assert "4,000円/月" in text
    assert "5,000円/月" in text
    assert post_form(answer).fields["monthly_yen"] == "5,000"
    assert version_of(draft).value.price.monthly_yen == 4_000

    again = save(applicant_client, answer)
    assert again.status_code == 302
    assert version_of(draft).value.price.monthly_yen == 5_000


def test_what_is_typed_for_a_house_that_was_removed_meanwhile_is_kept(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    mine = section_page(applicant_client, draft, "buildings")
    question = post_form(section_page(applicant_client, draft, "buildings", "?row=b1&remove=1"))
    applicant_client.post(question.action, question.fields)
    answer = save(applicant_client, mine, name="消された家")
    assert answer.status_code == 409
    assert post_form(answer).fields["name"] == "消された家"
    assert version_of(draft).value.buildings == ()
    assert save(applicant_client, answer).status_code == 302
    (house,) = version_of(draft).value.buildings
    assert (house.name, len(house.units)) == ("消された家", 4)


def test_two_people_in_two_sections_do_not_meet(draft: uuid.UUID, applicant_client: Client) -> None:
    mine = section_page(applicant_client, draft, "price")
    save(applicant_client, section_page(applicant_client, draft, "contact"), person="別の人")
    answer = save(applicant_client, mine, monthly_yen="5,000")
    plan = version_of(draft).value
    assert answer.status_code == 302
    assert (plan.price.monthly_yen, plan.contact.person) == (5_000, "別の人")


def test_a_filed_plan_cannot_be_written(filed: Walk, applicant_client: Client) -> None:
    case_id = filed.application.public_id
    page = section_page(applicant_client, case_id, "price")
    assert page.status_code == 302
    assert page.url == url("plan_preview", case_id)
    answer = applicant_client.post(url("plan_section", case_id, "price"), {"monthly_yen": "1", "do": "back"})
    assert answer.status_code == 409
    assert "この申請は、いま「受付待ち」です" in answer.content.decode()
    assert post_form(answer).fields["monthly_yen"] == "1"
    assert version_of(case_id).value.price.monthly_yen == 3_300


def test_filing_between_reading_and_saving_keeps_what_was_typed(
    draft: uuid.UUID, walk: Walk, applicant_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is asked for while the plan may be written; the service finds that it may no longer be."""
    from certification.services.errors import ActRefused
    from certification.views.applicant import writing

    def refuse(**kwargs: Any) -> None:
        raise ActRefused("この申請は今「受付待ち」です。「計画を書く」はできません。")

    page = section_page(applicant_client, draft, "price")
    monkeypatch.setattr(writing, "save_section", refuse)
    answer = save(applicant_client, page, monthly_yen="5,000")
    assert answer.status_code == 409
    assert "「計画を書く」はできません" in answer.content.decode()
    assert post_form(answer).fields["monthly_yen"] == "5,000"


def test_a_post_without_a_session_says_that_nothing_was_saved(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    form = post_form(section_page(applicant_client, draft, "price"))
    applicant_client.logout()
    answer = applicant_client.post(form.action, form.fields | {"do": "back"}, follow=True)
    text = answer.content.decode()
    assert "まだ保存されていません" in text
    assert "ブラウザの「戻る」" in text
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/plans/")


def test_unknown_sections_and_rows_do_not_exist(draft: uuid.UUID, applicant_client: Client) -> None:
    assert section_page(applicant_client, draft, "secrets").status_code == 404
    assert section_page(applicant_client, draft, "buildings", "?row=zzzz").status_code == 404
    assert section_page(applicant_client, draft, "buildings", "?row=new&remove=1").status_code == 404


def test_enter_saves_and_does_not_add_rows(draft: uuid.UUID, applicant_client: Client) -> None:
    """The first button of the form is what Enter presses."""
    text = section_page(applicant_client, draft, "support").content.decode()
    form = text[text.index('<form class="form"') :]
    first = form.index('type="submit"')
    assert 'value="back"' in form[first : first + 60]


def test_the_marks_for_needed_fields_agree_with_the_rules(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    """What an untouched row of a party, house and room lacks is what its form marks as 必須."""
    from certification.forms.applicant.parts import BuildingForm, PartyForm, UnitForm
    from certification.rules.plan import Building, Party, Unit

    lacking = {
        PartyForm: (Plan(parties=(Party(key="a"),)), "parties[a]."),
        BuildingForm: (Plan(buildings=(Building(key="a"),)), "buildings[a]."),
        UnitForm: (Plan(buildings=(Building(key="a", units=(Unit(key="u"),)),)), "buildings[a].units[u]."),
    }
    for form, (plan, place) in lacking.items():
        named = {gap.path.removeprefix(place) for gap in gaps(plan) if gap.path.startswith(place)}
        asked = {name for name in named if name in form.base_fields} - {"construction_started"}
        marked = {name for name, field in form.base_fields.items() if field.required}
        assert asked <= marked, form


def test_too_many_or_unreadable_rows_are_told(draft: uuid.UUID, applicant_client: Client) -> None:
    before = version_of(draft)
    page = section_page(applicant_client, draft, "support")
    for total, sentence in (("51", "一度に書けるのは50行まで"), ("many", "入力した行を読み取れませんでした")):
        answer = save(applicant_client, page, **{"targets-TOTAL_FORMS": total})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert version_of(draft).revision == before.revision


def test_text_with_a_null_character_is_told(draft: uuid.UUID, applicant_client: Client) -> None:
    page = section_page(applicant_client, draft, "contact")
    answer = save(applicant_client, page, name="窓\x00口")
    assert answer.status_code == 422
    assert version_of(draft).value.contact.name != "窓\x00口"
