"""The index of the public search: finds entries of the directory by words of any length and by facets.

An entry is the set of numbers that stand for its characters, pairs of characters and facets (rules/grams.py).
PostgreSQL keeps the set as `integer[]` under GIN, SQLite as a document of FTS5 whose words are the numbers in
hexadecimal. So nothing that is typed ever reaches a query language.

Words whose numbers are not exact, and facets, give candidates, which are compared with the entry itself before they
count. What is found is therefore what a substring search in `DirectoryEntry.text` finds; `capped` says where there is
more.

With accounts/triggers.py and the migrations this is the only place that asks which database it is. The rows of the
index are written by services/directory.py, in the transaction that writes the entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, Protocol

from django.db import connection

from councils.models import DirectoryEntry
from councils.rules.grams import SURROGATES, hashed, is_exact, needed_for, numbers_of
from japan.folding import fold

Kind = DirectoryEntry.Kind

#: The order in which kinds are listed.
KINDS: Final = (Kind.DESK, Kind.COUNCIL, Kind.SHOP)
CAP: Final = 1_000

MOST_WORDS: Final = 8
LONGEST_WORD: Final = 40
MOST_CODES: Final = 200
#: Where words have to be compared, so many candidates are looked at for each hit that may be counted.
_CANDIDATES: Final = 5


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Each word must occur in some field; of each group of facets at least one code must be there.

    `words` as they were typed: the first `MOST_WORDS`, and the first `LONGEST_WORD` characters of each, are looked at;
    one that folds to nothing (only signs) is no condition. `facets`: group to codes, {"who": ("elderly",), "day":
    ("3", "4")}; a group without codes is no condition. `kind`: one of `DirectoryEntry.Kind`, or "" for all.
    """

    words: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """Ids of entries: desks, then councils, then shops, each by rank, at most `cap` of a kind.

    `counts` and `capped` have every kind; where `capped` says so, there are at least so many. `facet_counts` is made
    from these hits: {"area:131041": 12}.
    """

    ids: list[int]
    counts: dict[str, int]
    capped: dict[str, bool]
    facet_counts: dict[str, int]

    def ids_of(self, kind: str) -> list[int]:
        """Those of one kind."""
        start = 0
        for each in KINDS:
            if each == kind:
                return self.ids[start : start + self.counts[each]]
            start += self.counts[each]
        return []


def find(query: Query, *, cap: int = CAP) -> Hits:
    """The first `cap` entries of each kind, in one database query. Nothing that is typed is an error."""
    wanted = _Wanted.of(query)
    answers = _ask(wanted, [kind for kind in KINDS if query.kind in ("", kind)], cap=cap)
    ids, counts, capped = [], dict.fromkeys(map(str, KINDS), 0), dict.fromkeys(map(str, KINDS), False)
    told: list[str] = []
    for kind, lines, there_are_more in answers:
        hits = wanted.hits_in(lines or "")
        ids += [pk for _, pk, _ in hits[:cap]]
        told += [facets for _, _, facets in hits[:cap]]
        counts[kind] = min(len(hits), cap)
        capped[kind] = bool(there_are_more) or len(hits) > cap
    return Hits(ids, counts, capped, facet_counts=dict(Counter(" ".join(told).split())))


def page(ids: Sequence[int]) -> list[DirectoryEntry]:
    """The entries with these ids, in this order, in one query; those that are gone meanwhile are left out."""
    if not ids:
        return []
    found = DirectoryEntry.objects.defer("text", "facets").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def index(entries: Sequence[DirectoryEntry]) -> None:
    """Write the rows of these entries, over those they have. The caller holds the transaction."""
    if entries:
        _database().write([(entry.pk, entry.rank, _numbers_of(entry)) for entry in entries])


def remove(ids: Sequence[int]) -> None:
    """Take the rows of these entries away."""
    if ids:
        _database().remove(ids)


def tidy() -> None:
    """After many changes: rows without an entry go, and the database looks anew at what it has. No query goes wrong without."""
    for statement in (_STRAYS, *_database().tidying):
        _run(statement, [])


_STRAYS: Final = (
    "DELETE FROM councils_directoryindex WHERE entry_id NOT IN (SELECT id FROM councils_directoryentry)"
)


def _numbers_of(entry: DirectoryEntry) -> list[int]:
    return numbers_of(entry.text, (_kind_code(entry.kind), *entry.facets.split()))


def _kind_code(kind: str) -> str:
    return f"kind:{kind}"


# --- What is asked for, in numbers ------------------------------------------------------------------------------------

_Answer = tuple[str, str | None, bool | int | None]
"""A kind, its entries as lines of rank, id and facets, and whether there were more candidates than were compared."""
_Hit = tuple[int, int, str]
"""Rank, id and facets of an entry."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`all_of`: every one of these numbers; `any_of`: one of each set. Then `compared` words are looked for in the text,
    and one facet of each of the `groups`."""

    all_of: tuple[int, ...]
    any_of: tuple[tuple[int, ...], ...]
    compared: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, query: Query) -> _Wanted:
        words = list(dict.fromkeys(_folded(query.words)))
        groups = [
            [f"{group}:{code}" for code in codes[:MOST_CODES]]
            for group, codes in query.facets.items()
            if codes
        ]
        numbers = [tuple({hashed(facet) for facet in facets}) for facets in groups]
        needed = [number for word in words for number in needed_for(word)]
        return cls(
            all_of=tuple(dict.fromkeys([*needed, *(each[0] for each in numbers if len(each) == 1)])),
            any_of=tuple(each for each in numbers if len(each) > 1),
            compared=tuple(word for word in words if not is_exact(word)),
            groups=tuple(tuple(f" {facet} " for facet in facets) for facets in groups),
        )

    @property
    def is_empty(self) -> bool:
        return not self.all_of and not self.any_of

    def hits_in(self, lines: str) -> list[_Hit]:
        """The entries of an answer that have a facet of each group, in order."""
        parts = (line.split(" ", 2) for line in lines.split("\n") if line)
        return sorted((int(rank), int(pk), facets) for rank, pk, facets in parts if self._fits(facets))

    def _fits(self, facets: str) -> bool:
        spaced = f" {facets} "
        return all(any(facet in spaced for facet in group) for group in self.groups)


def _folded(words: Sequence[str]) -> Iterator[str]:
    for word in words[:MOST_WORDS]:
        # Folding a text a hundred times too long takes as much longer; what is cut here would be cut below.
        folded = fold(word[: 5 * LONGEST_WORD].translate(SURROGATES))[:LONGEST_WORD]
        if folded:
            yield folded


# --- The statement ----------------------------------------------------------------------------------------------------


# Only where too few were found does it matter whether candidates were left, so only then are they counted.
_ANSWER: Final = (
    "SELECT '{kind}', {lines}, CASE WHEN count(*) <= {cap:d} THEN (SELECT count(*) FROM {kind}) > {looked_at:d} END "
    "FROM (SELECT e.id, e.rank, e.facets FROM {kind} c {entries} "
    "WHERE e.kind = '{kind}'{compared} LIMIT {cap:d} + 1) AS {kind}_entries"
)


def _ask(wanted: _Wanted, kinds: Sequence[str], *, cap: int) -> list[_Answer]:
    """For each kind: candidates first, by rank and limited; then their entries, compared until there are enough.

    Each entry is looked up by its id in the order of the candidates, so that the comparing can stop early; without
    saying so the planner may read all texts instead. Every kind comes back as one row of text: a thousand rows would
    take longer to carry than to find.
    """
    if not kinds:
        return []
    database = _database()
    looked_at = cap * _CANDIDATES if wanted.compared else cap
    compared = f" AND {database.contains}" * len(wanted.compared)
    names, answers, values = [], [], []
    for kind in kinds:
        sql, its_values = _candidates(database, wanted, kind)
        names.append(f"{kind} AS MATERIALIZED ({sql} LIMIT {looked_at + 1:d})")
        answers.append(
            _ANSWER.format(
                kind=kind,
                lines=database.lines,
                cap=cap,
                looked_at=looked_at,
                entries=database.entries,
                compared=compared,
            )
        )
        values += its_values
    values += [*wanted.compared] * len(kinds)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(names)} {' UNION ALL '.join(answers)}", values)
        return cursor.fetchall()


def _candidates(database: _Database, wanted: _Wanted, kind: str) -> tuple[str, list[Any]]:
    """The ids of all entries of a kind that have the numbers, by rank; of all there are when nothing was asked for."""
    if wanted.is_empty:
        everything = (
            f"SELECT id AS entry_id FROM councils_directoryentry WHERE kind = '{kind}' ORDER BY rank, id"  # noqa: S608 -- our own names
        )
        return everything, []
    return database.candidates((hashed(_kind_code(kind)), *wanted.all_of), wanted.any_of)


# --- Both databases ---------------------------------------------------------------------------------------------------

_IndexRow = tuple[int, int, list[int]]
"""Id and rank of an entry, and its numbers."""


class _Database(Protocol):
    entries: str
    """Joins the entry `e` to each candidate `c`, one by one."""
    contains: str
    """Whether the text of `e` has a word."""
    lines: str
    """Rank, id and facets of all entries, a line for each."""
    tidying: tuple[str, ...]

    def candidates(self, all_of: Sequence[int], any_of: Sequence[Sequence[int]]) -> tuple[str, list[Any]]: ...

    def write(self, rows: Sequence[_IndexRow]) -> None: ...

    def remove(self, ids: Sequence[int]) -> None: ...


class _PostgreSQL:
    entries = (
        "CROSS JOIN LATERAL (SELECT id, kind, rank, facets, text FROM councils_directoryentry "
        "WHERE id = c.entry_id OFFSET 0) e"
    )
    contains = "position(%s in e.text) > 0"
    lines = "string_agg(rank || ' ' || id || ' ' || facets, chr(10))"
    tidying: tuple[str, ...] = ("ANALYZE councils_directoryindex", "ANALYZE councils_directoryentry")

    def candidates(self, all_of: Sequence[int], any_of: Sequence[Sequence[int]]) -> tuple[str, list[Any]]:
        conditions = ["grams @> %s::integer[]", *("grams && %s::integer[]" for _ in any_of)]
        which = " AND ".join(conditions)
        sql = f"SELECT entry_id FROM councils_directoryindex WHERE {which} ORDER BY rank, entry_id"  # noqa: S608 -- written above
        return sql, [_array(numbers) for numbers in (all_of, *any_of)]

    def write(self, rows: Sequence[_IndexRow]) -> None:
        """One statement for each so many rows, over what there is."""
        places = ", ".join(["(%s, %s, %s::integer[])"] * len(rows))
        values = chain.from_iterable((pk, rank, _array(numbers)) for pk, rank, numbers in rows)
        _run(
            f"INSERT INTO councils_directoryindex (entry_id, rank, grams) VALUES {places} "  # noqa: S608 -- only places
            "ON CONFLICT (entry_id) DO UPDATE SET rank = excluded.rank, grams = excluded.grams",
            list(values),
        )

    def remove(self, ids: Sequence[int]) -> None:
        _run("DELETE FROM councils_directoryindex WHERE entry_id = ANY(%s::bigint[])", [list(ids)])


class _SQLite:
    entries = "CROSS JOIN councils_directoryentry e ON e.id = c.entry_id"
    contains = "instr(e.text, %s) > 0"
    lines = "group_concat(rank || ' ' || id || ' ' || facets, char(10))"
    tidying: tuple[str, ...] = (
        "DELETE FROM councils_directorygrams WHERE rowid NOT IN (SELECT entry_id FROM councils_directoryindex)",
        "INSERT INTO councils_directorygrams (councils_directorygrams) VALUES ('optimize')",
    )

    def candidates(self, all_of: Sequence[int], any_of: Sequence[Sequence[int]]) -> tuple[str, list[Any]]:
        sql = (
            "SELECT i.entry_id FROM councils_directorygrams g JOIN councils_directoryindex i ON i.entry_id = g.rowid "
            "WHERE g.councils_directorygrams MATCH %s ORDER BY i.rank, i.entry_id"
        )
        alternatives = (f"({' OR '.join(map(_hexadecimal, numbers))})" for numbers in any_of)
        return sql, [" AND ".join((*map(_hexadecimal, all_of), *alternatives))]

    def write(self, rows: Sequence[_IndexRow]) -> None:
        self.remove([pk for pk, _, _ in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO councils_directoryindex (entry_id, rank) VALUES (%s, %s)",
                [(pk, rank) for pk, rank, _ in rows],
            )
            cursor.executemany(
                "INSERT INTO councils_directorygrams (rowid, grams) VALUES (%s, %s)",
                [(pk, " ".join(map(_hexadecimal, numbers))) for pk, _, numbers in rows],
            )

    def remove(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            for table, key in (("councils_directoryindex", "entry_id"), ("councils_directorygrams", "rowid")):
                cursor.executemany(f"DELETE FROM {table} WHERE {key} = %s", [(pk,) for pk in ids])  # noqa: S608 -- named here


def _database() -> _Database:
    return _PostgreSQL() if connection.vendor == "postgresql" else _SQLite()


def _run(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _array(numbers: Iterable[int]) -> str:
    """The literal of an `integer[]`, which has a sign in the highest of the same 32 bits."""
    return "{" + ",".join(str(number - (number >> 31 << 32)) for number in numbers) + "}"


def _hexadecimal(number: int) -> str:
    return f"{number:08x}"
