"""A private PostgreSQL cluster for tests and benchmarks. Standard library only.

Run as a program it makes a cluster in a new temporary folder, prints one line with its ``DATABASE_URL``, and keeps it
until its standard input ends or it is told to stop; then nothing of it is left. Whoever starts it holds the other end
of that pipe, so the cluster goes away even when its owner is killed with ``kill -9``.

    $ python tests/postgres.py
    postgres://sumai:…@127.0.0.1:41234/sumai

The server listens on one free loopback port only, has a random password, keeps no Unix socket, and runs as an
unprivileged user (PostgreSQL refuses root). It trades durability for speed: never keep anything in it.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OLDEST_MAJOR = 15
DEBIAN_HOME = Path("/usr/lib/postgresql")
ROLE = DATABASE = "sumai"
START_SECONDS = 60
STOP_SECONDS = 20

#: Lost on a crash, which is fine here. LC_CTYPE must know Japanese letters, hence C.UTF-8 and not C.
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
}


class ClusterError(Exception):
    """The cluster cannot be made; the text is one sentence for the person at the keyboard."""


def find_binaries() -> Path | None:
    """The folder of the newest server binaries of a supported major version, or None."""
    on_path = shutil.which("postgres")
    folders = [*DEBIAN_HOME.glob("*/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    found = [(major, folder) for folder in folders if (major := _major(folder)) >= OLDEST_MAJOR]
    return max(found)[1] if found else None


def _major(folder: Path) -> int:
    """The major version of the server in this folder; 0 where there is no complete one."""
    if not all((folder / name).is_file() for name in ("postgres", "initdb", "createdb")):
        return 0
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)", said)
    return int(match.group(1)) if match else 0


def unprivileged_user() -> str | None:
    """Whom the server runs as: nobody else (None) unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ClusterError("Running as root, and there is no user 'postgres' or 'nobody' to run PostgreSQL as.")


@contextmanager
def running_cluster() -> Iterator[str]:
    """Yield the address (postgres://…) of a new empty database; stop and remove the cluster at the end."""
    binaries = find_binaries()
    if binaries is None:
        raise ClusterError(f"PostgreSQL {OLDEST_MAJOR} or newer (server) is not installed.")
    folder = Path(tempfile.mkdtemp(prefix="sumai-postgres-"))
    try:
        cluster = _Cluster(binaries, folder)
        cluster.create()
        try:
            yield cluster.start()
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def held_cluster(python: Path) -> Iterator[str]:
    """Like :func:`running_cluster`, in a process of its own that outlives us just long enough to clean up.

    It holds as long as we hold its standard input, so it notices even a ``kill -9`` of this process. In a session of
    its own it does not hear the Ctrl-C that stops us.

    Raises SystemExit when there can be no cluster; why is on the screen then.
    """
    with subprocess.Popen(
        [python, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as keeper:
        address = keeper.stdout.readline().strip() if keeper.stdout else ""
        if not address:
            raise SystemExit(2)
        yield address
        # Leaving closes the pipes and waits, also after an exception.


class _Cluster:
    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.password = secrets.token_hex(16)
        self.server: subprocess.Popen[bytes] | None = None
        # A person's own PG* variables must not reach the server or its tools.
        self.environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": self.password}
        self.user = unprivileged_user()
        self.group = pwd.getpwnam(self.user).pw_gid if self.user else None
        self._hand_over(folder)

    def create(self) -> None:
        """initdb with the random password; the file that carries it is gone right after."""
        password_file = self.folder / "password"
        password_file.write_text(self.password, encoding="ascii")
        self._hand_over(password_file)
        self._tool(
            *("initdb", "--pgdata", str(self.data), "--username", ROLE, "--pwfile", str(password_file)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        password_file.unlink()

    def start(self) -> str:
        """Start on a free port and return the address of the empty database."""
        # Between asking for a free port and taking it somebody else may be faster: then try another.
        for _ in range(5):
            port = _free_port()
            if self._serves_on(port):
                self._tool(
                    "createdb", "--host", "127.0.0.1", "--port", str(port), "--username", ROLE, DATABASE
                )
                return f"postgres://{ROLE}:{self.password}@127.0.0.1:{port}/{DATABASE}"
        raise ClusterError(f"PostgreSQL does not start. Its log ends with: {self._log_end()}")

    def stop(self) -> None:
        """Fast shutdown, then less politely; returns only when the server is gone."""
        if self.server is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.server.poll() is not None:
                return
            self.server.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(STOP_SECONDS)

    def _serves_on(self, port: int) -> bool:
        options = [f"-c{name}={value}" for name, value in {**SERVER_SETTINGS, "port": str(port)}.items()]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment,
                user=self.user,
                group=self.group,
                extra_groups=self._no_extra_groups(),
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.server.poll() is None and time.monotonic() < deadline:
            if self._says_ready():
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def _says_ready(self) -> bool:
        """The last line of the server's own pid file is its state."""
        with suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False

    def _tool(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.binaries / name, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=self.environment,
            user=self.user,
            group=self.group,
            extra_groups=self._no_extra_groups(),
        )
        if done.returncode:
            raise ClusterError(f"PostgreSQL's {name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _hand_over(self, path: Path) -> None:
        if self.user:
            shutil.chown(path, self.user, self.group)

    def _no_extra_groups(self) -> list[int] | None:
        """Only root may drop its groups; anybody else keeps them."""
        return [] if self.user else None

    def _log_end(self) -> str:
        return (
            self.log.read_text(encoding="utf-8", errors="replace")[-600:].strip()
            if self.log.exists()
            else "nothing"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Keep a cluster until standard input ends, Ctrl-C, SIGTERM or SIGHUP."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with running_cluster() as address:
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            sys.stdin.read()
    except KeyboardInterrupt:
        return 0
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
