"""The files of `fixtures/ring/` as models that are not saved yet. Nothing here asks the database.

Every fault of a file is collected, each with its place; the caller refuses the whole when there is one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from councils.intake.ring_places import Place, Row
from councils.models import Category, Council, CouncilProfile, Desk, Seat, SecretariatOffice, Session
from councils.models.desks import session_columns
from councils.rules.schedule import Frequency, SessionRule, rule_from_json, rule_to_json
from councils.rules.schedule_problems import problems
from councils.rules.words import Feature, Language, Precision, SeatCategory

CATEGORIES, COUNCILS, SAMPLES = "categories.json", "councils.json", "samples.json"


class RingDataError(Exception):
    """The files cannot be loaded and nothing was. The text holds one Japanese line for each fault."""


@dataclass
class DeskRow:
    """A desk with what hangs on it; municipality and categories as codes."""

    place: Place
    desk: Desk
    municipality: str
    categories: list[str]
    sessions: list[Session]


@dataclass
class CouncilRow:
    """A council with what hangs on it; prefecture and municipalities as codes."""

    place: Place
    council: Council
    prefecture: str
    municipalities: list[str]
    offices: list[SecretariatOffice] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    profiles: list[CouncilProfile] = field(default_factory=list)
    desks: list[DeskRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _About:
    """What a file says of all its rows."""

    source: str
    as_of: dt.date | None
    is_sample: bool
    now: dt.datetime

    def confirmed_on(self, days_ago: Any, place: Place) -> dt.date | None:
        """The day of the file, or so many days before now: a sample that stays fresh, or stays old."""
        if days_ago is None:
            return self.as_of
        if not isinstance(days_ago, int) or days_ago < 0:
            place.at("confirmed_days_ago").fault(f"「{days_ago}」は0以上の数で書いてください。")
            return None
        return timezone.localdate(self.now) - dt.timedelta(days=days_ago)


# --- Files ---


def read_categories(folder: Path, faults: list[str]) -> list[Category]:
    """The categories in the order of the file. Raises `RingDataError` for a file that cannot be read at all."""
    file = Place(CATEGORIES, faults)
    content = _content(folder, file, "categories")
    rows = file.objects(content["categories"])
    found = [
        _category(row, file.at(row.get("code", f"{number}件目")), number)
        for number, row in enumerate(rows, start=1)
    ]
    file.once(each.code for each in found)
    return found


def read_councils(folder: Path, name: str, faults: list[str], *, now: dt.datetime) -> list[CouncilRow]:
    """The councils of a file, all published at `now`. Raises `RingDataError` for a file that cannot be read at all."""
    file = Place(name, faults)
    content = _content(folder, file, "councils")
    about = _About(
        source=content["source"],
        as_of=file.at("as_of").date(content["as_of"]),
        is_sample=bool(content.get("is_sample")),
        now=now,
    )
    rows = file.objects(content["councils"])
    found = [
        _council(row, file.at(row.get("name", f"{number}件目")), about)
        for number, row in enumerate(rows, start=1)
    ]
    file.once(f"{each.prefecture} {each.council.name}" for each in found)
    return found


def _content(folder: Path, file: Place, key: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / file.name).read_text(encoding="utf-8"))
    except OSError as error:
        raise RingDataError(f"{file.name}: 開けません。{folder} に置いてください。") from error
    except ValueError as error:
        raise RingDataError(
            f"{file.name}: JSONとして読めません({error})。書き方を直してください。"
        ) from error
    if not isinstance(content, dict) or not content.get("source") or not content.get("as_of"):
        raise RingDataError(f"{file.name}: 出典(source)と日付(as_of)を書いてください。")
    if key not in content:
        raise RingDataError(f"{file.name}: {key} の一覧がありません。")
    return content


# --- Categories ---

_CATEGORY = ("code", "label", "plain", "basis", "effective_from")
_CATEGORY_OPTIONAL = ("kana", "effective_until", "is_prominent")


def _category(row: Row, place: Place, position: int) -> Category:
    values = place.given(row, _CATEGORY, _CATEGORY_OPTIONAL)
    for name in ("effective_from", "effective_until"):
        values[name] = place.at(name).date(values.get(name))
    return place.checked(Category(**values, position=position))


# --- Councils ---

_COUNCIL = ("prefecture", "name", "kana", "municipalities", "established")
_COUNCIL_COLUMNS = (
    "name",
    "kana",
    "basis",
    "secretariat_kind",
    "consultation_status",
    "shop_label",
    "website",
)
_COUNCIL_OPTIONAL = (
    *_COUNCIL_COLUMNS, "shop_count", "secretariat_offices", "seats", "profile", "desks", "confirmed_days_ago",
)  # fmt: skip
_PRECISION: Final = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}


def _council(row: Row, place: Place, about: _About) -> CouncilRow:
    values = place.given(row, _COUNCIL, _COUNCIL_OPTIONAL)
    council = Council(
        **{name: values[name] for name in _COUNCIL_COLUMNS if name in values},
        **_established(values.get("established"), place.at("established")),
        **_shop_count(values.get("shop_count"), place.at("shop_count")),
        is_sample=about.is_sample,
        source=about.source,
        published_at=about.now,
        confirmed_on=about.confirmed_on(values.get("confirmed_days_ago"), place),
    )
    return CouncilRow(
        place,
        place.checked(council),
        prefecture=str(values.get("prefecture", "")),
        municipalities=_founders(values.get("municipalities"), place.at("municipalities")),
        offices=[*_offices(values.get("secretariat_offices", []), council, place)],
        seats=[*_seats(values.get("seats", {}), council, place)],
        profiles=[*_profiles(values.get("profile"), council, place.at("profile"), about)],
        desks=_desks(values.get("desks", []), council, place, about),
    )


def _founders(codes: Any, place: Place) -> list[str]:
    found = place.texts(codes)
    if not found:
        place.fault("設置した自治体のコードを書いてください。")
    return found


def _established(value: Any, place: Place) -> dict[str, Any]:
    """Columns for {"value": "2016-07", "precision": "month", "text": as written}: the first day it may mean."""
    if value is None:
        return {}
    if not isinstance(value, dict) or set(value) != {"value", "precision", "text"}:
        place.fault("value、precision、text の3つを書いてください。")
        return {}
    text = str(value["value"])
    if _PRECISION.get(len(text)) != value["precision"]:
        place.fault(f"「{text}」の精度は「{value['precision']}」ではありません。どちらかを直してください。")
    return {
        "established_on": place.date(text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text),
        "established_precision": value["precision"],
        "established_text": value["text"],
    }


def _shop_count(value: Any, place: Place) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or set(value) != {"count", "is_approximate", "as_of"}:
        place.fault("count、is_approximate、as_of の3つを書いてください。")
        return {}
    if value["count"] is None:
        place.fault("店の数がわからないときは、shop_count を書かないでください。")
    return {
        "shop_count": value["count"],
        "shop_count_is_approximate": value["is_approximate"],
        "shop_count_on": place.at("as_of").date(value["as_of"]),
    }


def _offices(rows: Any, council: Council, place: Place) -> Iterator[SecretariatOffice]:
    for position, row in enumerate(place.at("事務局").objects(rows), start=1):
        where = place.at(f"事務局{position}")
        values = where.given(row, ("name",), ("phone",))
        yield where.checked(SecretariatOffice(council=council, position=position, **values))


def _seats(by_category: Any, council: Council, place: Place) -> Iterator[Seat]:
    if not isinstance(by_category, dict):
        place.at("seats").fault("区分ごとに、構成員の一覧を書いてください。")
        return
    place.at("seats").known(by_category, SeatCategory.values)
    for category, listed in by_category.items():
        where = place.at(f"構成員 {category}")
        names = where.texts(listed)
        where.once(names)
        for position, name in enumerate(names, start=1):
            seat = Seat(council=council, category=category, name=name, position=position)
            yield where.at(f"{position}番目").checked(seat)


def _profiles(row: Any, council: Council, place: Place, about: _About) -> Iterator[CouncilProfile]:
    if row is None:
        return
    if not isinstance(row, dict):
        place.fault("項目を { } に入れて書いてください。")
        return
    values = place.given(row, (), CouncilProfile.TEXTS)
    yield place.checked(
        CouncilProfile(
            council=council,
            version=1,
            as_of=council.confirmed_on,
            created_at=about.now,
            approved_at=about.now,
            **values,
        )
    )


# --- Desks and their sessions ---

_DESK = ("municipality", "name", "summary")
_DESK_COLUMNS = (
    "name", "kana", "summary", "operator_kind", "operator_text", "venue", "postal_code", "address", "directions",
    "phone", "extension", "fax", "email", "other_contact", "website", "booking", "booking_how", "audience_note",
    "languages", "language_note", "features", "bring", "fee",
)  # fmt: skip
_DESK_OPTIONAL = (*_DESK_COLUMNS, "categories", "sessions", "confirmed_days_ago")
#: A rule with nothing said; a session of a file writes only what differs.
_UNSAID: Final = rule_to_json(SessionRule(Frequency.OFFICE_DAYS))
_SESSION_PLACE = ("venue", "address")


def _desks(rows: Any, council: Council, place: Place, about: _About) -> list[DeskRow]:
    where = place.at("desks")
    found = [
        _desk(row, council, place.at(f"窓口「{row.get('name', number)}」"), about)
        for number, row in enumerate(where.objects(rows), start=1)
    ]
    where.once(each.desk.name for each in found)
    return found


def _desk(row: Row, council: Council, place: Place, about: _About) -> DeskRow:
    values = place.given(row, _DESK, _DESK_OPTIONAL)
    desk = Desk(
        council=council,
        **{name: values[name] for name in _DESK_COLUMNS if name in values},
        is_sample=about.is_sample,
        source=about.source,
        published_at=about.now,
        confirmed_on=about.confirmed_on(values.get("confirmed_days_ago"), place),
    )
    place.at("languages").known(desk.languages, Language.values)
    place.at("features").known(desk.features, Feature.values)
    categories = place.at("categories").texts(values.get("categories", []))
    return DeskRow(
        place,
        place.checked(desk),
        municipality=str(values.get("municipality", "")),
        categories=categories,
        sessions=[*_sessions(values.get("sessions", []), desk, place)],
    )


def _sessions(rows: Any, desk: Desk, place: Place) -> Iterator[Session]:
    """Those whose rule is sound; what is wrong with the others is told."""
    for position, row in enumerate(place.at("sessions").objects(rows), start=1):
        where = place.at(f"日時{position}")
        values = where.given(row, ("frequency", "raw"), (*_UNSAID, *_SESSION_PLACE))
        own = {name: values.pop(name) for name in _SESSION_PLACE if name in values}
        rule = _rule(values, where)
        if rule is not None:
            yield where.checked(Session(desk=desk, position=position, **session_columns(rule), **own))


def _rule(values: Row, place: Place) -> SessionRule | None:
    try:
        rule = rule_from_json({**_UNSAID, **values})
    except (TypeError, ValueError) as error:
        place.fault(f"日時として読めません({error})。時刻は13:30、日付は2025-10-01の形で書いてください。")
        return None
    found = problems(rule)
    for problem in found:
        place.fault(problem)
    return None if found else rule
