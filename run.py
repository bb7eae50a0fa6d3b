"""Set-up and the daily commands behind the Makefile. Standard library only: nothing but Python and make is needed.

Everything is installed into ``.venv`` from the lock files, by hash, and only when a lock changed.
``python3 run.py --help`` lists the commands; ``make`` does the same with fewer letters.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.json"
VAR = ROOT / "var"
RUNTIME_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
SUPPORTED = ((3, 11), (3, 12), (3, 13))


class Stop(Exception):
    """Ends the command; the text is one sentence that says what is wrong and how to mend it."""


def say(text: str = "") -> None:
    """Print at once, so that our lines and those of child processes keep their order in a log."""
    print(text, flush=True)


def run(*command: object, env: Mapping[str, str] | None = None) -> int:
    """Run a command in the project's folder, its output on the screen; the exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode


def ask(*command: object, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a command unseen and without a keyboard; the exit code and what it said about errors."""
    line = [str(part) for part in command]
    done = subprocess.run(
        line, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr.strip()


# --- set-up ---------------------------------------------------------------------------------------------------------


def set_up(lock: str = RUNTIME_LOCK) -> None:
    """Make ``.venv`` where it is missing or broken and install the lock where it changed."""
    if not _is_supported(PYTHON):
        _make_venv()
    if _installed().get(lock) == _digest(lock):
        return
    say(f"Installing {lock} into .venv …")
    pip = (PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input")
    # Wheels only: nothing is compiled, so no compiler is needed and no foreign code runs while installing.
    if run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock):
        raise Stop(f"pip could not install {lock}; its message above says why (often: no network).")
    # The development lock holds everything of the runtime lock in the same versions.
    locks = (RUNTIME_LOCK, DEV_LOCK) if lock == DEV_LOCK else (lock,)
    STAMP.write_text(json.dumps({name: _digest(name) for name in locks}), encoding="utf-8")


def _make_venv() -> None:
    interpreter = _supported_python()
    # Debian keeps these two apart from Python itself.
    provide(lambda: [] if _answers(interpreter, "import ensurepip, venv") else ["python3-venv"])
    say("Making .venv …")
    if run(interpreter, "-m", "venv", "--clear", VENV):
        raise Stop(f"{interpreter} could not make .venv; its message above says why.")


def _supported_python() -> str:
    """The running Python if supported, else the newest supported one on the PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for name in ("python3.13", "python3.12", "python3.11"):
        if _answers(name, ""):
            return name
    raise Stop(
        f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}, and there is no other."
    )


def _is_supported(python: str | Path) -> bool:
    """Whether it is a version we support and has pip; False also for the leftovers of a moved or half-made .venv."""
    return _answers(python, f"import pip, sys; sys.exit(sys.version_info[:2] not in {SUPPORTED})")


def _answers(python: str | Path, code: str) -> bool:
    with suppress(OSError):
        return ask(python, "-c", code)[0] == 0
    return False


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    with suppress(OSError, ValueError):
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    return {}


def provide(missing: Callable[[], list[str]]) -> None:
    """Install what is missing of the operating system where we may (root on Debian), else say what to install."""
    if not (names := missing()):
        return
    wanted = " ".join(names)
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        raise Stop(f"Missing: {wanted}. Install it (on Debian: apt-get install {wanted}) and run this again.")
    say(f"Installing from the system's packages: {wanted} …")
    _apt(apt, "update")
    # Debian may start a PostgreSQL server of its own with the package. It is never used: the tests make theirs.
    _apt(apt, "install", "-y", "--no-install-recommends", *names)
    if still := " ".join(missing()):
        raise Stop(f"Installed, but not usable here (PostgreSQL must be 15 or newer): {still}.")


def _apt(apt: str, *arguments: str) -> None:
    code, errors = ask(apt, "-qq", *arguments, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if code:
        raise Stop(f"apt-get {' '.join(arguments)} failed: {errors[-400:]}")


# --- demo -----------------------------------------------------------------------------------------------------------


#: In this order: people and cases stand on the reference data, the ring's people beside them.
DEMO_COMMANDS = (
    ("migrate", "--verbosity=0"),
    ("load_reference",),
    ("load_ring",),
    ("load_demo",),
    ("load_ring_demo",),
    ("load_case_demo",),
)


def demo(port: int) -> None:
    """Migrate, load reference and demo data (each repeatable), then serve until Ctrl-C."""
    _refuse_taken(port)
    set_up()
    VAR.mkdir(exist_ok=True)
    os.environ.setdefault("SUMAI_MODE", "demo")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    for command in DEMO_COMMANDS:
        if run(PYTHON, "manage.py", *command):
            raise Stop(f"manage.py {command[0]} failed; its message above says why.")
    say(f"\n住まいの輪  http://127.0.0.1:{port}/   (Ctrl-C stops it)\n")
    _serve(["runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"], ["work"])


def demo_reset(port: int) -> None:
    """Remove the embedded database and the uploaded files, then start the demo afresh."""
    if _names_a_database():
        raise Stop("demo-reset empties var/ only; what DATABASE_URL points to is for you to empty.")
    _refuse_taken(port)
    shutil.rmtree(VAR, ignore_errors=True)
    demo(port)


def _names_a_database() -> bool:
    file = ROOT / ".env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return bool(os.environ.get("DATABASE_URL")) or any(line.startswith("DATABASE_URL=") for line in lines)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself does: a port that only lingers after a stop counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise Stop(f"Port {port} is not free ({error}); choose another: make demo PORT=8001.") from error


def _serve(*commands: list[str]) -> None:
    """Run management commands side by side until one ends or we are told to stop; then stop the others."""
    # Django's reminder that this is its development server is meant for production, which the README describes.
    env = {**os.environ, "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    start = [str(PYTHON), "manage.py"]
    children = [subprocess.Popen([*start, *command], cwd=ROOT, env=env) for command in commands]
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        raise Stop("The server or the worker ended by itself; its message above says why.")
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _wait_for(child, seconds=10)


def _wait_for(child: subprocess.Popen[bytes], *, seconds: int) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


# --- test, check, bench ---------------------------------------------------------------------------------------------
# tests/suite.py is imported where it is used: it needs a POSIX system, which the demo does not.


def test(stage: str | None, pytest_arguments: list[str]) -> int:
    """Run all stages of the tests, or one."""
    set_up(DEV_LOCK)
    from tests import suite

    stages = [one for one in suite.STAGES if stage in (None, one.name)]
    if not stages:
        raise Stop(f"There is no stage {stage}; choose from {', '.join(one.name for one in suite.STAGES)}.")
    provide(lambda: suite.missing_packages(stages))
    return suite.run(stages, pytest_arguments, root=ROOT, python=PYTHON)


def check() -> int:
    """Run every static check, also after one failed; say what took how long."""
    set_up(DEV_LOCK)
    from tests import suite

    with suite.environment(None) as env:
        results = [_run_check(name, command, env) for name, command in _checks().items()]
    say("\n" + "\n".join(line for _, line in results))
    return 0 if all(passed for passed, _ in results) else 1


def _run_check(name: str, command: tuple[object, ...], env: Mapping[str, str]) -> tuple[bool, str]:
    say(f"--- {name}")
    started = time.monotonic()
    passed = run(*command, env=env) == 0
    return passed, f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)"


def _checks() -> dict[str, tuple[object, ...]]:
    tools, manage = PYTHON.parent, (PYTHON, "manage.py")
    return {
        "format": (tools / "ruff", "format", "--check", "--quiet", "."),
        "lint": (tools / "ruff", "check", "--quiet", "."),
        "types": (tools / "mypy", "."),
        "import contracts": (tools / "lint-imports", "--no-cache", "--no-logo"),
        "templates": (tools / "djlint", "--lint", "--quiet", "templates"),
        "missing migrations": (*manage, "makemigrations", "--check", "--dry-run"),
        "Django's own checks": (*manage, "check", "--fail-level", "WARNING"),
        "generated documents": (*manage, "write_docs", "--check"),
    }


def bench(arguments: list[str]) -> int:
    """Measure on a private PostgreSQL cluster; ratios within this one run are what counts."""
    set_up(DEV_LOCK)
    from tests import postgres, suite

    provide(lambda: suite.missing_packages([suite.Stage("bench", "", on_postgres=True)]))
    with postgres.held_cluster(PYTHON) as address, suite.environment(address) as env:
        return run(PYTHON, "-m", "benchmarks", *arguments, env=env)


def manual_pictures() -> int:
    """Take the pictures of the manuals anew, from a demo of its own."""
    set_up(DEV_LOCK)
    from tests import suite

    provide(lambda: suite.missing_packages([suite.Stage("pictures", "", on_postgres=False, in_browser=True)]))
    with suite.environment(None) as env:
        return run(PYTHON, "docs/manuals/make_pictures.py", env=env)


# --- upkeep ---------------------------------------------------------------------------------------------------------


def lock(arguments: list[str]) -> int:
    """Write both lock files anew from pyproject.toml (add --upgrade for newer versions)."""
    set_up(DEV_LOCK)
    # One file for every supported Python and system, and no address of any package index inside.
    everywhere = ("--universal", "--python-version", "3.11", "--generate-hashes")
    bare = ("--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links")
    make = (PYTHON.parent / "uv", "pip", "compile", "pyproject.toml", *everywhere, *bare, *arguments)
    runtime = run(*make, "--output-file", RUNTIME_LOCK)
    return runtime or run(*make, "--group", "dev", "--constraints", RUNTIME_LOCK, "--output-file", DEV_LOCK)


def clean() -> None:
    """Remove what the commands made: .venv and caches. Data in var/ stays (demo-reset starts that over)."""
    for name in (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in ROOT.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)


#: What each command does with the options and with what was typed beyond them.
COMMANDS: dict[str, Callable[[argparse.Namespace, list[str]], int | None]] = {
    "setup": lambda options, rest: set_up(),
    "demo": lambda options, rest: demo(options.port),
    "demo-reset": lambda options, rest: demo_reset(options.port),
    "test": lambda options, rest: test(options.stage, rest),
    "check": lambda options, rest: check(),
    "bench": lambda options, rest: bench(rest),
    "manual-pictures": lambda options, rest: manual_pictures(),
    "lock": lambda options, rest: lock(rest),
    "clean": lambda options, rest: clean(),
}


def main() -> int:
    """Read the command line, run one command, turn :class:`Stop` into one sentence and exit code 2."""
    parser = argparse.ArgumentParser(
        description="Set-up and daily commands of Sumai no Wa.", allow_abbrev=False
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--port", type=int, default=8000, help="of the demo")
    parser.add_argument("--stage", help="the only one of the tests to run; further arguments go to pytest")
    options, rest = parser.parse_known_args()
    if rest and options.command not in ("test", "bench", "lock"):
        parser.error(f"not understood: {' '.join(rest)}")
    # A polite kill or a closed window ends like Ctrl-C: children are stopped, temporary things removed.
    for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):
        signal.signal(getattr(signal, name), lambda number, _frame: sys.exit(128 + number))
    try:
        return COMMANDS[options.command](options, rest) or 0
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
