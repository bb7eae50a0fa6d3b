"""The public directory at each size: the results page, finding alone, and what they are held against."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Final
from urllib.parse import quote, urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.measure import Call, Samples
from benchmarks.pages import EMPTY, Finding, fetch, run_sql
from benchmarks.serving import Address, fixed, rates
from benchmarks.shops import LONG_WORD, RARE, SHORT_WORD, WORD
from councils.search import Query, find, page

BARE: Final = "A1 the finding of a frequent word as bare SQL"
NAIVE: Final = "the same the naive way: icontains, counts, ORM"
FOUND: Final = "   found and 20 rows read, no page"
PAGES: Final = {
    "results: a frequent word in one town, 20 rows": {"q": WORD, "area": "131041", "kind": "shop"},
    "results: a frequent word, 20 rows": {"q": WORD, "kind": "shop"},
    "results: a frequent word, all kinds": {"q": WORD},
    "results: a rare word": {"q": RARE},
    "results: nothing asked for": {},
}
PAGE: Final = next(iter(PAGES))
"""What the aim was set for: total, counts of filters and twenty rows, in the resident's own town."""
WORDS: Final = {
    "   finding one character": WORD[:1],
    "   finding two characters": SHORT_WORD,
    "   finding five characters": LONG_WORD,
    "   finding nothing": "鰻鰻鰻",
}
ONE, TWO, FIVE, NONE = WORDS

MOST_QUERIES: Final = 4
SIGNS: Final = 39
LEAST_OF_EMPTY: Final = 12
"""Per cent of the empty view's throughput that `PAGE` has at least when it was asked before."""
TOLERANCE: Final = 1.15
"""Rates of one run repeat within a fifth or so on a machine of two cores."""
MOST_OF_FIVE: Final = 2.0


class Resident:
    """Somebody who is not signed in."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")

    def calls(self) -> dict[str, Call]:
        """What to call on the database that is connected now."""
        return {
            EMPTY: partial(fetch, self.client, reverse("bench_empty")),
            BARE: partial(run_sql, _statements_of(Query(words=(WORD,)))),
            **{name: self._search(asked) for name, asked in PAGES.items()},
            FOUND: _read_first_page,
            **{name: partial(find, Query(words=(word,))) for name, word in WORDS.items()},
            NAIVE: partial(fetch, self.client, f"{reverse('bench_naive')}?{urlencode(PAGES[PAGE])}"),
        }

    def _search(self, asked: Mapping[str, str]) -> Call:
        """Asked anew each time: what is remembered is measured over HTTP."""
        numbers = count()
        address = f"{reverse('councils:search')}?{urlencode({**asked, 'q': asked.get('q', '')})}"
        return lambda: fetch(self.client, address.replace("q=", f"q={anew(next(numbers))}", 1))


def anew(number: int) -> str:
    """Words of signs only: no condition for the index, but a question that was not asked before."""
    first, second = divmod(number % (SIGNS * SIGNS), SIGNS)
    return quote(f"{'・' * (first + 1)} {'・' * (second + 1)} ")


def _read_first_page() -> None:
    page(find(Query(words=(WORD,), kind="shop")).ids[:20])


def _statements_of(query: Query) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        find(query)
    return [query["sql"] for query in queries]


def findings_of_queries(queries: Mapping[str, Mapping[str, int]]) -> list[Finding]:
    """Query counts of results pages: under the bound, and the same at both sizes."""
    small, large = queries.values()
    grown = max(abs(large[name] - small[name]) for name in PAGES)
    return [
        Finding(
            name="queries of any results page", value=max(large[name] for name in PAGES), bound=MOST_QUERIES
        ),
        Finding(name="queries more or fewer at the large size, any results page", value=grown, bound=0),
    ]


def findings_of_times(found: Mapping[tuple[str, str], Samples]) -> list[Finding]:
    """Ratios of one try."""
    small, large = dict.fromkeys(size for size, _ in found)
    wall = {name: found[large, name].wall for size, name in found if size == large}
    grown = Finding(
        name=f"{PAGE}: large against small", value=wall[PAGE] / found[small, PAGE].wall, bound=None
    )
    five = [
        Finding(
            name=f"finding {'one' if name == ONE else 'two'} against five characters",
            value=wall[name] / wall[FIVE],
            bound=MOST_OF_FIVE,
        )
        for name in (ONE, TWO)
    ]
    naive = Finding(name="the naive form against ours, large", value=wall[NAIVE] / wall[PAGE], bound=None)
    return [grown, *five, naive]


# --- Throughput over HTTP ---------------------------------------------------------------------------------------------

_BARE_RATE: Final = "A1 the index asked for a frequent word, nothing else"
_NAIVE_RATE: Final = "the naive form"
FIRST_TIME: Final = ", asked for the first time"
"""Without this the page was asked before and is answered from memory, as for most residents of a town."""


def findings_of_rates(database: str) -> list[Finding]:
    """What a server answers in a second on this database, against the empty view."""
    search = reverse("councils:search")
    addresses: dict[str, Address] = {
        EMPTY: fixed(reverse("bench_empty")),
        _BARE_RATE: fixed(f"{reverse('bench_bare')}?{urlencode({'q': WORD})}"),
        _NAIVE_RATE: fixed(f"{reverse('bench_naive')}?{urlencode(PAGES[PAGE])}"),
    }
    for name, asked in PAGES.items():
        address = f"{search}?{urlencode({**asked, 'q': asked.get('q', '')})}"
        addresses[name] = fixed(address)
        addresses[f"{name}{FIRST_TIME}"] = lambda number, address=address: address.replace(  # type: ignore[misc]
            "q=", f"q={anew(number)}", 1
        )
    found = rates(addresses, database=database)
    print("\nAnswers a second, and in per cent of the empty view")
    for name, rate in found.items():
        print(f"{rate:9,.1f} {100 * rate / found[EMPTY]:6.1f} %   {name}", flush=True)
    return [
        Finding(
            name=f"{name}: empty views it costs",
            value=found[EMPTY] / found[name],
            bound=TOLERANCE * 100 / LEAST_OF_EMPTY if name == PAGE else None,
        )
        for page in PAGES
        for name in (page, f"{page}{FIRST_TIME}")
    ]
