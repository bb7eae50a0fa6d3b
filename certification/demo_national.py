"""Invented exports of the national system for the demo and for tests, read in by the real services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Application, NationalImport
from certification.rules.national import read_export, recognised
from certification.services import national

HEADER = ("計画番号", "認定番号", "認定年月日", "住宅の名称", "住宅の所在地")


def read_in(cases: Iterable[Application], user: User, *, now: dt.datetime) -> NationalImport:
    """An export with a row for each case and one that we do not know; its columns are still to be decided."""
    rows = [
        [f"99-0000-{number:06}", case.plan.certified_number, "", case.housing_name, case.housing_address]
        for number, case in enumerate(cases, start=1)
    ]
    unknown = ["99-0000-999999", "", "", "架空レジデンス", "見本市架空町9-8-7"]
    return national.keep_export(
        export=read_export([list(HEADER), *rows, unknown]),
        file_name="計画一覧(見本).csv",
        actor=actor_of(user, day=timezone.localdate(now)),
        now=now,
    )


def mapped(found: NationalImport, user: User, *, now: dt.datetime) -> NationalImport:
    """The same with its columns decided: its rows stand beside our plans."""
    return national.confirm_mapping(
        import_id=found.public_id,
        columns=recognised(found.header),
        actor=actor_of(user, day=timezone.localdate(now)),
        now=now,
        seen=found.revision,
    )


def load(office: Office, cases: dict[str, Application], *, now: dt.datetime) -> None:
    """One export to go through, and one with the columns to decide."""
    filed = [case for case in cases.values() if case.submitted_at is not None][:6]
    mapped(read_in(filed, office.desk, now=now - dt.timedelta(days=1)), office.desk, now=now)
    read_in(filed[:2], office.desk, now=now)
