"""A real server to kill: gunicorn with one worker of four threads, on a loopback port, against the test's database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

THREADS = 4
START_SECONDS = 30.0


def environment(**more: str) -> Mapping[str, str]:
    """What a process needs to work on the same database and files as the test."""
    at = connection.settings_dict
    address = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return {
        **os.environ,
        "SUMAI_MODE": "test",
        "DATABASE_URL": f"postgres://{address}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **more,
    }


@dataclass(frozen=True)
class Server:
    """`master` restarts its worker by itself whenever that dies."""

    master: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        """Process ids of the workers alive now."""
        path = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="ascii").split()]

    def kill_worker(self) -> int:
        """SIGKILL to the worker; returns how many were there to kill (0 while a new one is being born)."""
        killed = 0
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        return killed


@contextmanager
def running_server(log: Path) -> Iterator[Server]:
    """Start it, wait until it answers, end it."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "1", "--worker-class", "gthread"]
    command += ["--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-tmp-dir", str(log.parent), "tests.certification.crash.worker:application"]
    with log.open("wb") as output:
        master = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=dict(environment()), stdout=output, stderr=output
        )
    try:
        _wait_until_open(port, master)
        yield Server(master, port)
    finally:
        master.terminate()
        try:
            master.wait(10)
        except subprocess.TimeoutExpired:
            master.kill()
            master.wait()


def _wait_until_open(port: int, master: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and master.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("The server did not start; see its log.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
