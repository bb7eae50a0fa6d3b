"""Keeping the public directory true: one entry, and its rows in the search index, for each thing residents may see.

Whoever changes a council, a desk or a shop refreshes it here in the same transaction; what is not public any more loses
its entry. Words of categories and municipalities stand in the entries too: after changing those, `rebuild`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models, transaction

from accounts.models import Municipality
from councils import search
from councils.models import Category, Council, Desk, DirectoryEdition, DirectoryEntry, Shop
from councils.rules.directory import (
    Area,
    Audience,
    CouncilFacts,
    DeskFacts,
    Entry,
    ShopFacts,
    council_entry,
    desk_entry,
    shop_entry,
)

Kind = DirectoryEntry.Kind
BATCH: Final = 2_000


@transaction.atomic
def refresh_councils(ids: Iterable[int]) -> None:
    """Councils with their desks and shops, in whose entries the council's name stands."""
    for some in _batches(ids, BATCH):
        _refresh(_COUNCILS, some)
        _refresh_all(_DESKS, Desk.objects.filter(council__in=some).values_list("pk", flat=True))
        _refresh_all(_SHOPS, Shop.objects.filter(council__in=some).values_list("pk", flat=True))
    _turn_edition()


@transaction.atomic
def refresh_desks(ids: Iterable[int]) -> None:
    """Desks, after any change of one or of its sessions."""
    _refresh_all(_DESKS, ids)
    _turn_edition()


@transaction.atomic
def refresh_shops(ids: Iterable[int]) -> None:
    """Shops, after any change of one."""
    _refresh_all(_SHOPS, ids)
    _turn_edition()


@transaction.atomic
def forget(kind: DirectoryEntry.Kind, public_ids: Sequence[uuid.UUID]) -> None:
    """Take the entries of things away that are public no more or were deleted."""
    _forget(kind, public_ids)
    _turn_edition()


def _forget(kind: DirectoryEntry.Kind, public_ids: Sequence[uuid.UUID]) -> None:
    ids = list(
        DirectoryEntry.objects.filter(kind=kind, public_id__in=public_ids).values_list("pk", flat=True)
    )
    search.remove(ids)
    DirectoryEntry.objects.filter(pk__in=ids).delete()


def rebuild(*, batch: int = BATCH) -> dict[DirectoryEntry.Kind, int]:
    """Make everything anew, each batch in a transaction of its own while people search; how many entries of each kind.

    Entries of things that are gone are taken away, and what the index holds for no entry.
    """
    for source in (_COUNCILS, _DESKS, _SHOPS):
        everything = source.model._default_manager.order_by("pk").values_list("pk", flat=True)
        for some in _batches(everything, batch):
            with transaction.atomic():
                _refresh(source, some)
                _turn_edition()
        forget(source.kind, _without_owner(source))
    with transaction.atomic():
        search.tidy()
    return {kind: DirectoryEntry.objects.filter(kind=kind).count() for kind in search.KINDS}


def _turn_edition() -> None:
    """Last in its transaction: two that write different councils wait for each other here only."""
    DirectoryEdition.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})


# --- One batch --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    """What an entry needs beside its text, facets and card."""

    public_id: uuid.UUID
    municipality_id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind of thing: its model, how a public one is told, and the path to its council."""

    kind: DirectoryEntry.Kind
    model: type[models.Model]
    council: str
    shown: Callable[[Sequence[int]], Iterator[_Shown]]


def _refresh_all(source: _Source, ids: Iterable[int]) -> None:
    for some in _batches(ids, BATCH):
        _refresh(source, some)


def _refresh(source: _Source, ids: Sequence[int]) -> None:
    # The council's row is held so that a change of its name and a new desk of it cannot miss each other.
    things = source.model._default_manager.filter(pk__in=ids)
    held = Council.objects.filter(pk__in=things.values(source.council))
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    shown = list(source.shown(ids))
    public = {each.public_id for each in shown}
    _forget(source.kind, [each for each in things.values_list("public_id", flat=True) if each not in public])
    entries = [
        DirectoryEntry(
            kind=source.kind,
            public_id=each.public_id,
            municipality_id=each.municipality_id,
            **{name: getattr(each.entry, name) for name in _DERIVED},
        )
        for each in shown
    ]
    search.index(
        DirectoryEntry.objects.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=("kind", "public_id"),
            update_fields=("municipality", *_DERIVED),
        )
    )


_DERIVED: Final = ("name", "text", "facets", "card", "sessions", "rank")


def _without_owner(source: _Source) -> list[uuid.UUID]:
    """Entries whose thing was deleted."""
    known = source.model._default_manager.values("public_id")
    entries = DirectoryEntry.objects.filter(kind=source.kind).exclude(public_id__in=known)
    return list(entries.values_list("public_id", flat=True))


def _batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    every = list(ids)
    for start in range(0, len(every), size):
        yield every[start : start + size]


# --- From rows to plain values ----------------------------------------------------------------------------------------


def _councils(ids: Sequence[int]) -> Iterator[_Shown]:
    found = Council.objects.public().filter(pk__in=ids).order_by("pk").select_related("prefecture")
    for council in found.prefetch_related("municipalities"):
        # One that belongs to no municipality yet is the prefecture's.
        owners = list(council.municipalities.all()) or [council.prefecture]
        facts = _council_facts(council, areas=owners)
        yield _Shown(council.public_id, owners[0].pk, council_entry(facts))


def _desks(ids: Sequence[int]) -> Iterator[_Shown]:
    found = Desk.objects.public().filter(pk__in=ids).order_by("pk")
    related = found.select_related("council__prefecture", "municipality", "operator")
    for desk in related.prefetch_related("categories", "sessions"):
        sessions = list(desk.sessions.all())
        facts = DeskFacts(
            council=_council_facts(desk.council),
            **_shared(desk),
            summary=desk.summary,
            operators=(desk.operator_text, desk.operator.name if desk.operator else ""),
            venue=desk.venue,
            address=desk.address,
            places=tuple(text for session in sessions for text in (session.venue, session.address)),
            phone=desk.phone,
            booking=desk.booking,
            rules=tuple(session.rule for session in sessions),
        )
        yield _Shown(desk.public_id, desk.municipality_id, desk_entry(facts))


def _shops(ids: Sequence[int]) -> Iterator[_Shown]:
    found = Shop.objects.public().filter(pk__in=ids).order_by("pk")
    for shop in found.select_related("council__prefecture", "municipality").prefetch_related("categories"):
        facts = ShopFacts(
            council=_council_facts(shop.council),
            **_shared(shop),
            company=shop.company,
            shown={name: shop.shown(name) for name in shop.OPTIONAL_FIELDS},
            offers=tuple(shop.offers),
        )
        yield _Shown(shop.public_id, shop.municipality_id, shop_entry(facts))


def _shared(thing: Desk | Shop) -> dict[str, Any]:
    """What desks and shops have in common."""
    return {
        "name": thing.name,
        "kana": thing.kana,
        "area": _area(thing.municipality, thing.council.prefecture),
        "audience": tuple(map(_audience, thing.categories.all())),
        "languages": tuple(thing.languages),
        "features": thing.features,
        "confirmed_on": thing.confirmed_on,
        "is_sample": thing.is_sample,
    }


def _council_facts(council: Council, *, areas: Iterable[Municipality] = ()) -> CouncilFacts:
    return CouncilFacts(
        pk=council.pk,
        name=council.name,
        kana=council.kana,
        areas=tuple(_area(each, council.prefecture) for each in areas),
        consultation_status=council.consultation_status,
        shop_label=council.shop_label,
        confirmed_on=council.confirmed_on,
        is_sample=council.is_sample,
    )


def _area(municipality: Municipality, prefecture: Municipality) -> Area:
    return Area(municipality.code, municipality.name, prefecture.name)


def _audience(category: Category) -> Audience:
    return Audience(category.code, category.label, category.plain, category.kana)


_COUNCILS: Final = _Source(Kind.COUNCIL, Council, "pk", _councils)
_DESKS: Final = _Source(Kind.DESK, Desk, "council", _desks)
_SHOPS: Final = _Source(Kind.SHOP, Shop, "council", _shops)
