"""Data for a first run from `fixtures/ring/`: categories of 要配慮者, councils with desks and sessions, and samples.

What is there is never overwritten: a category or council that exists is left alone with everything that hangs on it.
Loading twice changes nothing. A wrong file is refused as a whole, with every fault that was found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Municipality
from councils.intake.ring_rows import (
    COUNCILS,
    SAMPLES,
    CouncilRow,
    DeskRow,
    RingDataError,
    read_categories,
    read_councils,
)
from councils.models import Category, Council, CouncilProfile, Desk, Seat, SecretariatOffice, Session


@dataclass
class Summary:
    """What was done, as Japanese lines for the person at the screen."""

    lines: list[str] = field(default_factory=list)

    def counted(self, what: str, *, added: int, kept: int) -> None:
        self.lines.append(f"{what}: 追加{added}件、登録済み{kept}件")


@transaction.atomic
def load_ring(folder: Path, *, now: dt.datetime, with_samples: bool) -> Summary:
    """Load every file of the folder; the sample councils only when asked for. Publishes at `now`.

    The public directory is not touched: whoever calls this rebuilds it afterwards. Raises `RingDataError`.
    """
    faults: list[str] = []
    categories = read_categories(folder, faults)
    councils = read_councils(folder, COUNCILS, faults, now=now)
    if with_samples:
        councils += read_councils(folder, SAMPLES, faults, now=now)
    municipalities = {row.code: row for row in Municipality.objects.all()}
    known = {*Category.objects.values_list("code", flat=True), *(row.code for row in categories)}
    for council in councils:
        _refer(council, municipalities, known)
    if faults:
        raise RingDataError("\n".join(faults))

    summary = Summary()
    _add_categories(categories, summary)
    _add_councils(councils, municipalities, summary)
    return summary


# --- What the files refer to ---


def _refer(row: CouncilRow, municipalities: Mapping[str, Municipality], categories: set[str]) -> None:
    """Set what the codes mean; a code that means nothing here is a fault."""
    _known_municipalities(row, municipalities)
    if prefecture := municipalities.get(row.prefecture):
        row.council.prefecture = prefecture
    for desk in row.desks:
        desk.place.at("categories").known(desk.categories, categories)
        if municipality := municipalities.get(desk.municipality):
            desk.desk.municipality = municipality


def _known_municipalities(row: CouncilRow, municipalities: Mapping[str, Municipality]) -> None:
    codes = {row.prefecture, *row.municipalities, *(desk.municipality for desk in row.desks)}
    for code in sorted(codes - set(municipalities)):
        row.place.fault(
            f"自治体「{code}」が登録されていません。先に manage.py load_reference を行うか、コードを確かめてください。"
        )


# --- Saving what is new ---


def _add_categories(rows: list[Category], summary: Summary) -> None:
    existing = set(Category.objects.values_list("code", flat=True))
    new = [row for row in rows if row.code not in existing]
    Category.objects.bulk_create(new)
    summary.counted("要配慮者の区分", added=len(new), kept=len(rows) - len(new))


def _add_councils(
    rows: list[CouncilRow], municipalities: Mapping[str, Municipality], summary: Summary
) -> None:
    existing = set(Council.objects.values_list("prefecture__code", "name"))
    new = [row for row in rows if (row.prefecture, row.council.name) not in existing]
    Council.objects.bulk_create(row.council for row in new)
    Council.municipalities.through.objects.bulk_create(_founders(new, municipalities))
    SecretariatOffice.objects.bulk_create(each for row in new for each in row.offices)
    Seat.objects.bulk_create(each for row in new for each in row.seats)
    CouncilProfile.objects.bulk_create(each for row in new for each in row.profiles)
    desks = [each for row in new for each in row.desks]
    _add_desks(desks)
    summary.counted("居住支援協議会", added=len(new), kept=len(rows) - len(new))
    if new:
        sessions = sum(len(each.sessions) for each in desks)
        summary.lines.append(f"追加した協議会の窓口{len(desks)}、ひらく日時{sessions}を登録しました。")


def _founders(rows: list[CouncilRow], municipalities: Mapping[str, Municipality]) -> Iterator[Any]:
    through = Council.municipalities.through
    for row in rows:
        for code in row.municipalities:
            yield through(council_id=row.council.pk, municipality_id=municipalities[code].pk)


def _add_desks(rows: list[DeskRow]) -> None:
    Desk.objects.bulk_create(row.desk for row in rows)
    Session.objects.bulk_create(each for row in rows for each in row.sessions)
    ids = dict(Category.objects.values_list("code", "pk"))
    through = Desk.categories.through
    through.objects.bulk_create(
        through(desk_id=row.desk.pk, category_id=ids[code]) for row in rows for code in row.categories
    )
