"""What residents read: search results, councils, desks, shops. Published rows only; nobody is asked who they are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value

from accounts.models import Municipality
from accounts.selectors import NotVisible
from councils.models import (
    Category,
    Council,
    CouncilProfile,
    Desk,
    DirectoryEdition,
    DirectoryEntry,
    Session,
    Shop,
)
from councils.rules.occurrences import Occurrence, next_dates
from councils.rules.schedule import SessionRule, rule_from_json
from councils.search import Hits, Query, find, page

PAGE_SIZE: Final = 20
FIRST_OF_EACH_KIND: Final = 5
SOON_DAYS: Final = 7
MOST_DESKS_LOOKED_AT: Final = 300
COUNCILS_LISTED: Final = 500

Kind = DirectoryEntry.Kind


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: the entry with its next session, when it has one within the year."""

    entry: DirectoryEntry
    next: Occurrence | None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind: the rows of this page, how many there are, and whether there are more than counted."""

    kind: DirectoryEntry.Kind
    rows: list[Row]
    total: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What was found. `nearest` is filled only when nothing was: what the same question finds with less asked for."""

    groups: list[Group]
    facet_counts: dict[str, int]
    page_count: int
    nearest: list[Row]

    @property
    def is_empty(self) -> bool:
        return not self.groups


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the filters: areas that have something to show, categories that count today."""

    areas: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    prominent: list[tuple[str, str]]


def edition() -> str:
    """Another one whenever any entry of the directory has changed; empty before the first entry."""
    return "".join(str(token) for token in DirectoryEdition.objects.values_list("token", flat=True)[:1])


def choices(*, today: dt.date) -> Choices:
    """Both lists in one query."""
    with_entries = Exists(DirectoryEntry.objects.filter(municipality=OuterRef("pk")))
    areas = (
        Municipality.objects.filter(with_entries)
        .annotate(group=Value("area", CharField()), place=Value(0), first=Value(False))
        .order_by()
        .values_list("group", "place", "code", "name", "first")
    )
    categories = (
        Category.objects.in_force(today)
        .annotate(group=Value("who", CharField()))
        .order_by()
        .values_list("group", "position", "code", "plain", "is_prominent")
    )
    rows = sorted(areas.union(categories, all=True))
    return Choices(
        areas=[(code, name) for group, _, code, name, _ in rows if group == "area"],
        categories=[(code, name) for group, _, code, name, _ in rows if group == "who"],
        prominent=[(code, name) for group, _, code, name, first in rows if group == "who" and first],
    )


# --- Results ---


def results(query: Query, *, number: int, today: dt.date) -> Results:
    """The page `number` (from 1) of one kind, or the first few of each kind when none is asked for."""
    hits = find(query)
    wanted = {kind: _on_page(kind, hits, query=query, number=number) for kind in Kind}
    rows = _rows([pk for ids in wanted.values() for pk in ids], today=today)
    groups = [
        Group(kind, [rows[pk] for pk in ids if pk in rows], hits.counts[kind], hits.capped[kind])
        for kind, ids in wanted.items()
        if ids
    ]
    pages = -(-hits.counts.get(query.kind, 0) // PAGE_SIZE) if query.kind else 1
    nearest = [] if groups or number > 1 else _nearest(query, today=today)
    return Results(groups, hits.facet_counts, pages, nearest)


def _on_page(kind: str, hits: Hits, *, query: Query, number: int) -> list[int]:
    ids = hits.ids_of(kind)
    if not query.kind:
        return ids[:FIRST_OF_EACH_KIND]
    return ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def _nearest(query: Query, *, today: dt.date) -> list[Row]:
    """Desks that answer most of the question: those of the area asked for, else those that the other conditions find."""
    if "area" in query.facets:
        less = Query(facets={"area": query.facets["area"]}, kind=Kind.DESK)
    elif query.facets:
        less = Query(facets=query.facets, kind=Kind.DESK)
    else:
        return []
    rows = _rows(find(less).ids[:FIRST_OF_EACH_KIND], today=today)
    return list(rows.values())


def _rows(ids: Sequence[int], *, today: dt.date) -> dict[int, Row]:
    if not ids:
        return {}
    return {entry.pk: Row(entry, _next_of(entry, today=today)) for entry in page(ids)}


def _next_of(entry: DirectoryEntry, *, today: dt.date) -> Occurrence | None:
    rules = [rule_from_json(values) for values in entry.sessions]
    return next(iter(next_dates(rules, after=today, count=1, include_after=True)), None)


def open_soon(*, today: dt.date, count: int) -> list[Row]:
    """Desks with a session of their own in the coming days, soonest first; desks open on office days come last.

    The index narrows to the weekdays ahead; of those at most `MOST_DESKS_LOOKED_AT` desks are computed.
    """
    days = tuple(str((today + dt.timedelta(days=ahead)).weekday()) for ahead in range(SOON_DAYS))
    hits = find(Query(facets={"day": days}, kind=Kind.DESK))
    rows = _rows(hits.ids[:MOST_DESKS_LOOKED_AT], today=today).values()
    last = today + dt.timedelta(days=SOON_DAYS)
    soon = [row for row in rows if row.next and row.next.day <= last]
    return sorted(soon, key=lambda row: _when(row.next))[:count]


def _when(session: Occurrence | None) -> tuple[bool, dt.date, dt.time]:
    if session is None:
        return (True, dt.date.max, dt.time.max)
    return (session.rule.frequency == "office_days", session.day, session.start or dt.time.min)


# --- One council, one desk, one shop ---


@dataclass(frozen=True, slots=True)
class DeskPage:
    desk: Desk
    sessions: list[Session]
    rules: list[SessionRule]
    next: list[Occurrence]


def desk_page(public_id: uuid.UUID, *, today: dt.date, count: int = 3) -> DeskPage:
    """A desk with its next sessions. Raises `NotVisible`."""
    found = (
        Desk.objects.public()
        .select_related("council", "municipality", "operator")
        .prefetch_related(
            "sessions",
            Prefetch("categories", Category.objects.in_force(today)),
            "council__secretariat_offices",
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotVisible
    sessions = list(found.sessions.all())
    rules = [session.rule for session in sessions]
    return DeskPage(found, sessions, rules, next_dates(rules, after=today, count=count, include_after=True))


def shop_page(public_id: uuid.UUID, *, today: dt.date) -> Shop:
    """A registered shop. Raises `NotVisible`."""
    found = (
        Shop.objects.public()
        .select_related("council", "municipality")
        .prefetch_related(Prefetch("categories", Category.objects.in_force(today)))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True, slots=True)
class CouncilPage:
    council: Council
    texts: list[tuple[str, str]]
    desks: list[Row]
    shop_total: int


def council_page(public_id: uuid.UUID, *, today: dt.date) -> CouncilPage:
    """A council with its last approved profile, its seats of today, its desks. Raises `NotVisible`."""
    found = (
        Council.objects.public()
        .select_related("prefecture")
        .prefetch_related("municipalities", "secretariat_offices")
        .annotate(shop_total=Count("shops", filter=_public_shop()))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotVisible
    entries = DirectoryEntry.objects.filter(
        kind=Kind.DESK, public_id__in=found.desks.public().values("public_id")
    ).order_by("rank", "pk")
    profile = found.profiles.approved().order_by("-version").first()
    desks = [Row(entry, _next_of(entry, today=today)) for entry in entries]
    return CouncilPage(found, _texts(profile), desks, found.shop_total)


def _texts(profile: CouncilProfile | None) -> list[tuple[str, str]]:
    """What the council says of itself, as (heading, text), without empty texts."""
    if profile is None:
        return []
    headings = {field.name: str(field.verbose_name) for field in profile._meta.fields}
    return [(headings[name], text) for name in profile.TEXTS if (text := getattr(profile, name))]


def seats_of(council: Council, *, today: dt.date) -> list[tuple[str, list[str]]]:
    """The seats held today as (category in words, names), in the order of the prefecture's table."""
    seats = council.seats.in_force(today).order_by("position", "pk")
    names: dict[str, list[str]] = {}
    for seat in seats:
        names.setdefault(seat.category, []).append(seat.name)
    labels = council.seats.model._meta.get_field("category").flatchoices
    return [(label, names[code]) for code, label in labels if code in names]


def councils_listed() -> QuerySet[Council]:
    """All councils residents may see, by prefecture and code of their first municipality."""
    return (
        Council.objects.public()
        .select_related("prefecture")
        .prefetch_related("municipalities")
        .annotate(
            desk_total=Count("desks", filter=Q(desks__published_at__isnull=False), distinct=True),
            shop_total=Count("shops", filter=_public_shop(), distinct=True),
        )
        .order_by("is_sample", "prefecture__code", "pk")[:COUNCILS_LISTED]
    )


def _public_shop() -> Q:
    return Q(shops__state="registered", shops__published_at__isnull=False)


def labels_of(codes: Iterable[str], known: Iterable[tuple[str, str]]) -> list[str]:
    """The words for codes, in the order of `known`; a code that is not known is left out."""
    wanted = set(codes)
    return [label for code, label in known if code in wanted]
