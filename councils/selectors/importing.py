"""What a prefecture's officer reads of its tables: the list of them, one table with its rows, one row.

Every function takes the actor and raises `NotVisible` for anybody but an officer of councils (協議会担当) of a prefecture, and
for tables of another prefecture. However many rows a table has, the number of queries is the same.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Subquery

from accounts.models import Municipality, Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from councils.models import (
    Council,
    CouncilProfile,
    Seat,
    SecretariatOffice,
    Session,
    TableImport,
    TableImportRow,
)
from councils.rules.import_problems import Remark, blocking, remarks_of, worst
from councils.rules.import_reading import base_of, content_of_reading, proposed
from councils.rules.import_row import Difference, RowContent, SessionEntry, differences, to_json
from councils.rules.table.reading import Grade
from japan.folding import fold

SHOWN_IMPORTS: Final = 50

State = TableImportRow.State


# --- Whose ---


def own_prefecture(actor: Actor) -> Municipality:
    """The prefecture whose councils the actor looks after. Raises `NotVisible`."""
    found = _prefectures(actor).first()
    if found is None:
        raise NotVisible
    return found


def _prefectures(actor: Actor) -> QuerySet[Municipality]:
    if not actor.has(Role.COUNCIL_OFFICER):
        raise NotVisible
    return Municipality.objects.filter(pk=actor.home_id, kind=Municipality.Kind.PREFECTURE)


def is_officer(actor: Actor) -> bool:
    """Whether the menu offers the tables; that the place is a prefecture is asked with its code, without a query."""
    return actor.has(Role.COUNCIL_OFFICER) and actor.municipality_code[2:5] == "000"


# --- Tables ---


def imports_of(actor: Actor) -> list[TableImport]:
    """The newest tables without their files, each with the numbers of its rows by state. Raises `NotVisible`."""
    prefecture = own_prefecture(actor)
    return list(
        TableImport.objects.filter(prefecture=prefecture)
        .defer("content")
        .select_related("uploaded_by")
        .annotate(
            row_total=Count("rows"),
            waiting_total=Count("rows", filter=Q(rows__state=State.WAITING)),
            accepted_total=Count("rows", filter=Q(rows__state=State.ACCEPTED)),
        )
        .order_by("-uploaded_at", "-pk")[:SHOWN_IMPORTS]
    )


def table_of(actor: Actor, public_id: uuid.UUID, *, with_content: bool = False) -> TableImport:
    """A table of the actor's prefecture; the file only where it is asked for. Raises `NotVisible`."""
    tables = TableImport.objects.select_related("prefecture", "uploaded_by")
    tables = tables if with_content else tables.defer("content")
    found = tables.filter(public_id=public_id, prefecture__in=_prefectures(actor)).first()
    if found is None:
        raise NotVisible
    return found


# --- What is registered ---


@dataclass(frozen=True, slots=True)
class Registered:
    """A council as it stands, in the same words as a row."""

    council: Council
    content: RowContent


@dataclass(frozen=True, slots=True)
class Known:
    """All that rows of one prefecture are held against: its municipalities' names and its councils by folded name."""

    municipalities: tuple[str, ...]
    councils: Mapping[str, Registered]

    def find(self, name: str) -> Registered | None:
        return self.councils.get(fold(name))


def known_of(prefecture: Municipality) -> Known:
    """Six queries."""
    councils = list(Council.objects.filter(prefecture=prefecture).order_by("pk"))
    names, founders = _municipalities(prefecture)
    offices = _grouped(
        SecretariatOffice.objects.filter(council__prefecture=prefecture).order_by("position"), "council_id"
    )
    seats = _grouped(
        Seat.objects.filter(council__prefecture=prefecture, until=None).order_by("position", "pk"),
        "council_id",
    )
    profiles = _grouped(
        CouncilProfile.objects.approved().filter(council__prefecture=prefecture).order_by("version"),
        "council_id",
    )
    sessions = _grouped(
        Session.objects.filter(desk__council__prefecture=prefecture)
        .select_related("desk")
        .order_by("desk", "position", "pk"),
        "desk.council_id",
    )
    contents = {
        council.pk: _content(
            council,
            municipalities=founders[council.pk],
            offices=offices[council.pk],
            seats=seats[council.pk],
            profile=next(reversed(profiles[council.pk]), None),
            sessions=sessions[council.pk],
        )
        for council in councils
    }
    return Known(
        municipalities=names,
        councils={fold(each.name): Registered(each, contents[each.pk]) for each in councils},
    )


def _municipalities(prefecture: Municipality) -> tuple[tuple[str, ...], dict[int, list[str]]]:
    """All names of the prefecture, by code, and the names of each council's founders: one query."""
    rows = (
        Municipality.objects.filter(code__startswith=prefecture.code[:2])
        .order_by("code")
        .values_list("name", "councils")
    )
    founders: dict[int, list[str]] = defaultdict(list)
    for name, council_id in rows:
        founders[council_id].append(name)
    return tuple(dict.fromkeys(name for name, _ in rows)), founders


def _grouped(rows: Iterable[Any], path: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        key: Any = row
        for name in path.split("."):
            key = getattr(key, name)
        found[key].append(row)
    return found


def _content(
    council: Council,
    *,
    municipalities: list[str],
    offices: list[SecretariatOffice],
    seats: list[Seat],
    profile: CouncilProfile | None,
    sessions: list[Session],
) -> RowContent:
    held: dict[str, Any] = defaultdict(tuple)
    for seat in seats:
        held[seat.category] += (seat.name,)
    texts: dict[str, Any] = {name: getattr(profile, name) for name in CouncilProfile.TEXTS} if profile else {}
    return RowContent(
        name=council.name,
        municipalities=tuple(municipalities),
        established_text=council.established_text,
        established_on=council.established_on,
        established_precision=council.established_precision,
        basis=council.basis,
        **held,
        secretariat=tuple(office.name for office in offices),
        shop_count=council.shop_count,
        shop_count_is_approximate=council.shop_count_is_approximate,
        shop_count_on=council.shop_count_on,
        consultation_status=council.consultation_status,
        sessions=tuple(_entry(each) for each in sessions),
        **texts,
    )


def _entry(session: Session) -> SessionEntry:
    desk = session.desk
    return SessionEntry(
        desk=desk.name,
        venue=session.venue or desk.venue,
        operator=desk.operator_text,
        booking=desk.booking,
        rule=session.rule,
    )


# --- Rows ---


@dataclass(frozen=True, slots=True)
class RowPage:
    """A row beside what is registered. `base` is what it would make without mending, `content` what it will make."""

    row: TableImportRow
    base: RowContent
    content: RowContent
    registered: Registered | None
    differences: list[Difference]
    remarks: list[Remark]
    blockers: list[str]

    @property
    def is_waiting(self) -> bool:
        return self.row.state == State.WAITING

    @property
    def grade(self) -> Grade | None:
        """The heaviest thing that is still open; what no council can be made of weighs as 直す."""
        found = worst(self.remarks)
        return Grade.MEND if self.blockers and found in (None, Grade.CONFIRM) else found

    @property
    def is_ready(self) -> bool:
        return self.is_waiting and not self.blockers

    @property
    def needs_tick(self) -> bool:
        """It may be accepted, but somebody should have looked at it."""
        return self.is_ready and self.grade == Grade.CONFIRM

    @property
    def is_unchanged(self) -> bool:
        return self.registered is not None and not self.differences

    @property
    def open_remarks(self) -> list[Remark]:
        return [each for each in self.remarks if each.is_open]

    @property
    def seen(self) -> str:
        """The fingerprint of everything a person decides on: the row's state and mending, the council as it stands."""
        standing = to_json(self.registered.content) if self.registered else None
        return fingerprint([self.row.pk, self.row.state, self.row.mended, standing])


def fingerprint(values: object) -> str:
    """SHA-256 of JSON values; a form carries it as `seen`."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def row_page(row: TableImportRow, known: Known) -> RowPage:
    """One row held against what is known. No query."""
    read = content_of_reading(row.reading)
    fields = row.mended.get("fields", {})
    registered = known.find(fields.get("name") or read.name)
    base = base_of(read, registered.content if registered else None, municipalities=known.municipalities)
    content = proposed(base, fields)
    remarks = remarks_of(row.problems, content, mended=fields, settled=row.mended.get("settled", []))
    before = registered.content if registered else RowContent()
    return RowPage(
        row=row,
        base=base,
        content=content,
        registered=registered,
        differences=differences(before, content),
        remarks=remarks,
        blockers=blocking(remarks, content),
    )


@dataclass(frozen=True, slots=True)
class TablePage:
    """A table with all its rows."""

    table: TableImport
    rows: list[RowPage]

    @property
    def waiting(self) -> list[RowPage]:
        return [each for each in self.rows if each.is_waiting]

    @property
    def sound(self) -> list[RowPage]:
        """Rows that may be accepted together without another look."""
        return [each for each in self.rows if each.is_ready and not each.needs_tick]

    @property
    def doubtful(self) -> list[RowPage]:
        return [each for each in self.rows if each.needs_tick]

    @property
    def blocked(self) -> list[RowPage]:
        return [each for each in self.waiting if each.blockers]

    @property
    def states(self) -> Counter[str]:
        return Counter(each.row.state for each in self.rows)


def table_page(actor: Actor, public_id: uuid.UUID) -> TablePage:
    """A table with its rows beside what is registered. Raises `NotVisible`."""
    table = table_of(actor, public_id)
    known = known_of(table.prefecture)
    rows = list(table.rows.select_related("council", "decided_by").order_by("position"))
    return TablePage(table, [row_page(row, known) for row in rows])


@dataclass(frozen=True, slots=True)
class OneRow:
    """A row with its table, the next row that waits, and the names of the prefecture's municipalities."""

    table: TableImport
    page: RowPage
    next_waiting: int | None
    municipalities: tuple[str, ...]


def one_row(actor: Actor, public_id: uuid.UUID, position: int) -> OneRow:
    """A row of a table of the actor's prefecture. Raises `NotVisible`."""
    table = table_of(actor, public_id)
    waiting = TableImportRow.objects.waiting().filter(table=table).exclude(position=position)
    after = waiting.filter(position__gt=position)
    found = (
        table.rows.select_related("council", "decided_by")
        .annotate(next_after=_first_position(after), next_of_all=_first_position(waiting))
        .filter(position=position)
        .first()
    )
    if found is None:
        raise NotVisible
    known = known_of(table.prefecture)
    next_waiting = found.next_after or found.next_of_all
    return OneRow(table, row_page(found, known), next_waiting, known.municipalities)


def _first_position(rows: QuerySet[TableImportRow]) -> Subquery:
    return Subquery(rows.order_by("position").values("position")[:1])
