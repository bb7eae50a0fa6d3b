"""Beside the national system: its 計画番号 kept on our plans, by hand or from an export the office has looked through.

Nothing here, or anywhere in this application, writes to the national system.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.models import Municipality
from accounts.rules.actor import Actor
from certification.models import NationalImport, NationalMapping, NationalRow, Plan
from certification.rules.national import (
    Export,
    MappingRefused,
    NumberRefused,
    checked_columns,
    checked_national_id,
    header_print,
    values_of,
)
from certification.selectors.access import staff_cases
from certification.selectors.national import (
    JudgedRow,
    judged_rows,
    kept_mapping,
    may_import,
    may_record,
    staff_imports,
)
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.trail import record
from certification.services.workflow import lock_case

NO_SUCH: Final = "この取り込みは見つかりません。"


@transaction.atomic
def record_national_id(
    *, application_id: uuid.UUID, national_id: str, actor: Actor, now: dt.datetime, seen: str
) -> Plan:
    """Keep, change or take away the 計画番号 of a case's plan. `seen`: the number the page showed.

    Raises `NotFound`, `Stale`, `InputMissing`.
    """
    if not staff_cases(actor).filter(public_id=application_id).exists():
        raise NotFound("この申請は見つかりません。")
    application = lock_case(application_id, actor=actor)
    if not may_record(actor, application):
        raise NotFound("計画番号を記録するのは、主管課の窓口担当です。")
    _lock_numbers(application.municipality_id)
    plan = Plan.objects.select_for_update().get(pk=application.plan_id)
    if plan.national_id != seen:
        raise Stale
    try:
        number = checked_national_id(national_id)
    except NumberRefused as error:
        raise InputMissing("national_id", str(error)) from error
    if number == plan.national_id:
        return plan
    if _is_taken(number, plan):
        raise InputMissing(
            "national_id",
            f"計画番号「{number}」は、ほかの計画に記録されています。国のシステムの画面で確かめてください。",
        )
    _write(plan, number)
    details = {"before": seen, "after": number, "way": "by_hand"}
    record(application, action="national_id_recorded", actor=actor, now=now, details=details)
    return plan


def _lock_numbers(municipality_id: int) -> None:
    """One at a time hands out 計画番号 in a municipality, so that the same one is refused with a sentence."""
    Municipality.objects.select_for_update().get(pk=municipality_id)


def _is_taken(number: str, plan: Plan) -> bool:
    others = Plan.objects.filter(municipality=plan.municipality_id, national_id__iexact=number)
    return bool(number) and others.exclude(pk=plan.pk).exists()


def _write(plan: Plan, number: str) -> None:
    plan.national_id = number
    plan.save(update_fields=["national_id"])


# --- An export --------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_export(*, export: Export, file_name: str, actor: Actor, now: dt.datetime) -> NationalImport:
    """Keep the rows of an export to look through. No plan changes. Raises `NotFound`."""
    if not may_import(actor):
        raise NotFound(NO_SUCH)
    found = NationalImport.objects.create(
        municipality_id=actor.home_id,
        file_name=file_name,
        header=list(export.header),
        header_hash=header_print(export.header),
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
    )
    NationalRow.objects.bulk_create(
        NationalRow(national_import=found, line=row.line, cells=list(row.cells)) for row in export.rows
    )
    _record(found, "national_export_read", actor=actor, now=now, details={"rows": len(export.rows)})
    return found


@transaction.atomic
def confirm_mapping(
    *, import_id: uuid.UUID, columns: Mapping[str, int], actor: Actor, now: dt.datetime, seen: int
) -> NationalImport:
    """Decide which column is which, and let go of the other columns. The decision is kept for the same header.

    Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`.
    """
    found = _locked(import_id, actor=actor, seen=seen)
    if found.mapping_id is not None:
        raise ActRefused("列の割り当ては、もう決まっています。変えるときは、ファイルを選び直してください。")
    try:
        chosen = checked_columns(columns, header=found.header)
    except MappingRefused as error:
        raise InputMissing(error.name, str(error)) from error
    found.mapping = _kept(found, chosen, actor=actor, now=now)
    rows = list(found.rows.all())
    for row in rows:
        row.values, row.cells = values_of(row.cells, chosen), []
    NationalRow.objects.bulk_update(rows, ["values", "cells"], batch_size=200)
    found.header = [text if place in chosen.values() else "" for place, text in enumerate(found.header)]
    found.revision += 1
    found.save(update_fields=["mapping", "header", "revision"])
    details = {"version": found.mapping.version, "columns": sorted(chosen)}
    _record(found, "national_mapping_confirmed", actor=actor, now=now, details=details)
    return found


def _kept(
    found: NationalImport, chosen: dict[str, int], *, actor: Actor, now: dt.datetime
) -> NationalMapping:
    """The mapping as it was decided before, or a new version of it."""
    Municipality.objects.select_for_update().get(pk=found.municipality_id)
    before = kept_mapping(found.municipality_id, found.header_hash)
    if before is not None and before.columns == chosen:
        return before
    return NationalMapping.objects.create(
        municipality_id=found.municipality_id,
        header_hash=found.header_hash,
        version=before.version + 1 if before else 1,
        header=found.header,
        columns=chosen,
        confirmed_by_id=actor.user_id,
        confirmed_at=now,
    )


@transaction.atomic
def accept_rows(
    *, import_id: uuid.UUID, chosen: Mapping[int, str], actor: Actor, now: dt.datetime, seen: int
) -> int:
    """Take over the 計画番号 of the chosen rows, all or none. `chosen`: line → public id of the case shown beside it.

    Every row is judged again under the lock: what no longer comes to what was shown is `Stale`. Raises `NotFound`,
    `Stale`, `InputMissing`.
    """
    found = _locked(import_id, actor=actor, seen=seen)
    if not chosen:
        raise InputMissing("rows", "反映する行を一つ以上選んでください。")
    _lock_numbers(found.municipality_id)
    judged = {each.row.line: each for each in judged_rows(actor, found)}
    for line, case_id in sorted(chosen.items()):
        _accept(judged.get(line), case_id, actor=actor, now=now)
    found.revision += 1
    found.save(update_fields=["revision"])
    return len(chosen)


def _accept(judged: JudgedRow | None, case_id: str, *, actor: Actor, now: dt.datetime) -> None:
    if judged is None or judged.row.plan_id is not None or judged.case is None or not judged.finding.sets:
        raise Stale
    if str(judged.case.public_id) != case_id:
        raise Stale
    plan = Plan.objects.select_for_update().get(pk=judged.case.plan_id)
    number = judged.finding.sets
    if plan.national_id or _is_taken(number, plan):
        raise Stale
    _write(plan, number)
    row = judged.row
    row.plan, row.national_id = plan, number
    row.accepted_by_id, row.accepted_at = actor.user_id, now
    row.save(update_fields=["plan", "national_id", "accepted_by", "accepted_at"])
    details = {"before": "", "after": number, "way": "export", "line": row.line}
    record(judged.case, action="national_id_recorded", actor=actor, now=now, details=details)


def _locked(import_id: uuid.UUID, *, actor: Actor, seen: int) -> NationalImport:
    if not may_import(actor):
        raise NotFound(NO_SUCH)
    found = staff_imports(actor).select_for_update().filter(public_id=import_id).first()
    if found is None:
        raise NotFound(NO_SUCH)
    if found.revision != seen:
        raise Stale
    return found


def _record(
    found: NationalImport, action: str, *, actor: Actor, now: dt.datetime, details: Mapping[str, object]
) -> None:
    """The trail names an import by its number: a file name may hold a person's."""
    audit.record(
        action=f"certification.{action}",
        subject=audit.Subject(
            "certification.national_import", str(found.public_id), f"国のシステムからの取り込み {found.pk}"
        ),
        actor=actor,
        now=now,
        municipality_code=found.municipality.code,
        details=details,
    )
