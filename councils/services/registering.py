"""Writing what a row of the table says into the ring: the council, its offices, seats, texts and desks.

Only what differs is written, so that the same row a second time changes nothing. Called inside the transaction of an
accepted row (`services.importing`), which holds the prefecture.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from accounts.models import Municipality
from councils.models import (
    Council,
    CouncilProfile,
    Desk,
    Organisation,
    OrganisationAlias,
    Seat,
    SecretariatOffice,
    Session,
)
from councils.models.desks import session_columns
from councils.rules.import_row import SEAT_FIELDS, TEXT_FIELDS, RowContent, SessionEntry
from councils.rules.words import SeatCategory
from councils.selectors.importing import Registered
from japan.folding import fold

#: Columns of a council that a row says by itself.
_COUNCIL_FIELDS: Final = (
    "name",
    "established_on",
    "established_precision",
    "established_text",
    "basis",
    "consultation_status",
    "shop_count",
    "shop_count_is_approximate",
    "shop_count_on",
)
#: Categories whose members are bodies; the others name posts of an office, or whoever looks on.
_BODIES: Final = (
    SeatCategory.SUPPORT_CORPORATION,
    SeatCategory.REALTOR_ASSOCIATION,
    SeatCategory.RENTAL_MANAGER,
    SeatCategory.OTHER,
)


class CannotRegister(Exception):
    """The content does not fit what is known; the text is a Japanese sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Which table says it, who accepts it, and when. `named_desks` are folded names of the desks the row speaks of."""

    prefecture: Municipality
    as_of: dt.date
    source: str
    now: dt.datetime
    approver_id: int
    named_desks: frozenset[str]


def register(content: RowContent, registered: Registered | None, *, on: Occasion) -> Council:
    """Create or update the council of one row. Raises CannotRegister for a municipality that is not known."""
    founders = _founders(content, prefecture=on.prefecture)
    before = registered.content if registered else RowContent()
    council = _council(content, registered.council if registered else None, on=on)
    if before.municipalities != content.municipalities:
        council.municipalities.set(founders)
    if before.secretariat != content.secretariat:
        _write_offices(council, content.secretariat)
    if registered is None or any(getattr(before, name) != getattr(content, name) for name in SEAT_FIELDS):
        _write_seats(council, content, since=on.as_of if registered else None, on=on)
    if any(getattr(before, name) != getattr(content, name) for name in TEXT_FIELDS):
        _write_profile(council, content, on=on)
    _write_desks(council, content.sessions, before=before.sessions, municipality=founders[0], on=on)
    return council


def _founders(content: RowContent, *, prefecture: Municipality) -> list[Municipality]:
    known = Municipality.objects.filter(code__startswith=prefecture.code[:2], name__in=content.municipalities)
    found = {each.name: each for each in known}
    missing = [name for name in content.municipalities if name not in found]
    if missing or not found:
        raise CannotRegister(
            f"「{'、'.join(missing)}」という自治体はありません。「設置した自治体」を直してください。"
        )
    return [found[name] for name in content.municipalities]


def _council(content: RowContent, council: Council | None, *, on: Occasion) -> Council:
    council = council or Council(prefecture=on.prefecture)
    values = {name: getattr(content, name) for name in _COUNCIL_FIELDS}
    newest = max(on.as_of, council.confirmed_on or on.as_of)
    values |= {"published_at": council.published_at or on.now, "confirmed_on": newest}
    if newest == on.as_of:
        values["source"] = on.source
    _save_changed(council, values)
    return council


def _save_changed(row: Any, values: Mapping[str, Any]) -> bool:
    """Save only the columns that differ; says whether any did. A row that is not there yet is made."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if row.pk is None:
        row.save()
    elif changed:
        row.save(update_fields=[*changed, *_TOUCHED.get(type(row), ())])
    return bool(changed)


#: What Django writes beside the columns asked for.
_TOUCHED: Final[Mapping[type, tuple[str, ...]]] = {Council: ("updated_at",), Desk: ("updated_at",)}


# --- Offices and texts ---


def _write_offices(council: Council, names: Sequence[str]) -> None:
    """The offices as written, each with the telephone it had."""
    phones = {fold(each.name): each.phone for each in council.secretariat_offices.all()}
    council.secretariat_offices.all().delete()
    SecretariatOffice.objects.bulk_create(
        SecretariatOffice(council=council, name=name, phone=phones.get(fold(name), ""), position=position)
        for position, name in enumerate(names, start=1)
    )


def _write_profile(council: Council, content: RowContent, *, on: Occasion) -> None:
    """A new version; earlier ones stay as they are."""
    newest = council.profiles.order_by("-version").first()
    CouncilProfile.objects.create(
        council=council,
        version=newest.version + 1 if newest else 1,
        as_of=on.as_of,
        created_at=on.now,
        approved_at=on.now,
        approved_by_id=on.approver_id,
        **{name: getattr(content, name) for name in TEXT_FIELDS},
    )


# --- Seats ---


def _write_seats(council: Council, content: RowContent, *, since: dt.date | None, on: Occasion) -> None:
    """Seats found again by folded name keep their dates; new ones begin with the table, missing ones end before it."""
    held = {(seat.category, fold(seat.name)): seat for seat in council.seats.filter(until=None)}
    bodies = _bodies(content)
    wanted = [(category, name) for category in SEAT_FIELDS for name in getattr(content, category)]
    kept = {(category, fold(name)) for category, name in wanted}
    for key, seat in held.items():
        if key not in kept:
            _end(seat, on=on)
    for position, (category, name) in enumerate(wanted):
        seat = held.get((category, fold(name))) or Seat(council=council, category=category, since=since)
        values: dict[str, Any] = {"name": name, "position": position}
        if seat.organisation_id is None and category in _BODIES:
            values["organisation_id"] = bodies.get(fold(name))
        _save_changed(seat, values)


def _end(seat: Seat, *, on: Occasion) -> None:
    """The last day is the one before the table's; a seat that began with this table or later was never held."""
    last = on.as_of - dt.timedelta(days=1)
    if seat.since is not None and seat.since > last:
        seat.delete()
        return
    seat.until = last
    seat.save(update_fields=["until"])


def _bodies(content: RowContent) -> dict[str, int]:
    """The organisation of each member that is a body, by folded name. An unknown writing is a new body: none is guessed."""
    names = {
        fold(name): (name, category)
        for category in _BODIES
        for name in getattr(content, category)
        if fold(name)
    }
    keys = {key: _alias_key(key) for key in names}
    known = dict(
        OrganisationAlias.objects.filter(key__in=keys.values()).values_list("key", "organisation_id")
    )
    for key, (name, category) in names.items():
        if keys[key] in known:
            continue
        body = Organisation.objects.create(
            name=name[:120], is_support_corporation=category == SeatCategory.SUPPORT_CORPORATION
        )
        OrganisationAlias.objects.create(organisation=body, name=name, key=keys[key])
        known[keys[key]] = body.pk
    return {key: known[keys[key]] for key in names}


def _alias_key(folded: str) -> str:
    """Folding may make a name longer (㍿); the column is not."""
    return folded[:200]


# --- Desks ---


def _write_desks(
    council: Council,
    entries: Sequence[SessionEntry],
    *,
    before: Sequence[SessionEntry],
    municipality: Municipality,
    on: Occasion,
) -> None:
    """Each desk of the row, found by folded name; desks that lost all their sessions on the page keep none."""
    if not entries and not before:
        return
    desks = {fold(each.name): each for each in council.desks.all()}
    wanted, stood = _by_desk(entries), _by_desk(before)
    for key in [*wanted, *(key for key in stood if key not in wanted)]:
        said = wanted.get(key, [])
        if said == stood.get(key, []) and key not in on.named_desks:
            continue
        desk = desks.get(key) or Desk(council=council, municipality=municipality, name=said[0].desk)
        _write_desk(desk, said, stood.get(key, []), on=on)


def _by_desk(entries: Iterable[SessionEntry]) -> dict[str, list[SessionEntry]]:
    ordered = sorted(entries, key=lambda each: fold(each.desk))
    return {key: list(group) for key, group in groupby(ordered, key=lambda each: fold(each.desk))}


def _write_desk(
    desk: Desk, entries: Sequence[SessionEntry], before: Sequence[SessionEntry], *, on: Occasion
) -> None:
    venues = {each.venue for each in entries}
    shared_venue = venues.pop() if len(venues) == 1 else ""
    newest = max(on.as_of, desk.confirmed_on or on.as_of)
    values: dict[str, Any] = {"published_at": desk.published_at or on.now, "confirmed_on": newest}
    if newest == on.as_of:
        values["source"] = on.source
    if shared_venue:
        values["venue"] = shared_venue
    for column, name in (("operator_text", "operator"), ("booking", "booking")):
        if said := next((getattr(each, name) for each in entries if getattr(each, name)), ""):
            values[column] = said
    _save_changed(desk, values)
    if list(entries) == list(before):
        return
    desk.sessions.all().delete()
    Session.objects.bulk_create(
        Session(
            desk=desk,
            position=position,
            venue="" if each.venue == desk.venue else each.venue,
            **session_columns(each.rule),
        )
        for position, each in enumerate(entries)
    )
