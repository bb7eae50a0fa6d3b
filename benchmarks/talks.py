"""A desk's consultations at each size: its lists and one case."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Final

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.measure import Call, Samples
from benchmarks.pages import EMPTY, Finding, fetch, run_sql
from consultations.demo import Team, team
from consultations.models import Case
from consultations.rules.words import CaseState, Confidentiality, Outcome
from consultations.selectors.cases import Tab
from councils.models import Council

BARE: Final = "A1 the open cases as bare SQL"
LISTS: Final = {tab: f"consultations: {tab.label}" for tab in Tab}
SEARCH: Final = "   searching a name that is not there"
DEEP: Final = "   窓口の相談, four fifths down"
CASE: Final = "consultations: one case"
MOST_QUERIES: Final = {"list": 10, "case": 20}
MOST_GROWTH: Final = 3.0
MOST_DEPTH: Final = 1.5
OPEN_SHARE: Final = 0.15
PROTECTED_SHARE: Final = 0.05
_BATCH: Final = 5_000


class Counsellor:
    """Who is signed in at the desk. Made on the first database before it is copied, so that the session lies in both."""

    def __init__(self) -> None:
        council = Council.objects.filter(desks__isnull=False).order_by("pk")[0]
        self.team: Team = team(council, host="desk.example.jp", since=dt.date(2020, 4, 1))
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.team.counsellor)

    def calls(self) -> dict[str, Call]:
        """What to call on the database that is connected now."""
        cases = reverse("consultations:cases")
        some = Case.objects.filter(state=CaseState.OPEN, confidentiality=Confidentiality.NORMAL).order_by(
            "pk"
        )[0]
        return {
            EMPTY: partial(fetch, self.client, reverse("bench_empty")),
            BARE: partial(run_sql, [self._statement()]),
            **{name: partial(fetch, self.client, f"{cases}?tab={tab.value}") for tab, name in LISTS.items()},
            DEEP: partial(fetch, self.client, f"{cases}?tab=open&after={self._cursor()}"),
            SEARCH: partial(fetch, self.client, f"{cases}?tab=open&q=ナイナマエ"),
            CASE: partial(fetch, self.client, reverse("consultations:case", args=[some.public_id])),
        }

    def _statement(self) -> str:
        rows = Case.objects.filter(desk=self.team.desk, state=CaseState.OPEN).order_by("-pk")[:51]
        return str(rows.query).replace("= open", "= 'open'")

    def _cursor(self) -> int:
        open_cases = Case.objects.filter(desk=self.team.desk, state=CaseState.OPEN).order_by("-pk")
        return int(open_cases.values_list("pk", flat=True)[int(open_cases.count() * 0.8)])


def open_cases(people: Counsellor, total: int) -> None:
    """`total` cases of the desk: one in seven open, one in twenty under protection, in hand of two people."""
    chance = random.Random(total)
    now = timezone.now()
    for first in range(0, total, _BATCH):
        Case.objects.bulk_create(
            _case(number, people.team, chance, now=now) for number in range(first, min(first + _BATCH, total))
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _case(number: int, team: Team, chance: random.Random, *, now: dt.datetime) -> Case:
    is_open = chance.random() < OPEN_SHARE
    today = timezone.localdate(now)
    received_at = now - dt.timedelta(days=chance.randrange(1, 700))
    name = "".join(chance.choices("青赤白黒上下中大小山川田木林森原野村町", k=3))
    return Case(
        key=uuid.UUID(int=number),
        council=team.desk.council,
        desk=team.desk,
        number=f"見本-{number:07}",
        state=CaseState.OPEN if is_open else CaseState.CLOSED,
        confidentiality=Confidentiality.PROTECTED
        if chance.random() < PROTECTED_SHARE
        else Confidentiality.NORMAL,
        received_at=received_at,
        received_by=team.counsellor,
        assigned_to=chance.choice((team.counsellor, team.colleague)),
        method="phone",
        name=name,
        phone=f"000-{number // 10_000:04}-{number % 10_000:04}",
        summary="見本の相談です。" * 10,
        search_text=f"見本-{number:07} {name} 000{number:08}",
        last_contact_at=received_at,
        next_due_on=today + dt.timedelta(days=chance.randrange(-10, 200))
        if is_open or number % 50 == 0
        else None,
        closed_on=None if is_open else today,
        outcome="" if is_open else Outcome.INFORMATION,
    )


def findings_of_queries(queries: Mapping[str, Mapping[str, int]]) -> list[Finding]:
    """Query counts: under the bound, and the same at both sizes."""
    small, large = queries.values()
    pages = (*LISTS.values(), DEEP, SEARCH, CASE)
    return [
        Finding(
            name="queries of any list of consultations",
            value=max(large[name] for name in LISTS.values()),
            bound=MOST_QUERIES["list"],
        ),
        Finding(name="queries of one consultation", value=large[CASE], bound=MOST_QUERIES["case"]),
        Finding(
            name="queries more or fewer at the large size, any page of consultations",
            value=max(abs(large[name] - small[name]) for name in pages),
            bound=0,
        ),
    ]


def findings_of_times(found: Mapping[tuple[str, str], Samples]) -> list[Finding]:
    """Ratios of one try."""
    small, large = dict.fromkeys(size for size, _ in found)
    wall = {key: samples.wall for key, samples in found.items()}
    grown = [
        Finding(
            name=f"{name}: large against small",
            value=wall[large, name] / wall[small, name],
            bound=MOST_GROWTH,
        )
        for name in (*LISTS.values(), CASE)
    ]
    deep = Finding(
        name=f"{DEEP.strip()}: against page 1",
        value=wall[large, DEEP] / wall[large, LISTS[Tab.OPEN]],
        bound=MOST_DEPTH,
    )
    search = Finding(
        name=f"{SEARCH.strip()}: large against small",
        value=wall[large, SEARCH] / wall[small, SEARCH],
        bound=None,
    )
    return [*grown, deep, search]
