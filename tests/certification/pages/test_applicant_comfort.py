"""Writing a plan comfortably: rooms from a table, what is typed is kept, help beside each field, links to what lacks."""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
import uuid
from typing import Any

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.forms.applicant.editors import EDITORS, Editor
from certification.forms.applicant.places import place_of
from certification.forms.applicant.requests import CopyPlanForm, NewPlanForm
from certification.forms.applicant.rows import MOST_UNITS as MOST_ON_PAGE
from certification.forms.applicant.unit_table import UnitTableForm
from certification.models import Application, Operator, PlanVersion, SectionDraft
from certification.rules.completeness import gaps
from certification.rules.plan import (
    Building,
    Officer,
    Party,
    Plan,
    Referral,
    ReferralTarget,
    Section,
    Support,
    Unit,
    to_content,
)
from certification.rules.unit_table import MOST_UNITS
from tests.certification.pages.test_applicant_files import url

TABLE = "部屋番号\t面積\t家賃\t敷金\t専用/非専用\n101\t25.2㎡\t5.2万円\t1か月\t専用\n301\t30\t{rent}\tなし\t非専用\n"
SOUND, WRONG = TABLE.format(rent="60,000"), TABLE.format(rent="応相談")


@pytest.fixture
def draft(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> uuid.UUID:
    """A whole plan that is still being written: 見本荘 with the rooms 101, 102, 201, 202."""
    return walk.begin(owner[0], plan).application.public_id


def version_of(case_id: uuid.UUID) -> PlanVersion:
    return Application.objects.select_related("current_version").get(public_id=case_id).current_version


def units_of(case_id: uuid.UUID) -> tuple[Unit, ...]:
    return version_of(case_id).value.buildings[0].units


def paste(client: Client, case_id: uuid.UUID, text: str = "", do: str = "check", **more: Any) -> Any:
    page = client.get(url("plan_units", case_id))
    data = {"seen": page.context["seen"], "scope": page.context["scope"], "mode": "replace"}
    return client.post(url("plan_units", case_id), data | {"text": text, "do": do} | more)


# --- 部屋の一覧を表から ---


def test_a_sound_table_is_shown_first_and_saved_by_a_second_press(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    before = units_of(draft)
    shown = paste(applicant_client, draft, SOUND)
    assert shown.status_code == 200
    assert "この2部屋を保存する" in shown.content.decode()
    assert units_of(draft) == before
    assert paste(applicant_client, draft, SOUND, do="save").status_code == 302
    saved = units_of(draft)
    assert [(unit.number, unit.monthly_rent_yen, unit.deposit_yen) for unit in saved] == [
        ("101", 52_000, 52_000),
        ("301", 60_000, 0),
    ]
    assert saved[0].key == before[0].key
    assert saved[1].key


def test_nothing_is_written_while_a_cell_is_wrong_and_the_cell_can_be_mended_there(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    before = version_of(draft)
    answer = paste(applicant_client, draft, WRONG, do="save")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "3行目 C列(家賃)" in text
    assert 'id="cell-3-2" name="cell-3-2" value="応相談"' in text
    assert "応相談" in answer.context["text"]
    assert version_of(draft).content == before.content
    mended = paste(applicant_client, draft, WRONG, do="save", **{"cell-3-2": "61,000"})
    assert mended.status_code == 302
    assert units_of(draft)[1].monthly_rent_yen == 61_000


def test_rooms_can_be_added_but_no_number_twice(draft: uuid.UUID, applicant_client: Client) -> None:
    twice = paste(applicant_client, draft, SOUND, do="save", mode="add")
    assert twice.status_code == 422
    assert "すでに計画にあります" in twice.content.decode()
    added = paste(applicant_client, draft, "部屋番号\t面積\n301\t30\n", do="save", mode="add")
    assert added.status_code == 302
    assert [unit.number for unit in units_of(draft)] == ["101", "102", "201", "202", "301"]


def test_the_present_list_can_be_taken_out_and_put_back_unchanged(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    before = units_of(draft)
    filled = applicant_client.get(url("plan_units", draft) + "?fill=1").context["text"]
    assert paste(applicant_client, draft, filled, do="save").status_code == 302
    assert units_of(draft) == before


def test_the_sheet_to_download_is_read_back(draft: uuid.UUID, applicant_client: Client) -> None:
    before = units_of(draft)
    sheet = applicant_client.get(url("plan_units_sheet", draft))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["部屋番号", "階", "専用住戸か"]
    shown = paste(applicant_client, draft, file=SimpleUploadedFile("部屋.xlsx", sheet.content))
    assert shown.status_code == 200, shown.context["refused"]
    assert paste(applicant_client, draft, shown.context["text"], do="save").status_code == 302
    assert units_of(draft) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_csv_file_is_read(encoding: str, draft: uuid.UUID, applicant_client: Client) -> None:
    content = "部屋番号,面積\r\n501,25.2\r\n".encode(encoding)
    shown = paste(applicant_client, draft, file=SimpleUploadedFile("部屋.csv", content))
    assert shown.context["sound"]
    assert "501" in shown.context["text"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("部屋.xlsx", b"PK\x03\x04 broken", "壊れている"),
        ("部屋.xls", b"\xd0\xcf\x11\xe0", "表として読めない形式"),
        ("部屋.csv", b"\xff\xfe\x00\x81", "文字を読み取れません"),
        ("部屋.csv", b"a," * 3_000_000, "5MBを超えています"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    name: str, content: bytes, sentence: str, draft: uuid.UUID, applicant_client: Client
) -> None:
    before = version_of(draft).content
    answer = paste(applicant_client, draft, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert version_of(draft).content == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "表が空です"),
        ("あ" * 1_000_000, "大きすぎます"),
        ("\t".join("a" for _ in range(10_000)), "10,000列"),
        ("部屋番号\t間取り\n1\t=cmd|' /C calc'!A0\n", "計算式"),
        ("部屋番号\t間取り\n1\t1\x07K\n", "目に見えない文字"),
    ],
)
def test_a_hostile_paste_gets_a_sentence(
    text: str, sentence: str, draft: uuid.UUID, applicant_client: Client
) -> None:
    before = version_of(draft).content
    answer = paste(applicant_client, draft, text, do="save")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert version_of(draft).content == before


def test_what_another_person_saved_meanwhile_is_not_overwritten_unseen(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    page = applicant_client.get(url("plan_units", draft))
    old = {"seen": page.context["seen"], "scope": page.context["scope"], "mode": "replace"}
    paste(applicant_client, draft, "部屋番号\t階\n901\t9\n", do="save")
    answer = applicant_client.post(url("plan_units", draft), old | {"text": SOUND, "do": "save"})
    assert answer.status_code == 409
    assert "ほかの人が" in answer.content.decode()
    assert [unit.number for unit in units_of(draft)] == ["901"]
    again = {"seen": answer.context["seen"], "scope": answer.context["scope"], "mode": "replace"}
    assert (
        applicant_client.post(url("plan_units", draft), again | {"text": SOUND, "do": "save"}).status_code
        == 302
    )


def test_five_hundred_rooms_are_written_as_a_table_and_left_alone_by_the_page(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    text = "部屋番号\t面積\n" + "".join(f"{number}\t25.2\n" for number in range(1, MOST_UNITS + 1))
    assert paste(applicant_client, draft, text, do="save").status_code == 302
    assert len(units_of(draft)) == MOST_UNITS > MOST_ON_PAGE
    page = applicant_client.get(url("plan_section", draft, "buildings"))
    assert "部屋が500あるので" in page.content.decode()
    fields = {"seen": page.context["seen"], "scope": page.context["scope"], "name": "改名荘", "do": "back"}
    assert applicant_client.post(page.context["here"], fields).status_code == 302
    assert version_of(draft).value.buildings[0].name == "改名荘"
    assert len(units_of(draft)) == MOST_UNITS


def test_a_filed_plan_takes_no_table(filed: Walk, applicant_client: Client) -> None:
    case_id = filed.application.public_id
    assert applicant_client.get(url("plan_units", case_id)).status_code == 302
    answer = applicant_client.post(
        url("plan_units", case_id), {"text": SOUND, "mode": "replace", "do": "save"}
    )
    assert answer.status_code == 422
    assert len(units_of(case_id)) == 4


# --- 自動保存 ---


def keep(client: Client, case_id: uuid.UUID, **fields: str) -> Any:
    return client.post(url("plan_draft", case_id, "price"), fields)


def test_what_was_typed_is_offered_at_the_next_opening(draft: uuid.UUID, applicant_client: Client) -> None:
    address = url("plan_section", draft, "price")
    page = applicant_client.get(address)
    kept = keep(
        applicant_client, draft, monthly_yen="三千円", seen=page.context["seen"], scope=page.context["scope"]
    )
    assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", kept.json()["saved_at"])
    offered = applicant_client.get(address).content.decode()
    assert "に書きかけの内容があります" in offered
    assert 'value="三千円"' not in offered
    assert "data-keep=" not in offered
    shown = applicant_client.get(address + "?draft=continue")
    text = shown.content.decode()
    assert 'value="三千円"' in text
    assert "数として読めません" in text
    assert "別の内容で保存されています" not in text
    assert f'data-keep="{url("plan_draft", draft, "price")}"' in text


def test_a_draft_of_an_older_content_says_so_and_does_not_overwrite_it(
    draft: uuid.UUID, applicant_client: Client
) -> None:
    address = url("plan_section", draft, "price")
    page = applicant_client.get(address)
    old = {"seen": page.context["seen"], "scope": page.context["scope"]}
    keep(applicant_client, draft, monthly_yen="1", **old)
    SectionDraft.objects.update(row="")
    kept = SectionDraft.objects.get()
    applicant_client.post(address, old | {"monthly_yen": "2", "do": "back"})
    assert not SectionDraft.objects.exists()
    kept.pk = None
    kept.save()
    shown = applicant_client.get(address + "?draft=continue")
    assert "別の内容で保存されています" in shown.content.decode()
    answer = applicant_client.post(address, old | {"monthly_yen": "1", "do": "back"})
    assert answer.status_code == 409
    assert version_of(draft).value.price.monthly_yen == 2


def test_a_draft_can_be_thrown_away(draft: uuid.UUID, applicant_client: Client) -> None:
    keep(applicant_client, draft, monthly_yen="1")
    answer: Any = keep(applicant_client, draft, do="discard")
    assert answer.url == url("plan_section", draft, "price")
    assert "書きかけの内容があります" not in applicant_client.get(answer.url).content.decode()


def test_a_plan_that_may_not_be_written_answers_calmly(filed: Walk, applicant_client: Client) -> None:
    answer = keep(applicant_client, filed.application.public_id, monthly_yen="1")
    assert answer.status_code == 409
    assert "書き換えられません" in answer.json()["problem"]


def test_what_is_typed_stands_in_no_log(
    draft: uuid.UUID, applicant_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        keep(applicant_client, draft, breakdown="とても個人的な内容")
    assert "とても個人的な内容" not in caplog.text


# --- 前の計画を写す ---


def test_a_copy_is_begun_from_its_page(draft: uuid.UUID, applicant_client: Client) -> None:
    address = url("plan_copy", draft)
    page = applicant_client.get(address)
    assert "同じ住宅を、もう一度申請するためのものではありません" in page.content.decode()
    data = {"sections": ["parties", "buildings"], "municipality": "139912", "key": page.context["key"]}
    answers: list[Any] = [applicant_client.post(address, data) for _ in range(2)]
    new = Application.objects.latest("pk").public_id
    assert [answer.url for answer in answers] == [url("plan", new)] * 2
    assert version_of(new).value.parties == version_of(draft).value.parties
    warned = applicant_client.get(url("plan_submit", new)).content.decode()
    assert "同じ名前・所在地の住宅の計画が、ほかにあります" in warned
    assert url("plan_copy", draft) in applicant_client.get(reverse("certification:plan_new")).content.decode()


def test_a_copy_of_nothing_is_refused_with_a_sentence(draft: uuid.UUID, applicant_client: Client) -> None:
    page = applicant_client.get(url("plan_copy", draft))
    data = {"municipality": "139912", "key": page.context["key"]}
    answer = applicant_client.post(url("plan_copy", draft), data)
    assert answer.status_code == 422
    assert "1つ以上選んで" in answer.content.decode()


# --- 平易な言葉と例 ---


def blank_editors() -> list[Editor]:
    plan = sample_plan()
    return [
        EDITORS[section](
            plan, row="new" if section.value in ("parties", "buildings") else "", today=dt.date(2026, 4, 1)
        )
        for section in Section
    ]


def every_form() -> list[tuple[str, forms.BaseForm]]:
    found: list[tuple[str, forms.BaseForm]] = []
    for editor in blank_editors():
        found += [(editor.section.value, form) for _, form in editor.named_forms()]
        found += [
            (f"{editor.section.value} {name}", rows.empty_form) for name, rows in editor.row_sets().items()
        ]
        if hasattr(editor, "copy"):
            found.append(("copy", editor.copy))
    some = [("1", "一"), ("2", "二")]
    found.append(("new", NewPlanForm(operators=some, municipalities=some)))
    found.append(("copy", CopyPlanForm(municipalities=some, municipality="1", documents=some)))
    found.append(("table", UnitTableForm(saved=(Unit(number="1"),))))
    return found


def test_every_field_has_help_or_an_example_in_few_words() -> None:
    bare, long = set(), set()
    for place, form in every_form():
        for name, field in form.fields.items():
            if name in ("key", "DELETE") or field.widget.is_hidden:
                continue
            if not field.help_text:
                bare.add(f"{place} {name}")
            if len(str(field.help_text)) > 70:
                long.add(f"{place} {name}: {field.help_text}")
    assert bare == set()
    assert long == set()


# --- 足りないところ ---


def thin_plan() -> Plan:
    """Something of everything, and nearly all of it lacking."""
    return Plan(
        parties=(Party(key="p1", kind="corporation", officers=(Officer(key="o1", kana="ア"),)),),
        buildings=(
            Building(key="b1", name="見本荘", units=(Unit(key="u1", floor=1), Unit(key="u2", number="102"))),
        ),
        support=Support(referral=Referral(targets=(ReferralTarget(key="t1", name="見本"),))),
    )


def test_every_gap_leads_to_its_very_field(
    office: Office, walk: Walk, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    plan = thin_plan()
    begun = walk.begin(owner[0], sample_plan()).application
    PlanVersion.objects.filter(pk=begun.current_version_id).update(content=to_content(plan))
    overview = applicant_client.get(url("plan", begun.public_id)).content.decode()
    pages: dict[tuple[str, str], str] = {}
    lost = []
    for gap in gaps(plan):
        place = place_of(plan, gap.path)
        address = url("plan_section", begun.public_id, place.section.value) + (
            f"?row={place.row}" if place.row else ""
        )
        page = pages.setdefault(
            (place.section.value, place.row), applicant_client.get(address).content.decode()
        )
        if place.anchor and f'id="{place.anchor}"' not in page:
            lost.append((gap.path, place.anchor))
        if f"{address}{'#' if place.anchor else ''}{place.anchor}" not in overview.replace("&amp;", "&"):
            lost.append((gap.path, "overview"))
        if not place.anchor and gap.path not in ("parties", "buildings"):
            lost.append((gap.path, "no field"))
    assert lost == []
    assert len(pages) >= 7
