"""The 別表: looking, the whole round from a draft to a published version, and what a running case goes by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Department, Municipality, Role, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk, appoint, person, sample_plan
from certification.models import (
    Application,
    DocumentType,
    Operator,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.conditions import ConditionCode
from certification.rules.plan import Plan
from certification.selectors import master as selectors
from certification.selectors.facts import document_needs
from certification.services import master as services
from certification.services.errors import ActRefused, NotFound, Stale
from tests.certification.conftest import MONDAY_MORNING, SINCE
from tests.certification.pages.test_master_settings import SignIn, actions_of, sent

TABLE = reverse("certification:review_table")
DRAFT = reverse("certification:review_table_draft")
PUBLISH = reverse("certification:review_table_publish")
NEW_ROW = reverse("certification:review_item", args=[0])


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Pages read the clock; cases of these tests begin on the same morning."""
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def administrator(office: Office, sign_in: SignIn) -> Client:
    return sign_in(office.administrator)


def row_url(item: ReviewItem) -> str:
    return reverse("certification:review_item", args=[item.pk])


def document_url(document: DocumentType | None = None) -> str:
    return f"{DRAFT}?document={document.pk if document else 'new'}"


def draft_of(office: Office) -> ReviewTable:
    return ReviewTable.objects.get(municipality=office.municipality, published_at__isnull=True)


def published_of(office: Office) -> ReviewTable:
    published = ReviewTable.objects.filter(
        municipality=office.municipality, published_at__isnull=False, procedure="certification"
    )
    return published.order_by("-version")[:1].get()


def row(table: ReviewTable, number: int) -> ReviewItem:
    return ReviewItem.objects.get(table=table, number=number)


@pytest.fixture
def draft(administrator: Client, office: Office) -> ReviewTable:
    """The draft of version 2, as the button makes it."""
    assert administrator.post(DRAFT).status_code == 302
    return draft_of(office)


def snapshot(table: ReviewTable) -> str:
    fresh = selectors.with_rows(ReviewTable.objects.filter(pk=table.pk)).get()
    return selectors.fingerprint(selectors.table_content(fresh))


# --- Looking ---


def test_the_table_in_force_with_its_marks_and_versions(administrator: Client, accepted: Walk) -> None:
    page = administrator.get(TABLE)
    text = page.content.decode()
    assert page.status_code == 200
    assert "審査事項(27行)" in text
    assert "「推定」の印がある項目が19件あります" in text
    assert "原本の写しで担当課の列が読み取れず" in text
    assert "介護保険・障害福祉サービスの指定事業所が実施する場合" in text
    assert [(one.table.version, one.running, one.is_current) for one in page.context["page"].versions] == [
        (1, 1, True)
    ]
    assert "新しい版を作る" in text


def test_a_version_that_is_not_there_is_404(administrator: Client, draft: ReviewTable) -> None:
    for version in ("9", "x", str(draft.version)):
        assert administrator.get(TABLE, {"version": version}).status_code == 404


def test_a_published_row_can_be_looked_at_and_not_changed(administrator: Client, office: Office) -> None:
    item = row(published_of(office), 7)
    page = administrator.get(row_url(item))
    assert page.status_code == 200
    assert "公開した版の行は変えられません" in page.content.decode()
    assert "<textarea" not in page.content.decode()
    before = snapshot(item.table)
    for data in ({"label": "書換え", "seen": ""}, {"act": "remove", "seen": ""}):
        answer = administrator.post(row_url(item), data)
        assert answer.status_code in (409, 422)
    assert snapshot(item.table) == before


# --- The draft ---


def test_the_draft_is_a_whole_copy_and_there_is_only_one(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    assert snapshot(draft) == snapshot(published_of(office))
    assert administrator.post(DRAFT).status_code == 302
    assert draft_of(office).pk == draft.pk
    assert actions_of(office) == [services.TABLE_DRAFTED]
    page = administrator.get(DRAFT)
    assert "第1版と同じ内容です" in page.content.decode()
    assert page.context["differences"] == []
    assert "新しい版の案を開く" in administrator.get(TABLE).content.decode()


def test_the_database_holds_one_draft_per_city(office: Office, draft: ReviewTable) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewTable.objects.create(
            municipality=office.municipality, version=9, effective_from=dt.date(2026, 6, 1), source="二つ目"
        )


def test_without_a_draft_the_page_offers_one(administrator: Client) -> None:
    page = administrator.get(DRAFT)
    assert page.status_code == 200
    assert "案はありません" in page.content.decode()
    assert administrator.get(NEW_ROW).status_code == 404
    assert administrator.get(PUBLISH).status_code == 302


def test_what_the_draft_changes_is_said_in_words(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    item = row(draft, 7)
    welfare = office.setting.lead_department_id
    care = office.municipality.departments.get(name="介護福祉課")
    data = sent(
        administrator.get(row_url(item)),
        requirement="as_needed",
        **{f"inferred_{welfare}": None, f"use_{care.pk}": "on", f"condition_{care.pk}": "designated_office"},
    )
    assert administrator.post(row_url(item), data).status_code == 302
    page = administrator.get(DRAFT)
    assert [(one["kind"], one["title"]) for one in page.context["differences"]] == [
        ("changed", f"7 {item.label}")
    ]
    lines = {line["term"]: (line["before"], line["text"]) for line in page.context["differences"][0]["rows"]}
    assert lines == {
        "必須・適宜": ("必須", "適宜"),
        "審査する課": (
            "福祉総務課【推定】",
            "福祉総務課、介護福祉課(介護保険・障害福祉サービスの指定事業所が実施する場合)",
        ),
    }
    assert "第1版から変わるところ(1件)" in page.content.decode()
    links = {link.department_id: link for link in row(draft, 7).departments.all()}
    assert not links[welfare].is_inferred
    assert links[care.pk].condition == ConditionCode.DESIGNATED_OFFICE


def test_opening_and_saving_a_row_changes_nothing(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    before = snapshot(draft)
    for item in draft.items.all():
        assert administrator.post(row_url(item), sent(administrator.get(row_url(item)))).status_code == 302
    assert snapshot(draft) == before
    assert actions_of(office) == [services.TABLE_DRAFTED]


def test_a_row_is_added_and_another_removed(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    page = administrator.get(NEW_ROW)
    assert page.context["form"]["number"].value() == 28
    data = sent(
        page,
        label="避難の経路",
        document_label="申請書別紙",
        requirement="required",
        sections=["buildings.storeys", "buildings.units.floor"],
        checks=["seismic"],
        document_codes=["floor_plan"],
        **{f"use_{office.setting.lead_department_id}": "on"},
    )
    assert administrator.post(NEW_ROW, data).status_code == 302
    new = row(draft, 28)
    assert (new.sections, new.document_codes) == (
        ["buildings.storeys", "buildings.units.floor"],
        ["floor_plan"],
    )
    gone = row(draft, 18)
    removal = {"act": "remove", "seen": administrator.get(row_url(gone)).context["seen"]}
    assert administrator.post(row_url(gone), removal).status_code == 302
    found = administrator.get(DRAFT).context["differences"]
    assert [(one["kind"], one["title"]) for one in found] == [
        ("removed", f"18 {gone.label}"),
        ("added", "28 避難の経路"),
    ]
    assert published_of(office).items.count() == 27


BAD_ROW = (
    ("number", "26", "番号26の行がすでにあります"),
    ("number", "0", "1から999までの数"),
    ("number", "二", "数字だけで入力してください"),
    ("label", "", "入力または選択してください"),
    ("label", "あ" * 201, "200 文字以下"),
    ("condition", "full_moon", "選択"),
    ("document_codes", ["no_such"], "選択"),
    ("sections", ["buildings.ghost"], "選択"),
    ("checks", ["horoscope"], "選択"),
)


@pytest.mark.parametrize(("field", "value", "sentence"), BAD_ROW)
def test_a_bad_row_is_answered_by_a_sentence_and_kept(
    administrator: Client, draft: ReviewTable, field: str, value: Any, sentence: str
) -> None:
    before, item = snapshot(draft), row(draft, 7)
    data = sent(administrator.get(row_url(item)), basis="打ちかけの根拠", **{field: value})
    answer = administrator.post(row_url(item), data)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert 'value="打ちかけの根拠"' in answer.content.decode()
    assert snapshot(draft) == before


def test_the_second_administrator_of_a_row_is_told(
    administrator: Client, office: Office, sign_in: SignIn, draft: ReviewTable
) -> None:
    item, second = row(draft, 7), sign_in(office.administrator)
    of_first, of_second = administrator.get(row_url(item)), second.get(row_url(item))
    assert administrator.post(row_url(item), sent(of_first, label="先の言葉")).status_code == 302
    answer = second.post(row_url(item), sent(of_second, label="後の言葉"))
    assert answer.status_code == 409
    assert answer.context["standing"] == [{"term": "主な審査事項", "text": "先の言葉"}]
    assert 'value="後の言葉"' in answer.content.decode()
    assert row(draft, 7).label == "先の言葉"
    assert second.post(row_url(item), {"act": "remove", "seen": of_second.context["seen"]}).status_code == 409
    assert row(draft, 7).label == "先の言葉"


def test_a_draft_is_thrown_away_and_a_stale_page_does_not_do_it(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    seen = administrator.get(DRAFT).context["seen"]
    item = row(draft, 7)
    administrator.post(row_url(item), sent(administrator.get(row_url(item)), label="変えた"))
    answer = administrator.post(DRAFT, {"act": "discard", "seen": seen})
    assert answer.status_code == 409
    assert "ほかの担当者が先に案を変えました" in answer.content.decode()
    assert draft_of(office).pk == draft.pk
    answer = administrator.post(DRAFT, {"act": "discard", "seen": administrator.get(DRAFT).context["seen"]})
    assert answer.status_code == 302
    assert not ReviewTable.objects.filter(published_at__isnull=True).exists()
    assert published_of(office).items.count() == 27
    assert services.TABLE_DISCARDED in actions_of(office)


# --- Documents ---


def test_documents_of_the_draft(administrator: Client, office: Office, draft: ReviewTable) -> None:
    page = administrator.get(document_url())
    data = sent(page, label="避難経路図", requirement="required", hint="階段の幅が分かるもの。")
    assert administrator.post(document_url(), data).status_code == 302
    new = DocumentType.objects.get(table=draft, label="避難経路図")
    assert new.code == "document_1"
    assert new.position == 9
    plan = DocumentType.objects.get(table=draft, code="floor_plan")
    page = administrator.get(document_url(plan))
    assert administrator.post(document_url(plan), sent(page, label="間取図と配置図")).status_code == 302
    plan.refresh_from_db()
    assert (plan.code, plan.label) == ("floor_plan", "間取図と配置図")
    titles = [(one["kind"], one["title"]) for one in administrator.get(DRAFT).context["differences"]]
    assert titles == [("changed", "書類「間取図と配置図」"), ("added", "書類「避難経路図」")]
    removal = {"act": "remove", "seen": administrator.get(document_url(new)).context["seen"]}
    assert administrator.post(document_url(new), removal).status_code == 302
    assert not DocumentType.objects.filter(pk=new.pk).exists()


def test_a_document_that_rows_refer_to_stays(administrator: Client, draft: ReviewTable) -> None:
    document = DocumentType.objects.get(table=draft, code="floor_plan")
    page = administrator.get(document_url(document))
    assert "審査事項 23 がこの書類を参照しています" in page.content.decode()
    answer = administrator.post(document_url(document), {"act": "remove", "seen": page.context["seen"]})
    assert answer.status_code == 409
    assert "先に、その行で書類を外してください" in answer.content.decode()
    assert DocumentType.objects.filter(pk=document.pk).exists()


def test_a_code_once_used_is_not_given_again(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    """Attachments carry the code: a new kind must not look like one of an earlier version."""

    def add(label: str) -> DocumentType:
        data = sent(administrator.get(document_url()), label=label, requirement="required")
        assert administrator.post(document_url(), data).status_code == 302
        return DocumentType.objects.get(table=draft_of(office), label=label)

    assert add("前の版の書類").code == "document_1"
    assert publish(administrator).status_code == 302
    administrator.post(DRAFT)
    earlier = DocumentType.objects.get(table=draft_of(office), code="document_1")
    removal = {"act": "remove", "seen": administrator.get(document_url(earlier)).context["seen"]}
    assert administrator.post(document_url(earlier), removal).status_code == 302
    assert add("別の書類").code == "document_2"


def test_a_document_that_a_check_looks_for_comes_once(administrator: Client, draft: ReviewTable) -> None:
    page = administrator.get(document_url())
    answer = administrator.post(
        document_url(), sent(page, label="二つ目", requirement="required", code="seismic_proof")
    )
    assert answer.status_code == 422
    assert "すでに一覧にあります" in " ".join(answer.context["form"].errors["code"])


def test_documents_of_a_published_version_have_no_form(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    document = published_of(office).document_types.first()
    assert document is not None
    assert administrator.get(document_url(document)).status_code == 404
    assert administrator.post(document_url(document), {"label": "書換え", "seen": ""}).status_code == 404


# --- Publishing ---


def publish(client: Client, **changes: Any) -> Any:
    page = client.get(PUBLISH)
    day = {"effective_from": "2026-06-01"} if "effective_from" not in changes else {}
    return client.post(PUBLISH, sent(page, source="輪野市要綱(令和8年6月1日改正)別表", **day, **changes))


def test_the_whole_round_and_a_running_case_keeps_its_version(
    administrator: Client,
    office: Office,
    accepted: Walk,
    owner: tuple[Operator, User],
    plan: Plan,
) -> None:
    first = published_of(office)
    before = snapshot(first)
    administrator.post(DRAFT)
    draft = draft_of(office)
    page = administrator.get(NEW_ROW)
    data = sent(page, label="避難の経路", document_label="申請書別紙", requirement="required")
    data[f"use_{office.setting.lead_department_id}"] = "on"
    assert administrator.post(NEW_ROW, data).status_code == 302

    page = administrator.get(PUBLISH)
    text = page.content.decode()
    assert "28 避難の経路" in text
    assert "審査中の申請(1件)は、申請したときの版のまま進みます" in text
    answer = publish(administrator)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.published_at == MONDAY_MORNING + dt.timedelta(minutes=30)
    assert draft.effective_from == dt.date(2026, 6, 1)
    event = AuditEvent.objects.get(action=services.TABLE_PUBLISHED)
    assert (event.details["version"], event.details["items"]) == (2, 28)
    assert event.details["content"] == snapshot(draft)

    page = administrator.get(TABLE)
    rows = [(one.table.version, one.published_by, one.running) for one in page.context["page"].versions]
    assert rows == [(2, office.administrator.name, 0), (1, "", 1)]
    assert "審査事項(28行)" in page.content.decode()
    assert administrator.get(TABLE, {"version": "1"}).context["page"].shown.pk == first.pk

    case = Application.objects.get(pk=accepted.application.pk)
    assert case.table_id == first.pk
    accepted.gather().propose().decide()
    assert set(case.judgements.values_list("item__number", flat=True)) == set(range(1, 28))
    assert not case.judgements.exclude(item__table=first).exists()
    later = (
        Walk(office=office, user=owner[1], at=MONDAY_MORNING).file(owner[0], sample_plan("次の家")).accept()
    )
    assert later.application.table_id == draft.pk
    assert later.application.judgements.filter(item__number=28).exists()
    assert snapshot(first) == before


def test_a_version_for_later_waits_for_its_day(
    administrator: Client, office: Office, draft: ReviewTable, owner: tuple[Operator, User]
) -> None:
    assert publish(administrator, effective_from="令和8年7月1日").status_code == 302
    draft.refresh_from_db()
    assert draft.effective_from == dt.date(2026, 7, 1)
    page = administrator.get(TABLE)
    assert page.context["page"].shown.version == 1
    assert page.context["page"].versions[0].is_future
    walk = Walk(office=office, user=owner[1], at=MONDAY_MORNING)
    assert walk.file(owner[0], sample_plan("六月の家")).application.table.version == 1  # type: ignore[union-attr]
    walk = Walk(office=office, user=owner[1], at=MONDAY_MORNING + dt.timedelta(days=31))
    assert walk.file(owner[0], sample_plan("七月の家")).application.table.version == 2  # type: ignore[union-attr]


def test_a_later_version_never_starts_before_an_earlier_one(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    assert publish(administrator, effective_from="2026-07-01").status_code == 302
    administrator.post(DRAFT)
    answer = publish(administrator, effective_from="2026-06-15")
    assert answer.status_code == 422
    assert "先に公開した版の適用する日より前" in " ".join(answer.context["form"].errors["effective_from"])
    assert publish(administrator, effective_from="2026-07-01").status_code == 302
    assert published_of(office).version == 3


BAD_PUBLISHING = (
    ("effective_from", "2026-05-31", "今日以後の日"),
    ("effective_from", "", "入力"),
    ("effective_from", "あした", "日付"),
    ("source", "", "出典"),
    ("source", "出典\u202e", "目に見えない文字"),
)


@pytest.mark.parametrize(("field", "value", "sentence"), BAD_PUBLISHING)
def test_publishing_with_bad_input_publishes_nothing(
    administrator: Client, draft: ReviewTable, field: str, value: str, sentence: str
) -> None:
    data = {
        **sent(administrator.get(PUBLISH)),
        "effective_from": "2026-06-01",
        "source": "出典",
        field: value,
    }
    answer = administrator.post(PUBLISH, data)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    draft.refresh_from_db()
    assert draft.published_at is None


def _no_department(draft: ReviewTable) -> None:
    ReviewItemDepartment.objects.filter(item=row(draft, 7)).delete()


def _idle_department(draft: ReviewTable) -> None:
    link = ReviewItemDepartment.objects.filter(item=row(draft, 7)).get()
    link.department = link.department.municipality.departments.get(name="介護福祉課")
    link.save()
    link.department.is_active = False
    link.department.save()


def _unknown_document(draft: ReviewTable) -> None:
    ReviewItem.objects.filter(pk=row(draft, 7).pk).update(document_codes=["ghost"])


def _unknown_place(draft: ReviewTable) -> None:
    ReviewItem.objects.filter(pk=row(draft, 7).pk).update(sections=["buildings.ghost"])


def _unknown_check(draft: ReviewTable) -> None:
    ReviewItem.objects.filter(pk=row(draft, 7).pk).update(checks=["ghost"])


def _no_rows(draft: ReviewTable) -> None:
    draft.items.all().delete()


FAULTS = (
    (_no_department, "に審査する課がありません"),
    (_idle_department, "の介護福祉課は使用していない課です"),
    (_unknown_document, "の書類(ghost)が、書類の一覧にありません"),
    (_unknown_place, "の計画の箇所(buildings.ghost)がありません"),
    (_unknown_check, "の自動確認(ghost)がありません"),
    (_no_rows, "審査事項が1行もありません"),
)


@pytest.mark.parametrize(("spoil", "sentence"), FAULTS)
def test_a_draft_with_a_fault_is_not_published(
    administrator: Client, draft: ReviewTable, spoil: Any, sentence: str
) -> None:
    spoil(draft)
    page = administrator.get(PUBLISH)
    assert sentence in page.content.decode()
    assert "まだ公開できません" in page.content.decode()
    assert sentence in administrator.get(DRAFT).content.decode()
    answer = publish(administrator)
    assert answer.status_code == 409
    assert "公開する前に直すところが1件あります" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None


def test_control_without_the_check_the_fault_goes_out(
    administrator: Client, draft: ReviewTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_department(draft)
    monkeypatch.setattr(selectors, "publishing_faults", lambda table: [])
    assert publish(administrator).status_code == 302


def test_what_is_worth_a_second_look_does_not_hold_up(administrator: Client, draft: ReviewTable) -> None:
    row(draft, 7).departments.update(condition=ConditionCode.DESIGNATED_OFFICE)
    notes = administrator.get(PUBLISH).context["notes"]
    assert any("どの課も審査しません" in note for note in notes)
    assert any("「推定」のままの項目" in note for note in notes)
    assert publish(administrator).status_code == 302


def test_publishing_something_else_than_one_saw_is_refused(
    administrator: Client, office: Office, sign_in: SignIn, draft: ReviewTable
) -> None:
    page, second, item = administrator.get(PUBLISH), sign_in(office.administrator), row(draft, 7)
    second.post(row_url(item), sent(second.get(row_url(item)), label="見ていない変更"))
    answer = administrator.post(PUBLISH, sent(page, effective_from="2026-06-01"))
    assert answer.status_code == 409
    assert "見ていない変更" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None
    assert administrator.post(PUBLISH, sent(answer)).status_code == 302


def test_a_row_open_while_another_publishes_is_not_written(
    administrator: Client, office: Office, sign_in: SignIn, draft: ReviewTable
) -> None:
    item = row(draft, 7)
    page = administrator.get(row_url(item))
    assert publish(sign_in(office.administrator)).status_code == 302
    before = snapshot(draft)
    answer = administrator.post(row_url(item), sent(page, label="遅れた変更"))
    assert answer.status_code == 409
    assert services.PUBLISHED_MEANWHILE in answer.content.decode()
    assert 'value="遅れた変更"' in answer.content.decode()
    assert snapshot(draft) == before


def test_a_second_click_on_publish_says_it_is_done(
    administrator: Client, office: Office, draft: ReviewTable
) -> None:
    data = {**sent(administrator.get(PUBLISH)), "effective_from": "2026-06-01"}
    assert administrator.post(PUBLISH, data).status_code == 302
    answer = administrator.post(PUBLISH, data, follow=True)
    assert "すでに公開されたか" in answer.content.decode()
    assert AuditEvent.objects.filter(action=services.TABLE_PUBLISHED).count() == 1


# --- Services by themselves ---


def test_services_know_nobody_but_the_own_administrator(
    office: Office, other_office: Office, draft: ReviewTable
) -> None:
    now, item = MONDAY_MORNING, row(draft, 7)
    content = selectors.item_content(item)
    for user in (office.desk, office.decider, other_office.administrator):
        actor = actor_of(user, day=timezone.localdate(now))
        with pytest.raises(NotFound):
            services.save_item(item_id=item.pk, content=content, actor=actor, now=now, seen="")
        with pytest.raises(NotFound):
            services.publish(effective_from=now.date(), source="出典", actor=actor, now=now, seen="")
        with pytest.raises(NotFound):
            services.discard_draft(actor=actor, now=now, seen="")
    assert ReviewTable.objects.filter(pk=draft.pk, published_at__isnull=True).exists()


def test_services_refuse_published_rows_and_old_pages(office: Office, draft: ReviewTable) -> None:
    now = MONDAY_MORNING
    actor = actor_of(office.administrator, day=timezone.localdate(now))
    published = row(published_of(office), 7)
    content = selectors.item_content(published)
    with pytest.raises(ActRefused, match="もう公開された"):
        services.save_item(item_id=published.pk, content=content, actor=actor, now=now, seen="")
    with pytest.raises(ActRefused, match="もう公開された"):
        services.remove_item(item_id=published.pk, actor=actor, now=now, seen="")
    with pytest.raises(Stale):
        services.publish(effective_from=now.date(), source="出典", actor=actor, now=now, seen="0" * 64)


def test_a_city_may_begin_with_an_empty_table(office: Office, sign_in: SignIn) -> None:
    city = Municipality.objects.filter(review_tables__isnull=True).order_by("pk")[:1].get()
    department = Department.objects.create(
        municipality=city, name="はじめの課", short_name="始", side="welfare", document_symbol="始福"
    )
    user = person("hajime@example.jp", "始 一子(見本)")
    appoint(user, department, Role.ADMINISTRATOR, since=SINCE)
    client = sign_in(user)
    assert "公開した別表がまだありません" in client.get(TABLE).content.decode()
    assert client.post(DRAFT).status_code == 302
    draft = ReviewTable.objects.get(municipality=city, procedure="certification")
    assert (draft.version, draft.published_at) == (1, None)
    assert "審査事項がまだありません" in client.get(DRAFT).content.decode()
    page = client.get(NEW_ROW)
    data = sent(page, label="はじめの行", document_label="申請書", requirement="required")
    assert client.post(NEW_ROW, {**data, f"use_{department.pk}": "on"}).status_code == 302
    assert publish(client).status_code == 302
    shown = client.get(TABLE).context["page"].shown
    assert (shown.version, [item.label for item in shown.items.all()]) == (1, ["はじめの行"])


def test_a_stored_row_holds_only_known_conditions(draft: ReviewTable) -> None:
    item = row(draft, 7)
    item.condition = "full_moon"
    with pytest.raises(ValidationError):
        item.full_clean()


@pytest.mark.parametrize("page", [TABLE, DRAFT, PUBLISH])
def test_queries_do_not_grow_with_the_rows(administrator: Client, draft: ReviewTable, page: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert administrator.get(page).status_code == 200
        return len(queries)

    many = count()
    draft.items.filter(number__gt=1).delete()
    assert count() == many
    assert many <= 12


def test_documents_asked_of_a_running_case_stay_those_of_its_version(
    administrator: Client, accepted: Walk, plan: Plan
) -> None:
    administrator.post(DRAFT)
    administrator.post(
        document_url(), sent(administrator.get(document_url()), label="新しい書類", requirement="required")
    )
    assert publish(administrator).status_code == 302
    labels = [need.label for need in document_needs(accepted.reload(), plan)]
    assert "新しい書類" not in labels
