"""The 計画番号 of the national system on our plans: by hand, and from an export that was looked through."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import AuditEvent, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk
from certification.models import Application, NationalImport, NationalMapping, Plan
from certification.rules.national import read_export
from certification.services import national
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from tests.certification.conftest import MONDAY_MORNING

pytestmark = pytest.mark.django_db

NOW = MONDAY_MORNING + dt.timedelta(days=60)
COLUMNS = {"national_id": 0, "certified_number": 1, "housing_name": 2, "address": 3}


def record(case: Application, user: User, number: str, *, seen: str = "") -> Plan:
    return national.record_national_id(
        application_id=case.public_id,
        national_id=number,
        actor=actor_of(user, day=NOW.date()),
        now=NOW,
        seen=seen,
    )


def read_in(office: Office, *rows: tuple[str, ...], user: User | None = None) -> NationalImport:
    table = [["計画番号", "認定番号", "住宅名", "所在地", "担当者の氏名"], *(list(row) for row in rows)]
    return national.keep_export(
        export=read_export(table),
        file_name="計画一覧.csv",
        actor=actor_of(user or office.desk, day=NOW.date()),
        now=NOW,
    )


def mapped(found: NationalImport, user: User, columns: dict[str, int] | None = None) -> NationalImport:
    return national.confirm_mapping(
        import_id=found.public_id,
        columns=columns or COLUMNS,
        actor=actor_of(user, day=NOW.date()),
        now=NOW,
        seen=found.revision,
    )


def accept(found: NationalImport, chosen: dict[int, str], user: User) -> int:
    return national.accept_rows(
        import_id=found.public_id,
        chosen=chosen,
        actor=actor_of(user, day=NOW.date()),
        now=NOW,
        seen=found.revision,
    )


def row_of(case: Application, number: str) -> tuple[str, ...]:
    return (number, "", case.housing_name, case.housing_address, "架空 花子")


def test_the_lead_desk_records_the_number_and_the_trail_says_what_it_was(accepted: Walk) -> None:
    case = accepted.application
    record(case, accepted.office.desk, " １３－1 ")
    record(case, accepted.office.desk, "13-2", seen="13-1")
    assert Plan.objects.get(pk=case.plan_id).national_id == "13-2"
    event = AuditEvent.objects.filter(action="certification.national_id_recorded").order_by("pk").last()
    assert event is not None
    assert event.details == {"before": "13-1", "after": "13-2", "way": "by_hand"}


def test_a_page_older_than_the_number_is_stale(accepted: Walk) -> None:
    record(accepted.application, accepted.office.desk, "13-1")
    with pytest.raises(Stale):
        record(accepted.application, accepted.office.desk, "13-2", seen="")


def test_nobody_else_records_it(accepted: Walk, other_office: Office, owner: tuple[object, User]) -> None:
    office = accepted.office
    for user in (office.decider, office.viewer, other_office.desk, owner[1]):
        with pytest.raises(NotFound):
            record(accepted.application, user, "13-1")


def test_what_is_no_number_is_refused_with_its_field(accepted: Walk) -> None:
    with pytest.raises(InputMissing) as refused:
        record(accepted.application, accepted.office.desk, "番号なし")
    assert refused.value.field == "national_id"


def test_one_number_belongs_to_one_plan(accepted: Walk) -> None:
    office = accepted.office
    other = Plan.objects.create(
        operator=accepted.application.plan.operator,
        municipality=office.municipality,
        national_id="13-7a",
        created_at=NOW,
    )
    with pytest.raises(InputMissing, match="ほかの計画"):
        record(accepted.application, office.desk, "13-7A")
    assert other.national_id == "13-7a"


def test_columns_that_are_not_mapped_are_let_go(accepted: Walk) -> None:
    office = accepted.office
    found = read_in(office, row_of(accepted.application, "13-1"))
    assert "架空 花子" in found.rows.get().cells
    mapped(found, office.desk)
    row = found.rows.get()
    assert row.cells == []
    assert "架空 花子" not in row.values.values()
    with pytest.raises(ActRefused):
        mapped(NationalImport.objects.get(pk=found.pk), office.desk)


def test_a_mapping_is_kept_once_and_a_changed_one_is_a_new_version(accepted: Walk) -> None:
    office = accepted.office
    for columns in (COLUMNS, COLUMNS, {"national_id": 0, "certified_number": 1}):
        mapped(read_in(office, ("13-1", "第1号", "", "")), office.desk, columns)
    assert list(NationalMapping.objects.values_list("version", flat=True)) == [1, 2]


def test_chosen_rows_fill_the_number_with_a_record_each(accepted: Walk) -> None:
    office, case = accepted.office, accepted.application
    found = mapped(read_in(office, row_of(case, "13-1"), ("13-9", "", "知らない荘", "別町1")), office.desk)
    assert accept(found, {2: str(case.public_id)}, office.desk) == 1
    assert Plan.objects.get(pk=case.plan_id).national_id == "13-1"
    row = found.rows.get(line=2)
    assert (row.plan_id, row.national_id, row.accepted_by) == (case.plan_id, "13-1", office.desk)
    event = AuditEvent.objects.get(action="certification.national_id_recorded")
    assert event.details == {"before": "", "after": "13-1", "way": "export", "line": 2}


def test_all_chosen_rows_are_taken_over_or_none(accepted: Walk) -> None:
    office, case = accepted.office, accepted.application
    found = mapped(read_in(office, row_of(case, "13-1"), ("13-9", "", "知らない荘", "別町1")), office.desk)
    with pytest.raises(Stale):
        accept(found, {2: str(case.public_id), 3: str(case.public_id)}, office.desk)
    assert Plan.objects.get(pk=case.plan_id).national_id == ""
    assert not AuditEvent.objects.filter(action="certification.national_id_recorded").exists()


def test_a_number_recorded_meanwhile_is_never_overwritten(accepted: Walk) -> None:
    office, case = accepted.office, accepted.application
    found = mapped(read_in(office, row_of(case, "13-1")), office.desk)
    record(case, office.desk, "13-5")
    with pytest.raises(Stale):
        accept(found, {2: str(case.public_id)}, office.desk)
    assert Plan.objects.get(pk=case.plan_id).national_id == "13-5"


def test_a_row_that_now_means_another_case_is_stale(accepted: Walk) -> None:
    office, case = accepted.office, accepted.application
    found = mapped(read_in(office, row_of(case, "13-1")), office.desk)
    with pytest.raises(Stale):
        accept(found, {2: "00000000-0000-4000-8000-000000000000"}, office.desk)


def test_who_only_reads_and_the_other_city_change_nothing(accepted: Walk, other_office: Office) -> None:
    office, case = accepted.office, accepted.application
    with pytest.raises(NotFound):
        read_in(office, row_of(case, "13-1"), user=office.viewer)
    found = mapped(read_in(office, row_of(case, "13-1")), office.desk)
    for user in (office.viewer, office.decider, other_office.desk):
        with pytest.raises(NotFound):
            accept(found, {2: str(case.public_id)}, user)


def test_a_row_of_another_citys_plan_matches_nothing(accepted: Walk, other_office: Office) -> None:
    case = accepted.application
    found = mapped(read_in(other_office, row_of(case, "13-1")), other_office.desk)
    with pytest.raises(Stale):
        accept(found, {2: str(case.public_id)}, other_office.desk)
