"""Throughput of the real thing: gunicorn as operations.md starts it, eight connections that are kept.

The requests come from threads of this process, so on a machine with few cores they take a little from every subject
alike; that helps the slow ones in a ratio, by less than the noise of such a machine.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

CONNECTIONS: Final = 8
SECONDS: Final = 2.0
ROUNDS: Final = 3
_START_SECONDS: Final = 30
_PATIENCE: Final = 60


Address = Callable[[int], str]
"""The address of the n-th request."""


def fixed(address: str) -> Address:
    """The same address every time."""
    return lambda number: address


def rates(addresses: Mapping[str, Address], *, database: str) -> dict[str, float]:
    """Answers a second for each address, on this database: medians of rounds in which all take their turns."""
    found: dict[str, list[float]] = {name: [] for name in addresses}
    with _server(database) as port:
        for address in addresses.values():
            _rate(port, address, seconds=0.5)
        for _ in range(ROUNDS):
            for name, address in addresses.items():
                found[name].append(_rate(port, address, seconds=SECONDS))
    return {name: statistics.median(rounds) for name, rounds in found.items()}


@contextmanager
def _server(database: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    command += [
        "--bind",
        f"127.0.0.1:{port}",
        "--keep-alive",
        "30",
        "--log-level",
        "warning",
        "benchmarks.wsgi",
    ]
    environment = {**os.environ, "DATABASE_URL": _address_of(database)}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) as master:  # noqa: S603 -- written above
        try:
            _wait_until_open(port, master)
            yield port
        finally:
            master.terminate()


def _address_of(database: str) -> str:
    """DATABASE_URL for one of the databases beside the configured one."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def _wait_until_open(port: int, master: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and master.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not start.")


def _rate(port: int, address: Address, *, seconds: float) -> float:
    """Answers a second over all connections; each finishes what it began."""
    started = time.monotonic()
    numbers = count()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = pool.map(lambda _: _ask_until(started + seconds, port, address, numbers), range(CONNECTIONS))
        return sum(counts) / (time.monotonic() - started)


def _ask_until(end: float, port: int, address: Address, numbers: Iterator[int]) -> int:
    answered = 0
    with socket.create_connection(("127.0.0.1", port), _PATIENCE) as line, line.makefile("rb") as answer:
        while answered == 0 or time.monotonic() < end:
            where = quote(address(next(numbers)), safe="/?=&%")
            line.sendall(f"GET {where} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii"))
            status, length = answer.readline(), None
            while header := answer.readline().strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not status.startswith(b"HTTP/1.1 200 ") or length is None:
                raise RuntimeError(f"{where} answered {status!r}.")
            answer.read(length)
            answered += 1
    return answered
