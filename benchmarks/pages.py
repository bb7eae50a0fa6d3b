"""What is measured at each size: the queue in its tabs, deep in it, a case; and what they are held against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from benchmarks.measure import Call
from benchmarks.town import Town
from certification.models import Application
from certification.rules.workflow import Order
from certification.selectors.queue import PAGE, Sort, Tab, cases_in, cursor_of

EMPTY: Final = "A0 empty view, full middleware"
LIST_SQL: Final = "A1 the queue's list as bare SQL"
ALL_SQL: Final = "   all of the queue's SQL, bare"
STOCK_ADMIN: Final = "Django admin's list as it comes"
SITE_ADMIN: Final = "this site's admin list"
QUEUES: Final = {
    tab: f"queue: {tab.label}" for tab in (Tab.MINE, Tab.DEPARTMENT, Tab.WAITING, Tab.OVERDUE, Tab.ALL)
}
QUEUE: Final = QUEUES[Tab.DEPARTMENT]
DEEP: Final = {Tab.DEPARTMENT: "   課の番, four fifths down", Tab.ALL: "   すべて, four fifths down"}
CASES: Final = {kind: f"case: {kind}" for kind in ("主管課審査中", "取りまとめ中", "補正待ち")}
DEPTH: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One figure and the bound that was agreed for it; None where it is only told."""

    name: str
    value: float
    bound: float | None

    @property
    def holds(self) -> bool:
        return self.bound is None or self.value <= self.bound

    def __str__(self) -> str:
        if self.bound is None:
            return f"        {self.value:6.2f}          {self.name}"
        return f"{'ok    ' if self.holds else 'MISSED'}  {self.value:6.2f}  ≤ {self.bound:<5.3g} {self.name}"


class Visitor:
    """People who are signed in, and the calls they make. Sessions lie in the database and are copied with it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.desk = _signed_in(town.desk)
        self.root = _signed_in(town.root)

    def calls(self) -> dict[str, Call]:
        """What to call on the database that is connected now."""
        queue = reverse("certification:queue")
        list_sql, all_sql = self._sql_of(f"{queue}?tab={Tab.DEPARTMENT}")
        return {
            EMPTY: self._get(reverse("bench_empty")),
            LIST_SQL: partial(run_sql, [list_sql]),
            ALL_SQL: partial(run_sql, all_sql),
            **{name: self._get(f"{queue}?tab={tab}") for tab, name in QUEUES.items()},
            **{name: self._get(self._deep(queue, tab)) for tab, name in DEEP.items()},
            **{name: self._get(self._case(kind)) for kind, name in CASES.items()},
            STOCK_ADMIN: self._get(reverse("stock:certification_application_changelist"), client=self.root),
            SITE_ADMIN: self._get(reverse("admin:certification_application_changelist"), client=self.root),
        }

    def _get(self, address: str, *, client: Client | None = None) -> Call:
        return partial(fetch, client or self.desk, address)

    def _case(self, kind: str) -> str:
        return reverse("certification:case", args=[self.town.kinds[Order.SERIAL][kind].public_id])

    def _deep(self, queue: str, tab: Tab) -> str:
        """The address of the page. Raises RuntimeError where its cursor is not understood: that would be the first page."""
        address = f"{queue}?tab={tab}"
        deep = f"{address}&after={self._cursor(tab)}"
        shown = _cases_on(fetch(self.desk, deep))
        if not shown or shown == _cases_on(fetch(self.desk, address)):
            raise RuntimeError(f"{deep} shows what the first page shows.")
        return deep

    def _cursor(self, tab: Tab) -> str:
        """The cursor of the row four fifths down the tab, as the page would write it."""
        today = timezone.localdate()
        cases = cases_in(tab, actor_of(self.town.desk, day=today), today=today)
        sort = Sort.NEW if tab == Tab.ALL else Sort.DUE
        ordered: QuerySet[Application] = (
            cases.order_by("-pk") if sort == Sort.NEW else cases.order_by("due_on", "pk")
        )
        row = ordered[min(int(ordered.count() * DEPTH), max(ordered.count() - PAGE - 1, 0))]
        return quote(cursor_of(row, sort=sort))

    def _sql_of(self, address: str) -> tuple[str, list[str]]:
        """The statement of the list, and all statements of the page, with their values in place."""
        fetch(self.desk, address)
        with CaptureQueriesContext(connection) as queries:
            fetch(self.desk, address)
        statements = [query["sql"] for query in queries]
        return next(sql for sql in statements if f"LIMIT {PAGE + 1}" in sql), statements


def count_queries(calls: Mapping[str, Call]) -> dict[str, int]:
    """How many queries each call makes once it is warm."""
    found = {}
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(connection) as queries:
            call()
        found[name] = len(queries)
    return found


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def fetch(client: Client, address: str) -> bytes:
    """The page. Raises RuntimeError when it does not answer as it should."""
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return bytes(response.content)


def _cases_on(page: bytes) -> set[bytes]:
    """The cases a page of the queue leads to."""
    return set(re.findall(rb"/cases/([0-9a-f-]{36})/", page))


def run_sql(statements: list[str]) -> None:
    """The statements as they stand, with their answers."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
