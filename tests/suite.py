"""What ``make test`` runs: the stages, their environment, and one line that sums them up. Standard library only.

Each stage is one run of pytest. The sum is read from pytest's own reports, not from its screen; a stage in which
pytest broke or no test ran at all is a failure, never a quiet success.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import postgres

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

#: A person's own settings, which must not reach the tests.
SETTINGS = (
    *("DATABASE_URL", "MEDIA_ROOT", "SECRET_KEY", "AUDIT_KEY", "DEBUG", "LOG_LEVEL", "ALLOWED_HOSTS"),
    *("CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXIES", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "REQUIRE_SECOND_FACTOR"),
    *("SESSION_IDLE_MINUTES", "SESSION_ABSOLUTE_HOURS", "SITE_URL", "SECURE_SSL_REDIRECT"),
)

#: Exit codes of pytest: all passed; some failed; none collected. Any other means that pytest itself broke.
PYTEST_RAN = (0, 1, 5)


@dataclass(frozen=True)
class Stage:
    """Which tests (a marker expression), on which database, in how many processes (0: this one)."""

    name: str
    tests: str
    on_postgres: bool
    processes: int = 0
    in_browser: bool = False


STAGES = (
    Stage("postgres", "not journey and not race", on_postgres=True, processes=2),
    # Races and kills start processes of their own and depend on time: they get the machine to themselves.
    Stage("race", "race", on_postgres=True),
    Stage("sqlite", "not journey and not race and not postgres and not once", on_postgres=False, processes=2),
    Stage("journeys", "journey", on_postgres=True, in_browser=True),
)


@dataclass(frozen=True)
class Tally:
    """How many tests passed, failed (an error is a failure) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def missing_packages(stages: Sequence[Stage]) -> list[str]:
    """Debian's names of the packages that these stages need and this machine lacks."""
    missing = []
    if any(stage.on_postgres for stage in stages) and not postgres.find_binaries():
        missing.append("postgresql")
    if any(stage.in_browser for stage in stages):
        missing += [] if _chromium() else ["chromium"]
        missing += [] if _has_japanese_fonts() else ["fontconfig", "fonts-noto-cjk"]
    return missing


def run(stages: Sequence[Stage], pytest_arguments: Sequence[str], *, root: Path, python: Path) -> int:
    """Run the stages in order; print the sum as the last line; 0 only when every stage is sound."""
    needs_postgres = any(stage.on_postgres for stage in stages)
    cluster = postgres.held_cluster(python) if needs_postgres else nullcontext("")
    results = []
    with cluster as address:
        for stage in stages:
            with environment(address if stage.on_postgres else None) as env:
                results.append(_run_stage(stage, pytest_arguments, env=env, root=root, python=python))
    total = sum(results, Tally())
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


@contextmanager
def environment(address: str | None) -> Iterator[dict[str, str]]:
    """The environment of one run: this database (None: a new embedded one), uploads in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="sumai-test-") as folder:
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        yield {
            **kept,
            "SUMAI_MODE": "test",
            "DATABASE_URL": address or f"sqlite:///{folder}/test.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "CHROMIUM": _chromium(),
        }


def _run_stage(
    stage: Stage, pytest_arguments: Sequence[str], *, env: Mapping[str, str], root: Path, python: Path
) -> Tally:
    database = "PostgreSQL" if stage.on_postgres else "SQLite"
    print(f"\n=== {stage.name}: {stage.tests}; on {database} ===", flush=True)
    started = time.monotonic()
    report = Path(env["MEDIA_ROOT"]).with_name("report.xml")
    if stage.in_browser:
        # Playwright's plain calls run inside an event loop, in which Django would refuse the database.
        env = {**env, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    pytest = [
        str(python),
        "-m",
        "pytest",
        "-m",
        stage.tests,
        "-n",
        str(stage.processes),
        # The long walks stand together at the end: who is done takes over half of what the other still has.
        "--dist=worksteal",
        f"--junitxml={report}",
    ]
    done = subprocess.run(
        [*pytest, *pytest_arguments], cwd=root, env=env, stdin=subprocess.DEVNULL, check=False
    )
    tally = _judge(_read_report(report), done.returncode, chosen=bool(pytest_arguments))
    print(f"=== {stage.name}: {tally}, {time.monotonic() - started:.0f} s ===", flush=True)
    return tally


def _judge(tally: Tally, code: int, *, chosen: bool) -> Tally:
    """Add the failures that the report cannot show. Who chose tests by hand may choose none of a stage."""
    if tally.failed:
        return tally
    if code not in PYTEST_RAN or code == 1:
        print(f"pytest ended with code {code}: that counts as a failure.")
        return tally + Tally(failed=1)
    if not tally.passed and not chosen:
        print("No test ran in this stage: that counts as a failure.")
        return tally + Tally(failed=1)
    return tally


def _read_report(report: Path) -> Tally:
    """Count the cases of a JUnit report; a missing or broken one counts nothing."""
    with suppress(OSError, ElementTree.ParseError):
        return sum((_outcome(case) for case in ElementTree.parse(report).iter("testcase")), Tally())
    return Tally()


def _outcome(case: ElementTree.Element) -> Tally:
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return Tally(failed=1)
    return Tally(skipped=1) if "skipped" in tags else Tally(passed=1)


def _chromium() -> str:
    """The path of the browser: CHROMIUM of the environment, else the first one found; '' if there is none."""
    found = map(shutil.which, (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES))
    return next((path for path in found if path), "")


def _has_japanese_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False).stdout.strip())
