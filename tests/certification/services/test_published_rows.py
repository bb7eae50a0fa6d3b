"""The rows of a published 別表 never change, whoever asks the database; those of a draft do."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest
from django.db import IntegrityError, connection, transaction

from certification.demo import Office
from certification.models import DocumentType, ReviewItem, ReviewItemDepartment, ReviewTable
from tests.certification.conftest import MONDAY_MORNING, SINCE

Row = ReviewItem | ReviewItemDepartment | DocumentType

KINDS: Final = (ReviewItem, ReviewItemDepartment, DocumentType)
NEVER: Final = "the rows of a published table never change"
CHANGED: Final = {"reviewitem": "label", "reviewitemdepartment": "condition", "documenttype": "label"}


def published(office: Office) -> ReviewTable:
    return office.municipality.review_tables.get(published_at__isnull=False, procedure="certification")


@pytest.fixture
def draft(office: Office) -> ReviewTable:
    """A draft with a row of each kind."""
    table = ReviewTable.objects.create(
        municipality=office.municipality, version=2, effective_from=dt.date(2026, 7, 1), source="案"
    )
    item = new_item(table, number=1)
    item.save()
    ReviewItemDepartment.objects.create(item=item, department=office.setting.lead_department)
    new_document(table).save()
    return table


def new_item(table: ReviewTable, *, number: int = 99) -> ReviewItem:
    return ReviewItem(
        table=table, number=number, label="新しい項目", document_label="申請書", requirement="required"
    )


def new_document(table: ReviewTable) -> DocumentType:
    return DocumentType(table=table, code="new-one", label="新しい書類", requirement="required", position=99)


def row_of(kind: type[Row], table: ReviewTable) -> Any:
    """One row of this kind in the table."""
    owner = {"item__table": table} if kind is ReviewItemDepartment else {"table": table}
    return kind.objects.filter(**owner).order_by("pk")[:1].get()


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
def test_a_published_row_is_neither_changed_nor_taken_away(office: Office, kind: type[Row]) -> None:
    row = row_of(kind, published(office))
    column = CHANGED[kind._meta.model_name or ""]
    for statement in (
        f"UPDATE {kind._meta.db_table} SET {column} = 'ほか' WHERE id = %s",  # noqa: S608 -- names of our own tables
        f"DELETE FROM {kind._meta.db_table} WHERE id = %s",  # noqa: S608
    ):
        with pytest.raises(IntegrityError, match=NEVER):
            sql(statement, row.pk)
    row.refresh_from_db()
    assert getattr(row, column) != "ほか"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
def test_no_row_joins_a_published_table(office: Office, kind: type[Row]) -> None:
    table = published(office)
    item = row_of(ReviewItem, table)
    free = office.municipality.departments.exclude(pk__in=item.departments.values("department"))
    rows: dict[type[Row], Row] = {
        ReviewItem: new_item(table),
        ReviewItemDepartment: ReviewItemDepartment(item=item, department=free[:1].get()),
        DocumentType: new_document(table),
    }
    with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
        rows[kind].save()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
def test_no_row_moves_between_a_draft_and_a_published_table(
    office: Office, draft: ReviewTable, kind: type[Row]
) -> None:
    column = "item_id" if kind is ReviewItemDepartment else "table_id"
    table = published(office)
    inside, outside = row_of(kind, table), row_of(kind, draft)
    for row, there in ((inside, getattr(outside, column)), (outside, getattr(inside, column))):
        with pytest.raises(IntegrityError, match=NEVER):
            sql(f"UPDATE {kind._meta.db_table} SET {column} = %s WHERE id = %s", there, row.pk)  # noqa: S608


def test_the_rows_of_a_draft_are_free_until_it_is_published(office: Office, draft: ReviewTable) -> None:
    ReviewItem.objects.filter(table=draft).update(label="直した項目")
    DocumentType.objects.filter(table=draft).update(label="直した書類")
    ReviewItemDepartment.objects.filter(item__table=draft).update(is_inferred=True)
    second = new_item(draft, number=2)
    second.save()
    second.departments.create(department=office.setting.lead_department)
    second.delete()

    ReviewTable.objects.filter(pk=draft.pk).update(published_at=MONDAY_MORNING)
    for kind in KINDS:
        with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
            row_of(kind, draft).delete()


def test_a_draft_is_thrown_away_with_all_its_rows(office: Office, draft: ReviewTable) -> None:
    kept = ReviewItem.objects.filter(table=published(office)).count()
    draft.delete()
    assert not ReviewItem.objects.filter(label="新しい項目").exists()
    assert ReviewItem.objects.filter(table=published(office)).count() == kept > 0
    assert published(office).effective_from <= SINCE
