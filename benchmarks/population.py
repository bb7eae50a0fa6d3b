"""Many cases from one: the rows of a walked case, copied inside the database.

A case that walked the real services is right in every detail; a hundred thousand of them would take a day. So its rows
are copied with SQL that both databases understand. References inside the case are moved to the copies, what must be
unique is made so, everything else is kept. Only for tests and measurements: the digests of a copied trail are those of
the original, so `verify_audit` rightly calls it forged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max, Min, Q

from accounts.models import AuditEvent
from certification.models import (
    Application,
    ClockEvent,
    DepartmentReview,
    Document,
    Judgement,
    Letter,
    Plan,
    PlanVersion,
    Proposal,
    ReturnPoint,
    ReturnRound,
)

SPREAD_DAYS: Final = 60
"""Due dates of copies lie this many days apart at most, around that of the original."""


@dataclass(frozen=True, kw_only=True)
class _Copied:
    """The rows of one model that are copied: ids from `lowest`, `span` apart for each copy, the new ones from `base`."""

    model: type[models.Model]
    where: Q
    lowest: int
    span: int
    base: int

    def moved(self, column: str) -> str:
        """The id in a copy for the id of the original in this column (NULL stays NULL)."""
        return f"({self.base} + (copies.n - 1) * {self.span} + {_source(column)} - {self.lowest})"


def _source(column: str) -> str:
    """The column of the original; `order` is one of them."""
    return f"source.{connection.ops.quote_name(column)}"


@transaction.atomic
def clone(
    source: Application,
    count: int,
    *,
    trail: bool = False,
    files: bool = True,
    hands: Sequence[int] = (),
) -> range:
    """Copy a case `count` times; the ids of the new applications.

    With `trail` its moves are copied into the audit trail too (not every single judgement). Without `files` letters
    get an empty PDF. What the first of `hands` (ids of users) is in charge of goes to all of them in turn. Copies carry
    numbers of their own kind, outside the series that services draw from. Due dates are spread over `SPREAD_DAYS`.
    Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError("count must be 1 or more.")
    copied = {each.model: each for each in _rows_of(source)}
    for each in copied.values():
        _insert(each, copied, count=count, replaced=_replaced(each.model, files=files, hands=hands))
    if trail:
        _insert_trail(source, copied[Application], count=count)
    _continue_sequences(*copied, AuditEvent)
    cases = copied[Application]
    return range(cases.base, cases.base + count)


def cases_of(ids: range) -> list[Application]:
    """The applications with these ids, in their order."""
    return list(Application.objects.filter(pk__in=ids).order_by("pk"))


def _rows_of(source: Application) -> Iterator[_Copied]:
    case = Q(application=source)
    wheres: dict[type[models.Model], Q] = {
        Plan: Q(pk=source.plan_id),
        PlanVersion: Q(plan=source.plan_id),
        Document: Q(version__plan=source.plan_id),
        Application: Q(pk=source.pk),
        DepartmentReview: case,
        Judgement: case,
        ReturnRound: case,
        ReturnPoint: case,
        Proposal: case,
        ClockEvent: case,
        Letter: case,
        Application.reviewers.through: case,
    }
    for model, where in wheres.items():
        manager = model._default_manager
        ids = manager.filter(where).aggregate(first=Min("pk"), last=Max("pk"))
        if ids["first"] is None:
            continue
        highest = manager.aggregate(last=Max("pk"))["last"]
        span = ids["last"] - ids["first"] + 1
        yield _Copied(model=model, where=where, lowest=ids["first"], span=span, base=highest + 1)


def _insert(
    rows: _Copied, copied: Mapping[type[models.Model], _Copied], *, count: int, replaced: Mapping[str, str]
) -> None:
    values = {}
    for column, field in _columns(rows.model):
        target = copied.get(field.related_model) if field.is_relation else None  # type: ignore[arg-type]
        if field.primary_key:
            values[column] = rows.moved(column)
        elif target:
            values[column] = target.moved(column)
        else:
            values[column] = replaced.get(column, _source(column)).replace("{id}", rows.moved("id"))
    _run(rows.model, values, ids=rows.model._default_manager.filter(rows.where), count=count)


def _columns(model: type[models.Model]) -> list[tuple[str, models.Field[Any, Any]]]:
    return [(field.column, field) for field in model._meta.concrete_fields if field.column]


def _insert_trail(source: Application, cases: _Copied, *, count: int) -> None:
    """The moves alone: an event that stayed in its state is one of dozens of judgements."""
    moves = AuditEvent.objects.filter(
        subject_type="certification.application", subject_id=str(source.public_id)
    ).exclude(from_state="", to_state="")
    columns = [column for column, field in _columns(AuditEvent) if not field.primary_key]
    new_id = f"({cases.base} + copies.n - 1)"
    values = {column: _source(column) for column in columns} | {
        "subject_id": f"'{_uuid_prefix(dashes=True)}' || {_hex(new_id)}"
    }
    _run(AuditEvent, values, ids=moves, count=count)


def _run(
    model: type[models.Model], values: Mapping[str, str], *, ids: models.QuerySet[models.Model], count: int
) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    originals = ", ".join(str(pk) for pk in ids.values_list("pk", flat=True))
    if not originals:
        return
    statement = f"""
        INSERT INTO {table} ({", ".join(map(connection.ops.quote_name, values))})
        WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {count:d})
        SELECT {", ".join(values.values())}
        FROM copies CROSS JOIN {table} AS source WHERE source.id IN ({originals})
        ORDER BY copies.n, source.id
    """  # noqa: S608 -- names of our own tables and columns, and whole numbers
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _replaced(model: type[models.Model], *, files: bool, hands: Sequence[int]) -> dict[str, str]:
    """What a copy must not share with its original, by column. `{id}` is the copy's own id."""
    replaced = {}
    if any(column == "public_id" for column, _ in _columns(model)):
        replaced["public_id"] = _uuid("{id}")
    if model is Plan:
        replaced["certified_number"] = _kept_empty("certified_number", "'複' || {id}")
    if model is Application:
        replaced |= {
            "receipt_number": _kept_empty("receipt_number", "'複' || {id}"),
            "housing_name": "source.housing_name || ' ' || {id}",
            "search_text": "source.search_text || ' ' || {id}",
            "due_on": _spread("due_on"),
        }
    if model is DepartmentReview:
        replaced["turn_due_on"] = _spread("turn_due_on")
        replaced |= {"assigned_to_id": _in_turn("assigned_to_id", hands)} if hands else {}
    if model is Letter:
        replaced["document_number"] = "source.document_number || '複' || {id}"
        replaced |= {} if files else {"pdf": _no_bytes()}
    return replaced


def _kept_empty(column: str, value: str) -> str:
    return f"CASE WHEN source.{column} = '' THEN '' ELSE {value} END"


def _in_turn(column: str, values: Sequence[int]) -> str:
    """The values one after the other where the original has the first of them."""
    cases = " ".join(f"WHEN {place} THEN {value:d}" for place, value in enumerate(values))
    turn = f"CASE copies.n % {len(values)} {cases} END"
    return f"CASE WHEN source.{column} = {values[0]:d} THEN {turn} ELSE source.{column} END"


# --- What the two databases say differently -------------------------------------------------------------------------


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _uuid(new_id: str) -> str:
    text = f"'{_uuid_prefix(dashes=_is_postgres())}' || {_hex(new_id)}"
    return f"({text})::uuid" if _is_postgres() else text


def _uuid_prefix(*, dashes: bool) -> str:
    """A version 4 UUID but for its last twelve digits, which are the id: unique within its table."""
    return "c0c0c0c0-0000-4000-8000-" if dashes else "c0c0c0c0000040008000"


def _hex(number: str) -> str:
    return f"lpad(to_hex({number}), 12, '0')" if _is_postgres() else f"printf('%012x', {number})"


def _spread(column: str) -> str:
    days = f"(copies.n * 7 % {SPREAD_DAYS}) - {SPREAD_DAYS // 2}"
    if _is_postgres():
        return f"source.{column} + ({days})"
    return f"date(source.{column}, ({days}) || ' days')"


def _no_bytes() -> str:
    return "''::bytea" if _is_postgres() else "X''"


def _continue_sequences(*of: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(of)):
            cursor.execute(statement)
